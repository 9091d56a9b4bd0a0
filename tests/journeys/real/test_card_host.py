"""The product's card host over real PC/SC and a real driver: pcscd, vpcd, OpenSC.

What the card remembers is read from the card itself, never from the program under test.
"""

import hashlib
import subprocess
import sys

import pytest

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.tokens import DriverStatus, PinState, ServiceStatus
from tests.equipment.card_contract import SESSION, WRONG, secret, verify_signature
from tests.equipment.card_holder import HOLDER
from tests.equipment.pcsc_world import READER, SECOND_READER, wait_until
from tests.equipment.puk_seal import grant_for
from tests.equipment.real_card import RealDesk, card_in
from tests.equipment.softhsm import NEW_PIN, PIN, PUK
from tests.journeys.real.doing import code_of, token, unblock, verify

pytestmark = pytest.mark.pcsc

S, F, U = Outcome.SUCCEEDED, Outcome.FAILED, Outcome.UNKNOWN
CODE = FailureCode


@pytest.mark.parametrize(
    ("kind", "key"),
    [("nes", "rsa2048"), ("nes", "p384"), ("mali-muhur", "rsa2048"), ("mali-muhur", "p384")],
)
def test_everything_that_a_card_is_for(desk: RealDesk, kind: str, key: str) -> None:
    """List, unblock, verify, change, sign: one life of one card, the blocked one first."""
    card = desk.card(kind=kind, key=key, pin_tries=0)
    card.insert()
    cards = desk.gateway()
    seen = token(cards, card)
    assert (seen.pin, seen.certificates[0].kind.value) == (PinState.BLOCKED, kind)
    assert seen.certificates[0].has_private_key
    assert (seen.pin_limits and seen.pin_limits.maximum) == 8
    assert unblock(cards, card) == CardResult(S, None)
    assert card.takes(NEW_PIN)
    assert card.tries == (3, 3, 3)
    assert verify(cards, card, NEW_PIN) == CardResult(S, None)
    assert cards.change_pin(card.target, secret(NEW_PIN), secret(PIN), last_try=False).outcome is S
    assert card.takes(PIN)
    digests = [hashlib.sha256(text).digest() for text in (b"one", b"two", b"three")]
    with cards.signing(card.target, card.sha256, secret(PIN), last_try=False) as signer:
        signatures = [signer.sign(digest, "sha256") for digest in digests]
    for digest, signature in zip(digests, signatures, strict=True):
        verify_signature(card.issued.certificate_der, digest, "sha256", signature)
    assert card.tries == (3, 3, 3)
    assert len([line for line in card.sent("20") if "(8)" in line]) == 4  # one login each


def test_a_new_card_gets_its_first_pin(desk: RealDesk) -> None:
    card = desk.card(pin=None)
    card.insert()
    cards = desk.gateway()
    assert token(cards, card).pin is PinState.BLOCKED  # OpenSC has no word for "never set"
    assert unblock(cards, card).outcome is S
    assert card.takes(NEW_PIN)


def test_three_wrong_pins_and_the_way_back(desk: RealDesk) -> None:
    card = desk.card()
    card.insert()
    cards = desk.gateway()
    assert code_of(verify(cards, card, WRONG)) is CODE.PIN_WRONG
    assert card.tries[0] == 2
    second = verify(cards, card, WRONG)
    assert code_of(second) is CODE.PIN_WRONG
    assert second.failure is not None
    assert second.failure.param("attempts_left") == 1
    assert token(cards, card).pin is PinState.FINAL_TRY
    assert code_of(verify(cards, card, WRONG)) is CODE.PIN_LAST_TRY
    assert card.tries[0] == 1  # kept
    assert code_of(verify(cards, card, WRONG, last_try=True)) is CODE.PIN_BLOCKED
    assert token(cards, card).pin is PinState.BLOCKED
    assert code_of(verify(cards, card, PIN, last_try=True)) is CODE.PIN_BLOCKED
    assert unblock(cards, card).outcome is S
    assert card.tries == (3, 3, 3)


def test_a_wrong_puk_costs_one_try_and_is_not_repeated(desk: RealDesk) -> None:
    card = desk.card(pin_tries=0)
    card.insert()
    cards = desk.gateway()
    refused = unblock(cards, card, puk="00000000")
    assert (code_of(refused), refused.puk_attempt_spent) == (CODE.PUK_REFUSED, True)
    assert card.tries == (0, 2, 3)
    assert unblock(cards, card).outcome is S
    assert card.tries == (3, 3, 3)


def test_two_readers_at_once(desk: RealDesk) -> None:
    one, two = desk.card(), desk.card(kind="mali-muhur", key="p384", reader=SECOND_READER)
    one.insert()
    two.insert()
    cards = desk.gateway()
    overview = cards.overview()
    assert [[t.serial for t in r.tokens] for r in overview.readers] == [[one.serial], [two.serial]]
    assert unblock(cards, two).outcome is S
    assert (two.takes(NEW_PIN), one.takes(PIN)) == (True, True)
    assert not any("(8)" in line for line in one.sent("20"))
    assert verify(cards, one).outcome is S


def test_removed_and_inserted(desk: RealDesk) -> None:
    card = desk.card()
    cards = desk.gateway()
    assert cards.overview().readers[0].driver.status is DriverStatus.NO_CARD
    card.insert()
    assert token(cards, card).pin is PinState.OK
    card.pull()
    assert code_of(verify(cards, card)) is CODE.CARD_REMOVED
    card.insert()
    assert verify(cards, card).outcome is S


def test_another_card_between_two_steps(desk: RealDesk) -> None:
    mine, other = desk.card(), desk.card()
    mine.insert()
    cards = desk.gateway()
    grant = grant_for(cards.seal_key(), PUK, SESSION, mine.serial)
    assert token(cards, mine)
    mine.pull()
    other.insert()
    result = cards.unblock_pin(mine.target, SESSION, grant, secret(NEW_PIN))
    assert (result.outcome, code_of(result)) == (F, CODE.OTHER_CARD)
    assert (mine.tries, other.tries) == ((3, 3, 3), (3, 3, 3))
    assert (mine.takes(PIN), other.takes(PIN)) == (True, True)
    assert not any("(8)" in line for line in other.sent("20"))


PULLED = [
    ("A4 1 gone", False),
    ("20 1 gone", False),
    ("20+ 1 gone", False),  # before the PUK is judged
    ("20+ 1 gone-after", False),  # the PUK was right, its answer is lost
    ("2C 1 gone", False),
    ("2C 1 gone-after", True),
]
"""What the card does while it is unblocked, and whether the PIN is the new one afterwards."""


@pytest.mark.parametrize(("trouble", "changed"), PULLED, ids=[row[0] for row in PULLED])
def test_pulled_out_while_the_pin_is_set(desk: RealDesk, trouble: str, changed: bool) -> None:
    """What is said is true, and where nothing can be said the next look can tell."""
    card = desk.card(pin_tries=0)
    card.trouble(trouble)
    card.insert()
    cards = desk.gateway()
    result = unblock(cards, card)
    assert card.takes(NEW_PIN) is changed
    assert card.tries[1] == 3
    assert result.outcome in ((S, U) if changed else (F, U))
    assert not result.puk_attempt_spent
    assert len(card.sent("2C")) <= 1
    card.trouble()
    card.pull()
    card.insert()
    assert token(cards, card).pin is (PinState.OK if changed else PinState.BLOCKED)


def test_the_service_is_killed_and_started_again(desk: RealDesk) -> None:
    card = desk.card()
    card.insert()
    cards = desk.gateway()
    assert token(cards, card)
    desk.world.kill_service()
    overview = cards.overview()
    assert overview.service is not ServiceStatus.RUNNING
    assert overview.failure is not None
    assert overview.failure.code is CODE.NO_PCSC_SERVICE
    assert code_of(verify(cards, card)) is CODE.CARD_REMOVED
    desk.world.start_service(same_port=True)
    wait_until(lambda: card_in(READER), 30)  # the card is still in the reader
    assert token(cards, card).pin is PinState.OK
    assert verify(cards, card).outcome is S
    assert card.tries == (3, 3, 3)


def test_another_program_holds_the_card(desk: RealDesk) -> None:
    card = desk.card()
    card.insert()
    cards = desk.gateway()
    assert token(cards, card)
    cards.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"0\n"
        reader = cards.overview().readers[0]
        assert (reader.driver.status, reader.failure and reader.failure.code) == (
            DriverStatus.BUSY,
            CODE.CARD_BUSY,
        )
        assert verify(cards, card).outcome is F
        assert card.tries == (3, 3, 3)
    finally:
        holder.communicate(timeout=10)
    assert verify(cards, card).outcome is S


def test_a_driver_that_is_stopped_in_the_middle(desk: RealDesk) -> None:
    """A card that does not answer in time: the host is killed, and the card is read anew."""
    card = desk.card(pin_tries=0)
    card.insert()
    cards = desk.gateway(read_timeout=15.0, write_timeout=7.0)
    assert token(cards, card)
    cards.close()
    card.trouble("2C 1 delay 10000")
    result = unblock(cards, card)
    assert (result.outcome, code_of(result)) == (U, CODE.PIN_SET_UNKNOWN)
    wait_until(lambda: card.takes(NEW_PIN), 30)  # it was done all the same
    card.trouble()
    card.pull()
    card.insert()
    assert token(cards, card).pin is PinState.OK
    assert card.tries == (3, 3, 3)


def test_pulled_out_between_two_signatures(desk: RealDesk) -> None:
    card = desk.card()
    card.insert()
    cards = desk.gateway()
    digest = hashlib.sha256(b"text").digest()
    with cards.signing(card.target, card.sha256, secret(PIN), last_try=False) as signer:
        signer.sign(digest, "sha256")
        card.pull()
        with pytest.raises(FailedError) as gone:
            signer.sign(digest, "sha256")
        card.insert()
        with pytest.raises(FailedError):
            signer.sign(digest, "sha256")  # after a failure the card is not asked again
    assert gone.value.failure.code in (CODE.CARD_REMOVED, CODE.SIGNATURE_REFUSED_BY_CARD)
    assert card.tries == (3, 3, 3)
    assert len([line for line in card.sent("20") if "(8)" in line]) == 1
