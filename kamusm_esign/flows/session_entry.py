"""From the code to an open session, and the ways out of one: shared by the flows with a code.

The kind of the session decides which flow goes on. A table that knows one kind gives back the
codes of the other (the command line); `with_code` knows both (the window).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome, SessionKind
from kamusm_esign.flows.protocol import (
    CancelPressed,
    Done,
    DropSecret,
    Effect,
    EffectFailed,
    GivenUp,
    State,
    Step,
    Transitions,
    stay,
)
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    Cancelling,
    CancelSession,
    CheckStepUp,
    CodeEntered,
    InSession,
    NewCodePressed,
    OpeningSession,
    OpenSession,
    OtpEntered,
    ResendPressed,
    SendStepUp,
    SessionCancelled,
    SessionExpired,
    SessionOpened,
    StepUpAccepted,
)

Enter: TypeAlias = Callable[[InSession], Step]
"""Makes the first state of a flow's own part, once the session is open and stepped up."""

SESSION_IS_OVER = frozenset(
    {
        FailureCode.SESSION_OVER,
        FailureCode.SESSION_TOKEN_INVALID,
        FailureCode.SESSION_EXPIRED,
        FailureCode.OTP_USED_UP,
    }
)
"""After these only a new code helps."""


_NOT_THIS_KIND = {
    SessionKind.SIGN: FailureCode.CODE_FOR_SIGNING,
    SessionKind.PIN: FailureCode.CODE_FOR_PIN,
}


def entry_transitions(enters: Mapping[SessionKind, Enter]) -> Transitions:
    """The transitions up to the flow's own part, and those that end a session.

    Args:
        enters: where the part of each kind of session begins; a code of another kind is given back.
    """

    def enter(state: InSession) -> Step:
        return enters[state.session.kind](state)

    def opened(state: OpeningSession, event: SessionOpened) -> Step:
        session, ticket = event.session, state.ticket + 1
        if session.kind not in enters:
            failure = Failure.of(_NOT_THIS_KIND[session.kind])
            return Cancelling(ticket, Outcome.FAILED, failure), (CancelSession(ticket, session),)
        known = (session, event.key_store, state.wanted)
        if session.masked_phone is None:
            return enter(InSession(state.ticket, *known, kept=state.kept))
        asked = AskStepUp(ticket, *known, kept=state.kept)
        return asked, (SendStepUp(ticket, session),)

    def step_up_accepted(state: AskStepUp, _event: StepUpAccepted) -> Step:
        return enter(state) if state.checking else stay(state)

    def step_up_failed(state: AskStepUp, event: EffectFailed) -> Step:
        failure = event.failure
        if failure.code is FailureCode.STEP_UP_NOT_REQUIRED:
            # A code that was accepted, with the answer lost: the portal is satisfied already.
            return enter(state)
        if failure.code is FailureCode.OTP_WRONG and failure.param("attempts_left") == 0:
            failure = Failure.of(FailureCode.OTP_USED_UP)
        if failure.code in SESSION_IS_OVER:
            return AskCode(state.ticket, state.wanted, failure, state.kept), ()
        return replace(state, checking=False, failure=failure), ()

    return {
        (AskCode, CodeEntered): _open,
        (AskCode, CancelPressed): cancel_pressed,
        (AskCode, GivenUp): given_up,
        (OpeningSession, SessionOpened): opened,
        (OpeningSession, EffectFailed): _not_opened,
        (OpeningSession, CancelPressed): cancel_pressed,
        (OpeningSession, GivenUp): given_up,
        (AskStepUp, ResendPressed): _resend,
        (AskStepUp, OtpEntered): _check_otp,
        (AskStepUp, StepUpAccepted): step_up_accepted,
        (AskStepUp, EffectFailed): step_up_failed,
        (AskStepUp, CancelPressed): cancel_pressed,
        (AskStepUp, GivenUp): given_up,
        (AskStepUp, SessionExpired): expired,
        (AskStepUp, NewCodePressed): new_code_pressed,
        (Cancelling, SessionOpened): _opened_too_late,
        (Cancelling, SessionCancelled): _cancelled,
        (Cancelling, EffectFailed): _not_cancelled,
    }


def _open(state: AskCode, event: CodeEntered) -> Step:
    ticket = state.ticket + 1
    return OpeningSession(ticket, state.wanted, state.kept), (OpenSession(ticket, event.code),)


def _not_opened(state: OpeningSession, event: EffectFailed) -> Step:
    return AskCode(state.ticket, state.wanted, event.failure, state.kept), ()


def _resend(state: AskStepUp, _event: ResendPressed) -> Step:
    if state.checking:
        return stay(state)
    ticket = state.ticket + 1
    return replace(state, ticket=ticket, failure=None), (SendStepUp(ticket, state.session),)


def _check_otp(state: AskStepUp, event: OtpEntered) -> Step:
    if state.checking:
        return state, (DropSecret(state.ticket, event.handle),)
    ticket = state.ticket + 1
    checking = replace(state, ticket=ticket, checking=True, failure=None)
    return checking, (CheckStepUp(ticket, state.session, event.handle),)


# ---------------------------------------------------------------------------- ways out
def new_code_needed(state: InSession, failure: Failure | None) -> Step:
    """Back to the code page; this session is of no more use, the person's place is kept."""
    ticket = state.ticket + 1
    effects: tuple[Effect, ...] = (CancelSession(ticket, state.session),)
    return AskCode(ticket, state.place, failure, state.keeps), (*effects, *_drop(state))


def new_code_pressed(state: InSession, _event: NewCodePressed) -> Step:
    """Transition: the person wants a new code."""
    return new_code_needed(state, None)


def give_up(state: State, outcome: Outcome, failure: Failure) -> Step:
    """End the job before anything was touched, and tell the portal."""
    if isinstance(state, OpeningSession):
        return Cancelling(state.ticket, outcome, failure, opening=True), ()
    if isinstance(state, InSession):
        ticket = state.ticket + 1
        effects: tuple[Effect, ...] = (CancelSession(ticket, state.session),)
        return Cancelling(ticket, outcome, failure), (*effects, *_drop(state))
    return Done(state.ticket, outcome, failure, reported=True), ()


def cancel_pressed(state: State, _event: CancelPressed) -> Step:
    """Transition: the person wants to stop."""
    return give_up(state, Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED))


def given_up(state: State, event: GivenUp) -> Step:
    """Transition: nobody waits any longer."""
    return give_up(state, Outcome.FAILED, event.failure)


def expired(state: InSession, event: SessionExpired) -> Step:
    """Transition: the session's time is over."""
    if event.session_id != state.session.id:
        return stay(state)
    return new_code_needed(state, Failure.of(FailureCode.SESSION_EXPIRED))


def _drop(state: InSession) -> tuple[Effect, ...]:
    return () if state.handle is None else (DropSecret(state.ticket, state.handle),)


def _opened_too_late(state: Cancelling, event: SessionOpened) -> Step:
    ticket = state.ticket + 1
    return replace(state, ticket=ticket, opening=False), (CancelSession(ticket, event.session),)


def _cancelled(state: Cancelling, _event: SessionCancelled) -> Step:
    return Done(state.ticket, state.outcome, state.failure, reported=True), ()


def _not_cancelled(state: Cancelling, _event: EffectFailed) -> Step:
    # A code that was never exchanged leaves nothing to tell.
    return Done(state.ticket, state.outcome, state.failure, reported=state.opening), ()
