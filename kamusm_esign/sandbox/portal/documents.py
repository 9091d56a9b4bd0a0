"""Documents to sign: handed out as they are, signatures taken in with a receipt."""

import hashlib
import secrets
from typing import Any

from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal import audit
from kamusm_esign.sandbox.portal.codes import kind
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import Card, DocumentRow, SessionRow
from kamusm_esign.sandbox.portal.problems import ProblemError
from kamusm_esign.sandbox.portal.sessions import (
    Access,
    admit,
    end,
    find,
    require_step_up,
    rfc3339,
)
from kamusm_esign.sandbox.portal.signature_check import CmsError, CmsFacts, check_cms

SIGNING_LEEWAY = 120
"""Seconds after the session's end that a signing time may still lie in."""
CMS_TYPE = "application/pkcs7-signature"


def get(portal: Portal, access: Access, document_id: str) -> DocumentRow:
    """One document. Raises ProblemError: what `admit` raises, `document-unknown`."""
    with portal.database.read() as db:
        row = admit(portal, db, access)
        return _document(db, row, document_id)


def may_put(portal: Portal, access: Access, document_id: str) -> None:
    """Judge what stands before the body: raises what `put` would, as far as that is known."""
    with portal.database.read() as db:
        row = find(portal, db, access)
        document = db.get(DocumentRow, (row.id, document_id))
        if document is None or document.receipt is None:
            _admit_late(portal, row)
            _document(db, row, document_id)


def put(
    portal: Portal, access: Access, document_id: str, media_type: str, signature: bytes
) -> dict[str, Any]:
    """Take in a signature; the same bytes again get the same receipt, whatever became since.

    Raises:
        ProblemError: `token-invalid`, `session-over`, `wrong-session-kind`, `step-up-required`,
            `document-unknown`, `already-signed`, `malformed-request`, `signature-invalid`,
            `certificate-not-eligible`, `certificate-expired`, `certificate-revoked`.
    """
    with portal.database.write() as db:
        row = find(portal, db, access)
        document = db.get(DocumentRow, (row.id, document_id))
        if document is not None and document.receipt is not None:
            if document.signature == signature:
                return document.receipt
            _admit_late(portal, row)
            raise ProblemError("already-signed")
        _admit_late(portal, row)
        document = _document(db, row, document_id)
        _judge(portal, db, row, document, media_type, signature)
        document.signature = signature
        document.receipt = _receipt(portal, document, signature)
        audit.note(db, portal.clock(), "signature-received", session_id=row.id, detail=document.id)
        return document.receipt


def _admit_late(portal: Portal, row: SessionRow) -> None:
    """Signatures are taken after the session's time too, unless it was ended otherwise."""
    if row.ended_at is not None and row.outcome != "unknown":
        raise ProblemError("session-over")
    if kind(row.code.purpose) != "sign":
        raise ProblemError("wrong-session-kind")
    require_step_up(row)


def _document(db: Session, row: SessionRow, document_id: str) -> DocumentRow:
    document = db.get(DocumentRow, (row.id, document_id))
    if document is None:
        raise ProblemError("document-unknown")
    return document


def _judge(
    portal: Portal,
    db: Session,
    row: SessionRow,
    document: DocumentRow,
    media_type: str,
    signature: bytes,
) -> None:
    if not document.format.startswith("cades-bes-"):
        # Full PAdES and time stamps are not judged here, and what is not judged is not accepted.
        raise ProblemError("signature-invalid", f"{document.format} is not validated here.")
    if media_type != CMS_TYPE:
        raise ProblemError("malformed-request", f"Content-Type: {CMS_TYPE}")
    try:
        facts = check_cms(
            signature, document.content, attached=document.format == "cades-bes-attached"
        )
    except CmsError as error:
        raise ProblemError("signature-invalid", str(error)) from None
    # Signing times are whole seconds.
    if not int(row.started_at) <= facts.signing_time <= row.expires_at + SIGNING_LEEWAY:
        raise ProblemError("signature-invalid", "The signing time is outside of the session.")
    _judge_certificate(portal, db, row, facts)


def _judge_certificate(portal: Portal, db: Session, row: SessionRow, facts: CmsFacts) -> None:
    """The sandbox trusts the certificates of its own cards, each by itself, and no other."""
    cards = db.query(Card).filter(Card.certificate_sha256 == facts.certificate_sha256).all()
    if not any(_may_sign(row, card) for card in cards):
        raise ProblemError("certificate-not-eligible")
    if any(card.revoked for card in cards):
        raise ProblemError("certificate-revoked")
    # Somebody who hands in late signed in time: the certificate counts at the session's end.
    now = min(portal.clock(), end(row))
    if now < facts.not_before:
        raise ProblemError("certificate-not-eligible", "It is not valid yet.")
    if now > facts.not_after:
        raise ProblemError("certificate-expired")


def _may_sign(row: SessionRow, card: Card) -> bool:
    if row.code.serials:
        return card.serial in row.code.serials
    known = row.code.purpose != "login"
    if known and card.holder_id != row.code.holder_id:
        return False
    return card.kind == row.code.certificate_kind


def _receipt(portal: Portal, document: DocumentRow, signature: bytes) -> dict[str, Any]:
    return {
        "receipt_no": f"SBX-{secrets.token_hex(6)}",
        "document_id": document.id,
        "signature_sha256": hashlib.sha256(signature).hexdigest(),
        "received_at": rfc3339(portal.clock()),
    }
