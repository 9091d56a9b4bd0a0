"""What every flow is made of: states, events, effects, and the table that joins them.

A flow is a pure function `step(state, event) -> (state, effects)` (docs/architecture.md). Every
state answers every event; what its table does not name changes nothing.

Tickets. An effect carries a ticket, and exactly one event answers it. A state remembers the last
ticket that it gave out; an answer to any other one is stale and changes nothing. So giving up on
an effect is simply moving to a state with another ticket.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import CardOverview


# ---------------------------------------------------------------------------- states
@dataclass(frozen=True, slots=True)
class State:
    """Where a flow is. No state holds a secret, only handles."""

    ticket: int
    """The last ticket given out; 0 at the start."""


@dataclass(frozen=True, slots=True)
class Done(State):
    """The end, whatever it is."""

    outcome: Outcome
    failure: Failure | None
    """None on success and only then."""
    reported: bool
    """Whether the portal knows (True as well where there is nothing to tell)."""
    token_serial: str | None = None
    receipts: tuple[SignatureReceipt, ...] = ()
    """What the portal has given for each signature that it took, in the order of signing."""


# ---------------------------------------------------------------------------- events
@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: a press of the person, a look at the cards, an answer."""


@dataclass(frozen=True, slots=True)
class Answer(Event):
    """What came of an effect; exactly one for each ticket."""

    ticket: int


@dataclass(frozen=True, slots=True)
class EffectFailed(Answer):
    """The effect did not happen, or nobody can say."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class CancelPressed(Event):
    """The person wants to stop."""


@dataclass(frozen=True, slots=True)
class GivenUp(Event):
    """Nobody will wait any longer (the command line never waits for a card)."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class TokensSeen(Event):
    """What is plugged in now."""

    overview: CardOverview
    ticket: int | None = None
    """The look that was asked for; None when the watcher saw a change by itself."""
    at: float | None = None
    """When it was seen, on the program's steady clock: what is valid is judged for this moment of
    the portal's clock. None: for the moment at which the session was opened."""


@dataclass(frozen=True, slots=True)
class TokenChosen(Event):
    """The person chose one of several."""

    serial: str


# ---------------------------------------------------------------------------- effects
@dataclass(frozen=True, slots=True)
class Effect:
    """Something for the flow driver to make happen."""

    ticket: int


@dataclass(frozen=True, slots=True)
class WatchTokens(Effect):
    """Look at the cards now (answered by `TokensSeen` with the ticket), and tell what changes."""


@dataclass(frozen=True, slots=True)
class DropSecret(Effect):
    """Wipe what was typed; answered by nothing."""

    handle: SecretHandle


Step: TypeAlias = tuple[State, tuple[Effect, ...]]
# A transition takes the very state and event types that it is listed under; the table checks that
# at run time, the type checker cannot.
Transition: TypeAlias = Callable[[Any, Any], Step]
Transitions: TypeAlias = Mapping[tuple[type[State], type[Event]], Transition]


def take_step(transitions: Transitions, state: State, event: Event) -> Step:
    """Look up the transition of this state for this event; none means that nothing changes."""
    if isinstance(event, Answer) and event.ticket != state.ticket:
        return stay(state)
    transition = transitions.get((type(state), type(event)))
    return transition(state, event) if transition else stay(state)


def stay(state: State) -> Step:
    """Nothing changes."""
    return state, ()
