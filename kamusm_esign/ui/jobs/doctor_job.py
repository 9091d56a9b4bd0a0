"""Trouble-shooting: every check at once, streaming in."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from kamusm_esign.domain.check_result import trouble
from kamusm_esign.domain.doctor_report import Environment, Report, make_report
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.report_file import report_bytes
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.ports import Check
from kamusm_esign.runtime.checkup import CheckDone, run_checks
from kamusm_esign.runtime.lanes import LaneOnDemand
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.doctor import Findings, present_doctor
from kamusm_esign.ui.presenter.doctor_panels import Saving
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
        self._words: Words | None = None
        self._environment: Environment | None = None
        self._at: datetime | None = None
        """When the report was asked for."""

    def begin(self) -> None:
        self._round += 1
        before = self._findings
        self._findings = Findings(before.checks, {}, busy=True, decoding=before.decoding)
        self._lane.submit(partial(self._run, self._round))

    def page(self, words: Words) -> object:
        self._words = words
        if self._findings.report is not None:
            # Every line in the language that is shown now.
            self._findings = replace(self._findings, report=self._report(words))
        return present_doctor(self._findings, words, self.workshop.portal_page)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.DecodeIncident):
            self._findings = replace(self._findings, decoding=intent.code)
            self.show()
        elif not self._findings.busy:
            self._intent(intent)

    def _intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.LookAgain):
            self.begin()
            self.show()
        elif isinstance(intent, intents.StartService):
            self._findings = replace(self._findings, busy=True)
            self._lane.submit(self._start_service)
            self.show()
        elif isinstance(intent, intents.PrepareReport):
            self._lane.submit(partial(self._look_around, self._round))
        elif isinstance(intent, intents.SaveReport) and self._findings.report is not None:
            content = report_bytes(self._findings.report, intent.form)
            self._lane.submit(partial(self._save, self._round, Path(intent.path), content))

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

    def _look_around(self, which: int) -> None:
        environment = self.workshop.environment()
        self._deliver(which, partial(self._looked_around, environment))

    def _save(self, which: int, file: Path, content: bytes) -> None:
        saving = Saving(str(file))
        try:
            file.write_bytes(content)
        except OSError:
            saving = Saving(failure=Failure.of(FailureCode.FILE_NOT_SAVED))
        self._deliver(which, partial(self._saved, saving))

    def _deliver(self, which: int, what: Callable[[], None]) -> None:
        def if_still_wanted() -> None:
            if which == self._round:
                what()

        self.workshop.deliver(if_still_wanted)

    # ------------------------------------------------------------------ back on the window's thread
    def _begun(self, checks: tuple[Check, ...]) -> None:
        named = tuple((check.id, check.group) for check in checks)
        self._findings = replace(self._findings, checks=named, results={})
        self.show()

    def _found(self, done: CheckDone) -> None:
        found = {**self._findings.results, done.check.id: done.result}
        self._findings = replace(self._findings, results=found)
        self.show()

    def _ended(self) -> None:
        self._findings = replace(self._findings, busy=False)
        self.show()

    def _looked_around(self, environment: Environment) -> None:
        practice = environment.practice or bool(self.workshop.ports.banner)
        self._environment = replace(environment, practice=practice)
        self._at = self.workshop.ports.utc_now().astimezone()
        if self._words is not None:
            self._findings = replace(
                self._findings, report=self._report(self._words), saving=Saving()
            )
            self.show()

    def _report(self, words: Words) -> Report | None:
        if self._environment is None or self._at is None:
            return None
        results = self._findings.results
        found = [(name, results[name]) for name, _ in self._findings.checks if name in results]
        environment = replace(self._environment, language=words.catalogue.language)
        return make_report(environment, found, words, words.catalogue.fact, self._at)

    def _saved(self, saving: Saving) -> None:
        self._findings = replace(self._findings, saving=saving)
        self.show()

    def _tried_to_start(self, started: bool) -> None:
        if started:
            self.begin()
        else:
            refused = trouble(Failure.of(FailureCode.PCSC_NOT_STARTED))
            found = {**self._findings.results, _SERVICE: refused}
            self._findings = replace(self._findings, results=found, busy=False)
        self.show()
