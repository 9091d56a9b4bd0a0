"""The parts that `selftest` tries, in the order in which they are shown."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kamusm_esign.child.spawn import command_of, spawn
from kamusm_esign.cli.selftest import BrokenError, Trial
from kamusm_esign.cli.selftest_imports import import_everything
from kamusm_esign.cli.world import World
from kamusm_esign.domain.documents import PDF, PictureWanted
from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.resource_files import resource

WINDOW_SECONDS = 60.0
LIST = "files.json"
"""In a bundle: SHA-256 of every file of `resources/`, as they were when it was built."""


def parts(world: World) -> Sequence[Trial]:
    """All trials of this installation."""
    return (
        Trial("imports", import_everything),
        Trial("resources", _resources),
        Trial("texts", _texts),
        Trial("window", _window),
        Trial("pdf", lambda: _pdf(world)),
        Trial("seal", _seal),
        Trial("signature", lambda: _signature(world)),
        Trial("journal", lambda: _journal(world)),
        Trial("card-host", lambda: _card_host(world)),
    )


# ---------------------------------------------------------------------------- the files
def _resources() -> str:
    """Every file is there and as it was built; without a list, what would be missed most."""
    root = resource("card-types.toml").parent
    for name in ("card-types.toml", "icons/app.svg", "fonts/NotoSans-Regular.ttf", "drawings"):
        resource(*name.split("/"))
    files = [path for path in root.rglob("*") if path.is_file() and path.name != LIST]
    if (root / LIST).exists():
        listed: dict[str, str] = json.loads((root / LIST).read_bytes())
        found = {path.relative_to(root).as_posix(): _sha256(path) for path in files}
        wrong = sorted({name for name, _ in listed.items() ^ found.items()})
        if wrong:
            raise BrokenError(", ".join(wrong))
    from kamusm_esign.card.card_types import load_card_types

    load_card_types(None)
    return str(len(files))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _texts() -> str:
    """Both languages say the same things, and every failure code is explained in both."""
    explained = {f"failure.{code.value}.todo" for code in FailureCode}
    count = 0
    for turkish in sorted(resource("i18n").glob("*tr.toml")):
        english = turkish.with_name(turkish.name.removesuffix("tr.toml") + "en.toml")
        keys = [_keys(tomllib.loads(p.read_text("utf-8")), "") for p in (turkish, english)]
        if keys[0] != keys[1]:
            raise BrokenError(f"{english.name}: {sorted(keys[0] ^ keys[1])[:3]}")
        explained -= keys[0]
        count += len(keys[0])
    if explained:
        raise BrokenError(", ".join(sorted(explained)))
    return str(count)


def _keys(table: dict[str, Any], prefix: str) -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        inner = _keys(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key}
        found |= inner
    return found


# ---------------------------------------------------------------------------- what it does
def _window() -> str:
    """In a process of its own: a Qt that cannot show a window ends whoever tries."""
    process = spawn(command_of("kamusm_esign.ui.self_test", "--window-check"), subprocess.PIPE)
    with process:
        try:
            answer, said = process.communicate(timeout=WINDOW_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise BrokenError("no answer") from None
    if process.returncode or not answer:
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise BrokenError(f"{process.returncode}: {''.join(last)}")
    found: dict[str, str] = json.loads(answer)
    if "broken" in found:
        raise BrokenError(found["broken"])
    return found["seen"]


def _document() -> bytes:
    from kamusm_esign.signing.receipt_pdf import receipt_pdf

    return receipt_pdf("Deneme: İıĞğŞş", [("satır", "değer 0123")], "not")


def _pdf(world: World) -> str:
    """A page with its fonts, drawn by the child process that draws documents."""
    with closing(world.documents()) as documents:
        readable = documents.open(_document(), PDF)
        picture = documents.picture(readable.key, PictureWanted(0, 400, 0, 400))
        if len(set(memoryview(picture.dots)[::4])) < 3:  # paper alone has one shade
            raise BrokenError("an empty page")
        if not documents.search(readable.key, 0, "İıĞğŞş"):
            raise BrokenError("a page without its text")
    return f"{picture.width} x {picture.height}"


def _seal() -> str:
    """The fixed vector of the sealed PUK (RFC 9180; portal-api.yaml, `UnblockGrant`)."""
    from kamusm_esign.card.seal import SealKey

    vector = json.loads(resource("selftest", "hpke-vector.json").read_bytes())
    key = SealKey(*(bytes.fromhex(vector[n]) for n in ("mlkem_seed_hex", "x25519_private_hex")))
    opened = key.open(base64.b64decode(vector["sealed_puk"]), vector["info"].encode())
    if opened != vector["plaintext_ascii"].encode():
        raise BrokenError("another text")
    return f"{vector['kem_id']} {vector['kdf_id']} {vector['aead_id']}"


def _signature(world: World) -> str:
    """CAdES and PAdES with keys in software; each stands, and a changed byte does not."""
    from kamusm_esign.signing.trial import sign_and_verify

    made = sign_and_verify(world.signatures(), world.verifier(None), _document(), _now())
    return ", ".join(made)


def _now() -> datetime:
    return datetime.now(UTC)


def _journal(world: World) -> str:
    """The journal's folder takes a line, to the disk."""
    from kamusm_esign.support.checks import JournalCheck

    result = JournalCheck(world.folders.journal).run()
    if result.failure is not None:
        raise BrokenError(result.failure.code.value)
    return ""


def _card_host(world: World) -> str:
    """The process that will load the card's driver starts, and answers with a fresh key."""
    from kamusm_esign.card.client import CardHostClient

    with tempfile.TemporaryDirectory() as locks, closing(CardHostClient(Path(locks))) as host:
        key = host.seal_key()
    return f"{len(key)} bytes, {'frozen' if getattr(sys, 'frozen', False) else os.name}"
