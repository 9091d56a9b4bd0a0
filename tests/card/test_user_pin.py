"""Trying and changing the PIN through a real card host, SoftHSM2 and the shim."""

import hashlib

import pytest

from kamusm_esign.card.client import CardHostClient
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.tokens import TokenTarget
from tests.card.conftest import MakeHost
from tests.card.test_unblock import secret, unblock
from tests.equipment.card_contract import verify_signature
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN

S, F, U = Outcome.SUCCEEDED, Outcome.FAILED, Outcome.UNKNOWN


def verify(
    host: CardHostClient, card: ShimmedToken, pin: str = PIN, *, last_try: bool = False
) -> CardResult:
    typed = secret(pin)
    buffer = typed._buffer
    result = host.verify_pin(card.module, card.token.target, typed, last_try=last_try)
    assert not any(buffer)
    return result


def change(
    host: CardHostClient,
    card: ShimmedToken,
    current: str = PIN,
    new_pin: str = NEW_PIN,
    *,
    last_try: bool = False,
) -> CardResult:
    typed = secret(current), secret(new_pin)
    buffers = [s._buffer for s in typed]
    result = host.change_pin(card.module, card.token.target, *typed, last_try=last_try)
    assert not any(any(b) for b in buffers)
    return result


def refused(code: FailureCode, **params: int | None) -> CardResult:
    return CardResult(Outcome.FAILED, Failure.of(code, **params))


@pytest.mark.parametrize("token_sort", [{"key": "rsa2048"}, {"key": "p384"}])
def test_the_right_pin(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(2, 3)
    assert verify(host, card).outcome is Outcome.SUCCEEDED
    assert card.spending_calls() == ["C_Login(USER)"]
    assert card.tries() == (3, 3)


def test_three_wrong_pins(host: CardHostClient, card: ShimmedToken) -> None:
    assert verify(host, card, "000000") == refused(FailureCode.PIN_WRONG, attempts_left=None)
    assert verify(host, card, "000000") == refused(FailureCode.PIN_WRONG, attempts_left=1)
    assert verify(host, card, "000000") == refused(FailureCode.PIN_LAST_TRY)
    assert verify(host, card, "000000", last_try=True) == refused(FailureCode.PIN_BLOCKED)
    assert verify(host, card) == refused(FailureCode.PIN_BLOCKED)
    assert card.spending_calls() == ["C_Login(USER)"] * 3


def test_the_last_try_that_answers_locked(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(1, 3)
    card.fault("* 0 locked")
    assert verify(host, card, "000000", last_try=True) == refused(FailureCode.PIN_BLOCKED)
    assert card.spending_calls() == ["C_Login(USER)"]


@pytest.mark.parametrize("token_sort", [{"pin": None}])
def test_no_pin_yet(host: CardHostClient, card: ShimmedToken) -> None:
    assert verify(host, card) == refused(FailureCode.PIN_UNSET)
    assert change(host, card) == refused(FailureCode.PIN_UNSET)
    assert card.spending_calls() == []


@pytest.mark.parametrize("token_sort", [{"key": "rsa2048"}, {"key": "p384"}])
def test_change(host: CardHostClient, card: ShimmedToken) -> None:
    assert change(host, card) == CardResult(Outcome.SUCCEEDED, None)
    assert card.spending_calls() == ["C_Login(USER)", "C_SetPIN"]
    assert card.token.takes_pin(NEW_PIN)
    assert not card.token.takes_pin(PIN)


def test_change_with_a_wrong_pin_spends_one_try(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(2, 3)
    result = change(host, card, "000000")
    assert result == refused(FailureCode.PIN_WRONG, attempts_left=1)
    assert card.spending_calls() == ["C_Login(USER)"]
    assert card.tries() == (1, 3)


def test_change_at_the_last_try(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(1, 3)
    assert change(host, card) == refused(FailureCode.PIN_LAST_TRY)
    assert card.spending_calls() == []
    assert change(host, card, last_try=True).outcome is Outcome.SUCCEEDED


def test_change_of_a_blocked_pin(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(0, 3)
    assert change(host, card, last_try=True) == refused(FailureCode.PIN_BLOCKED)
    assert card.spending_calls() == []


def test_change_to_a_pin_that_the_card_refuses(host: CardHostClient, card: ShimmedToken) -> None:
    assert change(host, card, new_pin="123") == refused(FailureCode.NEW_PIN_REFUSED)
    assert card.token.takes_pin(PIN)


def test_a_typed_pin_is_not_for_a_reader_with_keys(
    host: CardHostClient, card: ShimmedToken
) -> None:
    card.fault("* 0 pinpad")
    (slot,) = host.list_tokens(card.module)
    assert slot.token.pin_pad
    code = FailureCode.PIN_PAD_UNSUPPORTED
    assert [f(host, card) for f in (verify, change, unblock)] == [refused(code)] * 3
    assert card.spending_calls() == []


def test_an_empty_pin_is_never_presented(host: CardHostClient, card: ShimmedToken) -> None:
    code = FailureCode.PIN_PAD_UNSUPPORTED
    assert [verify(host, card, ""), change(host, card, "", "")] == [refused(code)] * 2
    assert card.spending_calls() == []


def test_the_pin_is_tried_on_the_readers_keys(host: CardHostClient, card: ShimmedToken) -> None:
    card.type_on_reader(PIN)
    assert verify(host, card, "") == CardResult(S, None)
    card.type_on_reader("000000")
    assert verify(host, card, "") == refused(FailureCode.PIN_WRONG, attempts_left=None)
    assert card.tries() == (2, 3)
    assert card.spending_calls() == ["C_Login(USER)"] * 2


def test_nothing_is_typed_on_the_reader(host: CardHostClient, card: ShimmedToken) -> None:
    card.type_on_reader()
    for result in (verify(host, card, ""), change(host, card, "", "")):
        assert result.failure == Failure.of(FailureCode.PIN_PAD_CANCELLED)
    assert card.tries() == (3, 3)
    assert card.token.takes_pin(PIN)


def test_the_pin_is_changed_on_the_readers_keys(host: CardHostClient, card: ShimmedToken) -> None:
    card.type_on_reader(PIN, NEW_PIN)
    assert change(host, card, "", "") == CardResult(S, None)
    assert card.spending_calls() == ["C_Login(USER)", "C_SetPIN"]
    assert card.token.takes_pin(NEW_PIN)
    card.type_on_reader(NEW_PIN)  # the new one is not typed: cancelled in the middle
    assert change(host, card, "", "") == refused(FailureCode.PIN_PAD_CANCELLED)
    assert card.token.takes_pin(NEW_PIN)


@pytest.mark.parametrize("token_sort", [{"key": "rsa2048"}, {"key": "p384"}])
def test_signatures_after_a_login_on_the_reader(host: CardHostClient, card: ShimmedToken) -> None:
    card.type_on_reader(PIN)
    target, sha256 = card.token.target, card.token.certificate_sha256
    digests = [hashlib.sha256(text).digest() for text in (b"one", b"two")]
    with host.signing(card.module, target, sha256, secret(""), last_try=False) as signer:
        for digest in digests:
            signature = signer.sign(digest, "sha256")
            verify_signature(card.token.issued.certificate_der, digest, "sha256", signature)
    assert card.spending_calls() == ["C_Login(USER)"]


@pytest.mark.parametrize("token_sort", [{"always_authenticate": True}])
def test_a_key_that_asks_every_time_is_not_for_such_a_reader(
    host: CardHostClient, card: ShimmedToken
) -> None:
    card.type_on_reader(PIN)
    target, sha256 = card.token.target, card.token.certificate_sha256
    signing = host.signing(card.module, target, sha256, secret(""), last_try=False)
    with pytest.raises(FailedError) as refusal, signing:
        pass
    assert refusal.value.failure.code is FailureCode.PIN_PAD_UNSUPPORTED


def test_another_card(host: CardHostClient, card: ShimmedToken) -> None:
    target = TokenTarget("08C9150800160012", None)
    result = host.verify_pin(card.module, target, secret(PIN), last_try=False)
    assert result == refused(FailureCode.OTHER_CARD)
    assert card.spending_calls() == []


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        ("C_Login(USER) 1 crash", U, FailureCode.DRIVER_CRASHED),
        ("C_Login(USER) 1 crashed", U, FailureCode.DRIVER_CRASHED),
        ("C_Login(USER) 1 error 0x32", U, FailureCode.CARD_REMOVED),
        ("C_Login(USER) 1 error 0x5", U, FailureCode.DRIVER_UNEXPECTED),
        ("C_Login(USER) 1 hung", U, FailureCode.DRIVER_NO_ANSWER),
        ("C_Initialize 1 crash", F, FailureCode.DRIVER_CRASHED),
        ("C_Logout 1 crash", S, None),
    ],
)
def test_verify_with_a_failing_driver(
    make_host: MakeHost,
    card: ShimmedToken,
    fault: str,
    outcome: Outcome,
    code: FailureCode | None,
) -> None:
    host = make_host(write_timeout=1.0 if "hung" in fault else 10.0)
    host.seal_key()  # the host is up
    card.fault(fault)
    result = verify(host, card)
    assert (result.outcome, result.failure and result.failure.code) == (outcome, code)


@pytest.mark.parametrize(
    ("fault", "outcome", "code", "pin"),
    [
        ("C_Login(USER) 1 crashed", F, FailureCode.DRIVER_CRASHED, PIN),
        ("C_Login(USER) 1 error 0x32", F, FailureCode.CARD_REMOVED, PIN),
        ("C_SetPIN 1 crash", U, FailureCode.PIN_CHANGE_UNKNOWN, PIN),
        ("C_SetPIN 1 crashed", U, FailureCode.PIN_CHANGE_UNKNOWN, NEW_PIN),
        ("C_SetPIN 1 after 0x30", U, FailureCode.PIN_CHANGE_UNKNOWN, NEW_PIN),
        ("C_SetPIN 1 after 0x101", U, FailureCode.PIN_CHANGE_UNKNOWN, NEW_PIN),
        ("C_SetPIN 1 error 0x54", F, FailureCode.DRIVER_UNEXPECTED, PIN),
        ("C_SetPIN 1 hung", U, FailureCode.PIN_CHANGE_UNKNOWN, NEW_PIN),
        ("C_Logout 1 crash", S, None, NEW_PIN),
    ],
)
def test_change_with_a_failing_driver(
    make_host: MakeHost,
    card: ShimmedToken,
    fault: str,
    outcome: Outcome,
    code: FailureCode | None,
    pin: str,
) -> None:
    host = make_host(write_timeout=1.0 if "hung" in fault else 10.0)
    host.seal_key()  # the host is up
    card.fault(fault)
    result = change(host, card)
    assert (result.outcome, result.failure and result.failure.code) == (outcome, code)
    card.fault()
    assert card.token.takes_pin(pin)
