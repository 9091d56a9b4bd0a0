"""What is done to a card on the real stack, through the product's own gateway."""

from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.tokens import Token
from tests.equipment.card_contract import SESSION, secret
from tests.equipment.puk_seal import grant_for
from tests.equipment.real_card import RealCard
from tests.equipment.softhsm import NEW_PIN, PIN, PUK


def token(cards: PluggedCards, card: RealCard) -> Token:
    found = cards.overview().token(card.serial)
    assert found is not None
    return found


def unblock(
    cards: PluggedCards, card: RealCard, new_pin: str = NEW_PIN, puk: str = PUK
) -> CardResult:
    grant = grant_for(cards.seal_key(), puk, SESSION, card.serial)
    return cards.unblock_pin(card.target, SESSION, grant, secret(new_pin))


def verify(
    cards: PluggedCards, card: RealCard, pin: str = PIN, *, last_try: bool = False
) -> CardResult:
    return cards.verify_pin(card.target, secret(pin), last_try=last_try)


def code_of(result: CardResult) -> FailureCode | None:
    return None if result.failure is None else result.failure.code
