"""The incident code: what happened, in 8 letters that can be said on the phone.

Seven symbols of five bits carry the data, the eighth checks them. The alphabet has no I, İ, O, 0
and 1. Nothing personal is in it, and it is read without any network.

Layout 1, most significant bit first, 35 bits:

| bits | what |
|---|---|
| 2 | layout, 1 |
| 4 | screen, 0 for the command line |
| 2 + 7 | failure: family (KRT, PRT, IMZ, SYS) and the last two digits of the number |
| 4 + 6 + 5 | program version |
| 2 | platform |
| 3 | attempts left: not said, 0, 1, 2, 3 or more |

The check symbol makes the weighted sum of all eight symbols zero in GF(32), with the powers of the
primitive element 2 as weights. They are all different and none is zero: every wrong symbol and
every swap of two symbols changes the sum.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

_LAYOUT = 1
_FAMILIES = (("KRT", 1), ("PRT", 2), ("IMZ", 3), ("SYS", 9))
"""Family and the first digit of its numbers."""
_WIDTHS = (2, 4, 2, 7, 4, 6, 5, 2, 3)
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?", re.ASCII)
_DROPPED = " \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212"
_READ = {symbol: value for value, symbol in enumerate(ALPHABET)} | {
    chr(ord(symbol) + 0x20): value for value, symbol in enumerate(ALPHABET) if symbol >= "A"
}
"""Capital and small ASCII letters; a table, because casing is a matter of languages."""


class Platform(Enum):
    """The operating system; the value is its number in the code."""

    WINDOWS = 0
    LINUX = 1
    MACOS = 2
    OTHER = 3


_PLATFORMS = {
    "win32": Platform.WINDOWS,
    "linux": Platform.LINUX,
    "darwin": Platform.MACOS,
}


@dataclass(frozen=True, slots=True)
class Incident:
    """What the helpdesk learns from the code."""

    screen: int
    """1 to 15, 0 for the command line."""
    failure: str
    """Failure code such as `KRT-121`; not a `FailureCode`, as it may come from a newer program."""
    version: str
    """Program version `major.minor.patch`; numbers above 15.63.31 are cut to that."""
    platform: Platform
    attempts_left: int | None
    """0, 1, 2, or 3 for three and more; None where the card did not say or was not asked."""


def encode(incident: Incident) -> str:
    """The incident as `XXXX-XXXX`."""
    family, number = _failure_numbers(incident.failure)
    attempts = 0 if incident.attempts_left is None else min(max(incident.attempts_left, 0), 3) + 1
    screen = incident.screen if 0 <= incident.screen <= 15 else 0
    fields = (
        *(_LAYOUT, screen, family, number),
        *_version_numbers(incident.version),
        *(incident.platform.value, attempts),
    )
    data = 0
    for value, width in zip(fields, _WIDTHS, strict=True):
        data = data << width | value
    symbols = [data >> shift & 31 for shift in range(30, -1, -5)]
    symbols.append(_twice(_weighted_sum(symbols)))
    return _text(symbols)


def decode(text: str) -> Incident:
    """Read a code as a person types it: blanks, dashes and small ASCII letters are fine.

    Raises:
        FailedError: `INCIDENT_CODE_INVALID`.
    """
    letters = [c for c in text if c not in _DROPPED]
    symbols = [_READ[c] for c in letters if c in _READ]
    if len(letters) != 8 or len(symbols) != 8 or _weighted_sum(symbols):
        raise FailedError.of(FailureCode.INCIDENT_CODE_INVALID)
    data = 0
    for symbol in symbols[:7]:
        data = data << 5 | symbol
    return _read_fields(data)


def suggestions(text: str) -> tuple[str, ...]:
    """Codes that were meant, perhaps: one symbol is another one, or two neighbours changed places.

    Only those of failures that this version knows. Of eight symbols one that is not in the alphabet
    tells where the mistake is; otherwise several may be possible, and none is more than a guess.
    """
    letters = [_READ.get(c) for c in text if c not in _DROPPED]
    unreadable = [place for place, symbol in enumerate(letters) if symbol is None]
    if len(letters) != 8 or len(unreadable) > 1:
        return ()
    symbols = [symbol or 0 for symbol in letters]
    found = {
        _text([*symbols[:place], symbol, *symbols[place + 1 :]])
        for place in unreadable or range(8)
        for symbol in range(32)
    }
    if not unreadable:
        found |= {
            _text([*symbols[:i], symbols[i + 1], symbols[i], *symbols[i + 2 :]]) for i in range(7)
        }
    return tuple(sorted(code for code in found if _is_plausible(code)))


def incident_of(
    failure: Failure, screen: int, version: str, attempts_left: int | None = None
) -> str:
    """The code of a failure on this computer.

    Args:
        failure: what happened; its parameter `attempts_left` counts where it has one.
        screen: number of the screen, 0 for the command line.
        version: the program's.
        attempts_left: where the failure does not say.
    """
    attempts = failure.param("attempts_left")
    left = attempts if isinstance(attempts, int) else attempts_left
    platform = _PLATFORMS.get(sys.platform, Platform.OTHER)
    return encode(Incident(screen, failure.code.value, version, platform, left))


def _text(symbols: Sequence[int]) -> str:
    text = "".join(ALPHABET[symbol] for symbol in symbols)
    return f"{text[:4]}-{text[4:]}"


def _is_plausible(code: str) -> bool:
    try:
        incident = decode(code)
    except FailedError:
        return False
    return any(incident.failure == known.value for known in FailureCode)


def _read_fields(data: int) -> Incident:
    fields = []
    for width in reversed(_WIDTHS):
        fields.append(data & ((1 << width) - 1))
        data >>= width
    layout, screen, family, number, major, minor, patch, platform, attempts = reversed(fields)
    if layout != _LAYOUT or number > 99 or attempts > 4:
        raise FailedError.of(FailureCode.INCIDENT_CODE_INVALID)
    name, hundreds = _FAMILIES[family]
    return Incident(
        screen=screen,
        failure=f"{name}-{hundreds}{number:02}",
        version=f"{major}.{minor}.{patch}",
        platform=Platform(platform),
        attempts_left=attempts - 1 if attempts else None,
    )


def _failure_numbers(failure: str) -> tuple[int, int]:
    """Family and last two digits; `KeyError` for what is not one of our codes."""
    families = {f"{name}-{digit}": i for i, (name, digit) in enumerate(_FAMILIES)}
    return families[failure[:5]], int(failure[5:])


def _version_numbers(version: str) -> tuple[int, int, int]:
    found = _VERSION.match(version)
    major, minor, patch = (int(n or 0) for n in found.groups()) if found else (0, 0, 0)
    return min(major, 15), min(minor, 63), min(patch, 31)


def _weighted_sum(symbols: list[int]) -> int:
    total = 0
    for symbol in symbols:
        total = _twice(total) ^ symbol
    return total


def _twice(value: int) -> int:
    """Times 2 in GF(32) with the primitive polynomial x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 32 else doubled
