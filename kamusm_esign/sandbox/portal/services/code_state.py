"""What the code page has to say: where the shown code and its session stand now."""

import math
from dataclasses import dataclass

from sqlalchemy import select

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services.sessions import is_over
from kamusm_esign.sandbox.portal.tables import Code, SessionRow


@dataclass(frozen=True, slots=True)
class CodeState:
    """The state of a code, for a page or a poll."""

    name: str
    """`none`, `waiting`, `expired`, `working`, `over`, or an outcome: `succeeded`, `failed`,
    `cancelled`, `unknown`."""
    remaining: int = 0
    """Seconds that the code, or its session, still lives."""
    failure_code: str | None = None
    """The application's own code, where it told one."""
    signer: str | None = None
    """holder_id of whoever signed, once it took effect."""


def state_of(portal: Portal, code: str | None) -> CodeState:
    """Look up a code that a page shows."""
    if code is None:
        return CodeState("none")
    now = portal.clock()
    with portal.database.read() as db:
        row = db.get(Code, portal.keys.mac("code", code))
        session = None
        if row is not None and row.used_at is not None:
            session = db.scalars(select(SessionRow).where(SessionRow.code_hash == row.hash)).one()
    if row is None:
        return CodeState("none")
    if session is not None:
        return _session_state(session, now)
    if now >= row.expires_at:
        return CodeState("expired")
    return CodeState("waiting", math.ceil(row.expires_at - now))


def _session_state(session: SessionRow, now: float) -> CodeState:
    if session.effective_at is not None:
        return CodeState("succeeded", signer=session.signer_id)
    if session.outcome is not None:
        report = session.outcome_report or {}
        return CodeState(session.outcome, failure_code=report.get("failure_code"))
    if is_over(session, now):
        return CodeState("over")
    return CodeState("working", math.ceil(session.expires_at - now))
