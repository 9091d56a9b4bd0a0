"""Rate limits that hold over all processes on a database: tries are rows, counted in a window."""

import math
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.database import lock
from kamusm_esign.sandbox.portal.tables import Attempt

LONGEST_WINDOW = 3600


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries in so many seconds."""

    tries: int
    seconds: int


def wait(db: Session, source: str, limit: Limit, now: float) -> int:
    """Seconds that a source has to wait before its next try; 0: none.

    Whoever asks holds the source until the transaction ends, so that two tries are never judged by
    the same count.
    """
    lock(db, f"attempts {source}")
    tries = db.scalars(
        select(Attempt.at)
        .where(Attempt.source == source, Attempt.at > now - limit.seconds)
        .order_by(Attempt.at)
    ).all()
    if len(tries) < limit.tries:
        return 0
    return max(1, math.ceil(tries[-limit.tries] + limit.seconds - now))


def count(db: Session, source: str, now: float) -> None:
    """Note a try, and forget those that count for nothing any more."""
    db.execute(delete(Attempt).where(Attempt.at <= now - LONGEST_WINDOW))
    db.add(Attempt(source=source, at=now))


def forget(db: Session, source: str) -> None:
    """The source did it right: its earlier tries count no more."""
    db.execute(delete(Attempt).where(Attempt.source == source))
