"""Sessions: who speaks for one, what it may still do, how it ended."""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.api.bodies import OutcomeReport
from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import locks
from kamusm_esign.sandbox.portal.services import audit
from kamusm_esign.sandbox.portal.services.codes import kind
from kamusm_esign.sandbox.portal.services.messages import MASKED_PHONE
from kamusm_esign.sandbox.portal.tables import Card, DocumentRow, SessionRow
from kamusm_esign.sandbox.portal.texts import texts

GRACE_SECONDS = 7 * 24 * 3600
"""So long after its end a session's outcome and signatures are still taken."""
REQUESTED_BY = "Kamu Sertifikasyon Merkezi (sandbox)"
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """What a request brings along to speak for a session."""

    session_id: str
    token: str


def find(portal: Portal, db: Session, access: Access) -> SessionRow:
    """The session that a token speaks for, over or not.

    Raises:
        ProblemError: `token-invalid`, also when the session ended more than 7 days ago.
    """
    row = None
    if _ID.fullmatch(access.session_id):
        row = db.get(SessionRow, access.session_id, with_for_update=locks(db) or None)
    given = portal.keys.mac("token", access.token)
    if row is None or not hmac.compare_digest(row.token_hash, given):
        raise ProblemError("token-invalid")
    if portal.clock() >= end(row) + GRACE_SECONDS:
        raise ProblemError("token-invalid")
    return row


def end(row: SessionRow) -> float:
    """When the session ended or will end."""
    return row.expires_at if row.ended_at is None else row.ended_at


def is_over(row: SessionRow, now: float) -> bool:
    """Whether it ended: an outcome, a cancel, the third wrong SMS code, or its time."""
    # The end that was noted counts whatever the clock says: another process may have noted it.
    return row.ended_at is not None or now >= row.expires_at


def admit(
    portal: Portal,
    db: Session,
    access: Access,
    *,
    only: str | None = None,
    step_up: bool = True,
) -> SessionRow:
    """A session that may go on, judged in the contract's order.

    Args:
        only: the kind of session that can do this.
        step_up: whether the SMS code must have been passed.

    Raises:
        ProblemError: `token-invalid`, `session-over`, `wrong-session-kind`, `step-up-required`.
    """
    row = find(portal, db, access)
    if is_over(row, portal.clock()):
        raise ProblemError("session-over")
    if only is not None and kind(row.code.purpose) != only:
        raise ProblemError("wrong-session-kind")
    if step_up:
        require_step_up(row)
    return row


def require_step_up(row: SessionRow) -> None:
    """Raises ProblemError `step-up-required` unless the SMS code was passed or is not asked for."""
    if row.otp is not None and not row.step_up_passed:
        raise ProblemError("step-up-required")


def view(portal: Portal, row: SessionRow, token: str) -> dict[str, Any]:
    """The session as the contract shows it."""
    code = row.code
    session_kind = kind(code.purpose)
    login = code.purpose == "login"
    documents, certificates = _paper(portal, row) if session_kind == "sign" else ([], [])
    return {
        "id": row.id,
        "token": token,
        "kind": session_kind,
        "purpose": code.purpose,
        "certificate_kind": code.certificate_kind,
        "holder": None if login else masked_holder(code.holder, code.holder_id),
        "server_time": rfc3339(portal.clock()),
        "expires_at": rfc3339(row.expires_at),
        "step_up": None if row.otp is None else {"masked_phone": MASKED_PHONE},
        "eligible_certificates": certificates,
        "eligible_token_serials": code.serials if session_kind == "pin" else [],
        "pin_policy": {"minimum": 6, "maximum": 12} if session_kind == "pin" else None,
        "unblock_methods": code.methods,
        "documents": [_document(d) for d in documents],
        "requested_by": REQUESTED_BY,
        "reason": {language: texts(language)["reason"][code.purpose] for language in ("tr", "en")},
        "origin": _origin(row) if login else None,
    }


def cancel(portal: Portal, access: Access) -> None:
    """The person gave up; nothing changes where the session is over already.

    Raises:
        ProblemError: `token-invalid`.
    """
    with portal.database.write() as db:
        row = find(portal, db, access)
        now = portal.clock()
        if not is_over(row, now):
            row.ended_at = now
            # What took effect is not undone by giving up afterwards.
            row.outcome = "cancelled" if row.effective_at is None else "succeeded"
            audit.note(db, now, "outcome", session_id=row.id, detail=row.outcome)


def put_outcome(portal: Portal, access: Access, report: OutcomeReport) -> None:
    """Note how it ended. `unknown` may become `succeeded` or `failed`, nothing else changes.

    Raises:
        ProblemError: `token-invalid`, `outcome-conflict`.
    """
    with portal.database.write() as db:
        row = find(portal, db, access)
        now = portal.clock()
        if row.outcome == report.result:
            return
        later = row.outcome == "unknown" and report.result in ("succeeded", "failed")
        if row.outcome is not None and not later:
            raise ProblemError("outcome-conflict")
        if report.result == "succeeded" and not _all_signed(db, row):
            raise ProblemError("outcome-conflict", "Not every document has its receipt.")
        if row.effective_at is not None and report.result in ("failed", "cancelled"):
            raise ProblemError("outcome-conflict", "The signatures have taken effect.")
        row.outcome = report.result
        row.outcome_report = report.report
        if report.result == "succeeded" and row.grant_serial is not None:
            # The card has another PIN now; the one that it came with is nobody's any more.
            db.get_one(Card, row.grant_serial).first_pin = None
        if report.result == "failed" and report.report["puk_attempt_spent"]:
            _note_refused_puk(db, row)
        row.ended_at = min(now, end(row))
        audit.note(
            db,
            now,
            "outcome",
            session_id=row.id,
            serial=row.grant_serial,
            detail=report.result + (" puk-spent" if report.report["puk_attempt_spent"] else ""),
        )


def mask_name(name: str) -> str:
    """`A*** Y*****`: the first letter of each word."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())[:120]


def masked_holder(name: str, holder_id: str) -> dict[str, str]:
    """The holder as every answer shows them."""
    return {"masked_name": mask_name(name), "masked_id": f"*******{holder_id[-4:]}"}


def rfc3339(at: float) -> str:
    """A time of the contract, in UTC, to the millisecond."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _note_refused_puk(db: Session, row: SessionRow) -> None:
    """Unless the card was enrolled since, maybe with another one."""
    if row.grant is not None and row.grant["method"] == "so-pin":
        card = db.get_one(Card, row.grant_serial)
        if card.enrolled_at <= row.started_at:
            card.puk_refused = True


def _all_signed(db: Session, row: SessionRow) -> bool:
    missing = select(DocumentRow.id).where(
        DocumentRow.session_id == row.id, DocumentRow.signature.is_(None)
    )
    return db.scalars(missing).first() is None


def _paper(portal: Portal, row: SessionRow) -> tuple[list[DocumentRow], list[str]]:
    """What a `sign` session asks to be signed, and the SHA-256 of the certificates that may."""
    documents = select(DocumentRow).where(DocumentRow.session_id == row.id)
    certificates = select(Card.certificate_sha256).where(Card.serial.in_(row.code.serials))
    with portal.database.read() as db:
        return (
            list(db.scalars(documents.order_by(DocumentRow.position))),
            sorted(db.scalars(certificates)),
        )


def _document(row: DocumentRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "media_type": row.media_type,
        "size": len(row.content),
        "sha256": row.sha256,
        "format": row.format,
    }


def _origin(row: SessionRow) -> dict[str, str]:
    return {
        "started_at": rfc3339(row.code.created_at),
        "browser": row.code.browser[:80],
        "masked_address": row.code.address[:45],
        "match_number": row.code.match_number,
    }
