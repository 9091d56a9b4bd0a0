"""Change a PIN and try a PIN: the two jobs that need the present PIN and no portal.

They are one flow with two faces: find the token, ask, one use of the card, and say how it ended.
"""

from dataclasses import dataclass, replace

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_policy import PinProblem
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import CardOverview, PinState, Token, TokenTarget
from kamusm_esign.flows.protocol import (
    Answer,
    CancelPressed,
    Done,
    DropSecret,
    Effect,
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
from kamusm_esign.flows.token_choice import choose_token


# ---------------------------------------------------------------------------- states
@dataclass(frozen=True, slots=True)
class Start(State):
    """Before the first look at the cards."""

    wanted: str | None = None
    """Serial of the only token that may be used, where the person named one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingToken(State):
    """No token yet, or several."""

    wanted: str | None
    candidates: tuple[Token, ...] = ()
    failure: Failure | None = None
    """Why no token is ready."""
    refused: Failure | None = None
    """What became of the last try, where there was one."""
    looked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPin(State):
    """The person types the PIN (and the new one)."""

    wanted: str | None
    token: Token
    refused: Failure | None = None
    """What became of the last try, where there was one."""
    problems: tuple[PinProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UsingCard(State):
    """The card is being asked. No return."""

    wanted: str | None
    token: Token


# ---------------------------------------------------------------------------- events
@dataclass(frozen=True, slots=True)
class Started(Event):
    """The person chose the job."""


@dataclass(frozen=True, slots=True)
class PinEntered(Event):
    """The present PIN was typed, and for a change the new one twice."""

    current: SecretHandle
    new: SecretHandle | None = None
    """None when a PIN is only tried."""
    problems: tuple[PinProblem, ...] = ()
    last_try: bool = False
    """The person confirmed that the last try may be used."""


@dataclass(frozen=True, slots=True)
class CardAnswered(Answer):
    """What the card host says."""

    result: CardResult


# ---------------------------------------------------------------------------- effects
@dataclass(frozen=True, slots=True)
class UsePin(Effect):
    """Change the PIN (`new` is there) or try it: the only effect that can spend a try."""

    target: TokenTarget
    current: SecretHandle
    new: SecretHandle | None
    last_try: bool


# ---------------------------------------------------------------------------- transitions
def step(state: State, event: Event) -> Step:
    """The next state and what is to be done."""
    return take_step(TRANSITIONS, state, event)


def _start(state: Start, _event: Started) -> Step:
    ticket = state.ticket + 1
    return FindingToken(ticket=ticket, wanted=state.wanted), (WatchTokens(ticket),)


def _tokens_seen(state: FindingToken, event: TokensSeen) -> Step:
    if state.refused is not None and event.ticket != state.ticket:
        # After a refused try only a look that began after it tells what is left.
        return stay(state)
    return _choose(state, event.overview)


def _choose(state: FindingToken, overview: CardOverview) -> Step:
    choice = choose_token(overview, lambda token: True, state.wanted)
    if choice.token is not None:
        return _ask(state, choice.token)
    seen = replace(state, candidates=choice.candidates, failure=choice.failure, looked=True)
    return seen, ()


def _token_chosen(state: FindingToken, event: TokenChosen) -> Step:
    chosen = [t for t in state.candidates if t.serial == event.serial]
    return _ask(state, chosen[0]) if chosen else stay(state)


def _ask(state: FindingToken, token: Token) -> Step:
    refusal = {
        PinState.BLOCKED: FailureCode.PIN_BLOCKED,
        PinState.UNSET: FailureCode.PIN_UNSET,
    }.get(token.pin)
    if refusal is not None:
        return _end(state, Outcome.FAILED, Failure.of(refusal), token)
    asking = AskPin(ticket=state.ticket, wanted=state.wanted, token=token, refused=state.refused)
    return asking, ()


def _cannot_look(state: FindingToken, event: EffectFailed) -> Step:
    return replace(state, failure=event.failure, looked=True), ()


def _token_looked_at(state: AskPin, event: TokensSeen) -> Step:
    token = event.overview.token(state.token.serial)
    if token is not None and token.certificates == state.token.certificates:
        return replace(state, token=token), ()
    return _choose(FindingToken(ticket=state.ticket, wanted=state.wanted), event.overview)


def _other_token_chosen(state: AskPin, event: TokenChosen) -> Step:
    if event.serial == state.token.serial:
        return stay(state)
    ticket = state.ticket + 1
    return FindingToken(ticket=ticket, wanted=event.serial), (WatchTokens(ticket),)


def _pin_entered(state: AskPin, event: PinEntered) -> Step:
    needs_word = state.token.pin is PinState.FINAL_TRY and not event.last_try
    if event.problems or needs_word:
        refused = Failure.of(FailureCode.PIN_LAST_TRY) if needs_word else state.refused
        return replace(state, problems=event.problems, refused=refused), _drop(state, event)
    ticket = state.ticket + 1
    first = next(iter(state.token.certificates), None)
    target = TokenTarget(state.token.serial, first.sha256 if first else None)
    effect = UsePin(ticket, target, event.current, event.new, event.last_try)
    return UsingCard(ticket=ticket, wanted=state.wanted, token=state.token), (effect,)


def _drop(state: AskPin, event: PinEntered) -> tuple[Effect, ...]:
    handles = (event.current, event.new)
    return tuple(DropSecret(state.ticket, h) for h in handles if h is not None)


def _answered(state: UsingCard, event: CardAnswered) -> Step:
    result = event.result
    if result.failure is not None and result.failure.code is FailureCode.PIN_WRONG:
        ticket = state.ticket + 1
        again = FindingToken(ticket=ticket, wanted=state.token.serial, refused=result.failure)
        return again, (WatchTokens(ticket),)
    return _end(state, result.outcome, result.failure, state.token)


def _unclear(state: UsingCard, event: EffectFailed) -> Step:
    return _end(state, Outcome.UNKNOWN, event.failure, state.token)


def _cancel(state: State, _event: CancelPressed) -> Step:
    return _end(state, Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED), None)


def _given_up(state: State, event: GivenUp) -> Step:
    return _end(state, Outcome.FAILED, event.failure, None)


def _end(state: State, outcome: Outcome, failure: Failure | None, token: Token | None) -> Step:
    serial = token.serial if token else None
    return Done(state.ticket, outcome, failure, reported=True, token_serial=serial), ()


TRANSITIONS: Transitions = {
    (Start, Started): _start,
    (Start, CancelPressed): _cancel,
    (Start, GivenUp): _given_up,
    (FindingToken, TokensSeen): _tokens_seen,
    (FindingToken, EffectFailed): _cannot_look,
    (FindingToken, TokenChosen): _token_chosen,
    (FindingToken, CancelPressed): _cancel,
    (FindingToken, GivenUp): _given_up,
    (AskPin, TokensSeen): _token_looked_at,
    (AskPin, TokenChosen): _other_token_chosen,
    (AskPin, PinEntered): _pin_entered,
    (AskPin, CancelPressed): _cancel,
    (AskPin, GivenUp): _given_up,
    (UsingCard, CardAnswered): _answered,
    (UsingCard, EffectFailed): _unclear,
}
