"""Documents to sign: handed out as they are, signatures taken in with a receipt."""

import hashlib
import secrets
from typing import Any

from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services import audit
from kamusm_esign.sandbox.portal.services.codes import kind, lock_application
from kamusm_esign.sandbox.portal.services.effects import apply_when_complete
from kamusm_esign.sandbox.portal.services.sessions import (
    Access,
    admit,
    find,
    require_step_up,
    rfc3339,
)
from kamusm_esign.sandbox.portal.tables import DocumentRow, SessionRow


def get(portal: Portal, access: Access, document_id: str) -> DocumentRow:
    """One document. Raises ProblemError: what `admit` raises, `document-unknown`."""
    with portal.database.read() as db:
        row = admit(portal, db, access)
        return _document(db, row, document_id)


def may_put(portal: Portal, access: Access, document_id: str) -> None:
    """Judge what stands before the body: raises what `put` would, as far as that is known."""
    with portal.database.read() as db:
        _signable(portal, db, access, document_id)


def put(
    portal: Portal, access: Access, document_id: str, media_type: str, signature: bytes
) -> dict[str, Any]:
    """Take in a signature; the same bytes again get the same receipt, whatever became since.

    Raises:
        ProblemError: `token-invalid`, `session-over`, `wrong-session-kind`, `step-up-required`,
            `document-unknown`, `already-signed`, `malformed-request`, `signature-invalid`,
            `certificate-not-eligible`, `certificate-expired`, `certificate-revoked`.
    """
    with portal.database.read() as db:
        row, document = _signable(portal, db, access, document_id)
    if document.receipt is None:
        # Late: what it judges with takes a second to load, and most portals never sign anything.
        from kamusm_esign.sandbox.portal.services.judgement import judge

        # Outside of the writing, which nobody else can do meanwhile.
        signer = judge(portal, row, document, media_type, signature)
    application_id = row.code.application_id
    with portal.database.write() as db:
        if application_id is not None:
            lock_application(db, application_id)
        row, document = _signable(portal, db, access, document_id)
        if document.receipt is not None:
            if document.signature == signature:
                return document.receipt
            _admit_late(row)
            raise ProblemError("already-signed")
        now = portal.clock()
        document.signature = signature
        document.receipt = _receipt(document, signature, now)
        audit.note(db, now, "signature-received", session_id=row.id, detail=document.id)
        db.flush()
        apply_when_complete(db, row, signer, now)
        return document.receipt


def _signable(
    portal: Portal, db: Session, access: Access, document_id: str
) -> tuple[SessionRow, DocumentRow]:
    """A document that may be signed, or was; the second counts in every state of the session."""
    row = find(portal, db, access)
    document = db.get(DocumentRow, (row.id, document_id))
    if document is None or document.receipt is None:
        _admit_late(row)
        document = _document(db, row, document_id)
    return row, document


def _admit_late(row: SessionRow) -> None:
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


def _receipt(document: DocumentRow, signature: bytes, now: float) -> dict[str, Any]:
    return {
        "receipt_no": f"SBX-{secrets.token_hex(6)}",
        "document_id": document.id,
        "signature_sha256": hashlib.sha256(signature).hexdigest(),
        "received_at": rfc3339(now),
    }
