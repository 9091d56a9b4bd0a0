"""Screen 11, first version: the checks and what to do."""

from collections.abc import Mapping, Sequence

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import DoctorPage, DoctorRow
from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Chip, Frame
from kamusm_esign.ui.presenter.words import Words

_STATES = {
    CheckStatus.OK: "ok",
    CheckStatus.WARNING: "warn",
    CheckStatus.ERROR: "bad",
    CheckStatus.SKIPPED: "skipped",
}
_ICONS = {
    "pcsc-service": "gear",
    "reader": "reader",
    "card": "card",
    "driver": "driver",
    "token": "card",
    "pin": "pin",
    "certificate": "seal",
    "portal": "network",
    "clock": "clock",
    "key-store": "key",
    "journal": "document",
}
_DRIVER_PAGE = "https://kamusm.gov.tr"
_DRIVER_HELPS = frozenset(
    {
        *(FailureCode.DRIVER_MISSING, FailureCode.DRIVER_WRONG_ARCHITECTURE),
        *(FailureCode.DRIVER_NOT_LOADABLE, FailureCode.TOKEN_NOT_RECOGNISED),
    }
)
"""Where another driver is the way out."""


def present_doctor(
    names: Sequence[str], results: Mapping[str, CheckResult], words: Words, *, busy: bool
) -> DoctorPage:
    """The page; checks without a result yet are running."""
    frame = Frame(
        screen=11,
        title=words("doctor.title"),
        primary=Button(
            words("button.look-again"),
            intents.LookAgain(),
            "refresh",
            enabled=not busy,
            reason=words("doctor.busy") if busy else "",
        ),
        secondary=Button(words("button.home"), intents.GoHome(), "home"),
    )
    rows = tuple(_row(name, results.get(name), words) for name in names)
    return DoctorPage(frame, _verdict(rows, words, busy=busy), rows, busy)


def _verdict(rows: Sequence[DoctorRow], words: Words, *, busy: bool) -> Chip:
    if busy:
        return Chip("info", words("doctor.busy"), "hourglass")
    bad = sum(row.check.state == "bad" for row in rows)
    unclear = sum(row.check.state == "warn" for row in rows)
    if bad:
        key = "doctor.problem-one" if bad == 1 else "doctor.problem-many"
        return Chip("bad", words(key, count=bad), "x-circle")
    if unclear:
        key = "doctor.warning-one" if unclear == 1 else "doctor.warning-many"
        return Chip("warn", words(key, count=unclear), "alert")
    return Chip("ok", words("doctor.fine"), "check-circle")


def _row(name: str, result: CheckResult | None, words: Words) -> DoctorRow:
    title = words(f"check.{name}")
    icon = _ICONS.get(name, "wrench")
    if result is None:
        return DoctorRow(name, icon, CheckRow(title, "running", words("code_check.running")))
    state = _STATES[result.status]
    if result.failure is None:
        seen = ", ".join(value for _, value in result.facts)
        sentence = seen or words(f"check_status.{result.status.value}")
        return DoctorRow(name, icon, CheckRow(title, state, sentence))
    text = words.catalogue.failure(result.failure)
    code = result.failure.code
    check = CheckRow(title, state, text.title, text.todo, code.value)
    fix = None
    if code in _DRIVER_HELPS:
        fix = Button(words("doctor.driver-page"), intents.OpenAddress(_DRIVER_PAGE), "external")
    return DoctorRow(name, icon, check, text.body, fix)
