"""How pages write times and numbers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

TURKEY = timezone(timedelta(hours=3))
"""No summer time since 2016, so no data base of zones is needed."""


def moment(seconds: float) -> str:
    """Date and time to the second, in Turkey."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(TURKEY):%d.%m.%Y\u00a0%H:%M:%S}"


def day(seconds: float) -> str:
    """A date in Turkey."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(TURKEY):%d.%m.%Y}"


def clock(seconds: float) -> str:
    """The time of day in Turkey."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(TURKEY):%H:%M:%S}"


def pairs(digits: str) -> str:
    """Hex digits in pairs."""
    even = digits if len(digits) % 2 == 0 else f"0{digits}"
    return " ".join(even[at : at + 2] for at in range(0, len(even), 2))


FILTERS: dict[str, Callable[..., str]] = {
    "moment": moment,
    "day": day,
    "clock": clock,
    "pairs": pairs,
}
