"""One journal entry as one line of JSON, and back; strict, because recovery relies on it."""

import json
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.domain.tokens import PinState

_FORMAT = 1


def to_line(entry: JournalEntry) -> bytes:
    """The entry as one line, with its line end."""
    members = {"format": _FORMAT} | {
        field.name: _plain(getattr(entry, field.name)) for field in fields(entry)
    }
    return json.dumps(members, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def from_line(line: bytes) -> JournalEntry:
    """Read a line; members that this version does not know are ignored.

    Raises:
        ValueError: it is no complete entry.
    """
    try:
        members = json.loads(line)
        if members["format"] != _FORMAT:
            raise ValueError("another format")
        return JournalEntry(
            session_id=_text(members["session_id"]),
            portal=_text(members["portal"]),
            purpose=Purpose(members["purpose"]),
            token_serial=_text(members["token_serial"]),
            pin_before=PinState(members["pin_before"]),
            since=_time(members["since"]),
            clock_offset=_number(members["clock_offset"]),
            step=JournalStep(members["step"]),
            outcome=None if members["outcome"] is None else Outcome(members["outcome"]),
            failure_code=_text_or_none(members["failure_code"]),
            puk_attempt_spent=_truth(members["puk_attempt_spent"]),
            decided_at=None if members["decided_at"] is None else _time(members["decided_at"]),
            superseded=_truth(members.get("superseded", False)),  # older lines have none
        )
    except (KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("not a journal entry") from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return getattr(value, "value", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    value.encode()  # refuses half a character (a lone surrogate), which nothing could show
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    timedelta(seconds=value)  # which refuses what is no number, and what no clock is wrong by
    return float(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not a truth value")
    return value


def _time(value: object) -> datetime:
    time = datetime.fromisoformat(_text(value))
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time
