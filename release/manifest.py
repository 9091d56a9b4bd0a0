"""Signs the announcement of a release, which lies beside its files.

    python3 -m release.manifest new-key KEY.pem
    python3 -m release.manifest sign --key NAME=KEY.pem --sequence 7 --version 2.1.0 FILE...

The first makes a key and says its line for `resources/update-keys.toml`. The announcement is
`kamusm-esign-update.json` in the folder of the first file. Several `--key` sign it with several
keys, which is how one key follows another (docs/release.md).
"""

import argparse
import getpass
import hashlib
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.update import UpdateFile, UpdateManifest
from kamusm_esign.updates.envelope import seal_envelope
from kamusm_esign.updates.manifest import read_manifest, write_manifest
from kamusm_esign.updates.updater import MANIFEST

ENDINGS = {".exe": "windows", ".deb": "linux-deb", ".gz": "linux-tar"}


def main(argv: Sequence[str] | None = None) -> int:
    """Make a key or sign an announcement; 0, or 2 for what cannot be meant."""
    parser = argparse.ArgumentParser(prog="release.manifest", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new-key")
    new.add_argument("file", type=Path)
    sign = commands.add_parser("sign")
    sign.add_argument("--key", action="append", required=True, metavar="NAME=FILE")
    sign.add_argument("--sequence", type=int, required=True)
    sign.add_argument("--version", required=True)
    sign.add_argument("--days", type=int, default=90, help="until it expires")
    sign.add_argument("--from", dest="begins", type=datetime.fromisoformat, metavar="TIME")
    sign.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "new-key":
            return _new_key(arguments.file)
        return _sign(arguments)
    except (OSError, ValueError, KeyError, FailedError) as error:
        print(f"release.manifest: {type(error).__name__}: {error}", file=sys.stderr)
        return 2


def describe(file: Path) -> UpdateFile:
    """One file of a release; its ending says whom it is for.

    Raises:
        KeyError: no such ending.
        OSError: it cannot be read.
    """
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return UpdateFile(file.name, ENDINGS[file.suffix], len(content), digest)


def _sign(arguments: argparse.Namespace) -> int:
    begins = arguments.begins or datetime.now(UTC)
    manifest = UpdateManifest(
        sequence=arguments.sequence,
        version=arguments.version,
        not_before=begins.astimezone(UTC).replace(microsecond=0),
        expires=(begins.astimezone(UTC) + timedelta(days=arguments.days)).replace(microsecond=0),
        files=tuple(describe(file) for file in arguments.files),
    )
    payload = write_manifest(manifest)
    if read_manifest(payload) != manifest:
        raise ValueError("a manifest that the program would refuse")
    keys = {}
    for named in arguments.key:
        name, _, file = named.partition("=")
        keys[name] = _read_key(Path(file))
    target = arguments.files[0].parent / MANIFEST
    target.write_bytes(seal_envelope(payload, keys))
    print(target)
    return 0


def _new_key(file: Path) -> int:
    key = Ed25519PrivateKey.generate()
    words = _password(f"Password for {file}: ", twice=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(words),
            )
        )
    print(f'{file.stem} = "{key.public_key().public_bytes_raw().hex()}"')
    return 0


def _read_key(file: Path) -> Ed25519PrivateKey:
    words = _password(f"Password of {file}: ", twice=False)
    key = serialization.load_pem_private_key(file.read_bytes(), words)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{file}: not an Ed25519 key")
    return key


def _password(prompt: str, *, twice: bool) -> bytes:
    """From the terminal, or a line of standard input where there is none."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n").encode()
    words = getpass.getpass(prompt)
    if twice and getpass.getpass("Once more: ") != words:
        raise ValueError("two different passwords")
    return words.encode()


if __name__ == "__main__":
    sys.exit(main())
