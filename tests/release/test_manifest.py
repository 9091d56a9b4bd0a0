"""What a release engineer signs is what the program takes."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from kamusm_esign.updates.envelope import open_envelope, read_keys
from kamusm_esign.updates.manifest import judge, read_manifest
from kamusm_esign.updates.updater import MANIFEST

PASSWORD = "a password\n"


def run(*words: object, stdin: str = PASSWORD) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "release.manifest", *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_from_a_new_key_to_an_announcement_that_is_taken(tmp_path: Path) -> None:
    key, keys = tmp_path / "2026.pem", tmp_path / "update-keys.toml"
    made = run("new-key", key)
    assert (made.returncode, key.stat().st_mode & 0o777) == (0, 0o600), made.stderr
    assert b"ENCRYPTED" in key.read_bytes()
    keys.write_text("[keys]\n" + made.stdout)
    files = [tmp_path / name for name in ("kamusm-esign_2.1.0_amd64.deb", "setup-2.1.0.exe")]
    for file in files:
        file.write_bytes(file.name.encode())
    words = ["--key", f"2026={key}", "--sequence", 7, "--version", "2.1.0", *files]
    signed = run("sign", *words)
    assert signed.returncode == 0, signed.stderr
    envelope = (tmp_path / MANIFEST).read_bytes()
    manifest = read_manifest(open_envelope(envelope, read_keys(keys)))
    assert [(f.platform, f.size) for f in manifest.files] == [("linux-deb", 28), ("windows", 15)]
    assert judge(manifest, now=datetime.now(UTC), seen=6, version="2.0.9")


def test_what_cannot_be_signed(tmp_path: Path) -> None:
    key, file = tmp_path / "2026.pem", tmp_path / "a.deb"
    assert run("new-key", key).returncode == 0
    before = key.read_bytes()
    assert run("new-key", key).returncode == 2
    assert key.read_bytes() == before
    file.write_bytes(b"x")
    (tmp_path / "a.rpm").write_bytes(b"x")
    right = {"--key": f"2026={key}", "--sequence": 7, "--version": "2.1.0"}
    for changes, named, stdin in (
        ({"--version": "2.1"}, file, PASSWORD),
        ({"--sequence": 0}, file, PASSWORD),
        ({"--key": "2026=/no/such"}, file, PASSWORD),
        ({}, tmp_path / "a.rpm", PASSWORD),
        ({}, tmp_path / "none.deb", PASSWORD),
        ({}, file, "another\n"),
    ):
        words = [word for pair in (right | changes).items() for word in pair]
        assert run("sign", *words, named, stdin=stdin).returncode == 2
    assert not (tmp_path / MANIFEST).exists()
