"""Screen 13: what was left unfinished, and what became of it."""

from collections.abc import Sequence

from kamusm_esign.domain.masking import mask_serial
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.runtime.recovery import PendingJob
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import UnfinishedPage, UnfinishedRow
from kamusm_esign.ui.presenter.pieces import Button, Frame, Notice
from kamusm_esign.ui.presenter.words import Words


def present_unfinished(jobs: Sequence[PendingJob], words: Words, *, busy: bool) -> UnfinishedPage:
    """The page; a job that was handed in is shown once more, as told."""
    left = [job for job in jobs if not job.handed_in]
    primary = None
    if left:
        reason = words("unfinished.busy") if busy else ""
        text = words("button.hand-in")
        primary = Button(text, intents.HandIn(), "send", enabled=not busy, reason=reason)
    failure = next((job.failure for job in left if job.failure is not None), None)
    notice = words.notice(failure)
    if jobs and not left:
        notice = Notice("ok", words("unfinished.told"))
    return UnfinishedPage(
        frame=Frame(
            screen=13,
            title=words("unfinished.title"),
            primary=primary,
            secondary=Button(words("button.later"), intents.GoHome(), "home"),
        ),
        lead=words("unfinished.lead" if jobs else "unfinished.lead-none"),
        rows=tuple(_row(job, words) for job in jobs),
        notice=notice,
        busy=busy,
    )


def _row(job: PendingJob, words: Words) -> UnfinishedRow:
    entry = job.entry
    sentence = "unfinished.told" if job.handed_in else "unfinished.tell"
    if job.outcome is Outcome.UNKNOWN:
        sentence = "unfinished.ask-card"
    purpose = words(f"purpose.{entry.purpose.value}")
    since = entry.since.astimezone().strftime("%d.%m.%Y %H:%M")
    return UnfinishedRow(
        session_id=entry.session_id,
        title=words("unfinished.row", purpose=purpose, serial=mask_serial(entry.token_serial)),
        line=words("unfinished.since", since=since),
        verdict=words(f"unfinished.{job.outcome.value}"),
        sentence=words(sentence),
    )
