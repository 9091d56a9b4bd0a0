"""JSON that is exactly what it should be, or nothing: the reading half of `wire`."""

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import NoReturn, TypeVar

E = TypeVar("E", bound=Enum)
T = TypeVar("T")

_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|[+-]00:00)", re.ASCII
)

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
"""JSON can write them; no other place could take them."""


class MessageError(Exception):
    """A message that must not be used; names the member, never a value."""

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.member = member


def load(body: bytes) -> "Members":
    """Parse one JSON object: UTF-8 without BOM, no member twice, no NaN or infinity.

    Raises:
        MessageError: the body is not such an object. The parser's own exceptions quote the
            document and are therefore not chained.
    """
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constants
        )
    except (ValueError, RecursionError):
        value = None
    return Members(value, "")


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _no_constants(name: str) -> NoReturn:
    raise ValueError


class Members:
    """One JSON object, read member by member. Members nobody asks for are ignored."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise MessageError(name or "body")
        self._values: dict[str, object] = value
        self._prefix = f"{name}." if name else ""

    def has(self, name: str) -> bool:
        """Whether the member is there, null or not."""
        return name in self._values

    def invalid(self, name: str) -> MessageError:
        """What to raise because of this member."""
        return MessageError(self._prefix + name)

    def need(self, name: str, condition: bool) -> None:
        """Give the message up because of this member unless `condition` holds."""
        if not condition:
            raise self.invalid(name)

    def text(
        self, name: str, *, least: int = 0, most: int | None = None, pattern: str | None = None
    ) -> str:
        """A string of `least` to `most` code points that matches `pattern` as a whole."""
        value = self._values.get(name)
        if not isinstance(value, str) or _LONE_SURROGATE.search(value):
            raise self.invalid(name)
        self.need(name, least <= len(value) and (most is None or len(value) <= most))
        self.need(name, pattern is None or re.fullmatch(pattern, value) is not None)
        return value

    def optional_text(self, name: str) -> str | None:
        """A string that may be null or missing."""
        return None if self._values.get(name) is None else self.text(name)

    def integer(self, name: str, *, least: int | None = None, most: int | None = None) -> int:
        """An integer within both bounds; true, false and 1.0 are none."""
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.invalid(name)
        self.need(name, (least is None or least <= value) and (most is None or value <= most))
        return value

    def choice(self, name: str, kind: type[E]) -> E:
        """One value of an enumeration of texts."""
        value = self.text(name)
        try:
            return kind(value)
        except ValueError:
            raise self.invalid(name) from None

    def moment(self, name: str) -> datetime:
        """A time in UTC, format date-time of RFC 3339 section 5.6; cut to microseconds."""
        match = _DATE_TIME.fullmatch(self.text(name))
        if match is None:
            raise self.invalid(name)
        year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
        microsecond = int(((match[7] or "") + "000000")[:6])
        try:
            return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC)
        except ValueError:
            raise self.invalid(name) from None

    def octets(self, name: str, *, least: int, most: int | None = None) -> bytes:
        """Base64 (RFC 4648 section 4): standard alphabet, padded, no stray bits; size in bytes."""
        text = self.text(name)
        try:
            value = base64.b64decode(text, validate=True)
        except ValueError:
            raise self.invalid(name) from None
        self.need(name, base64.b64encode(value).decode("ascii") == text)
        self.need(name, least <= len(value) and (most is None or len(value) <= most))
        return value

    def maybe(self, name: str, read: Callable[["Members"], T]) -> T | None:
        """An object that must be there and may be null."""
        self.need(name, name in self._values)
        value = self._values[name]
        return None if value is None else read(Members(value, self._prefix + name))

    def nested(self, name: str) -> "Members":
        """An object."""
        return Members(self._values.get(name), self._prefix + name)

    def objects(self, name: str, read: Callable[["Members"], T]) -> tuple[T, ...]:
        """An array of objects."""
        items = self._array(name)
        return tuple(read(Members(item, f"{self._prefix}{name}")) for item in items)

    def texts(self, name: str, *, pattern: str | None = None) -> tuple[str, ...]:
        """An array of strings."""
        items = self._array(name)
        return tuple(
            Members({name: item}, self._prefix[:-1]).text(name, pattern=pattern) for item in items
        )

    def choices(self, name: str, kind: type[E]) -> tuple[E, ...]:
        """An array of values of an enumeration of texts; what comes twice counts once."""
        items = self._array(name)
        found = (Members({name: item}, self._prefix[:-1]).choice(name, kind) for item in items)
        return tuple(dict.fromkeys(found))

    def _array(self, name: str) -> list[object]:
        value = self._values.get(name)
        if not isinstance(value, list):
            raise self.invalid(name)
        return value
