"""The report of the doctor: a list of fields that may be in it, and nothing else.

It is made of results of checks and of a few facts of this computer, never of logs or of what was
read from a card. Each value goes through a rule of its own; what no rule knows is left out.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.incident import incident_of
from kamusm_esign.domain.tokens import PinState

Clean = Callable[[str], str]
LONGEST = 120
"""Characters of a value."""

_SERIAL = re.compile(r"[\[(]?[A-Za-z0-9_-]*\d{5}[A-Za-z0-9_-]*[\])]?", re.ASCII)
_GROUPED = re.compile(r"\d(?:[ \u00a0-]?\d){7,}")
"""What may be the number of a thing or of a person, with what hangs on it."""
_NUMBER = re.compile(r"\d{7,}")
"""Longer than any part of a version."""
_SYSTEM_FOLDERS = ("/usr", "/opt", "/lib", "/lib64")
_WINDOWS_FOLDERS = ("C:/Program Files", "C:/Program Files (x86)", "C:/Windows")
_ATR_SHOWN = 6
"""Hex digits of an ATR: they tell the kind of chip and nothing of this one."""


@dataclass(frozen=True, slots=True)
class Environment:
    """This computer and this program, as far as the helpdesk needs it."""

    version: str
    """The program's."""
    system: str
    """Operating system and its version."""
    machine: str
    """`x86_64`, `arm64`, …"""
    bits: int
    """Of the program: 32 or 64."""
    language: str
    """`tr` or `en`."""
    practice: bool
    """Whether this is not the real world."""
    pending: int
    """Jobs that are not finished."""


NOBODY_LOOKED = Environment("0", "?", "?", 0, "tr", practice=True, pending=0)
"""Where there is nothing to look around in."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line, exactly as it is shown and saved."""

    key: str
    """Stable name, for programs."""
    label: str
    value: str
    bad: bool = False
    """Something that stands in the way."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    lines: tuple[ReportLine, ...]
    incident: str
    """The code to say on the phone; empty where nothing was found."""


def clean(value: str) -> str:
    """A name of a thing: printable, short, without anything that looks like a number of its own."""
    shown = unicodedata.normalize("NFC", value)
    shown = "".join(c if c.isprintable() else " " for c in shown)
    shown = _GROUPED.sub("…", _SERIAL.sub("…", shown))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def clean_path(value: str) -> str:
    """Where a library is; a folder that may name a person becomes an ellipsis."""
    windows = "\\" in value
    pure = PureWindowsPath(value) if windows else PurePosixPath(value)
    folders = _WINDOWS_FOLDERS if windows else _SYSTEM_FOLDERS
    known = any(pure.is_relative_to(folder) for folder in folders) and ".." not in pure.parts
    return clean(value if known else "…/" + pure.name)


def clean_paths(value: str) -> str:
    """Several of them."""
    return ", ".join(clean_path(path) for path in value.split(", "))


def clean_atr(value: str) -> str:
    """The beginning of an ATR."""
    is_atr = re.fullmatch(r"3[BF][0-9A-F]{6,64}", value) is not None
    return value[:_ATR_SHOWN] + "…" if is_atr else ""


def clean_seconds(value: str) -> str:
    """`+7 s`."""
    return value if re.fullmatch(r"[+-]?\d{1,12} s", value) else ""


ALLOWED: Mapping[str, Mapping[str, Clean]] = {
    "pcsc-service": {"service": clean},
    "reader": {"readers": clean, "usb": clean},
    "remote-session": {"session": clean},
    "driver": {"path": clean_path},
    "driver-copies": {"paths": clean_paths},
    "card": {"card_type": clean, "atr": clean_atr},
    "card-free": {"programs": clean},
    "token": {"count": clean},
    "pin": {"pin": clean},
    "puk": {"puk": clean},
    "certificate": {"kind": clean},
    "proxy": {"proxy": clean},
    "portal": {"latest": clean},
    "clock": {"skew": clean_seconds},
    "last-job": {"at": clean},
}
"""Check → fact → how it is written. No fact that is not in here gets into a report."""

_ATTEMPTS = {
    PinState.BLOCKED.value: 0,
    PinState.FINAL_TRY.value: 1,
    PinState.LOW.value: 2,
    PinState.OK.value: 3,
}


def make_report(
    environment: Environment,
    found: Sequence[tuple[str, CheckResult]],
    text: Callable[[str], str],
    fact: Callable[[str, str], str],
    at: datetime,
) -> Report:
    """The report.

    Args:
        environment: this computer and this program.
        found: name and result of each check, in their order.
        text: the catalogue, for names and states.
        fact: words for a fact's value.
        at: now, aware.
    """
    lines = [*_head(environment, text, at), *(_check(*one, text, fact) for one in found)]
    lines.append(ReportLine("user", text("report.user"), "********"))
    incident = incident_of_findings([result for _, result in found], environment.version)
    if incident:
        lines.append(ReportLine("incident", text("report.incident"), incident))
    return Report(tuple(lines), incident)


def incident_of_findings(results: Sequence[CheckResult], version: str) -> str:
    """The code of the first thing that stands in the way, or else of the first doubt."""
    attempts = next((_ATTEMPTS.get(r.fact("pin")) for r in results if r.fact("pin")), None)
    for status in (CheckStatus.ERROR, CheckStatus.WARNING):
        for result in results:
            if result.status is status and result.failure is not None:
                # Of the failure its code alone: what else it carries may not be for a report.
                return incident_of(Failure.of(result.failure.code), 11, version, attempts)
    return ""


def _head(
    environment: Environment, text: Callable[[str], str], at: datetime
) -> Sequence[ReportLine]:
    state = "practice" if environment.practice else "real"
    bits = f"{environment.bits} bit"
    values = {
        "time": at.strftime("%d.%m.%Y %H:%M:%S (UTC%z)"),
        "program": f"{clean(environment.version)}, {bits}, {clean(environment.language)}",
        "system": _NUMBER.sub("…", f"{environment.system}, {environment.machine}")[:LONGEST],
        "world": text(f"report.{state}"),
        "pending": str(min(environment.pending, 999)),
    }
    return [ReportLine(key, text(f"report.{key}"), value) for key, value in values.items()]


def _check(
    name: str, result: CheckResult, text: Callable[[str], str], fact: Callable[[str, str], str]
) -> ReportLine:
    allowed = ALLOWED.get(name, {})
    seen = [allowed[key](fact(key, value)) for key, value in result.facts if key in allowed]
    state = text(f"check_status.{result.status.value}")
    code = "" if result.failure is None else result.failure.code.value
    parts = [part for part in (state, code, ", ".join(filter(None, seen))) if part]
    bad = result.status is CheckStatus.ERROR
    return ReportLine(name, text(f"check.{name}"), " · ".join(parts), bad)
