"""Good messages of portal-api.yaml, to be spoiled."""

import base64
import json
from collections.abc import Callable

from kamusm_esign.domain.portal_session import OpenedSession
from kamusm_esign.portal_client import wire

Json = dict[str, object]

PIN: Json = {
    "id": "s_0123456789abcdef",
    "token": "q" * 43,
    "kind": "pin",
    "purpose": "pin-unblock",
    "certificate_kind": "nes",
    "holder": {"masked_name": "A*** Y*****", "masked_id": "*******1234"},
    "server_time": "2026-03-02T09:30:00Z",
    "expires_at": "2026-03-02T09:35:00.5Z",
    "step_up": {"masked_phone": "05** *** 12 34"},
    "eligible_certificates": ["ab" * 32, "cd" * 32],
    "eligible_token_serials": ["08C9150800160012"],
    "pin_policy": {"minimum": 6, "maximum": 8},
    "unblock_methods": ["so-pin", "challenge-response"],
    "documents": [],
    "requested_by": "Kamu Sertifikasyon Merkezi",
    "reason": {"tr": "Kartınızın PIN kodu için.", "en": "For the PIN of your card."},
    "origin": {
        "started_at": "2026-03-02T09:29:00Z",
        "browser": "Firefox",
        "masked_address": "192.0.2.***",
        "match_number": "07",
    },
}
DOCUMENT: Json = {
    "id": "form",
    "title": "Başvuru formu",
    "media_type": "application/pdf",
    "size": 12345,
    "sha256": "0f" * 32,
    "format": "pades-b-b",
}
TEXT: Json = DOCUMENT | {
    "id": "nonce",
    "media_type": "text/plain",
    "format": "cades-bes-detached",
}
SIGN: Json = PIN | {
    "kind": "sign",
    "purpose": "application",
    "unblock_methods": [],
    "documents": [DOCUMENT, TEXT],
    "holder": None,
    "step_up": None,
    "pin_policy": None,
    "origin": None,
}
LOGIN: Json = SIGN | {"purpose": "login", "documents": [TEXT], "origin": PIN["origin"]}
SEALED = base64.b64encode(bytes(range(256)) * 4 + bytes(120)).decode()
GRANT: Json = {"method": "so-pin", "sealed_puk": SEALED}
RECEIPT: Json = {
    "receipt_no": "2026-1",
    "document_id": "form",
    "signature_sha256": "0f" * 32,
    "received_at": "2026-03-02T09:30:00Z",
}
CLIENT: Json = {
    "minimum_version": "2.0.0",
    "latest_version": "2.1.0",
    "download_url": "https://portal.example/indir",
}
MESSAGES: dict[str, tuple[Json, Callable[[bytes], object]]] = {
    "pin session": (PIN, lambda body: wire.read_session(body, 7.0)),
    "sign session": (SIGN, lambda body: wire.read_session(body, 7.0)),
    "login session": (LOGIN, lambda body: wire.read_session(body, 7.0)),
    "client": (CLIENT | {"notice": "Bakım var."}, wire.read_client_info),
    "grant": (GRANT, wire.read_grant),
    "response": ({"response": "AAEC"}, wire.read_response),
    "receipt": (RECEIPT, wire.read_receipt),
}
OPTIONAL = {"notice"}
NULLABLE = {"holder", "step_up", "pin_policy", "origin", "notice"}


def session(message: Json) -> OpenedSession:
    """Read a session that was asked for at second 7."""
    return wire.read_session(json.dumps(message).encode(), 7.0)
