"""ATR → card type → PKCS#11 library. The table itself is data: see `card_types.py`."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from kamusm_esign.card.admin_key import AdminKeyPlace
from kamusm_esign.card.binaries import check_library
from kamusm_esign.domain.tokens import DriverStatus, UnblockMethod

_VARIABLE = re.compile(r"%([^%]+)%")


@dataclass(frozen=True, slots=True)
class CardType:
    """One row of the card-type table."""

    name: str
    """Shown to people, e.g. `AKİS`."""
    atr: tuple[str, ...] = ()
    """Whole ATRs, hex; `.` or `X` is any digit."""
    historical_bytes: tuple[str, ...] = ()
    """Patterns for the historical bytes alone."""
    libraries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`linux` or `windows` → file names or absolute paths, in order of preference."""
    directories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`linux` or `windows` → where they may be, in order; variables are not expanded yet."""
    reveals_tries: bool = False
    """The token's flags tell how many PIN tries are left; else a missing flag means nothing."""
    reveals_puk_tries: bool = False
    """The same for the PUK."""
    unblock_methods: tuple[UnblockMethod, ...] = (UnblockMethod.SO_PIN,)
    """How the PIN can be set without knowing it, in the order the program prefers."""
    challenge_response: AdminKeyPlace | None = None
    """With the method `challenge-response`, and only then."""


def historical_bytes(atr: bytes) -> bytes:
    """The historical bytes of an ATR (ISO/IEC 7816-3 section 8.2).

    Raises:
        ValueError: the ATR is cut off or no ATR.
    """
    if len(atr) < 2 or atr[0] not in (0x3B, 0x3F):
        raise ValueError("not an ATR")
    count, present, position = atr[1] & 0x0F, atr[1] >> 4, 2
    while present:
        position += present.bit_count()
        if position > len(atr):
            raise ValueError("cut off")
        # TD, the last of its group, says which bytes the next group has.
        present = atr[position - 1] >> 4 if present & 0x8 else 0
    if position + count > len(atr):
        raise ValueError("cut off")
    return atr[position : position + count]


class CardTypes:
    """The card-type table: the user's rows first, then the shipped ones."""

    def __init__(self, rows: Sequence[CardType]) -> None:
        self.rows = tuple(rows)

    def find(self, atr: str) -> CardType | None:
        """The card type of an ATR in hex, or None for a foreign card (or garbage)."""
        whole = next((r for r in self.rows if _any_matches(r.atr, atr)), None)
        if whole is not None:
            return whole
        try:
            history = historical_bytes(bytes.fromhex(atr)).hex()
        except ValueError:
            return None
        return next((r for r in self.rows if _any_matches(r.historical_bytes, history)), None)


def _any_matches(patterns: Sequence[str], text: str) -> bool:
    return any(len(p) == len(text) and _matches(p, text) for p in patterns)


def _matches(pattern: str, text: str) -> bool:
    return all(
        p in (".", "X") or p == t for p, t in zip(pattern.upper(), text.upper(), strict=True)
    )


@dataclass(frozen=True, slots=True)
class SearchPlace:
    """The machine on which libraries are looked for."""

    system: str
    """`linux` or `windows`."""
    environ: Mapping[str, str]
    triplet: str
    """Debian's multiarch triplet; unused on Windows."""
    root: Path | None = None
    """Stands for the root of the file system (and of every drive); None for the real one."""

    @classmethod
    def here(cls) -> "SearchPlace":
        """This machine."""
        if sys.platform == "win32":
            return cls("windows", os.environ, "")
        return cls("linux", os.environ, f"{os.uname().machine}-linux-gnu")

    def path(self, text: str) -> Path | None:
        """The real path of a directory or library of the table; None where it names none here."""
        try:
            expanded = _VARIABLE.sub(lambda m: self.environ[m[1]], text)
        except KeyError:
            return None
        pure = pure_path(self.system)(expanded.replace("{triplet}", self.triplet))
        if not pure.is_absolute():  # a variable may hold anything
            return None
        return Path(pure) if self.root is None else self.root.joinpath(*pure.parts[1:])


def find_libraries(card_type: CardType, place: SearchPlace) -> tuple[Path, ...]:
    """Where this card type's libraries are: absolute paths of files that exist, best first.

    Several names for one file (symbolic links, `/lib` → `/usr/lib`) count once.
    """
    found: dict[Path, Path] = {}
    for candidate in _candidates(card_type, place):
        if os.path.isfile(candidate):  # Path.is_file raises where a folder may not be entered
            found.setdefault(candidate.resolve(), candidate)
    return tuple(found.values())


def _candidates(card_type: CardType, place: SearchPlace) -> Iterator[Path]:
    directories = [place.path(d) for d in card_type.directories.get(place.system, ())]
    for library in card_type.libraries.get(place.system, ()):
        if pure_path(place.system)(library).is_absolute():
            path = place.path(library)
            yield from () if path is None else (path,)
        else:
            yield from (d / library for d in directories if d is not None)


@dataclass(frozen=True, slots=True)
class FoundDriver:
    """What is known of the driver for one card before anything is loaded."""

    card_type: CardType | None
    status: DriverStatus
    """`OK`: there is a library that can be loaded here; else why not."""
    libraries: tuple[Path, ...]
    """`OK`: those that can be loaded, best first. Else the one that `status` speaks of, if any."""


def find_driver(types: CardTypes, atr: str, place: SearchPlace) -> FoundDriver:
    """The driver for a card, by its ATR in hex."""
    card_type = types.find(atr)
    if card_type is None:
        return FoundDriver(None, DriverStatus.FOREIGN_CARD, ())
    checked = [(path, check_library(path)) for path in find_libraries(card_type, place)]
    usable = tuple(path for path, status in checked if status is DriverStatus.OK)
    if usable:
        return FoundDriver(card_type, DriverStatus.OK, usable)
    if checked:
        path, status = checked[0]
        return FoundDriver(card_type, status, (path,))
    return FoundDriver(card_type, DriverStatus.MISSING, ())


def pure_path(system: str) -> type[PurePath]:
    """The path rules of `linux` or `windows`."""
    return PureWindowsPath if system == "windows" else PurePosixPath
