"""Screen 11, first version: the checks and what to do."""

from collections.abc import Mapping, Sequence

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import DoctorPage
from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Frame
from kamusm_esign.ui.presenter.words import Words

_STATES = {
    CheckStatus.OK: "ok",
    CheckStatus.WARNING: "warn",
    CheckStatus.ERROR: "bad",
    CheckStatus.SKIPPED: "skipped",
}


def present_doctor(
    names: Sequence[str], results: Mapping[str, CheckResult], words: Words, *, busy: bool
) -> DoctorPage:
    """The page; checks without a result yet are running."""
    frame = Frame(
        screen=11,
        title=words("doctor.title"),
        primary=Button(
            words("button.look-again"), intents.LookAgain(), "refresh", enabled=not busy
        ),
        secondary=Button(words("button.home"), intents.GoHome(), "home"),
    )
    return DoctorPage(frame, tuple(_row(n, results.get(n), words) for n in names), busy)


def _row(name: str, result: CheckResult | None, words: Words) -> CheckRow:
    title = words(f"check.{name}")
    if result is None:
        return CheckRow(title, "running", words("code_check.running"))
    if result.failure is not None:
        text = words.catalogue.failure(result.failure)
        code = result.failure.code.value
        return CheckRow(title, _STATES[result.status], text.title, text.todo, code)
    seen = ", ".join(value for _, value in result.facts)
    return CheckRow(
        title, _STATES[result.status], seen or words(f"check_status.{result.status.value}")
    )
