"""Setting a PIN by SO login: a real card host, SoftHSM2, and a shim that counts and fails."""

from dataclasses import replace
from pathlib import Path

import pytest

from kamusm_esign.card.client import CardHostClient
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinState, TokenTarget, UnblockMethod
from tests.card.conftest import MakeHost
from tests.card.test_locks import held_elsewhere
from tests.equipment.puk_seal import grant_for
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN, PUK

SESSION = "s_0123456789abcdef0123456789abcdef"
ONCE = ["C_Login(SO)", "C_InitPIN"]
S, F, U = Outcome.SUCCEEDED, Outcome.FAILED, Outcome.UNKNOWN


def secret(text: str) -> Secret:
    return Secret.taking(bytearray(text.encode()))


def unblock(
    host: CardHostClient,
    card: ShimmedToken,
    *,
    puk: str = PUK,
    new_pin: str = NEW_PIN,
    target: TokenTarget | None = None,
    sealed_for: tuple[str, str] | None = None,
) -> CardResult:
    """The whole operation; the new PIN is gone from this process afterwards."""
    session, serial = sealed_for or (SESSION, card.token.serial)
    grant = grant_for(host.seal_key(), puk, session, serial)
    pin = secret(new_pin)
    buffer = pin._buffer
    result = host.unblock_pin(card.module, target or card.token.target, SESSION, grant, pin)
    assert not any(buffer)
    return result


def assert_untouched(card: ShimmedToken) -> None:
    assert card.spending_calls() == []
    assert card.token.takes_pin(PIN)
    assert card.token.takes_puk(PUK)


@pytest.mark.parametrize(
    ("seen", "tries"), [(PinState.BLOCKED, 3), (PinState.BLOCKED, 1), (PinState.UNSET, 0)]
)
def test_a_pin_that_is_not_as_it_was_seen_is_left_alone(
    host: CardHostClient, card: ShimmedToken, seen: PinState, tries: int
) -> None:
    """What a look after the write would prove is no longer so."""
    card.set_tries(tries, 3)
    result = unblock(host, card, target=replace(card.token.target, pin=seen))
    assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.PIN_STATE_CHANGED))
    card.set_tries(3, 3)
    assert_untouched(card)


def test_a_pin_that_is_as_it_was_seen_is_set(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(0, 3)
    target = replace(card.token.target, pin=PinState.BLOCKED)
    assert unblock(host, card, target=target) == CardResult(Outcome.SUCCEEDED, None)
    assert card.token.takes_pin(NEW_PIN)


@pytest.mark.parametrize(
    "token_sort",
    [{"kind": kind, "key": key} for kind in ("nes", "mali-muhur") for key in ("rsa2048", "p384")],
)
def test_a_blocked_pin_is_set(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(0, 3)
    host.list_tokens(card.module)
    assert unblock(host, card) == CardResult(Outcome.SUCCEEDED, None)
    assert card.spending_calls() == ONCE
    assert card.token.takes_pin(NEW_PIN)
    assert not card.token.takes_pin(PIN)
    assert card.tries() == (3, 3)


@pytest.mark.parametrize("token_sort", [{"pin": None}])
def test_a_first_pin_is_set(host: CardHostClient, card: ShimmedToken) -> None:
    assert unblock(host, card).outcome is Outcome.SUCCEEDED
    assert card.token.takes_pin(NEW_PIN)


def test_a_card_without_certificate_in_the_target(host: CardHostClient, card: ShimmedToken) -> None:
    target = TokenTarget(card.token.serial, None)
    assert unblock(host, card, target=target).outcome is Outcome.SUCCEEDED


def test_a_wrong_puk_spends_one_try(host: CardHostClient, card: ShimmedToken) -> None:
    result = unblock(host, card, puk="00000000")
    assert result == CardResult(
        Outcome.FAILED, Failure.of(FailureCode.PUK_REFUSED), puk_attempt_spent=True
    )
    assert card.spending_calls() == ["C_Login(SO)"]
    assert card.tries() == (3, 2)
    assert card.token.takes_pin(PIN)


@pytest.mark.parametrize(
    ("tries", "code"),
    [((0, 1), FailureCode.PUK_LAST_TRY), ((0, 0), FailureCode.PUK_BLOCKED)],
)
def test_a_puk_that_may_not_be_used(
    host: CardHostClient, card: ShimmedToken, tries: tuple[int, int], code: FailureCode
) -> None:
    card.set_tries(*tries)
    assert unblock(host, card) == CardResult(Outcome.FAILED, Failure.of(code))
    assert card.spending_calls() == []
    assert card.tries() == tries


def test_the_last_puk_try_of_a_silent_card(host: CardHostClient, card: ShimmedToken) -> None:
    card.set_tries(0, 1)
    card.fault("* 0 silent", "* 0 locked")
    result = unblock(host, card, puk="00000000")
    assert result == CardResult(
        Outcome.FAILED, Failure.of(FailureCode.PUK_BLOCKED), puk_attempt_spent=True
    )
    assert card.spending_calls() == ["C_Login(SO)"]


@pytest.mark.parametrize(
    "sealed_for", [("s_other", None), (SESSION, "08C9150800160012")], ids=["session", "serial"]
)
def test_a_puk_sealed_for_something_else(
    host: CardHostClient, card: ShimmedToken, sealed_for: tuple[str, str | None]
) -> None:
    session, serial = sealed_for
    result = unblock(host, card, sealed_for=(session, serial or card.token.serial))
    assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.PUK_NOT_OPENED))
    assert_untouched(card)


@pytest.mark.parametrize("spoil", ["bit", "empty", "no key", "other key", "closed"])
def test_a_puk_that_does_not_open(
    host: CardHostClient, card: ShimmedToken, make_host: MakeHost, spoil: str
) -> None:
    key = host.seal_key()
    sealed = bytearray(grant_for(key, PUK, SESSION, card.token.serial).sealed_puk or b"")
    match spoil:
        case "bit":
            sealed[-1] ^= 1
        case "empty":
            sealed.clear()
        case "no key":
            host = make_host()
        case "other key":
            host.seal_key()
        case "closed":
            host.close()
    grant = UnblockGrant(UnblockMethod.SO_PIN, bytes(sealed))
    result = host.unblock_pin(card.module, card.token.target, SESSION, grant, secret(NEW_PIN))
    assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.PUK_NOT_OPENED))
    assert_untouched(card)


def test_the_key_survives_a_look_and_serves_once(host: CardHostClient, card: ShimmedToken) -> None:
    grant = grant_for(host.seal_key(), PUK, SESSION, card.token.serial)
    host.list_tokens(card.module)
    results = [
        host.unblock_pin(card.module, card.token.target, SESSION, grant, secret(NEW_PIN))
        for _ in range(2)
    ]
    assert [r.outcome for r in results] == [Outcome.SUCCEEDED, Outcome.FAILED]
    assert results[1].failure == Failure.of(FailureCode.PUK_NOT_OPENED)
    assert card.spending_calls() == ONCE


def test_other_cards(host: CardHostClient, card: ShimmedToken) -> None:
    for target in (
        TokenTarget("08C9150800160012", None),
        TokenTarget(card.token.serial, "00" * 32),
    ):
        result = unblock(host, card, target=target)
        assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.OTHER_CARD))
    assert_untouched(card)


def test_no_card(host: CardHostClient, card: ShimmedToken) -> None:
    card.fault("C_GetTokenInfo 0 error 0xe0")
    result = unblock(host, card)
    assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.CARD_REMOVED))
    assert_untouched(card)


@pytest.mark.parametrize(
    ("tries", "fault", "outcome", "code", "pin"),
    [
        (0, "C_InitPIN 1 error 0x101", F, FailureCode.CARD_REFUSED_UNBLOCK, None),
        (0, "C_InitPIN 1 after 0x101", U, FailureCode.PIN_SET_UNKNOWN, NEW_PIN),
        (0, "C_InitPIN 1 after 0xa2", U, FailureCode.PIN_SET_UNKNOWN, NEW_PIN),
        (0, "C_InitPIN 1 after 0xa0", U, FailureCode.PIN_SET_UNKNOWN, NEW_PIN),
        (3, "C_InitPIN 1 error 0xa2", F, FailureCode.NEW_PIN_REFUSED, PIN),
        (3, "C_InitPIN 1 error 0x101", U, FailureCode.PIN_SET_UNKNOWN, PIN),
        (3, "C_InitPIN 1 after 0x101", U, FailureCode.PIN_SET_UNKNOWN, NEW_PIN),
        (2, "C_InitPIN 1 after 0xa2", U, FailureCode.PIN_SET_UNKNOWN, NEW_PIN),
    ],
)
def test_a_refusal_is_believed_where_the_state_of_the_card_agrees(
    host: CardHostClient,
    card: ShimmedToken,
    tries: int,
    fault: str,
    outcome: Outcome,
    code: FailureCode,
    pin: str | None,
) -> None:
    card.set_tries(tries, 3)
    card.fault(fault)
    result = unblock(host, card)
    assert (result.outcome, result.failure and result.failure.code) == (outcome, code)
    assert card.spending_calls() == ONCE
    assert card.tries() == (3 if "after" in fault else tries, 3)
    card.fault()
    if pin is not None:
        assert card.token.takes_pin(pin)


def test_a_card_that_cannot_be_looked_at_after_a_refusal(
    host: CardHostClient, card: ShimmedToken
) -> None:
    card.set_tries(0, 3)
    card.fault("C_InitPIN 1 error 0xa2", "C_GetTokenInfo 4 error 0x32")
    result = unblock(host, card)
    assert (result.outcome, result.puk_attempt_spent) == (Outcome.UNKNOWN, False)
    assert card.spending_calls() == ONCE


def test_a_puk_that_is_refused_at_the_end_is_spent_even_where_nobody_can_look(
    host: CardHostClient, card: ShimmedToken
) -> None:
    """A driver that presents the PUK only with C_InitPIN."""
    card.set_tries(0, 3)
    card.fault("C_InitPIN 1 error 0xa0", "C_GetTokenInfo 4 error 0x32")
    result = unblock(host, card)
    assert (result.outcome, result.puk_attempt_spent) == (Outcome.UNKNOWN, True)


def test_a_new_pin_that_the_card_refuses(host: CardHostClient, card: ShimmedToken) -> None:
    result = unblock(host, card, new_pin="123")  # SoftHSM2 wants 4
    assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.NEW_PIN_REFUSED))
    assert card.token.takes_pin(PIN)


@pytest.mark.parametrize(
    ("fault", "outcome", "code", "spent", "pin"),
    [
        ("C_InitPIN 1 error 0xa0", F, FailureCode.PUK_REFUSED, True, PIN),
        ("C_InitPIN 1 error 0xa4", F, FailureCode.PUK_BLOCKED, True, PIN),
        ("C_InitPIN 1 error 0xa2", F, FailureCode.NEW_PIN_REFUSED, False, PIN),
        ("C_InitPIN 1 error 0x54", F, FailureCode.CARD_REFUSED_UNBLOCK, False, PIN),
        ("C_InitPIN 1 error 0x5", U, FailureCode.PIN_SET_UNKNOWN, False, PIN),
        ("C_InitPIN 1 after 0x32", U, FailureCode.PIN_SET_UNKNOWN, False, NEW_PIN),
        ("C_InitPIN 1 crash", U, FailureCode.PIN_SET_UNKNOWN, False, PIN),
        ("C_InitPIN 1 crashed", U, FailureCode.PIN_SET_UNKNOWN, False, NEW_PIN),
        ("C_Login(SO) 1 error 0x32", F, FailureCode.CARD_REMOVED, False, PIN),
        ("C_Login(SO) 1 error 0x5", F, FailureCode.DRIVER_UNEXPECTED, False, PIN),
        ("C_Login(SO) 1 crash", F, FailureCode.DRIVER_CRASHED, False, PIN),
        ("C_Login(SO) 1 crashed", F, FailureCode.DRIVER_CRASHED, False, PIN),
        ("C_Initialize 1 crash", F, FailureCode.DRIVER_CRASHED, False, PIN),
        ("C_Logout 1 crash", S, None, False, NEW_PIN),
        ("C_CloseSession 2 crash", S, None, False, NEW_PIN),
        ("C_Logout 1 error 0x5", S, None, False, NEW_PIN),
    ],
)
def test_a_driver_that_fails(
    host: CardHostClient,
    card: ShimmedToken,
    fault: str,
    outcome: Outcome,
    code: FailureCode | None,
    spent: bool,
    pin: str,
) -> None:
    card.fault(fault)
    result = unblock(host, card)
    assert result.outcome is outcome
    assert (result.failure and result.failure.code) is code
    assert result.puk_attempt_spent is spent
    card.fault()
    assert card.token.takes_pin(pin)
    calls = card.spending_calls()
    assert calls == ONCE[: len(calls)]
    assert card.tries()[1] == 3 or fault.startswith("C_Login(SO) 1 crashed")


@pytest.mark.parametrize(
    ("fault", "outcome", "code", "pin"),
    [
        ("C_Initialize 1 hang", F, FailureCode.DRIVER_NO_ANSWER, PIN),
        ("C_Login(SO) 1 hang", F, FailureCode.DRIVER_NO_ANSWER, PIN),
        ("C_InitPIN 1 hang", U, FailureCode.PIN_SET_UNKNOWN, PIN),
        ("C_InitPIN 1 hung", U, FailureCode.PIN_SET_UNKNOWN, NEW_PIN),
    ],
)
def test_a_driver_that_hangs(
    make_host: MakeHost,
    card: ShimmedToken,
    fault: str,
    outcome: Outcome,
    code: FailureCode,
    pin: str,
) -> None:
    host = make_host(write_timeout=1.0)
    card.fault(fault)
    result = unblock(host, card)
    assert (result.outcome, result.failure and result.failure.code) == (outcome, code)
    card.fault()
    assert card.token.takes_pin(pin)
    assert len(host.list_tokens(card.module)) == 1  # the lock is free


def test_a_driver_that_hangs_when_all_is_done(make_host: MakeHost, card: ShimmedToken) -> None:
    card.fault("C_Logout 1 hang")
    host = make_host()
    assert unblock(host, card).outcome is Outcome.SUCCEEDED
    assert len(host.list_tokens(card.module)) == 1  # the lock is free


def test_a_card_that_another_process_writes_to(
    make_host: MakeHost, card: ShimmedToken, tmp_path: Path
) -> None:
    host = make_host(write_timeout=-4.9)
    with held_elsewhere(tmp_path / "locks", card.token.serial):
        host._write_timeout = 10.0  # only the wait for the lock is short
        result = unblock(host, card)
    assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.CARD_BUSY))
    assert_untouched(card)
