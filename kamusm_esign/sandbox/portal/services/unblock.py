"""The permission to set a new PIN: the sealed PUK, or the answer to the card's challenge."""

import base64
from typing import Any

from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.api.bodies import UnblockRequest
from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.keys import cryptogram
from kamusm_esign.sandbox.portal.services import audit, puk_store
from kamusm_esign.sandbox.portal.services.sessions import Access, admit
from kamusm_esign.sandbox.portal.tables import Card, SessionRow


def authorize(portal: Portal, access: Access, key: str, request: UnblockRequest) -> dict[str, Any]:
    """Give the permission once; the same request under the same key gets the same answer.

    Raises:
        ProblemError: what `admit` raises, `puk-already-released`, `challenge-already-answered`,
            `token-not-eligible`, `no-common-method`, `malformed-request`.
    """
    with portal.database.write() as db:
        row = admit(portal, db, access, only="pin")
        key_hash = portal.keys.mac("grant", key)
        if row.grant is not None:
            if (row.grant_key, row.grant_body) == (key_hash, request.digest):
                return row.grant
            _refuse_second(row)
        card = _eligible(db, row, request)
        row.grant = _grant(portal, db, row, card, request)
        row.grant_key = key_hash
        row.grant_body = request.digest
        row.grant_serial = card.serial
        return row.grant


def answer(portal: Portal, access: Access, challenge: bytes) -> bytes:
    """The cryptogram for the card's challenge, with the key of the granted card only.

    Raises:
        ProblemError: what `admit` raises, `challenge-already-answered`; `no-common-method` where
            `challenge-response` was not granted.
    """
    with portal.database.write() as db:
        row = admit(portal, db, access, only="pin")
        if row.grant is None or row.grant["method"] != "challenge-response":
            raise ProblemError("no-common-method", "challenge-response was not granted.")
        if row.challenge not in (None, challenge):
            raise ProblemError("challenge-already-answered")
        serial = str(row.grant_serial)
        if row.challenge is None:
            row.challenge = challenge
            now = portal.clock()
            audit.note(db, now, "challenge-answered", session_id=row.id, serial=serial)
        return cryptogram(portal.keys.admin_key(serial), challenge)


def _refuse_second(row: SessionRow) -> None:
    """Another request may replace a permission only while nothing was released under it."""
    if row.grant is not None and row.grant["method"] == "so-pin":
        raise ProblemError("puk-already-released")
    if row.challenge is not None:
        raise ProblemError("challenge-already-answered")


def _eligible(db: Session, row: SessionRow, request: UnblockRequest) -> Card:
    """portal-api.yaml, "Who may do a job": by serial, or else by the kind of the certificate."""
    card = db.get(Card, request.token_serial)
    if card is None:
        raise ProblemError("token-not-eligible")
    if row.code.serials:
        eligible = card.serial in row.code.serials
    else:
        same = request.certificate_sha256 == card.certificate_sha256
        eligible = same and card.kind == row.code.certificate_kind
    if not eligible:
        raise ProblemError("token-not-eligible")
    return card


def _grant(
    portal: Portal, db: Session, row: SessionRow, card: Card, request: UnblockRequest
) -> dict[str, Any]:
    common = [method for method in row.code.methods if method in request.methods]
    if card.puk_refused and "so-pin" in common:
        common.remove("so-pin")
    if not common:
        detail = "The card refused its PUK; it is not released again." if card.puk_refused else None
        raise ProblemError("no-common-method", detail)
    if common[0] == "challenge-response":
        return {"method": "challenge-response"}
    if request.seal_key is None:
        raise ProblemError("malformed-request", "so-pin needs a seal_key.")
    try:
        sealed = puk_store.release(portal, card, request.seal_key, row.id)
    except ValueError:
        raise ProblemError("malformed-request", "seal_key is not a public key.") from None
    audit.note(db, portal.clock(), "puk-released", session_id=row.id, serial=card.serial)
    return {"method": "so-pin", "sealed_puk": base64.b64encode(sealed).decode()}
