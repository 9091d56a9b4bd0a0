"""Setting a PIN with the portal's permission.

Method `so-pin`: the portal releases the PUK, sealed to a key of this card host; one
C_Login(CKU_SO), one C_InitPIN (PKCS#11 v2.40 sections 5.6 and 5.5).
"""

from kamusm_esign.card import translate
from kamusm_esign.card.after_refusal import after_refusal
from kamusm_esign.card.phase import Phase
from kamusm_esign.card.results import SUCCEEDED, failed, unknown
from kamusm_esign.card.seal import NotOpenedError
from kamusm_esign.card.token_flags import pin_state, puk_state
from kamusm_esign.card.translate import DriverError
from kamusm_esign.card.user_pin import refuse_pin_pad
from kamusm_esign.card.wire import CardRequest
from kamusm_esign.card.workbench import Workbench, claim
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import unblock_info
from kamusm_esign.domain.tokens import PukState

_REFUSED = {
    PukState.BLOCKED: FailureCode.PUK_BLOCKED,
    PukState.FINAL_TRY: FailureCode.PUK_LAST_TRY,
}
_PUK_FAILURES = frozenset({FailureCode.PUK_REFUSED, FailureCode.PUK_BLOCKED})
"""Failures with which the card refused the PUK that was presented."""


def unblock_with_so_pin(
    bench: Workbench,
    request: CardRequest,
    session_id: str,
    sealed_puk: bytes,
    new_pin: bytearray,
) -> CardResult:
    """Check the card, open the PUK, present it once, set the PIN once.

    Raises:
        FailedError: before the card was asked for anything: another card, a PUK that is blocked or
            at its last try, a sealed PUK that does not open.
    """
    token = claim(bench, request).token
    refuse_pin_pad(token)
    pin_before = pin_state(token.info.flags)
    state = puk_state(token.info.flags)
    if state in _REFUSED:
        raise FailedError.of(_REFUSED[state])
    puk = _open(bench, sealed_puk, unblock_info(session_id, token.serial))
    try:
        bench.channel.phase(Phase.LOGIN)
        p11_session = bench.to_put_away.enter_context(token.logged_in(puk=puk))
    except DriverError as error:
        return _refused(translate.puk_login(error))
    finally:
        puk[:] = bytes(len(puk))
    bench.channel.phase(Phase.LOGGED_IN)
    bench.channel.phase(Phase.INIT_PIN)
    try:
        p11_session.init_pin(new_pin)
    except DriverError as error:
        failure = translate.init_pin(error)
        if failure is None:
            return unknown(Failure.of(FailureCode.PIN_SET_UNKNOWN, raw=error.name))
        spent = failure.code in _PUK_FAILURES
        return after_refusal(token, pin_before, failure, puk_attempt_spent=spent)
    bench.channel.phase(Phase.WRITTEN)
    return SUCCEEDED


def _open(bench: Workbench, sealed_puk: bytes, info: bytes) -> bytearray:
    try:
        if bench.seal_key is None:
            raise NotOpenedError
        return bench.seal_key.open(sealed_puk, info)
    except NotOpenedError:
        raise FailedError.of(FailureCode.PUK_NOT_OPENED) from None
    finally:
        bench.seal_key = None


def _refused(failure: Failure) -> CardResult:
    return failed(failure, puk_attempt_spent=failure.code in _PUK_FAILURES)
