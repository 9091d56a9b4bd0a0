"""Every setting that a file, a policy, a variable or an argument can set, and what it may be."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

DEFAULT_PORTAL = "https://onlineislemler.kamusm.gov.tr/api/v1"
"""To be confirmed before shipping: no public source names the host of the API."""

LANGUAGES = ("tr", "en")
THEMES = ("system", "light", "dark", "contrast")
SCALES = (100, 200)
"""Smallest and largest text size, in per cent."""
PROXY_MODES = ("system", "none", "pac", "manual")
TABLES = ("keypad", "proxy", "time_stamp")
"""Tables of the files: the key of a setting is the table's and its own."""


class Problem(NamedTuple):
    """Why a value cannot be one."""

    reason: str
    """A key of the catalogue's table `setting_problem`."""
    allowed: str = ""
    """What it could be, where that can be told in short."""

    @property
    def detail(self) -> str:
        """The same for a usage error, in English."""
        return f"{_ENGLISH[self.reason]}{self.allowed}"


_ENGLISH = {
    "unknown": "unknown key",
    "not-text": "not a text",
    "not-number": "not a number: ",
    "not-switch": "neither true nor false",
    "empty": "empty or not printable",
    "choice": "none of ",
    "path": "not an absolute path",
    "address": "not an address",
    "password": "a password does not belong here",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One setting."""

    default: str | None = None
    choices: tuple[str, ...] = ()
    """The only values; empty: any."""
    bounds: tuple[int, int] | None = None
    """It is a number within these, both inclusive."""
    switch: bool = False
    judge: Callable[[str], Problem | None] | None = None
    """What else is asked of a text."""

    def problem(self, value: object) -> Problem | None:
        """Why a value of a file cannot be one; None where it can."""
        if self.switch:
            return None if isinstance(value, bool) else Problem("not-switch")
        if self.bounds is not None:
            return self._number_problem(value, *self.bounds)
        if not isinstance(value, str):
            return Problem("not-text")
        if not value or not value.isprintable():
            return Problem("empty")
        if self.choices and value not in self.choices:
            return Problem("choice", ", ".join(self.choices))
        return self.judge(value) if self.judge is not None else None

    @staticmethod
    def _number_problem(value: object, least: int, most: int) -> Problem | None:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return None if fits else Problem("not-number", f"{least}–{most}")

    def value(self, text: str) -> object:
        """What is written into a file for a setting's text."""
        if self.switch:
            return {"true": True, "false": False}.get(text, text)
        digits = text.isascii() and text.isdigit() and len(text) < 10
        return int(text) if self.bounds is not None and digits else text

    @staticmethod
    def text(value: object) -> str:
        """A setting's text for what stands in a file."""
        return str(value) if not isinstance(value, bool) else "true" if value else "false"


def _absolute(value: str) -> Problem | None:
    return None if Path(value).is_absolute() else Problem("path")


def _web_address(value: str) -> Problem | None:
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        return Problem("address")
    if parts.username is not None or parts.password is not None:
        return Problem("password")
    return None if known else Problem("address")


def _proxy_address(value: str) -> Problem | None:
    problem = _web_address(value)
    return problem or (Problem("address") if urlsplit(value).path.strip("/") else None)


def _pac(value: str) -> Problem | None:
    return None if Path(value).is_absolute() else _web_address(value)


KEYS: dict[str, Key] = {
    "portal": Key(DEFAULT_PORTAL),
    "language": Key("tr", choices=LANGUAGES),
    "theme": Key("system", choices=THEMES),
    "scale": Key("100", bounds=SCALES),
    "keypad_shuffle": Key("false", switch=True),
    "module": Key(judge=_absolute),
    "card_types": Key(judge=_absolute),
    "updates": Key("true", switch=True),
    "proxy_mode": Key("system", choices=PROXY_MODES),
    "proxy_address": Key(judge=_proxy_address),
    "proxy_user": Key(),
    "proxy_exceptions": Key(),
    "proxy_pac": Key(judge=_pac),
    "time_stamp_url": Key(),
    "time_stamp_user": Key(),
    "time_stamp_method": Key(choices=("basic", "identity")),
}
"""Name of the setting's field → what it may be."""


def field_of(written: str) -> str:
    """The setting that a key of a file names; a key with `_` for the dot names none."""
    table, dot, key = written.partition(".")
    known = not dot and any(written.startswith(name + "_") for name in TABLES)
    return "" if known else f"{table}_{key}" if dot else written


def written(field: str) -> tuple[str, str]:
    """Table (empty: none) and key of a setting, as a file has them."""
    for table in TABLES:
        if field.startswith(table + "_"):
            return table, field.removeprefix(table + "_")
    return "", field


def written_key(field: str) -> str:
    """A setting's name as a file and the command line have it: `proxy.mode`."""
    return ".".join(filter(None, written(field)))
