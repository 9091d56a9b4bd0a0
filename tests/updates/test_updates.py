"""What is offered, what is refused, and what lies on the disk afterwards."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.update import Update, UpdateFile, UpdateManifest, version_numbers
from kamusm_esign.ports import HttpAnswer
from kamusm_esign.updates.envelope import (
    PAYLOAD_TYPE,
    open_envelope,
    pre_authentication_encoding,
    read_keys,
    seal_envelope,
)
from kamusm_esign.updates.manifest import read_manifest, write_manifest
from kamusm_esign.updates.updater import MANIFEST, Updater

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
INSTALLER = b"an installer\n" * 1000
NAME = "kamusm-esign_2.1.0_amd64.deb"
FILE = UpdateFile(NAME, "linux-deb", len(INSTALLER), hashlib.sha256(INSTALLER).hexdigest())
RELEASE = UpdateManifest(7, "2.1.0", NOW - timedelta(days=1), NOW + timedelta(days=90), (FILE,))
URL = "https://portal.example/indir"
KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


@dataclass
class Server:
    """Hands out files by their address."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    status: int = 200

    def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        limit: int = 1 << 20,
        timeout: float = 20.0,
    ) -> HttpAnswer:
        assert (method, body) == ("GET", None)
        self.asked.append(url.rpartition("/")[2])
        content = self.files.get(url)
        if content is None:
            return HttpAnswer(404, (), b"")
        if len(content) > limit:
            raise FailedError.of(FailureCode.PORTAL_ANSWER_TOO_LARGE)
        return HttpAnswer(self.status, (), content)


@dataclass
class World:
    """Somebody's program, and the makers' server."""

    folder: Path
    server: Server = field(default_factory=Server)
    now: datetime = NOW
    version: str = "2.0.0"
    platform: str = "linux-deb"

    def publish(self, manifest: UpdateManifest, key: Ed25519PrivateKey = KEY) -> None:
        self.put(seal_envelope(write_manifest(manifest), {"2026": key}))

    def put(self, envelope: bytes, installer: bytes = INSTALLER) -> None:
        self.server.files = {f"{URL}/{MANIFEST}": envelope, f"{URL}/{NAME}": installer}

    @property
    def updater(self) -> Updater:
        """As after a restart."""
        return Updater(
            lambda: self.server,
            lambda: {"2025": OTHER_KEY.public_key(), "2026": KEY.public_key()},
            self.folder,
            version=self.version,
            platform=self.platform,
            utc_now=lambda: self.now,
        )

    def offered(self) -> Update:
        found = self.updater.look(URL)
        assert found is not None
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "updates")
    made.publish(RELEASE)
    return made


def refused(code: FailureCode, work: Callable[[], object]) -> None:
    with pytest.raises(FailedError) as caught:
        work()
    assert caught.value.failure.code is code


# ---------------------------------------------------------------------------- what is well
def test_a_newer_version_is_offered_fetched_and_verified(world: World) -> None:
    update = world.offered()
    assert (update.manifest, update.file) == (RELEASE, FILE)
    assert world.server.asked == [MANIFEST]
    path = world.updater.download(update)
    assert path.read_bytes() == INSTALLER
    assert path.stat().st_mode & 0o777 == 0o600
    assert world.folder.stat().st_mode & 0o777 == 0o700
    assert world.updater.verified(update) == path
    assert sorted(p.name for p in world.folder.iterdir()) == [NAME, "seen.json"]


def test_what_is_there_is_not_fetched_again(world: World) -> None:
    update = world.offered()
    world.updater.download(update)
    world.updater.download(update)
    assert world.server.asked.count(NAME) == 1


@pytest.mark.parametrize(
    ("version", "platform", "not_before"),
    [
        ("2.1.0", "linux-deb", NOW),
        ("2.0.0", "windows", NOW),
        ("2.0.0", "linux-deb", NOW + timedelta(days=2)),
    ],
    ids=["the same", "not for this system", "not yet"],
)
def test_nothing_to_offer(world: World, version: str, platform: str, not_before: datetime) -> None:
    world.version, world.platform = version, platform
    world.publish(replace(RELEASE, not_before=not_before))
    assert world.updater.look(URL) is None


def test_no_manifest_is_no_update(world: World) -> None:
    world.server.files.clear()
    assert world.updater.look(URL) is None


def test_one_known_signature_among_others_is_enough(world: World) -> None:
    payload = write_manifest(RELEASE)
    stranger = Ed25519PrivateKey.generate()
    world.put(seal_envelope(payload, {"2031": stranger, "2026": KEY}))
    assert world.updater.look(URL) is not None
    world.put(seal_envelope(payload, {"2031": stranger, "2025": OTHER_KEY}))
    assert world.updater.look(URL) is not None


# ---------------------------------------------------------------------------- attacks
def _flipped(envelope: bytes) -> bytes:
    members = json.loads(envelope)
    payload = bytearray(base64.b64decode(members["payload"]))
    payload[payload.index(b"2.1.0")] = ord("3")
    return json.dumps(members | {"payload": base64.b64encode(payload).decode()}).encode()


def test_a_manifest_by_another_key(world: World) -> None:
    world.publish(RELEASE, Ed25519PrivateKey.generate())
    refused(FailureCode.UPDATE_NOT_SIGNED, lambda: world.updater.look(URL))


def test_a_key_under_another_name(world: World) -> None:
    world.put(seal_envelope(write_manifest(RELEASE), {"2027": KEY}))
    refused(FailureCode.UPDATE_NOT_SIGNED, lambda: world.updater.look(URL))


def test_a_manifest_that_was_changed(world: World) -> None:
    world.put(_flipped(seal_envelope(write_manifest(RELEASE), {"2026": KEY})))
    refused(FailureCode.UPDATE_NOT_SIGNED, lambda: world.updater.look(URL))


def test_a_signature_over_the_payload_alone(world: World) -> None:
    payload = write_manifest(RELEASE)
    members = json.loads(seal_envelope(payload, {"2026": KEY}))
    members["signatures"][0]["sig"] = base64.b64encode(KEY.sign(payload)).decode()
    world.put(json.dumps(members).encode())
    refused(FailureCode.UPDATE_NOT_SIGNED, lambda: world.updater.look(URL))


def test_nobody_signed(world: World) -> None:
    world.put(seal_envelope(write_manifest(RELEASE), {}))
    refused(FailureCode.UPDATE_NOT_SIGNED, lambda: world.updater.look(URL))


def test_an_old_manifest_again(world: World) -> None:
    world.publish(replace(RELEASE, sequence=8, version="2.2.0"))
    world.offered()
    world.publish(RELEASE)
    refused(FailureCode.UPDATE_REPLAYED, lambda: world.updater.look(URL))
    world.publish(replace(RELEASE, sequence=8))
    assert world.updater.look(URL) is not None


def test_a_manifest_that_has_expired(world: World) -> None:
    world.now = RELEASE.expires
    refused(FailureCode.UPDATE_EXPIRED, lambda: world.updater.look(URL))


def test_an_older_version(world: World) -> None:
    world.version = "2.1.1"
    refused(FailureCode.UPDATE_OLDER, lambda: world.updater.look(URL))


@pytest.mark.parametrize(
    ("installer", "code"),
    [
        (INSTALLER[:-1], FailureCode.UPDATE_INCOMPLETE),
        (b"", FailureCode.UPDATE_INCOMPLETE),
        (INSTALLER + b"!", FailureCode.UPDATE_FILE_CHANGED),
        (INSTALLER.replace(b"installer", b"1nstaller", 1), FailureCode.UPDATE_FILE_CHANGED),
    ],
    ids=["truncated", "empty", "longer", "changed"],
)
def test_a_file_that_is_not_the_announced_one(
    world: World, installer: bytes, code: FailureCode
) -> None:
    update = world.offered()
    world.server.files[f"{URL}/{NAME}"] = installer
    refused(code, lambda: world.updater.download(update))
    assert [path.name for path in world.folder.iterdir()] == ["seen.json"]
    refused(FailureCode.UPDATE_INCOMPLETE, lambda: world.updater.verified(update))


def test_a_file_that_is_gone(world: World) -> None:
    update = world.offered()
    del world.server.files[f"{URL}/{NAME}"]
    refused(FailureCode.UPDATE_INCOMPLETE, lambda: world.updater.download(update))


def test_a_file_that_somebody_changes_on_the_disk(world: World) -> None:
    update = world.offered()
    path = world.updater.download(update)
    path.write_bytes(INSTALLER[::-1])
    refused(FailureCode.UPDATE_FILE_CHANGED, lambda: world.updater.verified(update))
    assert world.updater.download(update).read_bytes() == INSTALLER


def test_a_link_is_not_followed(world: World, tmp_path: Path) -> None:
    update = world.offered()
    right = tmp_path / "right"
    right.write_bytes(INSTALLER)
    (world.folder / NAME).symlink_to(right)
    refused(FailureCode.UPDATE_FILE_CHANGED, lambda: world.updater.verified(update))


def test_a_folder_that_cannot_be_written(world: World, tmp_path: Path) -> None:
    update = world.offered()
    world.folder = tmp_path / "file"
    world.folder.write_bytes(b"")
    refused(FailureCode.UPDATE_NOT_SAVED, lambda: world.updater.download(update))


def test_a_server_with_trouble(world: World) -> None:
    world.server.status = 500
    refused(FailureCode.PORTAL_UNREACHABLE, lambda: world.updater.look(URL))


# ---------------------------------------------------------------------------- malformed
def _with(**changes: object) -> bytes:
    return json.dumps(json.loads(write_manifest(RELEASE)) | changes).encode()


FILE_MEMBERS = json.loads(write_manifest(RELEASE))["files"][0]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"{" * 50_000,
        b"\xff",
        _with(format="other"),
        _with(sequence=0),
        _with(sequence=True),
        _with(sequence="7"),
        _with(version="2.1"),
        _with(version="2.1.0; rm"),
        _with(not_before="2026-11-27"),
        _with(expires="2026-11-27T12:00:00"),
        _with(files=[FILE_MEMBERS | {"name": "../evil.deb"}]),
        _with(files=[FILE_MEMBERS | {"name": ".hidden"}]),
        _with(files=[FILE_MEMBERS | {"platform": "beos"}]),
        _with(files=[FILE_MEMBERS | {"size": -1}]),
        _with(files=[FILE_MEMBERS | {"size": 1 << 40}]),
        _with(files=[FILE_MEMBERS | {"sha256": "ab"}]),
        _with(files=[FILE_MEMBERS | {"sha256": FILE.sha256.upper()}]),
        _with(files=7),
    ],
)
def test_a_signed_manifest_that_is_none(world: World, payload: bytes) -> None:
    world.put(seal_envelope(payload, {"2026": KEY}))
    refused(FailureCode.UPDATE_MANIFEST_INVALID, lambda: world.updater.look(URL))


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 100_000,
        b" " * ((1 << 18) + 1),
        json.dumps({"payloadType": "text", "payload": "", "signatures": []}).encode(),
        json.dumps({"payloadType": PAYLOAD_TYPE, "payload": "*", "signatures": []}).encode(),
        json.dumps({"payloadType": PAYLOAD_TYPE, "payload": "", "signatures": [7]}).encode(),
    ],
)
def test_an_envelope_that_is_none(envelope: bytes) -> None:
    refused(FailureCode.UPDATE_MANIFEST_INVALID, lambda: open_envelope(envelope, {}))


def test_the_encoding_is_the_standards() -> None:
    # DSSE v1.0, protocol.md: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body.
    assert pre_authentication_encoding(b"hello") == (
        b"DSSEv1 40 application/vnd.kamusm-esign.update+json 5 hello"
    )


def test_a_manifest_is_what_was_written() -> None:
    assert read_manifest(write_manifest(RELEASE)) == RELEASE


# ---------------------------------------------------------------------------- keys, versions
def test_keys_of_a_file(tmp_path: Path) -> None:
    raw = KEY.public_key().public_bytes_raw()
    file = tmp_path / "keys.toml"
    file.write_text(f'[keys]\n2026 = "{raw.hex()}"\n')
    (key,) = read_keys(file).values()
    assert key.public_bytes_raw() == raw
    file.write_text("")
    assert read_keys(file) == {}


@pytest.mark.parametrize("text", ["keys = 7", "[keys]\na = 7", '[keys]\na = "zz"', "[keys"])
def test_a_file_of_keys_that_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text)
    with pytest.raises(ValueError):  # noqa: PT011
        read_keys(file)


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        ("2.1.0", (2, 1, 0)),
        ("2.10", (2, 10, 0)),
        ("2.1.0rc1", (2, 1, 0)),
        ("2.1.0.dev3", (2, 1, 0)),
        ("x", (0, 0, 0)),
        ("", (0, 0, 0)),
        ("2.٣.0", (2, 0, 0)),
    ],
)
def test_versions(version: str, numbers: tuple[int, ...]) -> None:
    assert version_numbers(version) == numbers
