"""Rate limits that hold over all processes on a database: tries are rows, counted in a window."""

import math
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.database import lock_and_ask
from kamusm_esign.sandbox.portal.tables import Attempt

LONGEST_WINDOW = 3600
_TRIES = (
    select(Attempt.at)
    .where(Attempt.source == bindparam("source"), Attempt.at > bindparam("since"))
    .order_by(Attempt.at)
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries in so many seconds."""

    tries: int
    seconds: int


def whose(address: str) -> str:
    """Under what an address is counted: whoever has one of IPv6 has a whole /64 of them (RFC 6177
    section 2), so that counts as one; what is no address stays as it is.
    """
    with suppress(ValueError):
        found = IPv6Address(address)
        if found.ipv4_mapped is None:
            return str(ip_network((int(found) >> 64 << 64, 64)))
        return str(found.ipv4_mapped)
    return address


def wait(db: Session, source: str, limit: Limit, now: float) -> int:
    """Seconds that a source has to wait before its next try; 0: none.

    Whoever asks holds the source until the transaction ends, so that two tries are never judged by
    the same count.
    """
    tries = _tries(db, source, limit, now)
    if len(tries) < limit.tries:
        return 0
    return max(1, math.ceil(tries[-limit.tries] + limit.seconds - now))


def count(db: Session, source: str, now: float) -> None:
    """Note a try, and forget those that count for nothing any more."""
    db.execute(delete(Attempt).where(Attempt.at <= now - LONGEST_WINDOW))
    db.add(Attempt(source=source, at=now))


def spend(db: Session, source: str, limit: Limit, now: float) -> int:
    """Note a try before it is judged; gives how many there were left with it, 0: it must not be.

    As each is noted under the lock of `wait`, no more are judged than the limit has, however many
    come at once, and to however many processes.
    """
    left = limit.tries - len(_tries(db, source, limit, now))
    if left > 0:
        count(db, source, now)
    return max(left, 0)


def forget(db: Session, source: str) -> None:
    """The source did it right: its earlier tries count no more."""
    db.execute(delete(Attempt).where(Attempt.source == source))


def _tries(db: Session, source: str, limit: Limit, now: float) -> list[float]:
    since = now - limit.seconds
    return lock_and_ask(db, f"attempts {source}", _TRIES, source=source, since=since)
