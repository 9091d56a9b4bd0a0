"""The doctor's engine: side by side, as they come, and none can spoil the rest."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from kamusm_esign.domain.check_result import CheckResult, CheckStatus, fine
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.runtime.checkup import run_checks

SOON = 20.0


@dataclass
class Scripted:
    """A check that does what it is told."""

    id: str
    act: Callable[[], CheckResult]
    limit: float = SOON
    group: str = "program"

    def run(self) -> CheckResult:
        return self.act()


def breaks() -> CheckResult:
    raise ZeroDivisionError("12345")


def refuses() -> CheckResult:
    raise FailedError.of(FailureCode.SETTINGS_INVALID, path="/x", line=None, detail="?")


def leaves() -> CheckResult:
    raise SystemExit(3)


@pytest.mark.expects_log("check breaks raised", "check leaves raised")
def test_a_check_that_raises_is_a_failure_of_that_check_alone() -> None:
    checks = [Scripted(act.__name__, act) for act in (breaks, refuses, leaves, fine)]
    found = {done.check.id: done.result for done in run_checks(checks)}
    assert found["breaks"].failure == Failure.of(FailureCode.UNEXPECTED, raw="ZeroDivisionError")
    assert found["refuses"].failure is not None
    assert found["refuses"].failure.code is FailureCode.SETTINGS_INVALID
    assert found["leaves"].failure == Failure.of(FailureCode.UNEXPECTED, raw="SystemExit")
    assert found["fine"] == fine()


@pytest.mark.expects_log("check hangs did not end in time")
def test_a_check_that_hangs_is_given_up_and_not_listened_to_any_more() -> None:
    go_on = threading.Event()

    def hangs() -> CheckResult:
        go_on.wait(SOON)
        return fine()

    checks = [Scripted("hangs", hangs, limit=0.2), Scripted("fine", fine)]
    run = run_checks(checks)
    first, second = next(run), next(run)
    go_on.set()
    assert (first.check.id, first.result.status) == ("fine", CheckStatus.OK)
    assert second.result.failure == Failure.of(FailureCode.CHECK_NO_ANSWER)
    assert (second.place, second.ms >= 200) == (0, True)
    assert list(run) == []


def test_they_run_side_by_side_and_come_as_they_end() -> None:
    """Each waits for the other, so in turns neither would end."""
    here, there = threading.Event(), threading.Event()

    def first() -> CheckResult:
        here.set()
        assert there.wait(SOON)
        return fine()

    def second() -> CheckResult:
        assert here.wait(SOON)
        there.set()
        return fine()

    def last() -> CheckResult:
        assert done.wait(SOON)
        return fine()

    done = threading.Event()
    run = run_checks([Scripted("last", last), Scripted("first", first), Scripted("second", second)])
    assert {next(run).check.id, next(run).check.id} == {"first", "second"}
    done.set()
    assert [found.check.id for found in run] == ["last"]


def test_nothing_to_check() -> None:
    assert list(run_checks([])) == []
