"""The outbox: signatures that the portal has not taken yet, in a folder per session.

`0001.json` says what is known of the first signature and in which file its bytes are; replacing it
is the one moment at which anything changes, so a crash leaves the old or the new and nothing
between. The folder is the user's alone; no secret is in it, but documents and names may be.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.outbox import KeptSignature
from kamusm_esign.domain.portal_session import Document, Receipt, SignatureFormat
from kamusm_esign.support.paths import private_folder, sync_folder

_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_FORMAT = 1


class FolderOutbox:
    """`ports.Outbox` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Nothing is touched before it is needed.

        Args:
            folder: made when the first signature is added.
        """
        self._folder = folder

    def add(self, session_id: str, kept: KeptSignature, signature: bytes) -> None:
        """See `ports.Outbox`."""
        with _not_writable():
            folder = self._made(session_id)
            name = _bytes_name(kept)
            _write(folder / name, signature, sync=False)
            _write(folder / _facts_name(kept), _to_json(kept, name, signature), sync=False)

    def seal(self, session_id: str) -> None:
        """See `ports.Outbox`."""
        with _not_writable():
            folder = self._path(session_id)
            for path in sorted(folder.iterdir()):
                _sync(path)
            sync_folder(folder)
            sync_folder(self._folder)

    def replace(self, session_id: str, kept: KeptSignature, signature: bytes) -> None:
        """See `ports.Outbox`."""
        with _not_writable():
            folder = self._path(session_id)
            before = self._facts(session_id, kept.number)["file"]
            name = _bytes_name(kept)
            _write(folder / name, signature, sync=True)
            self._put_facts(folder, kept, _to_json(kept, name, signature))
            if before != name:
                (folder / before).unlink(missing_ok=True)

    def note(self, session_id: str, kept: KeptSignature) -> None:
        """See `ports.Outbox`."""
        with _not_writable():
            facts = self._facts(session_id, kept.number)
            content = _encode(_plain(kept) | {k: facts[k] for k in ("file", "sha256")})
            self._put_facts(self._path(session_id), kept, content)

    def kept(self, session_id: str) -> tuple[KeptSignature, ...]:
        """See `ports.Outbox`."""
        found = []
        for path in sorted(self._path(session_id).glob("[0-9]*.json")):
            try:
                found.append(_from_json(json.loads(path.read_bytes())))
            except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
                return ()
        # Signatures take effect together: a part of them is worth nothing.
        whole = all(kept.total == len(found) for kept in found)
        return tuple(found) if whole else ()

    def signature(self, session_id: str, number: int) -> bytes:
        """See `ports.Outbox`."""
        try:
            facts = self._facts(session_id, number)
            signature: bytes = (self._path(session_id) / facts["file"]).read_bytes()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FailedError.of(FailureCode.SIGNATURE_LOST) from error
        if hashlib.sha256(signature).hexdigest() != facts["sha256"]:
            raise FailedError.of(FailureCode.SIGNATURE_LOST)
        return signature

    def erase(self, session_id: str) -> bool:
        """See `ports.Outbox`."""
        folder = self._path(session_id)
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()

    def _facts(self, session_id: str, number: int) -> dict[str, Any]:
        facts = json.loads((self._path(session_id) / f"{number:04}.json").read_bytes())
        if facts["format"] != _FORMAT or Path(facts["file"]).name != facts["file"]:
            raise ValueError("not facts of a signature")
        return dict(facts)

    def _put_facts(self, folder: Path, kept: KeptSignature, content: bytes) -> None:
        new = folder / (_facts_name(kept) + ".new")
        _write(new, content, sync=True)
        os.replace(new, folder / _facts_name(kept))
        sync_folder(folder)

    def _made(self, session_id: str) -> Path:
        private_folder(self._folder)
        return private_folder(self._path(session_id))

    def _path(self, session_id: str) -> Path:
        if not _SESSION_ID.fullmatch(session_id):
            raise ValueError("not a session id")
        return self._folder / session_id


def _facts_name(kept: KeptSignature) -> str:
    return f"{kept.number:04}.json"


def _bytes_name(kept: KeptSignature) -> str:
    return f"{kept.number:04}.{'done' if kept.stamped else 'bare'}"


# ---------------------------------------------------------------------------- files
def _write(path: Path, content: bytes, *, sync: bool) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        if sync:
            os.fsync(fd)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def _not_writable() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FailedError.of(FailureCode.JOURNAL_NOT_WRITABLE) from error


# ---------------------------------------------------------------------------- JSON
def _to_json(kept: KeptSignature, name: str, signature: bytes) -> bytes:
    sha256 = hashlib.sha256(signature).hexdigest()
    return _encode(_plain(kept) | {"file": name, "sha256": sha256})


def _encode(members: dict[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=True, allow_nan=False).encode()


def _plain(kept: KeptSignature) -> dict[str, Any]:
    document, receipt = kept.document, kept.receipt
    return {
        "format": _FORMAT,
        "number": kept.number,
        "total": kept.total,
        "document": {
            "id": document.id,
            "title": document.title,
            "media_type": document.media_type,
            "size": document.size,
            "sha256": document.sha256,
            "format": document.format.value,
        },
        "signed_at": kept.signed_at.isoformat(),
        "holder": kept.holder,
        "certificate_serial": kept.certificate_serial,
        "stamped": kept.stamped,
        "receipt": None
        if receipt is None
        else {
            "receipt_no": receipt.receipt_no,
            "document_id": receipt.document_id,
            "signature_sha256": receipt.signature_sha256,
            "received_at": receipt.received_at.isoformat(),
        },
    }


def _from_json(members: dict[str, Any]) -> KeptSignature:
    if members["format"] != _FORMAT:
        raise ValueError("another format")
    document, receipt = members["document"], members["receipt"]
    return KeptSignature(
        number=int(members["number"]),
        total=int(members["total"]),
        document=Document(**document | {"format": SignatureFormat(document["format"])}),
        signed_at=datetime.fromisoformat(members["signed_at"]),
        holder=str(members["holder"]),
        certificate_serial=str(members["certificate_serial"]),
        stamped=members["stamped"] is True,
        receipt=None
        if receipt is None
        else Receipt(**receipt | {"received_at": datetime.fromisoformat(receipt["received_at"])}),
    )
