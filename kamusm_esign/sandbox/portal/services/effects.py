"""What signatures do: nothing before the last one is there, then everything at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.services import audit, codes, people
from kamusm_esign.sandbox.portal.tables import Application, Card, DocumentRow, SessionRow


def apply_when_complete(db: Session, row: SessionRow, signer: Card, now: float) -> None:
    """Let a session take effect if all of its documents are signed, in the same transaction.

    Raises:
        ProblemError: `session-over`, where what it is about was decided in another way since; the
            last signature is not taken then.
    """
    missing = select(DocumentRow.id).where(
        DocumentRow.session_id == row.id, DocumentRow.signature.is_(None)
    )
    if row.effective_at is not None or db.scalars(missing).first() is not None:
        return
    row.effective_at = now
    row.signer_id = signer.holder_id
    purpose = row.code.purpose
    if purpose in ("e-onay-grant", "e-onay-revoke"):
        _decide_e_onay(db, row, signer, now)
    elif purpose == "application" and row.code.application_id is not None:
        _sign_application(db, row, row.code.application_id, now)
    audit.note(db, now, "signatures-in-effect", session_id=row.id, detail=purpose)


def _decide_e_onay(db: Session, row: SessionRow, signer: Card, now: float) -> None:
    person = people.known(db, signer.holder_id, signer.holder)
    wanted = row.code.purpose == "e-onay-grant"
    if wanted == (person.e_onay_since is not None):
        return  # it stands so already, and since when it does
    changed_at = person.e_onay_changed_at
    if changed_at is not None and changed_at > row.started_at:
        raise ProblemError("session-over", "E-Onay was decided otherwise since.")
    person.e_onay_since = now if wanted else None
    person.e_onay_changed_at = now


def _sign_application(db: Session, row: SessionRow, application_id: str, now: float) -> None:
    application = db.get_one(Application, application_id, with_for_update=True)
    if application.state != "confirmed":
        raise ProblemError("session-over", "The application is signed in another way.")
    application.state = "signed"
    application.changed_at = now
    codes.end_application(db, application_id, now, but=row.id)
