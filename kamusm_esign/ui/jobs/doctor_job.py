"""Trouble-shooting: every check at once, streaming in."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from queue import SimpleQueue

from kamusm_esign.domain.check_result import trouble
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.ports import Check
from kamusm_esign.runtime.checkup import CheckDone, run_checks
from kamusm_esign.runtime.lanes import LaneOnDemand
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.doctor import Findings, present_doctor
from kamusm_esign.ui.presenter.words import Words

_log = logging.getLogger(__name__)
_SERVICE = "pcsc-service"


class DoctorJob(Job):
    """Runs the checks beside each other; the one look at the cards that they share is made on the
    card lane, like every other."""

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop)
        self._findings = Findings()
        self._lane = LaneOnDemand("doctor")
        self._round = 0

    def begin(self) -> None:
        self._round += 1
        self._findings = Findings(self._findings.checks, {}, busy=True)
        self._lane.submit(partial(self._run, self._round))

    def page(self, words: Words) -> object:
        return present_doctor(self._findings, words, self.workshop.portal_page)

    def intent(self, intent: intents.Intent) -> None:
        if self._findings.busy:
            return
        if isinstance(intent, intents.LookAgain):
            self.begin()
            self.show()
        elif isinstance(intent, intents.StartService):
            self._findings = replace(self._findings, busy=True)
            self._lane.submit(self._start_service)
            self.show()

    def end(self) -> None:
        """What still runs is not listened to."""
        self._round += 1
        self._lane.end()

    # ------------------------------------------------------------------ on the lane
    def _run(self, which: int) -> None:
        try:
            checks = tuple(self.workshop.checks(self._look))
        except FailedError as error:
            _log.info("no checks: %s", error.failure.code.value)
            checks = ()
        self._deliver(which, partial(self._begun, checks))
        for done in run_checks(checks):
            self._deliver(which, partial(self._found, done))
        self._deliver(which, self._ended)

    def _look(self) -> CardOverview:
        seen: SimpleQueue[CardOverview | Exception] = SimpleQueue()

        def look() -> None:
            try:
                seen.put(self.workshop.ports.card.overview())
            except Exception as error:
                seen.put(error)

        self.workshop.card.submit(look)
        answer = seen.get()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _start_service(self) -> None:
        started = self.workshop.start_service()
        self.workshop.deliver(partial(self._tried_to_start, started))

    def _deliver(self, which: int, what: Callable[[], None]) -> None:
        def if_still_wanted() -> None:
            if which == self._round:
                what()

        self.workshop.deliver(if_still_wanted)

    # ------------------------------------------------------------------ back on the window's thread
    def _begun(self, checks: tuple[Check, ...]) -> None:
        named = tuple((check.id, check.group) for check in checks)
        self._findings = Findings(named, {}, busy=True)
        self.show()

    def _found(self, done: CheckDone) -> None:
        found = {**self._findings.results, done.check.id: done.result}
        self._findings = replace(self._findings, results=found)
        self.show()

    def _ended(self) -> None:
        self._findings = replace(self._findings, busy=False)
        self.show()

    def _tried_to_start(self, started: bool) -> None:
        if started:
            self.begin()
        else:
            refused = trouble(Failure.of(FailureCode.PCSC_NOT_STARTED))
            found = {**self._findings.results, _SERVICE: refused}
            self._findings = replace(self._findings, results=found, busy=False)
        self.show()
