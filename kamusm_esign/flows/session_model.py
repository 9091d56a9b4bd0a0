"""What every job with a verification code shares: its first states, what it tells the portal."""

from dataclasses import dataclass, field

from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.portal_session import Outcome, Purpose, Session
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import Answer, Effect, Event, State


# ---------------------------------------------------------------------------- states
@dataclass(frozen=True, slots=True)
class Kept:
    """What a new code goes on with besides the token, where its session asks for the same."""

    certificate: str | None = None
    """SHA-256 of the only certificate that may be used; None where none was chosen."""
    purpose: Purpose | None = None
    requested_by: str = ""
    read: frozenset[tuple[str, str]] = frozenset()
    """SHA-256 and media type of each document that was marked as read."""
    accepted: bool = False
    """The person went on from the review: had read everything and wanted it signed."""


NOTHING_KEPT = Kept()


@dataclass(frozen=True, slots=True)
class AskCode(State):
    """The person types the verification code."""

    wanted: str | None = None
    """Serial of the only token that may be used, where the person named one."""
    failure: Failure | None = None
    """Why a (new) code is needed."""
    kept: Kept = NOTHING_KEPT


@dataclass(frozen=True, slots=True)
class OpeningSession(State):
    """The code is being exchanged."""

    wanted: str | None
    kept: Kept = NOTHING_KEPT


@dataclass(frozen=True, slots=True)
class InSession(State):
    """Anything that knows the session."""

    session: Session
    key_store: bool
    """Whether the outcome can still be handed in after a restart."""
    wanted: str | None
    handle: SecretHandle | None = None
    """The secret that waits in the box for an effect to come; dropped with the state."""
    kept: Kept = field(default=NOTHING_KEPT, kw_only=True)
    """What an earlier code left, or the person named in advance."""

    @property
    def keeps(self) -> Kept:
        """What a new code goes on with besides the token."""
        return self.kept

    @property
    def place(self) -> str | None:
        """Serial of the token that a new code goes on with; None where none was chosen."""
        return self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStepUp(InSession):
    """The person types the SMS code."""

    checking: bool = False
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Cancelling(State):
    """Given up; the portal is being told."""

    outcome: Outcome
    failure: Failure
    opening: bool = False
    """The exchange of the code was under way: its session, if there is one, is to be cancelled."""


# ---------------------------------------------------------------------------- events
@dataclass(frozen=True, slots=True)
class CodeEntered(Event):
    """A well-formed code was typed."""

    code: VerificationCode


@dataclass(frozen=True, slots=True)
class SessionOpened(Answer):
    """The portal took the code."""

    session: Session
    key_store: bool


@dataclass(frozen=True, slots=True)
class OtpEntered(Event):
    """The SMS code was typed."""

    handle: SecretHandle


@dataclass(frozen=True, slots=True)
class ResendPressed(Event):
    """The person wants the SMS code again."""


@dataclass(frozen=True, slots=True)
class StepUpSent(Answer):
    """An SMS code is on its way."""


@dataclass(frozen=True, slots=True)
class StepUpAccepted(Answer):
    """The SMS code is right."""


@dataclass(frozen=True, slots=True)
class OutcomeReported(Answer):
    """The portal knows."""


@dataclass(frozen=True, slots=True)
class SessionCancelled(Answer):
    """The portal knows that the person gave up."""


@dataclass(frozen=True, slots=True)
class NewCodePressed(Event):
    """The person wants to go on with a new code, before the time of the old one runs out."""


@dataclass(frozen=True, slots=True)
class SessionExpired(Event):
    """The session's time is over."""

    session_id: str


# ---------------------------------------------------------------------------- effects
@dataclass(frozen=True, slots=True)
class OpenSession(Effect):
    """Exchange the code."""

    code: VerificationCode


@dataclass(frozen=True, slots=True)
class SendStepUp(Effect):
    """Have an SMS code sent."""

    session: Session


@dataclass(frozen=True, slots=True)
class CheckStepUp(Effect):
    """Check the SMS code, once."""

    session: Session
    handle: SecretHandle


@dataclass(frozen=True, slots=True)
class ReportOutcome(Effect):
    """Tell the portal how it ended; kept in the outbox until it is taken."""

    session: Session
    token_serial: str
    outcome: Outcome
    failure: Failure | None
    puk_attempt_spent: bool = False


@dataclass(frozen=True, slots=True)
class CancelSession(Effect):
    """Tell the portal that nothing will come of it."""

    session: Session
