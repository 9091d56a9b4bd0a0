"""What is remembered of a job until the portal has taken its outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.domain.tokens import PinState


class JournalStep(Enum):
    """How far a job that uses a card has come."""

    AUTHORIZING = "authorizing"
    """The grant is about to be asked for; the card was not touched."""
    WRITING = "writing"
    """The card may have been touched."""
    SIGNING = "signing"
    """The card may have signed; nothing was handed in, and what was signed does not count."""
    SIGNED = "signed"
    """Every document is signed; the signatures are in the outbox until the portal has them."""
    ENDED = "ended"
    """How it ended is known, or known to be unknowable for now: `outcome` is set."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What is remembered of one session until the portal has taken its outcome. No secret."""

    session_id: str
    portal: str
    """Base URL of the portal it belongs to."""
    purpose: Purpose
    token_serial: str
    pin_before: PinState
    """What the card said before the write; lets the next look prove what happened."""
    since: datetime
    """UTC, when the entry was begun."""
    clock_offset: float
    """Seconds to add to this computer's clock to get the portal's."""
    step: JournalStep
    outcome: Outcome | None = None
    failure_code: str | None = None
    puk_attempt_spent: bool = False
    decided_at: datetime | None = None
    """UTC on the portal's clock, when `outcome` was decided."""
    superseded: bool = False
    """Another PIN was set since: what became of this job, nothing and nobody can tell any more."""

    @property
    def begun_at(self) -> datetime:
        """`since` on the portal's clock: this computer's may have jumped between two jobs."""
        return self.since + timedelta(seconds=self.clock_offset)
