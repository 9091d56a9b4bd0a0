"""Makes the effects of `flows.change_or_verify_pin` happen."""

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.flows.change_or_verify_pin import CardAnswered, UsePin
from kamusm_esign.flows.protocol import TokensSeen, WatchTokens
from kamusm_esign.ports import CardGateway
from kamusm_esign.runtime.driver import Handlers
from kamusm_esign.runtime.lanes import Lane


class PinUseEffects:
    """The handlers of one change or one try."""

    def __init__(self, card: CardGateway, box: SecretBox) -> None:
        self._card = card
        self._box = box

    def handlers(self, card: Lane) -> Handlers:
        """Which lane and function make each effect happen."""
        return {WatchTokens: (card, self._look), UsePin: (card, self._use)}

    def _look(self, effect: WatchTokens) -> TokensSeen:
        return TokensSeen(self._card.overview(), effect.ticket)

    def _use(self, effect: UsePin) -> CardAnswered:
        current = self._box.take(effect.current)
        new = None if effect.new is None else self._box.take(effect.new)
        try:
            return CardAnswered(effect.ticket, self._ask(effect, current, new))
        finally:
            current.wipe()
            if new is not None:
                new.wipe()

    def _ask(self, effect: UsePin, current: Secret, new: Secret | None) -> CardResult:
        if new is None:
            return self._card.verify_pin(effect.target, current, last_try=effect.last_try)
        return self._card.change_pin(effect.target, current, new, last_try=effect.last_try)
