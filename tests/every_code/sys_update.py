"""SYS: newer versions. The program is a copy that takes itself for one that was installed, and that
trusts the test's key."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kamusm_esign import __version__
from kamusm_esign.domain.update import UpdateFile, UpdateManifest, version_numbers
from kamusm_esign.updates.envelope import seal_envelope
from kamusm_esign.updates.manifest import write_manifest
from kamusm_esign.updates.updater import MANIFEST
from tests.equipment.files_server import files_server
from tests.equipment.portal_faults import edited
from tests.every_code.bench import Bench, Table

TABLE = Table()
INSTALLER = b"an installer\n" * 100
FILE = UpdateFile(
    "kamusm-esign.tar.gz", "linux-tar", len(INSTALLER), hashlib.sha256(INSTALLER).hexdigest()
)
_NUMBERS = version_numbers(__version__)
NEXT = f"{_NUMBERS[0]}.{_NUMBERS[1] + 1}.0"
DAY = timedelta(days=1)


class Makers:
    """They publish, on a loopback port that the portal names."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.key = bench, Ed25519PrivateKey.generate()
        self.files: dict[str, bytes] = {FILE.name: INSTALLER}
        self.url = bench.enter(files_server(self.files))
        number = self.key.public_key().public_bytes_raw().hex()
        installed = (b'return "source"', b'return "linux-tar"')
        made = bench.installation(("kamusm_esign/updates/installation.py", *installed))
        made.replace("resources/update-keys.toml", f'[keys]\n"1" = "{number}"\n'.encode())
        self.names_the_server(20)

    def names_the_server(self, times: int) -> None:
        """The portal says where newer versions lie."""

        def name(info: dict[str, object]) -> None:
            info["download_url"] = self.url

        self.bench.fault("GET /client", *[edited(name)] * times)

    def publish(self, *, key: Ed25519PrivateKey | None = None, **other: object) -> None:
        """A manifest, as it should be but for what is said."""
        now = datetime.now(UTC).replace(microsecond=0)
        release = UpdateManifest(7, NEXT, now - DAY, now + 90 * DAY, (FILE,))
        made = write_manifest(replace(release, **other))  # type: ignore[arg-type]
        self.files[MANIFEST] = seal_envelope(made, {"1": key or self.key})

    def update(self, words: Sequence[str] = ("--download",)) -> str | None:
        return self.bench.run("update", "--json", *words).code


@TABLE("SYS-941")
def an_announcement_that_is_none(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.files[MANIFEST] = base64.b64encode(b"no announcement")
    return makers.update()


@TABLE("SYS-942")
def signed_by_somebody_else(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.publish(key=Ed25519PrivateKey.generate())
    return makers.update()


@TABLE("SYS-943")
def an_older_announcement(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.publish(sequence=8)
    assert makers.update(()) is None
    makers.publish(sequence=7)
    return makers.update()


@TABLE("SYS-944")
def an_announcement_whose_time_is_over(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.publish(expires=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    return makers.update()


@TABLE("SYS-945")
def an_older_version(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.publish(version="0.0.1")
    return makers.update()


@TABLE("SYS-946")
def half_a_file(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.publish()
    makers.files[FILE.name] = INSTALLER[:-1]
    return makers.update()


@TABLE("SYS-947")
def another_file(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.publish()
    makers.files[FILE.name] = b"x" * len(INSTALLER)
    return makers.update()


@TABLE("SYS-948")
def nowhere_to_put_it(bench: Bench) -> str | None:
    makers = Makers(bench)
    makers.publish()
    bench.folders.data.mkdir(parents=True)
    (bench.folders.data / "updates").write_text("no folder")
    return makers.update()


@TABLE("SYS-950")
def switched_off(bench: Bench) -> str | None:
    bench.settings("updates = false\n")
    return bench.run("update", "--json").code
