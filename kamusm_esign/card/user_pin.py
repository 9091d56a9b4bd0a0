"""Using the user PIN: try it, change it. One login for each request, never a second."""

from kamusm_esign.card import translate
from kamusm_esign.card.phase import Phase
from kamusm_esign.card.pkcs11_token import DriverToken, LoggedIn
from kamusm_esign.card.results import SUCCEEDED, failed, unknown
from kamusm_esign.card.token_flags import pin_state
from kamusm_esign.card.translate import DriverError
from kamusm_esign.card.wire import CardRequest
from kamusm_esign.card.workbench import ClaimedToken, Workbench, claim
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.tokens import PinState

_REFUSED = {PinState.BLOCKED: FailureCode.PIN_BLOCKED, PinState.UNSET: FailureCode.PIN_UNSET}
_JUDGED = frozenset({FailureCode.PIN_WRONG, FailureCode.PIN_BLOCKED, FailureCode.PIN_UNSET})
"""Failures with which the card has judged the PIN."""


class LoginRefusedError(Exception):
    """The one login did not succeed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code.value)
        self.failure = failure


def verify_pin(bench: Workbench, request: CardRequest, pin: bytearray) -> CardResult:
    """Whether the PIN is right; unknown where the driver failed while it was asked."""
    claimed = claim_for_pin(bench, request, pin)
    try:
        log_in(bench, claimed, pin)
    except LoginRefusedError as refusal:
        judged = refusal.failure.code in _JUDGED
        return failed(refusal.failure) if judged else unknown(refusal.failure)
    return SUCCEEDED


def change_pin(
    bench: Workbench, request: CardRequest, current: bytearray, new_pin: bytearray
) -> CardResult:
    """Log in, then C_SetPIN.

    C_SetPIN without a login would do for most drivers, but some can be set up to take it for an
    unblock and present the PIN as the PUK. A wrong PIN ends at the login and costs one try.
    """
    claimed = claim_for_pin(bench, request, current)
    try:
        p11_session = log_in(bench, claimed, current)
    except LoginRefusedError as refusal:
        return failed(refusal.failure)
    bench.channel.phase(Phase.SET_PIN)
    try:
        p11_session.set_pin(current, new_pin)
    except DriverError as error:
        failure = translate.set_pin(error)
        if failure is None:
            return unknown(Failure.of(FailureCode.PIN_CHANGE_UNKNOWN, raw=error.name))
        return failed(_with_tries(claimed.token, failure))
    bench.channel.phase(Phase.WRITTEN)
    return SUCCEEDED


def claim_for_pin(bench: Workbench, request: CardRequest, pin: bytearray) -> ClaimedToken:
    """The token, if its PIN may be presented.

    An empty `pin` means: on the reader's own keys; any other is for a reader without them.

    Raises:
        FailedError: as `claim`; `PIN_PAD_UNSUPPORTED`, `PIN_BLOCKED`, `PIN_UNSET`, or
            `PIN_LAST_TRY` where the request does not allow it. The card was not asked.
    """
    claimed = claim(bench, request)
    if claimed.token.pin_pad is not (len(pin) == 0):
        raise FailedError(translate.pin_pad())
    state = pin_state(claimed.token.info.flags)
    if state in _REFUSED:
        raise FailedError.of(_REFUSED[state])
    if state is PinState.FINAL_TRY and not request.last_try:
        raise FailedError.of(FailureCode.PIN_LAST_TRY)
    return claimed


def refuse_pin_pad(token: DriverToken) -> None:
    """A reader that asks for PINs by itself wants none from us."""
    if token.pin_pad:
        raise FailedError(translate.pin_pad())


def log_in(bench: Workbench, claimed: ClaimedToken, pin: bytearray) -> LoggedIn:
    """One C_Login(CKU_USER); stays logged in until the workbench is put away.

    Raises:
        LoginRefusedError: the card refused the PIN, or the driver failed.
    """
    bench.channel.phase(Phase.LOGIN)
    try:
        token = claimed.token
        logged_in = token.logged_in(pin=pin) if len(pin) else token.logged_in_on_reader()
        p11_session = bench.to_put_away.enter_context(logged_in)
    except DriverError as error:
        failure = _with_tries(claimed.token, translate.user_login(error))
        raise LoginRefusedError(failure) from None
    bench.channel.phase(Phase.LOGGED_IN)
    return p11_session


def _with_tries(token: DriverToken, failure: Failure) -> Failure:
    """A wrong PIN with what the flags say now: drivers tell the last one in two ways."""
    if failure.code is not FailureCode.PIN_WRONG:
        return failure
    try:
        state = pin_state(token.look().flags)
    except DriverError:
        return Failure.of(FailureCode.PIN_WRONG, attempts_left=None)
    if state is PinState.BLOCKED:
        return Failure.of(FailureCode.PIN_BLOCKED)
    return Failure.of(FailureCode.PIN_WRONG, attempts_left=state.attempts_left)
