"""What is said of an operation whose answer never came."""

import pytest

from kamusm_esign.card.phase import Phase
from kamusm_esign.card.results import result_without_answer
from kamusm_esign.card.wire import Operation
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome

CRASH = Failure.of(FailureCode.DRIVER_CRASHED)
S, F, U = Outcome.SUCCEEDED, Outcome.FAILED, Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("phase", "unblock", "change", "verify"),
    [
        (None, F, F, F),
        (Phase.LOADING, F, F, F),
        (Phase.WAITING_LOCK, F, F, F),
        (Phase.CHECKING, F, F, F),
        (Phase.LOGIN, F, F, U),
        (Phase.LOGGED_IN, F, F, S),
        (Phase.INIT_PIN, U, F, F),
        (Phase.SET_PIN, F, U, F),
        (Phase.WRITTEN, S, S, F),
    ],
)
def test_outcomes(phase: Phase | None, unblock: Outcome, change: Outcome, verify: Outcome) -> None:
    assert result_without_answer(Operation.UNBLOCK, phase, CRASH).outcome is unblock
    assert result_without_answer(Operation.CHANGE, phase, CRASH).outcome is change
    assert result_without_answer(Operation.VERIFY, phase, CRASH).outcome is verify


@pytest.mark.parametrize(
    ("operation", "phase", "failure"),
    [
        (Operation.UNBLOCK, Phase.LOGIN, CRASH),
        (
            Operation.UNBLOCK,
            Phase.INIT_PIN,
            Failure.of(FailureCode.PIN_SET_UNKNOWN, raw="KRT-110"),
        ),
        (
            Operation.CHANGE,
            Phase.SET_PIN,
            Failure.of(FailureCode.PIN_CHANGE_UNKNOWN, raw="KRT-110"),
        ),
        (Operation.VERIFY, Phase.LOGIN, CRASH),
        (Operation.UNBLOCK, Phase.WRITTEN, None),
    ],
)
def test_reasons(operation: Operation, phase: Phase, failure: Failure | None) -> None:
    assert result_without_answer(operation, phase, CRASH).failure == failure
