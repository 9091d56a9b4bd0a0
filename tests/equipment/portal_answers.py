"""The messages of portal-api.yaml as a correct portal writes them."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PublicKey,
    Suite,
)

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_MLKEM_KEY = 1184

PROBLEM_STATUS: Mapping[str, int] = {
    "malformed-request": 400,
    "code-malformed": 400,
    "token-invalid": 401,
    "step-up-required": 403,
    "otp-wrong": 403,
    "token-not-eligible": 403,
    "code-unknown": 404,
    "document-unknown": 404,
    "session-over": 409,
    "wrong-session-kind": 409,
    "step-up-not-required": 409,
    "no-common-method": 409,
    "puk-already-released": 409,
    "challenge-already-answered": 409,
    "already-signed": 409,
    "outcome-conflict": 409,
    "code-expired": 410,
    "code-used": 410,
    "too-large": 413,
    "signature-invalid": 422,
    "certificate-not-eligible": 422,
    "certificate-expired": 422,
    "certificate-revoked": 422,
    "client-too-old": 426,
    "too-many-attempts": 429,
    "internal": 500,
    "maintenance": 503,
}
"""Every ProblemCode with the status it goes with."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Job:
    """What a verification code stands for."""

    purpose: str = "pin-unblock"
    certificate_kind: str = "nes"
    serials: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("so-pin",)
    otp: str | None = None
    """The SMS code; None where no step-up is asked for."""
    pin_policy: tuple[int, int] | None = None
    lifetime: float = 300.0
    """Seconds from the exchange."""
    documents: tuple[tuple[str, bytes], ...] = ()
    """Id and text of each document of a `sign` job."""
    signature_format: str = "cades-bes-detached"
    media_type: str = "text/plain"
    """Of every document."""


def json_answer(status: int, value: object) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, json.dumps(value).encode())


def problem(
    code: str, status: int | None = None, *, retry_after: int | None = None, **members: object
) -> Answer:
    """A problem (RFC 9457) with the status that goes with its code."""
    status = PROBLEM_STATUS[code] if status is None else status
    body = {"type": "about:blank", "title": code, "status": status, "code": code} | members
    headers = () if retry_after is None else (("Retry-After", str(retry_after)),)
    return Answer(status, json.dumps(body).encode(), "application/problem+json", headers)


def rfc3339(moment: datetime) -> str:
    """A time as the contract writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def session_body(session_id: str, token: str, job: Job, expires_at: datetime) -> dict[str, object]:
    """Schema `Session`."""
    is_pin = job.purpose.startswith("pin-")
    policy = job.pin_policy and {"minimum": job.pin_policy[0], "maximum": job.pin_policy[1]}
    started_at = rfc3339(datetime.now(UTC))
    return {
        "id": session_id,
        "token": token,
        "kind": "pin" if is_pin else "sign",
        "purpose": job.purpose,
        "certificate_kind": job.certificate_kind,
        "holder": {"masked_name": "A*** Y*****", "masked_id": "*******1234"},
        "server_time": rfc3339(datetime.now(UTC)),
        "expires_at": rfc3339(expires_at),
        "step_up": None if job.otp is None else {"masked_phone": "05** *** 12 34"},
        "eligible_certificates": list(job.certificates),
        "eligible_token_serials": list(job.serials),
        "pin_policy": policy,
        "unblock_methods": list(job.methods) if is_pin else [],
        "documents": [
            _document_body(*document, job.signature_format, job.media_type)
            for document in job.documents
        ],
        "requested_by": "Kamu Sertifikasyon Merkezi",
        "reason": {"tr": "Kartınızın PIN kodu için.", "en": "For the PIN of your card."},
        "origin": {
            "started_at": started_at,
            "browser": "Firefox",
            "masked_address": "192.0.2.***",
            "match_number": "42",
        },
    }


def _document_body(document_id: str, text: bytes, form: str, media_type: str) -> dict[str, object]:
    return {
        "id": document_id,
        "title": "Başvuru formu",
        "media_type": media_type,
        "size": len(text),
        "sha256": hashlib.sha256(text).hexdigest(),
        "format": form,
    }


def receipt_body(document_id: str, signature: bytes) -> dict[str, object]:
    return {
        "receipt_no": "2026-000001",
        "document_id": document_id,
        "signature_sha256": hashlib.sha256(signature).hexdigest(),
        "received_at": rfc3339(datetime.now(UTC)),
    }


def seal_puk(puk: bytes, seal_key: bytes, session_id: str, serial: str) -> bytes:
    """Seal a PUK as the contract says (portal-api.yaml, `sealed_puk`)."""
    key = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(seal_key[:_MLKEM_KEY]),
        X25519PublicKey.from_public_bytes(seal_key[_MLKEM_KEY:]),
    )
    info = f"kamusm-esign unblock v1|{session_id}|{serial}".encode()
    return SUITE.encrypt(puk, key, info=info)


def grant_body(puk: bytes, seal_key: bytes, session_id: str, serial: str) -> dict[str, object]:
    """Schema `UnblockGrant` for `so-pin`."""
    sealed = base64.b64encode(seal_puk(puk, seal_key, session_id, serial))
    return {"method": "so-pin", "sealed_puk": sealed.decode("ascii")}
