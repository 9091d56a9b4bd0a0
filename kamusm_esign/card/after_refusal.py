"""What a refusal of the command that sets a PIN is worth: the card is looked at, no try is spent.

A card or a driver may say "refused" when the PIN is set already. So "failed" is said only where the
state of the PIN agrees; where it does not, the outcome is unknown, and whoever asked looks again.
"""

from kamusm_esign.card import translate
from kamusm_esign.card.pkcs11_token import DriverToken
from kamusm_esign.card.results import failed, unknown
from kamusm_esign.card.token_flags import pin_state
from kamusm_esign.card.translate import DriverError
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.pin_proof import proved_outcome
from kamusm_esign.domain.tokens import PinState


def after_refusal(
    token: DriverToken, before: PinState, refusal: Failure, *, puk_attempt_spent: bool = False
) -> CardResult:
    """The outcome of a C_InitPIN or RESET RETRY COUNTER that was refused.

    Args:
        token: looked at anew here.
        before: the state of its PIN before the command.
        refusal: what the card said.
        puk_attempt_spent: as `CardResult` has it.
    """
    if _agrees(token, before, refusal):
        return failed(refusal, puk_attempt_spent=puk_attempt_spent)
    raw = refusal.param("raw") or refusal.code.value
    doubt = Failure.of(FailureCode.PIN_SET_UNKNOWN, raw=raw)
    return unknown(doubt, puk_attempt_spent=puk_attempt_spent)


def _agrees(token: DriverToken, before: PinState, refusal: Failure) -> bool:
    serial = token.serial
    try:
        now = pin_state(token.look().flags)
    except DriverError:
        return False
    if token.serial != serial:
        return False
    proved = proved_outcome(before, now)
    if proved is Outcome.UNKNOWN:
        # A PIN that could be used before looks the same with the old digits as with the new ones.
        return now is before and not translate.contradicts_login(refusal)
    return proved is Outcome.FAILED
