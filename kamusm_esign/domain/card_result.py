"""How an operation on a card ended."""

from dataclasses import dataclass

from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class CardResult:
    """How an operation that used a secret ended on the card."""

    outcome: Outcome
    """`SUCCEEDED`: done. `FAILED`: certainly not done. `UNKNOWN`: the card has to be read again.
    For `verify_pin`: whether the PIN is right."""
    failure: Failure | None
    """None on success and only then."""
    puk_attempt_spent: bool = False
    """The card refused the PUK. With `UNKNOWN`: it said so, and could not be looked at."""
