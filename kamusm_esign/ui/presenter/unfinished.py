"""Screen 13: what was left unfinished, and what became of it."""

from collections.abc import Sequence

from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.masking import mask_serial, mask_session
from kamusm_esign.domain.portal_session import Outcome, SessionKind
from kamusm_esign.runtime.recovery import PendingJob
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import UnfinishedPage, UnfinishedRow
from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Fact, Frame, Notice
from kamusm_esign.ui.presenter.words import Words, local_time

_KINDS = {
    Outcome.SUCCEEDED: ("succeeded", "ok"),
    Outcome.FAILED: ("failed", "bad"),
    Outcome.CANCELLED: ("failed", "bad"),
    Outcome.UNKNOWN: ("unknown", "warn"),
}
"""Outcome → how the row and its last event look."""


def present_unfinished(jobs: Sequence[PendingJob], words: Words, *, busy: bool) -> UnfinishedPage:
    """The page; a job that was handed in is shown once more, as told."""
    left = [job for job in jobs if not job.handed_in]
    primary = None
    if left:
        reason = words("unfinished.busy") if busy else ""
        text = words("button.hand-in")
        primary = Button(text, intents.HandIn(), "send", enabled=not busy, reason=reason)
    leave = Button(words("button.later" if left else "button.home"), intents.GoHome(), "home")
    failure = next((job.failure for job in left if job.failure is not None), None)
    notice = words.notice(failure)
    if jobs and not left:
        notice = Notice("ok", words("unfinished.told"))
    return UnfinishedPage(
        frame=Frame(screen=13, title=words("unfinished.title"), primary=primary, secondary=leave),
        lead=words("unfinished.lead" if jobs else "unfinished.lead-none"),
        events_title=words("unfinished.events"),
        facts_title=words("unfinished.to-tell" if left else "unfinished.told-title"),
        rows=tuple(_row(job, words) for job in jobs),
        notice=notice,
        busy=busy,
    )


def _row(job: PendingJob, words: Words) -> UnfinishedRow:
    entry = job.entry
    unknown = job.outcome is Outcome.UNKNOWN and not entry.superseded
    sentence = words("unfinished.told") if job.handed_in else _said(job, "tell", words)
    if unknown:
        sentence = words("unfinished.ask-card")
    purpose = words(f"purpose.{entry.purpose.value}")
    try_it = Button(words("button.try-pin"), intents.OpenJob("verify-pin"), "pin")
    return UnfinishedRow(
        session_id=entry.session_id,
        title=words("unfinished.row", purpose=purpose, serial=mask_serial(entry.token_serial)),
        line=words("unfinished.since", since=local_time(entry.since)),
        verdict=_said(job, job.outcome.value, words),
        kind=_KINDS[job.outcome][0],
        sentence=sentence,
        events=_events(job, words),
        facts=_facts(job, words),
        fix=try_it if unknown else None,
    )


def _events(job: PendingJob, words: Words) -> tuple[CheckRow, ...]:
    entry = job.entry
    purpose = words(f"purpose.{entry.purpose.value}")
    began = words("unfinished.began", purpose=purpose)
    events = [CheckRow(_clock(entry), "ok", began)]
    if entry.step is JournalStep.ENDED:
        state = _KINDS[job.outcome][1]
        at = local_time(entry.decided_at)[-8:] if entry.decided_at else ""
        ended = words("unfinished.ended", verdict=_said(job, job.outcome.value, words))
        events.append(CheckRow(at, state, ended))
    else:
        where = words(f"step.{entry.step.value}")
        events.append(CheckRow("", "warn", words("unfinished.stopped", where=where)))
    told = words("unfinished.told" if job.handed_in else "unfinished.not-told")
    events.append(CheckRow("", "ok" if job.handed_in else "skipped", told))
    return tuple(events)


def _said(job: PendingJob, name: str, words: Words) -> str:
    """One job changes a PIN, the other signs: each is told in words of its own."""
    if job.entry.purpose.kind is SessionKind.SIGN:
        return words(f"unfinished_signing.{name}")
    return words(f"unfinished.{name}")


def _clock(entry: JournalEntry) -> str:
    return local_time(entry.since)[-8:]


def _facts(job: PendingJob, words: Words) -> tuple[Fact, ...]:
    entry = job.entry
    return (
        Fact(words("unfinished.result"), _said(job, job.outcome.value, words)),
        Fact(words("my_card.serial"), mask_serial(entry.token_serial)),
        Fact(words("result_page.time"), local_time(entry.decided_at or entry.since)),
        Fact(words("unfinished.session"), mask_session(entry.session_id)),
    )
