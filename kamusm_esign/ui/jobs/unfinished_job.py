"""Unfinished jobs: what became of them, and telling the portal."""

from collections.abc import Callable

from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.journal_entry import JournalStep
from kamusm_esign.ports import PortalGateway
from kamusm_esign.runtime.recovery import PendingJob, hand_in, pending_jobs
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.unfinished import present_unfinished
from kamusm_esign.ui.presenter.words import Words


class UnfinishedJob(Job):
    """Shows the journal's entries and hands them in."""

    def __init__(self, workshop: Workshop, portal_at: Callable[[str], PortalGateway]) -> None:
        super().__init__(workshop)
        self._portal_at = portal_at
        self._jobs: tuple[PendingJob, ...] = ()
        self._busy = False

    def begin(self) -> None:
        self._jobs = pending_jobs(self.workshop.ports.journal)
        if any(job.entry.step is JournalStep.SIGNED for job in self._jobs):
            # Signatures count only from their arrival on, and no card is needed to hand them in.
            self.intent(intents.HandIn())

    def page(self, words: Words) -> object:
        return present_unfinished(self._jobs, words, busy=self._busy)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.HandIn) and not self._busy:
            self._busy = True
            # The card lane: the card is read first, and nothing else may read it meanwhile.
            self.workshop.card.submit(self._hand_in)
            self.show()
        elif isinstance(intent, intents.Cancel):
            self.leave()

    def _hand_in(self) -> None:
        try:
            jobs = hand_in(self.workshop.ports, self._portal_at)
        except FailedError:
            jobs = pending_jobs(self.workshop.ports.journal)
        self.workshop.deliver(lambda: self._handed_in(jobs))

    def _handed_in(self, jobs: tuple[PendingJob, ...]) -> None:
        self._jobs, self._busy = jobs, False
        self.show()
