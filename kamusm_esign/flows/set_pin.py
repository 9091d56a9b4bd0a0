"""Set a PIN (purposes `pin-create` and `pin-unblock`), from the code to the told portal.

Read `TRANSITIONS` at the end: with those of `session_entry` it is the whole flow. The point of no
return is the step from `Authorizing` to `Unblocking`: from there on Cancel changes nothing, and
what happened to the card is found out and told.
"""

from dataclasses import replace

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_proof import proved_outcome, proves
from kamusm_esign.domain.portal_session import Outcome, Session, SessionKind
from kamusm_esign.domain.tokens import (
    CardOverview,
    CertificateInfo,
    PukState,
    Token,
    TokenTarget,
    UnblockMethod,
)
from kamusm_esign.flows.protocol import (
    CancelPressed,
    Done,
    DropSecret,
    EffectFailed,
    Event,
    GivenUp,
    State,
    Step,
    TokenChosen,
    TokensSeen,
    Transitions,
    WatchTokens,
    stay,
    take_step,
)
from kamusm_esign.flows.session_entry import (
    cancel_pressed,
    entry_transitions,
    expired,
    give_up,
    given_up,
    new_code_needed,
    new_code_pressed,
)
from kamusm_esign.flows.session_model import (
    AskCode,
    InSession,
    NewCodePressed,
    OutcomeReported,
    ReportOutcome,
    SessionExpired,
)
from kamusm_esign.flows.set_pin_model import (
    AskNewPin,
    AuthorizeUnblock,
    Authorizing,
    CheckingOutcome,
    GrantReceived,
    NewPinEntered,
    PinWritten,
    Reporting,
    StopWaiting,
    Unblocking,
    UnblockPin,
    WaitingToken,
    WithToken,
)
from kamusm_esign.flows.token_choice import choose_token


def initial_state(wanted: str | None = None) -> AskCode:
    """Where the flow begins.

    Args:
        wanted: serial of the only token that may be used, None for whichever the code is for.
    """
    return AskCode(0, wanted)


def step(state: State, event: Event) -> Step:
    """The next state and what is to be done."""
    return take_step(TRANSITIONS, state, event)


# ---------------------------------------------------------------------------- the token
def enter(state: InSession) -> Step:
    """Where this flow's own part begins."""
    ticket = state.ticket + 1
    waiting = WaitingToken(ticket, state.session, state.key_store, state.wanted)
    return waiting, (WatchTokens(ticket),)


def _tokens_seen(state: WaitingToken, event: TokensSeen) -> Step:
    return _choose(state, event.overview)


def _cannot_see_tokens(state: WaitingToken, event: EffectFailed) -> Step:
    return replace(state, failure=event.failure, looked=True), ()


def _token_chosen(state: WaitingToken, event: TokenChosen) -> Step:
    chosen = [t for t in state.candidates if t.serial == event.serial]
    return _ask_new_pin(state, chosen[0]) if chosen else stay(state)


def _choose(state: WaitingToken, overview: CardOverview) -> Step:
    choice = choose_token(overview, state.session.may_unblock, state.wanted)
    if choice.token is not None:
        return _ask_new_pin(state, choice.token)
    seen = replace(state, candidates=choice.candidates, failure=choice.failure, looked=True)
    return seen, ()


def _ask_new_pin(state: InSession, token: Token) -> Step:
    refusal = {
        PukState.BLOCKED: FailureCode.PUK_BLOCKED,
        PukState.FINAL_TRY: FailureCode.PUK_LAST_TRY,
    }.get(token.puk)
    if refusal is None and not _methods(state.session, token):
        common = set(state.session.unblock_methods) & set(token.unblock_methods)
        refusal = FailureCode.PIN_PAD_UNSUPPORTED if common else FailureCode.NO_COMMON_METHOD
    if refusal is not None:
        return give_up(state, Outcome.FAILED, Failure.of(refusal))
    asking = AskNewPin(state.ticket, state.session, state.key_store, state.wanted, token=token)
    return asking, ()


def _token_looked_at(state: AskNewPin, event: TokensSeen) -> Step:
    token = event.overview.token(state.token.serial)
    if token is None or token.certificates != state.token.certificates:
        waiting = WaitingToken(state.ticket, state.session, state.key_store, state.wanted)
        return _choose(waiting, event.overview)
    return replace(state, token=token), ()


def _other_token_chosen(state: AskNewPin, event: TokenChosen) -> Step:
    if event.serial == state.token.serial:
        return stay(state)
    return enter(replace(state, wanted=event.serial))


def _methods(session: Session, token: Token) -> tuple[UnblockMethod, ...]:
    """What portal and card can both do. No PUK goes to a reader that asks for PINs by itself."""
    mine = [m for m in token.unblock_methods if not (token.pin_pad and m is UnblockMethod.SO_PIN)]
    return tuple(m for m in session.unblock_methods if m in mine)


def _target(state: WithToken) -> TokenTarget:
    chosen = _certificate_for(state.session, state.token)
    # Where somebody else has set the PIN meanwhile, a look after the write would prove nothing.
    pin = state.token.pin if proves(state.token.pin) else None
    return TokenTarget(state.token.serial, chosen.sha256 if chosen else None, pin)


def _certificate_for(session: Session, token: Token) -> CertificateInfo | None:
    """The holder's certificate: a listed one, else one of the wanted kind, else any."""
    listed = [c for c in token.certificates if c.sha256 in session.eligible_certificates]
    of_kind = [c for c in token.certificates if c.kind is session.certificate_kind]
    return next(iter([*listed, *of_kind, *token.certificates]), None)


# ---------------------------------------------------------------------------- permission
def _new_pin(state: AskNewPin, event: NewPinEntered) -> Step:
    if event.problems:
        dropped = DropSecret(state.ticket, event.handle)
        return replace(state, problems=event.problems), (dropped,)
    ticket, session, token = state.ticket + 1, state.session, state.token
    authorizing = Authorizing(
        ticket, session, state.key_store, state.wanted, event.handle, token=token
    )
    methods = _methods(session, token)
    return authorizing, (AuthorizeUnblock(ticket, session, _target(state), methods, token.pin),)


def _granted(state: Authorizing, event: GrantReceived) -> Step:
    if state.handle is None:
        return stay(state)
    ticket, session = state.ticket + 1, state.session
    unblocking = Unblocking(ticket, session, state.key_store, state.wanted, token=state.token)
    return unblocking, (UnblockPin(ticket, session, _target(state), event.grant, state.handle),)


def _not_granted(state: Authorizing, event: EffectFailed) -> Step:
    return new_code_needed(state, event.failure)


# ---------------------------------------------------------------------------- the card
def _written(state: Unblocking, event: PinWritten) -> Step:
    result = event.result
    if result.outcome is Outcome.UNKNOWN:
        return _look_again(state, result.failure, result.puk_attempt_spent)
    return _report(state, result.outcome, result.failure, result.puk_attempt_spent)


def _write_unclear(state: Unblocking, event: EffectFailed) -> Step:
    return _look_again(state, event.failure)


def _look_again(state: WithToken, failure: Failure | None, puk_spent: bool = False) -> Step:
    ticket = state.ticket + 1
    known = (ticket, state.session, state.key_store, state.wanted)
    why = failure or Failure.of(FailureCode.PIN_SET_UNKNOWN)
    checking = CheckingOutcome(*known, token=state.token, failure=why, puk_spent=puk_spent)
    return checking, (WatchTokens(ticket),)


def _looked_again(state: CheckingOutcome, event: TokensSeen) -> Step:
    token = event.overview.token(state.token.serial)
    if event.ticket != state.ticket:
        # It may have begun before the write ended, so it proves nothing; but a card that is back
        # is worth a look of our own.
        back = state.missing and token is not None
        return _look_again(state, state.failure, state.puk_spent) if back else stay(state)
    if token is None:
        return replace(state, missing=True), ()
    outcome = proved_outcome(state.token.pin, token.pin)
    spent = state.puk_spent and outcome is not Outcome.SUCCEEDED
    return _report(state, outcome, _why(outcome, state.failure, spent), spent)


def _why(outcome: Outcome, failure: Failure, puk_spent: bool) -> Failure | None:
    if outcome is Outcome.SUCCEEDED:
        return None
    if outcome is Outcome.FAILED and failure.code is FailureCode.PIN_SET_UNKNOWN:
        return Failure.of(FailureCode.PUK_REFUSED if puk_spent else FailureCode.PIN_NOT_SET)
    return failure


def _cannot_look(state: CheckingOutcome, _event: EffectFailed) -> Step:
    return replace(state, missing=True), ()


def _stop_waiting(state: CheckingOutcome, _event: StopWaiting) -> Step:
    return _report(state, Outcome.UNKNOWN, state.failure, state.puk_spent)


# ---------------------------------------------------------------------------- telling
def _report(
    state: WithToken, outcome: Outcome, failure: Failure | None, puk_spent: bool = False
) -> Step:
    ticket, serial = state.ticket + 1, state.token.serial
    known = (ticket, state.session, state.key_store, state.wanted)
    reporting = Reporting(*known, token=state.token, outcome=outcome, failure=failure)
    return reporting, (ReportOutcome(ticket, state.session, serial, outcome, failure, puk_spent),)


def _reported(state: Reporting, _event: OutcomeReported) -> Step:
    return Done(state.ticket, state.outcome, state.failure, True, state.token.serial), ()


def _not_reported(state: Reporting, _event: EffectFailed) -> Step:
    return Done(state.ticket, state.outcome, state.failure, False, state.token.serial), ()


OWN_TRANSITIONS: Transitions = {
    (WaitingToken, TokensSeen): _tokens_seen,
    (WaitingToken, EffectFailed): _cannot_see_tokens,
    (WaitingToken, TokenChosen): _token_chosen,
    (WaitingToken, CancelPressed): cancel_pressed,
    (WaitingToken, GivenUp): given_up,
    (WaitingToken, SessionExpired): expired,
    (WaitingToken, NewCodePressed): new_code_pressed,
    (AskNewPin, TokensSeen): _token_looked_at,
    (AskNewPin, TokenChosen): _other_token_chosen,
    (AskNewPin, NewPinEntered): _new_pin,
    (AskNewPin, CancelPressed): cancel_pressed,
    (AskNewPin, GivenUp): given_up,
    (AskNewPin, SessionExpired): expired,
    (AskNewPin, NewCodePressed): new_code_pressed,
    (Authorizing, GrantReceived): _granted,
    (Authorizing, EffectFailed): _not_granted,
    (Authorizing, CancelPressed): cancel_pressed,
    (Authorizing, GivenUp): given_up,
    (Authorizing, SessionExpired): expired,
    (Authorizing, NewCodePressed): new_code_pressed,
    (Unblocking, PinWritten): _written,
    (Unblocking, EffectFailed): _write_unclear,
    (CheckingOutcome, TokensSeen): _looked_again,
    (CheckingOutcome, EffectFailed): _cannot_look,
    (CheckingOutcome, StopWaiting): _stop_waiting,
    (Reporting, OutcomeReported): _reported,
    (Reporting, EffectFailed): _not_reported,
}
TRANSITIONS: Transitions = {
    **entry_transitions({SessionKind.PIN: enter}),
    **OWN_TRANSITIONS,
}
