"""Verifying a file: no card, no portal, and a lane of its own."""

import logging
from dataclasses import replace

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.verification import VerifiedFile
from kamusm_esign.runtime.lanes import LaneOnDemand
from kamusm_esign.runtime.verifying import verify_file, what_speaks_against
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.verify import Verifying, present_verify
from kamusm_esign.ui.presenter.words import Words

_log = logging.getLogger(__name__)


class VerifyJob(Job):
    """Takes a file, and the document where the file does not hold it."""

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop)
        self._state = Verifying()
        # A huge file holds up neither the cards nor the portal.
        self._lane = LaneOnDemand("verify")

    def page(self, words: Words) -> object:
        return present_verify(self._state, words)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.UnmaskReceipts):
            self._state = replace(self._state, unmasked=intent.unmasked)
            self.show()
        elif self._state.busy:
            return
        elif isinstance(intent, intents.VerifyFile):
            self._verify(Verifying(intent.path, busy=True))
        elif isinstance(intent, intents.VerifyDocument) and self._state.file:
            file, unmasked = self._state.file, self._state.unmasked
            self._verify(Verifying(file, intent.path, busy=True, unmasked=unmasked))

    def end(self) -> None:
        self._lane.end()

    def _verify(self, state: Verifying) -> None:
        self._state = state
        self._lane.submit(lambda: self._work(state.file, state.document))
        self.show()

    def _work(self, file: str, document: str | None) -> None:
        """On the lane."""
        found: VerifiedFile | None = None
        try:
            found = verify_file(self.workshop.verifier(), file, document)
            failure = what_speaks_against(found)
        except FailedError as error:
            failure = error.failure
        except Exception as error:
            # Only the type: a message could quote what is in the file.
            raw = type(error).__name__
            _log.error("unexpected %s while verifying", raw)
            failure = Failure.of(FailureCode.UNEXPECTED, raw=raw)
        self.workshop.deliver(lambda: self._verified(found, failure))

    def _verified(self, found: VerifiedFile | None, failure: Failure | None) -> None:
        self._state = replace(self._state, found=found, failure=failure, busy=False)
        self.show()
