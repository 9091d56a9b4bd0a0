"""How an operation on the card ended: told by the host, or worked out from how far it had come."""

from kamusm_esign.card.phase import Phase
from kamusm_esign.card.wire import (
    Message,
    Operation,
    failure_from_json,
    failure_to_json,
    member,
    member_enum,
    optional,
)
from kamusm_esign.child.frames import WireError
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.outcome import Outcome

SUCCEEDED = CardResult(Outcome.SUCCEEDED, None)


def failed(failure: Failure, *, puk_attempt_spent: bool = False) -> CardResult:
    """Certainly not done."""
    return CardResult(Outcome.FAILED, failure, puk_attempt_spent)


def unknown(failure: Failure, *, puk_attempt_spent: bool = False) -> CardResult:
    """The card has to be read again."""
    return CardResult(Outcome.UNKNOWN, failure, puk_attempt_spent)


def result_to_json(result: CardResult) -> Message:
    """As an answer of the host."""
    failure = result.failure
    return {
        "outcome": result.outcome.value,
        "failure": None if failure is None else failure_to_json(failure),
        "puk_attempt_spent": result.puk_attempt_spent,
    }


def result_from_json(message: Message) -> CardResult:
    """Read one back.

    Raises:
        WireError: it is none, or says success and failure at once.
    """
    failure = optional(message, "failure", dict)
    outcome = member_enum(message, "outcome", Outcome)
    if (failure is None) is not (outcome is Outcome.SUCCEEDED):
        raise WireError("outcome")
    return CardResult(
        outcome=outcome,
        failure=None if failure is None else failure_from_json(failure),
        puk_attempt_spent=member(message, "puk_attempt_spent", bool),
    )


_DONE = {
    Operation.UNBLOCK: frozenset({Phase.WRITTEN}),
    Operation.UNBLOCK_WITH_CHALLENGE: frozenset({Phase.WRITTEN}),
    Operation.CHANGE: frozenset({Phase.WRITTEN}),
    Operation.VERIFY: frozenset({Phase.LOGGED_IN}),
}
"""Whoever came this far has succeeded, even if the answer is lost."""

_UNKNOWN: dict[Operation, dict[Phase, FailureCode | None]] = {
    Operation.UNBLOCK: {Phase.INIT_PIN: FailureCode.PIN_SET_UNKNOWN},
    Operation.UNBLOCK_WITH_CHALLENGE: {Phase.INIT_PIN: FailureCode.PIN_SET_UNKNOWN},
    Operation.CHANGE: {Phase.SET_PIN: FailureCode.PIN_CHANGE_UNKNOWN},
    Operation.VERIFY: {Phase.LOGIN: None},
}
"""Whoever stopped here may have done it; None: what stopped it is the best that can be said."""


def result_without_answer(
    operation: Operation, last_phase: Phase | None, reason: Failure
) -> CardResult:
    """The truth about an operation that ended without saying how.

    The host names each step before it takes it, so everything before the step that changes the PIN
    (for `VERIFY`: that tells whether it is right) leaves the card as it was.
    """
    if last_phase in _DONE[operation]:
        return SUCCEEDED
    doubtful = _UNKNOWN[operation]
    if last_phase is None or last_phase not in doubtful:
        return failed(reason)
    code = doubtful[last_phase]
    if code is None:
        return unknown(reason)
    return unknown(Failure.of(code, raw=reason.param("raw") or reason.code.value))
