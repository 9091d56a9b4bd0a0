"""What signatures do: nothing before the last one is there, then everything at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.services import audit, people
from kamusm_esign.sandbox.portal.tables import Application, Card, DocumentRow, SessionRow


def apply_when_complete(db: Session, row: SessionRow, signer: Card, now: float) -> None:
    """Let a session take effect if all of its documents are signed, in the same transaction."""
    missing = select(DocumentRow.id).where(
        DocumentRow.session_id == row.id, DocumentRow.signature.is_(None)
    )
    if row.effective_at is not None or db.scalars(missing).first() is not None:
        return
    row.effective_at = now
    row.signer_id = signer.holder_id
    purpose = row.code.purpose
    if purpose in ("e-onay-grant", "e-onay-revoke"):
        person = people.known(db, signer.holder_id, signer.holder)
        person.e_onay_since = now if purpose == "e-onay-grant" else None
    elif purpose == "application" and row.code.application_id is not None:
        application = db.get_one(Application, row.code.application_id, with_for_update=True)
        application.state = "signed"
        application.changed_at = now
    audit.note(db, now, "signatures-in-effect", session_id=row.id, detail=purpose)
