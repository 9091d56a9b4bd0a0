"""What the code page has to say: where the shown code and its session stand now."""

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from kamusm_esign.sandbox.portal.context import Portal
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
    puk_spent: bool = False
    """Whether it failed because the card refused the PUK: each time more brings its end nearer."""
    signer: str | None = None
    """holder_id of whoever signed, once it took effect."""


_STATE = (
    select(
        Code.expires_at.label("code_expires_at"),
        SessionRow.id,
        SessionRow.effective_at,
        SessionRow.signer_id,
        SessionRow.outcome,
        SessionRow.outcome_report,
        SessionRow.ended_at,
        SessionRow.expires_at,
    )
    .outerjoin(SessionRow, SessionRow.code_hash == Code.hash)
    .where(Code.hash == bindparam("code"))
)
"""Only what is told, and in one trip: every open page asks this every few seconds."""


def state_of(portal: Portal, code: str | None) -> CodeState:
    """Look up a code that a page shows."""
    if code is None:
        return CodeState("none")
    now = portal.clock()
    row = portal.database.row(_STATE, code=portal.keys.mac("code", code))
    if row is None:
        return CodeState("none")
    if row.id is not None:
        return _session_state(row, now)
    if now >= row.code_expires_at:
        return CodeState("expired")
    return CodeState("waiting", math.ceil(row.code_expires_at - now))


def _session_state(session: Row[Any], now: float) -> CodeState:
    if session.effective_at is not None:
        return CodeState("succeeded", signer=session.signer_id)
    if session.outcome is not None:
        report = session.outcome_report or {}
        spent = session.outcome == "failed" and report.get("puk_attempt_spent", False)
        return CodeState(session.outcome, 0, report.get("failure_code"), spent)
    end = session.expires_at if session.ended_at is None else session.ended_at
    if now >= end:
        return CodeState("over")
    return CodeState("working", math.ceil(session.expires_at - now))
