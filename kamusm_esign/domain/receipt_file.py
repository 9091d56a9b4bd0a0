"""A receipt as a file: what is printed, saved and checked later.

JSON, UTF-8, one object:

    {"format": "kamusm-esign-receipt", "version": 1,
     "receipt_no": …, "received_at": RFC 3339, "portal": base URL,
     "document": {"id": …, "title": …, "sha256": …},
     "signature": {"sha256": …, "signed_at": RFC 3339},
     "certificate": {"holder": …, "serial": …}}

Holder and serial stand masked or whole, as the person chose; everything else is exact. Members may
be added, none is removed or changed.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.receipts import SignatureReceipt

FORMAT = "kamusm-esign-receipt"
VERSION = 1
LARGEST = 1 << 16
"""Bytes of a receipt file; what is larger is none."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NoReceiptError(ValueError):
    """The bytes are not a receipt file."""


def receipt_json(receipt: SignatureReceipt, *, personal_data: bool) -> dict[str, Any]:
    """A receipt as the members of its file.

    Args:
        receipt: what to write.
        personal_data: whether holder and certificate serial stand whole.
    """
    holder, serial = receipt.holder, receipt.certificate_serial
    return {
        "format": FORMAT,
        "version": VERSION,
        "receipt_no": receipt.receipt_no,
        "received_at": _moment(receipt.received_at),
        "portal": receipt.portal,
        "document": {
            "id": receipt.document_id,
            "title": receipt.title,
            "sha256": receipt.document_sha256,
        },
        "signature": {
            "sha256": receipt.signature_sha256,
            "signed_at": _moment(receipt.signed_at),
        },
        "certificate": {
            "holder": holder if personal_data else mask_name(holder),
            "serial": serial if personal_data else mask_serial(serial),
        },
    }


def write_receipt(receipt: SignatureReceipt, *, personal_data: bool) -> bytes:
    """A receipt file; see `receipt_json`."""
    members = receipt_json(receipt, personal_data=personal_data)
    return json.dumps(members, ensure_ascii=False, indent=2).encode() + b"\n"


def read_receipt(content: bytes) -> SignatureReceipt:
    """Read a receipt file, strictly.

    Holder and serial are what stands there, masked or not.

    Raises:
        NoReceiptError: it is none.
    """
    try:
        if len(content) > LARGEST:
            raise ValueError("too large")
        members = json.loads(content.decode("utf-8"))
        if members["format"] != FORMAT or members["version"] != VERSION:
            raise ValueError("another format")
        return _receipt(members)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise NoReceiptError(type(error).__name__) from error


def _receipt(members: dict[str, Any]) -> SignatureReceipt:
    document, signature = _Texts(members["document"]), _Texts(members["signature"])
    certificate, top = _Texts(members["certificate"]), _Texts(members)
    return SignatureReceipt(
        document_id=document.text("id"),
        title=document.text("title"),
        document_sha256=document.sha256(),
        signature_sha256=signature.sha256(),
        signed_at=signature.moment("signed_at"),
        holder=certificate.text("holder"),
        certificate_serial=certificate.text("serial"),
        receipt_no=top.text("receipt_no"),
        received_at=top.moment("received_at"),
        portal=top.text("portal"),
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    """The members of one object, each of which has to be a text."""

    members: dict[str, Any]

    def text(self, name: str) -> str:
        value = self.members[name]
        if not isinstance(value, str):
            raise TypeError(name)
        value.encode()  # refuses half a character (a lone surrogate), which nothing could show
        return value

    def sha256(self) -> str:
        value = self.text("sha256")
        if not _SHA256.fullmatch(value):
            raise ValueError("sha256")
        return value

    def moment(self, name: str) -> datetime:
        moment = datetime.fromisoformat(self.text(name))
        if moment.tzinfo is None:
            raise ValueError(name)
        return moment.astimezone(UTC)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
