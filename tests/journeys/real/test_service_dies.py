"""pcscd dies while the card works at a command of setting a PIN.

The card finishes what it was told, and nobody is left who could hear its answer.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.tokens import PinState, UnblockMethod
from kamusm_esign.sandbox.portal.keys import cryptogram
from tests.equipment.card_contract import SESSION, secret
from tests.equipment.pcsc_world import READER, wait_until
from tests.equipment.real_card import ADMIN_KEY, RealCard, RealDesk, card_in
from tests.equipment.softhsm import NEW_PIN
from tests.journeys.real.doing import token, unblock

pytestmark = pytest.mark.pcsc

DELAY = 4.0
"""Seconds that the card takes for the command."""
GRANT = UnblockGrant(UnblockMethod.CHALLENGE_RESPONSE, None)


@pytest.mark.parametrize(
    ("method", "command", "spending"),
    [
        ("so-pin", "20+", "20"),
        ("so-pin", "2C", "2C"),
        ("challenge-response", "82+", "82"),
        ("challenge-response", "2C", "2C"),
    ],
)
def test_the_service_dies_in_the_middle(
    desk: RealDesk, method: str, command: str, spending: str
) -> None:
    desk.methods = ("challenge-response", "so-pin")
    card = desk.card(pin_tries=0)
    card.insert()
    cards = desk.gateway()
    assert token(cards, card).pin is PinState.BLOCKED
    cards.close()
    card.trouble(f"{command} 1 delay {DELAY * 1000:.0f}")

    def work() -> CardResult:
        if method == "so-pin":
            return unblock(cards, card)
        return cards.unblock_pin(
            card.target, SESSION, GRANT, secret(NEW_PIN), lambda c: cryptogram(ADMIN_KEY, c)
        )

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        wait_until(_at_work(card, working), 30)
        desk.world.kill_service()
        result = working.result(60)
    time.sleep(DELAY)  # whatever it was told is done by now
    card.trouble()
    desk.world.start_service(same_port=True)
    wait_until(lambda: card_in(READER), 30)
    changed = card.takes(NEW_PIN)
    assert result.outcome in ((Outcome.UNKNOWN,) if command == "2C" else (Outcome.FAILED,))
    assert not changed or command == "2C"
    assert card.tries[1:] == (3, 3)
    assert len([line for line in card.sent(spending) if "(0)" not in line.split("->")[0]]) <= 1
    assert token(desk.gateway(), card).pin is (PinState.OK if changed else PinState.BLOCKED)


def _at_work(card: RealCard, working: "Future[CardResult]") -> Callable[[], bool]:
    """Whether the card has begun with the slow command: nothing was answered for a second."""
    begun, seen, since = len(card.log), -1, time.monotonic()

    def judge() -> bool:
        nonlocal seen, since
        assert not working.done(), working.result()
        if len(card.log) != seen:
            seen, since = len(card.log), time.monotonic()
        return seen > begun and time.monotonic() - since > 1

    return judge
