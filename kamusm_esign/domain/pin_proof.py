"""What two looks at a PIN prove about what happened between them."""

from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.tokens import PinState


def proved_outcome(before: PinState, now: PinState) -> Outcome:
    """What the PIN's state before the write and now prove.

    Only a blocked and a missing PIN prove anything: C_InitPIN ends both states (PKCS#11 v2.40
    section 5.5.3). Everything else looks the same with the old PIN as with the new one.
    """
    if before not in (PinState.BLOCKED, PinState.UNSET) or now is PinState.UNKNOWN:
        return Outcome.UNKNOWN
    if now is before:
        return Outcome.FAILED
    # A PIN that was missing and is blocked now was set, and then tried by somebody else.
    return Outcome.SUCCEEDED
