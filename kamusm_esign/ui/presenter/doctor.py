"""Screen 11: the checks, what they found, and what to do."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.doctor_report import Report
from kamusm_esign.domain.remedies import REMEDIES, Remedy
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.doctor_models import DoctorPage, DoctorRow, ReportPanel
from kamusm_esign.ui.presenter.doctor_panels import Saving, present_decode, present_report
from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Chip, Frame
from kamusm_esign.ui.presenter.words import Words

_STATES = {
    CheckStatus.OK: "ok",
    CheckStatus.WARNING: "warn",
    CheckStatus.ERROR: "bad",
    CheckStatus.SKIPPED: "skipped",
}
_ICONS = {
    "reader": "reader",
    "driver": "driver",
    "card": "card",
    "network": "network",
    "clock": "clock",
    "program": "app",
}
_DRIVER_PAGE = "https://kamusm.gov.tr"
_CLOCK_SETTINGS = "ms-settings:dateandtime"
"""Windows' own address for them."""
_UNSAID = frozenset({"address"})
"""Facts that are for the program and not for the person."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known so far."""

    checks: Sequence[tuple[str, str]] = ()
    """Name and group of each, in the order in which they are shown."""
    results: Mapping[str, CheckResult] = field(default_factory=dict)
    """Those without one are running."""
    busy: bool = False
    report: Report | None = None
    """None: not asked for."""
    saving: Saving = field(default_factory=Saving)
    decoding: str | None = None
    """The incident code that was entered; None: not asked for."""


def present_doctor(findings: Findings, words: Words, portal_page: str) -> DoctorPage:
    """The page.

    Args:
        findings: what is known so far.
        words: the texts.
        portal_page: address of the portal's page in the browser.
    """
    busy = findings.busy
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
    rows: list[DoctorRow] = []
    before = ""
    for name, group in findings.checks:
        heading = group if group != before else ""
        rows.append(_row(name, heading, findings.results.get(name), words, portal_page))
        before = group
    why = words("doctor.busy") if busy else ""
    report = words("doctor.report")
    asked = findings.decoding is not None
    return DoctorPage(
        frame,
        _verdict(rows, words, busy=busy),
        tuple(rows),
        busy,
        Button(report, intents.PrepareReport(), "document", enabled=not busy, reason=why),
        Button(words("doctor.decode"), intents.DecodeIncident(""), "key", enabled=not asked),
        report=_report(findings, words),
        decode=present_decode(findings.decoding, words) if findings.decoding is not None else None,
    )


def _report(findings: Findings, words: Words) -> ReportPanel | None:
    if findings.report is None:
        return None
    return present_report(findings.report, findings.saving, words)


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


def _row(
    name: str, group: str, result: CheckResult | None, words: Words, portal_page: str
) -> DoctorRow:
    title = words(f"check.{name}")
    heading = words(f"check_group.{group}") if group else ""
    icon = _ICONS.get(group, "wrench") if group else ""
    if result is None:
        running = CheckRow(title, "running", words("code_check.running"))
        return DoctorRow(name, heading, icon, running)
    state = _STATES[result.status]
    said = (words.catalogue.fact(*fact) for fact in result.facts if fact[0] not in _UNSAID)
    seen = ", ".join(said)
    if result.failure is None:
        sentence = seen or words(f"check_status.{result.status.value}")
        return DoctorRow(name, heading, icon, CheckRow(title, state, sentence))
    text = words.catalogue.failure(result.failure)
    check = CheckRow(title, state, text.title, text.todo, result.failure.code.value)
    body = f"{text.body}\n{words('doctor.seen', facts=seen)}" if seen else text.body
    return DoctorRow(name, heading, icon, check, body, _fix(result, words, portal_page))


def _fix(result: CheckResult, words: Words, portal_page: str) -> Button | None:
    """The button beside the words, where the program can do something."""
    remedy = None if result.failure is None else REMEDIES.get(result.failure.code)
    if remedy is Remedy.CLOCK_SETTINGS and sys.platform != "win32":
        remedy = Remedy.LOOK_AGAIN
    if remedy is None:
        return None
    intent, icon = {
        Remedy.START_SERVICE: (intents.StartService(), "gear"),
        Remedy.DRIVER_PAGE: (intents.OpenAddress(_DRIVER_PAGE), "external"),
        Remedy.NETWORK_PAGE: (intents.OpenAddress(result.fact("address")), "external"),
        Remedy.CLOCK_SETTINGS: (intents.OpenAddress(_CLOCK_SETTINGS), "clock"),
        Remedy.SET_PIN: (intents.OpenJob("code"), "arrow-right"),
        Remedy.PORTAL_PAGE: (intents.OpenAddress(portal_page), "external"),
        Remedy.LOOK_AGAIN: (intents.LookAgain(), "refresh"),
    }[remedy]
    return Button(words(f"doctor_fix.{remedy.value}"), intent, icon)
