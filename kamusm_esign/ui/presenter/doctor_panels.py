"""Screen 11: the report before it is saved, and what an incident code says."""

from dataclasses import dataclass

from kamusm_esign.domain.doctor_report import Report
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.incident import decode, encode, suggestions
from kamusm_esign.domain.report_file import report_text
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.doctor_models import DecodePanel, ReportPanel
from kamusm_esign.ui.presenter.pieces import Button, Chip, Fact, Notice
from kamusm_esign.ui.presenter.words import Words

EXAMPLE = "MA9E-AAAQ"
"""A code as it looks; it is one of this program's own."""
_MOST_MEANT = 4


@dataclass(frozen=True, slots=True)
class Saving:
    """What became of saving the report."""

    path: str = ""
    """Where it is; empty: nowhere yet."""
    failure: Failure | None = None


def present_report(report: Report, saving: Saving, words: Words) -> ReportPanel:
    """The report, line by line."""
    return ReportPanel(
        title=words("doctor_report.title"),
        hint=words("doctor_report.hint"),
        private=Chip("ok", words("doctor_report.private"), "check"),
        lines=tuple((line.label, line.value, line.bad) for line in report.lines),
        text=report_text(report),
        code_hint=words("doctor_report.code"),
        incident=report.incident,
        spoken=words.catalogue.spoken(report.incident),
        save_zip=words("doctor_report.zip"),
        save_txt=words("doctor_report.txt"),
        copy=words("doctor_report.copy"),
        copied=words("doctor_report.copied"),
        file_name=words.file_name(words("doctor_report.file")),
        saved=_saved(saving, words),
    )


def _saved(saving: Saving, words: Words) -> Notice | None:
    if saving.failure is not None:
        return words.notice(saving.failure)
    if not saving.path:
        return None
    return Notice("ok", words("doctor_report.saved"), saving.path)


def present_decode(entered: str, words: Words) -> DecodePanel:
    """What a code says; what cannot be one is said, with what may have been meant."""
    facts: tuple[Fact, ...] = ()
    text = problem = ""
    meant: tuple[Button, ...] = ()
    if entered.strip():
        try:
            facts, text = _said(entered, words)
        except FailedError as error:
            said = words.catalogue.failure(error.failure)
            problem = f"{said.body} {said.todo}"
            meant = tuple(
                Button(code, intents.DecodeIncident(code), "arrow-right")
                for code in suggestions(entered)[:_MOST_MEANT]
            )
    return DecodePanel(
        title=words("doctor_decode.title"),
        label=words("doctor_decode.label"),
        example=EXAMPLE,
        button=words("doctor_decode.button"),
        entered=entered,
        facts=facts,
        text=text,
        problem=problem,
        meant=meant,
    )


def _said(entered: str, words: Words) -> tuple[tuple[Fact, ...], str]:
    incident = decode(entered)
    known = next((code for code in FailureCode if code.value == incident.failure), None)
    said = None if known is None else words.catalogue.explained(known)
    title = words("decode.newer") if said is None else said.title
    left = "unknown" if incident.attempts_left is None else str(incident.attempts_left)
    screen = words(f"screen.{incident.screen}")
    written = encode(incident)
    facts = (
        Fact(
            words("doctor_decode.code"), f"{written} ({' '.join(words.catalogue.spoken(written))})"
        ),
        Fact(words("doctor_decode.failure"), f"{incident.failure}: {title}", strong=True),
        Fact(words("doctor_decode.screen"), f"{incident.screen} · {screen}"),
        Fact(words("doctor_decode.version"), incident.version),
        Fact(words("doctor_decode.platform"), words(f"platform.{incident.platform.name}")),
        Fact(words("doctor_decode.attempts"), words(f"attempts_class.{left}")),
    )
    return facts, "" if said is None else f"{said.body} {said.todo}"
