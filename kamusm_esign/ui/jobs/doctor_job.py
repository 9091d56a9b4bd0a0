"""Trouble-shooting: every check, streaming in."""

import logging
from functools import partial

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.ports import Check
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.doctor import present_doctor
from kamusm_esign.ui.presenter.words import Words

_log = logging.getLogger(__name__)


class DoctorJob(Job):
    """Runs the checks on the card lane, one after the other."""

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop)
        self._names: tuple[str, ...] = ()
        self._results: dict[str, CheckResult] = {}
        self._failure: Failure | None = None
        self._busy = False

    def begin(self) -> None:
        self._busy, self._results = True, {}
        self.workshop.card.submit(self._run)

    def page(self, words: Words) -> object:
        return present_doctor(self._names, self._results, words, busy=self._busy)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.LookAgain) and not self._busy:
            self.begin()
            self.show()

    def _run(self) -> None:
        try:
            checks = self.workshop.checks()
        except FailedError as error:
            _log.info("no checks: %s", error.failure.code.value)
            checks = ()
        names = tuple(check.id for check in checks)
        self.workshop.deliver(lambda: self._begun(names))
        for check in checks:
            result = _run_check(check)
            self.workshop.deliver(partial(self._found, check.id, result))
        self.workshop.deliver(self._ended)

    def _begun(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.show()

    def _found(self, name: str, result: CheckResult) -> None:
        self._results[name] = result
        self.show()

    def _ended(self) -> None:
        self._busy = False
        self.show()


def _run_check(check: Check) -> CheckResult:
    """Run one check; what it raises is an error of that check alone."""
    try:
        return check.run()
    except Exception as error:
        raw = type(error).__name__
        return CheckResult(CheckStatus.ERROR, Failure.of(FailureCode.UNEXPECTED, raw=raw))
