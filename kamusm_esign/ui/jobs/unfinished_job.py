"""Unfinished jobs: what became of them, and telling the portal."""

from collections.abc import Callable
from dataclasses import replace

from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.ports import PortalGateway
from kamusm_esign.runtime.doubt import jobs_in_doubt, only_the_person_knows, settle_by_person
from kamusm_esign.runtime.recovery import PendingJob, hand_in, pending_jobs
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.unfinished import present_unfinished
from kamusm_esign.ui.presenter.which_pin import present_which_pin
from kamusm_esign.ui.presenter.words import Words


class UnfinishedJob(Job):
    """Shows the journal's entries and hands them in."""

    def __init__(
        self, workshop: Workshop, portal_at: Callable[[str], PortalGateway], worked: str = ""
    ) -> None:
        """Make the job.

        Args:
            workshop: what the jobs share.
            portal_at: a gateway to the portal at a base URL.
            worked: serial of a card whose PIN was tried just now and works. Where that alone does
                not tell how its jobs ended, the person is asked which PIN it was.
        """
        super().__init__(workshop)
        self._portal_at = portal_at
        self._worked = worked
        self._asked: JournalEntry | None = None
        """The job that the person is asked about."""
        self._jobs: tuple[PendingJob, ...] = ()
        self._busy = False

    def begin(self) -> None:
        self._jobs = pending_jobs(self.workshop.ports.journal)
        if self._worked:
            # What the newest job did is what the PIN that works tells about.
            in_doubt = jobs_in_doubt(self.workshop.ports.journal, self._worked)
            if in_doubt and only_the_person_knows(in_doubt[-1]):
                self._asked = in_doubt[-1]
            else:
                self._begin_hand_in(self._hand_in)
        elif any(job.entry.step is JournalStep.SIGNED for job in self._jobs):
            # Signatures count only from their arrival on, and no card is needed to hand them in.
            self._begin_hand_in(self._hand_in)

    def page(self, words: Words) -> object:
        if self._asked is not None:
            return present_which_pin(self._asked, words)
        return present_unfinished(self._jobs, words, busy=self._busy)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.HandIn) and not (self._busy or self._asked):
            self._begin_hand_in(self._hand_in)
            self.show()
        elif isinstance(intent, intents.SayTried) and self._asked is not None:
            asked, self._asked = self._asked, None
            outcome = Outcome.SUCCEEDED if intent.new else Outcome.FAILED
            self._begin_hand_in(lambda: self._settle(asked, outcome))
            self.show()
        elif isinstance(intent, intents.Cancel):
            self.leave()

    def _begin_hand_in(self, work: Callable[[], None]) -> None:
        self._busy = True
        # The card lane: the card is read first, and nothing else may read it meanwhile.
        self.workshop.card.submit(work)

    def _settle(self, asked: JournalEntry, outcome: Outcome) -> None:
        """Write down what the person said, and tell the portal."""
        ports = self.workshop.ports
        try:
            settle_by_person(ports.journal, asked, outcome, ports.utc_now())
        except FailedError as error:
            failure = error.failure
            jobs = tuple(replace(j, failure=failure) for j in pending_jobs(ports.journal))
            self.workshop.deliver(lambda: self._handed_in(jobs))
        else:
            self._hand_in()

    def _hand_in(self) -> None:
        try:
            jobs = hand_in(self.workshop.ports, self._portal_at)
        except FailedError:
            jobs = pending_jobs(self.workshop.ports.journal)
        self.workshop.deliver(lambda: self._handed_in(jobs))

    def _handed_in(self, jobs: tuple[PendingJob, ...]) -> None:
        self._jobs, self._busy = jobs, False
        self.show()
