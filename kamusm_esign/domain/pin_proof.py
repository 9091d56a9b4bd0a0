"""What two looks at a PIN prove about what happened between them."""

from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.tokens import PinState

_USABLE = dict.fromkeys((PinState.OK, PinState.LOW, PinState.FINAL_TRY), Outcome.SUCCEEDED)
_PROOF = {
    PinState.BLOCKED: {PinState.BLOCKED: Outcome.FAILED, **_USABLE},
    # A PIN that was missing and is blocked now was set, and then tried by somebody else; a card
    # that does not tell its tries tells all the same that it has a PIN.
    PinState.UNSET: {
        PinState.UNSET: Outcome.FAILED,
        PinState.BLOCKED: Outcome.SUCCEEDED,
        PinState.UNKNOWN: Outcome.SUCCEEDED,
        **_USABLE,
    },
}


def proves(before: PinState) -> bool:
    """Whether a later look can prove anything at all, if nobody uses the PIN until then."""
    return before in _PROOF


def proved_outcome(before: PinState, now: PinState) -> Outcome:
    """What the PIN's state before the write and now prove.

    Only a blocked and a missing PIN prove anything: C_InitPIN ends both states (PKCS#11 v2.40
    section 5.5.3). Everything else looks the same with the old PIN as with the new one.
    """
    return _PROOF.get(before, {}).get(now, Outcome.UNKNOWN)
