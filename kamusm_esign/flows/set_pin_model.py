"""The states of `set_pin`, and the events and effects that only it has."""

from dataclasses import dataclass

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.pin_policy import PinProblem
from kamusm_esign.domain.portal_session import Outcome, Session, UnblockGrant
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import PinState, Token, TokenTarget, UnblockMethod
from kamusm_esign.flows.protocol import Answer, Effect, Event
from kamusm_esign.flows.session_model import InSession


# ---------------------------------------------------------------------------- states
@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingToken(InSession):
    """No token yet, or several."""

    candidates: tuple[Token, ...] = ()
    """Several may do the job: one has to be chosen."""
    failure: Failure | None = None
    """Why no token is ready; None before the first look and when one has to be chosen."""
    looked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WithToken(InSession):
    """Anything that knows the token."""

    token: Token

    @property
    def place(self) -> str | None:
        """Serial of the token that a new code goes on with."""
        return self.token.serial


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNewPin(WithToken):
    """The person types the new PIN twice."""

    problems: tuple[PinProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizing(WithToken):
    """The portal is asked for its permission; Cancel still works. `handle` is the new PIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblocking(WithToken):
    """The card is being written to. No return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingOutcome(WithToken):
    """Nobody knows whether the PIN was set: the card is read again."""

    failure: Failure
    puk_spent: bool = False
    """The card has said that the PUK is wrong: so it is, if the PIN turns out not to be set."""
    missing: bool = False
    """The card is not there to be read; it is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting(WithToken):
    """How it ended is known (or known to be unknown) and is told to the portal."""

    outcome: Outcome
    failure: Failure | None


# ---------------------------------------------------------------------------- events
@dataclass(frozen=True, slots=True)
class NewPinEntered(Event):
    """The new PIN was typed twice; `problems` are the rules that it breaks."""

    handle: SecretHandle
    problems: tuple[PinProblem, ...]


@dataclass(frozen=True, slots=True)
class GrantReceived(Answer):
    """The portal permits it."""

    grant: UnblockGrant


@dataclass(frozen=True, slots=True)
class PinWritten(Answer):
    """What the card host says of the write."""

    result: CardResult


@dataclass(frozen=True, slots=True)
class StopWaiting(Event):
    """The person does not bring the card back; what happened stays unknown."""


# ---------------------------------------------------------------------------- effects
@dataclass(frozen=True, slots=True)
class AuthorizeUnblock(Effect):
    """Note the job in the journal, then ask for the portal's permission."""

    session: Session
    target: TokenTarget
    methods: tuple[UnblockMethod, ...]
    pin_before: PinState


@dataclass(frozen=True, slots=True)
class UnblockPin(Effect):
    """Set the new PIN: the only effect of this flow that can spend a try."""

    session: Session
    target: TokenTarget
    grant: UnblockGrant
    handle: SecretHandle
