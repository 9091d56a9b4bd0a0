"""Step-up: the one-time SMS code. At most 3 sends, 30 s apart; the third wrong one ends it all."""

import hmac
import math

from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services import audit, messages
from kamusm_esign.sandbox.portal.services.sessions import Access, admit
from kamusm_esign.sandbox.portal.tables import SessionRow

SENDS = 3
SECONDS_BETWEEN = 30
WRONG_TRIES = 3


def send(portal: Portal, access: Access) -> None:
    """Put the SMS code into the outbox. It stays the same for the whole session: a message that
    comes late is not a wrong one.

    Raises:
        ProblemError: `session-over`, `step-up-not-required`, `too-many-attempts`.
    """
    with portal.database.write() as db:
        row = admit(portal, db, access, step_up=False)
        now = portal.clock()
        if row.otp is None or row.step_up_passed:
            raise ProblemError("step-up-not-required")
        wait = _wait(row, now)
        if wait > 0:
            raise ProblemError("too-many-attempts", retry_after=math.ceil(wait))
        row.otp_sends += 1
        row.otp_sent_at = now
        messages.send(
            portal,
            db,
            messages.SMS,
            "step-up",
            messages.MASKED_PHONE,
            {"otp": sms_code(portal, row)},
            row.id,
        )
        audit.note(db, now, "sms-sent", session_id=row.id)


def check(portal: Portal, access: Access, otp: str) -> None:
    """Judge an SMS code; the same wrong one twice counts once.

    Raises:
        ProblemError: `session-over`, `step-up-not-required`, `otp-wrong` with what is left.
    """
    portal.decide(lambda db: _check(portal, db, access, otp))


def sms_code(portal: Portal, row: SessionRow) -> str:
    """The SMS code, for the page that stands for the phone."""
    return "" if row.otp is None else portal.keys.unseal(f"otp|{row.id}", row.otp).decode()


def _wait(row: SessionRow, now: float) -> float:
    """Seconds until another one may be sent; to the session's end where all sends are used."""
    if row.otp_sends >= SENDS:
        return row.expires_at - now
    return 0.0 if row.otp_sent_at is None else row.otp_sent_at + SECONDS_BETWEEN - now


def _check(portal: Portal, db: Session, access: Access, otp: str) -> ProblemError | None:
    row = admit(portal, db, access, step_up=False)
    if row.otp is None:
        return ProblemError("step-up-not-required")
    if row.otp_sends and hmac.compare_digest(sms_code(portal, row), otp):
        row.step_up_passed = True
        return None
    wrong = portal.keys.mac(f"otp|{row.id}", otp)
    if wrong not in row.otp_wrong:
        row.otp_wrong = [*row.otp_wrong, wrong]  # a new list: changes inside one go unnoticed
    left = WRONG_TRIES - len(row.otp_wrong)
    if left <= 0:
        row.ended_at = portal.clock()
        audit.note(db, row.ended_at, "otp-used-up", session_id=row.id)
    return ProblemError("otp-wrong", attempts_left=max(left, 0))
