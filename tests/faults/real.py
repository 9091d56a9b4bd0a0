"""The same on the real stack: a virtual card in a process of its own, pcscd, vpcd, OpenSC.

What goes wrong is a trouble of the card at one of its commands (`sandbox.chip.troubles`), the PC/SC
service that is killed, or another card in the reader. Judged on the card's own file.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinState, UnblockMethod
from kamusm_esign.sandbox.portal.keys import cryptogram
from tests.equipment.card_contract import SESSION, secret
from tests.equipment.pcsc_world import READER, wait_until
from tests.equipment.puk_seal import grant_for
from tests.equipment.real_card import ADMIN_KEY, RealDesk, card_in
from tests.equipment.softhsm import NEW_PIN, PIN, PUK

JOURNEYS = ("so-pin", "challenge-response", "change-pin", "verify-pin", "sign")
_COMMANDS = {
    "so-pin": ("20+", "2C", "A4", "B0", "20"),
    "challenge-response": ("84", "82", "82+", "2C", "A4", "20"),
    "change-pin": ("20+", "24", "A4", "B0", "20"),
    "verify-pin": ("20+", "A4", "20"),
    "sign": ("20+", "22", "2A", "A4", "B0"),
}
_WRITING = {"so-pin": "2C", "challenge-response": "2C", "change-pin": "24"}
_KINDS = ("gone", "gone", "gone-after", "status", "status-after", "delay", "none", "service")
_STATUSES = ("6581", "6f00", "6985", "6982", "6d00", "6400")
_LIMIT = 4.0


@dataclass(frozen=True)
class RealCase:
    """What a seed means."""

    seed: int
    journey: str
    kind: str
    trouble: str
    right: bool
    key: str

    @classmethod
    def of(cls, seed: int) -> "RealCase":
        """The same for the same seed, for ever."""
        chance = random.Random(f"real {seed}")
        journey, kind = chance.choice(JOURNEYS), chance.choice(_KINDS)
        command = chance.choice(_COMMANDS[journey])
        number = chance.choice((1, 1, 1, 2, 3))
        value = {
            "status": chance.choice(_STATUSES),
            "status-after": chance.choice(_STATUSES),  # a refusal is a lie then
            "delay": "6000",
        }.get(kind, "")
        trouble = f"{command} {number} {kind} {value}".strip()
        if kind in ("none", "service"):
            trouble = ""
        right, key = chance.random() < 0.8, chance.choice(("rsa2048", "p384"))
        return cls(seed, journey, kind, trouble, right, key)


class RealRun:
    """One case on one card."""

    def __init__(self, case: RealCase, desk: RealDesk) -> None:
        self.case = case
        self._desk = desk
        self._secrets: list[Secret] = []
        desk.methods = ("challenge-response", "so-pin")
        blocked = case.journey in ("so-pin", "challenge-response")
        self.card = desk.card(key=case.key, pin_tries=0 if blocked else 3)
        self.before = self.card.tries
        self.violations: list[str] = []

    def play(self) -> Outcome:
        """Do it and judge it."""
        card, case = self.card, self.case
        card.trouble(*([case.trouble] if case.trouble else []))
        card.insert()
        cards = self._desk.gateway(read_timeout=_LIMIT, write_timeout=_LIMIT)
        cards.overview()
        if case.kind == "service":
            self._desk.world.kill_service()
        result = self._act(cards)
        cards.close()
        card.trouble()
        self._judge(result)
        self._look_again(cards, result)
        return result.outcome

    def _secret(self, digits: str) -> Secret:
        self._secrets.append(secret(digits))
        return self._secrets[-1]

    def _act(self, cards: PluggedCards) -> CardResult:
        card, case = self.card, self.case
        pin = PIN if case.right else "000000"
        try:
            if case.journey in ("so-pin", "challenge-response"):
                return self._unblock(cards)
            if case.journey == "verify-pin":
                return cards.verify_pin(card.target, self._secret(pin), last_try=True)
            if case.journey == "change-pin":
                old, new = self._secret(pin), self._secret(NEW_PIN)
                return cards.change_pin(card.target, old, new, last_try=True)
            with cards.signing(
                card.target, card.sha256, self._secret(pin), last_try=True
            ) as signer:
                for number in range(2):
                    signer.sign(bytes([number]) * 32, "sha256")
        except FailedError as error:
            return CardResult(Outcome.FAILED, error.failure)
        return CardResult(Outcome.SUCCEEDED, None)

    def _unblock(self, cards: PluggedCards) -> CardResult:
        card, right = self.card, self.case.right
        answer: Callable[[bytes], bytes] | None = None
        if self.case.journey == "so-pin":
            grant = grant_for(cards.seal_key(), PUK if right else "00000000", SESSION, card.serial)
        else:
            key = ADMIN_KEY if right else bytes(32)
            grant = UnblockGrant(UnblockMethod.CHALLENGE_RESPONSE, None)

            def answer(challenge: bytes) -> bytes:
                return cryptogram(key, challenge)

        return cards.unblock_pin(card.target, SESSION, grant, self._secret(NEW_PIN), answer)

    def _expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.violations.append(what)

    def _judge(self, result: CardResult) -> None:
        card, case = self.card, self.case
        if case.kind == "delay" and result.outcome is Outcome.UNKNOWN:
            # The card goes on after everybody has given up.
            written = _WRITING.get(case.journey, "20").casefold()
            wait_until(lambda: bool(card.sent(written)), 30)
        mine = {"so-pin": 1, "challenge-response": 2}.get(case.journey, 0)
        for place, (before, after) in enumerate(zip(self.before, card.tries, strict=True)):
            wrong = place == mine and not case.right
            self._expect(after >= before - wrong, f"(a) tries {self.before} -> {card.tries}")
        for instruction in ("24", "2c"):
            self._expect(len(card.sent(instruction)) <= 1, f"(a) {instruction} was repeated")
        changed = card.takes(NEW_PIN)
        if case.journey not in _WRITING:
            self._expect(not changed, "(b) a PIN was changed that was only used")
            wrong_is_right = result.outcome is Outcome.SUCCEEDED and not case.right
            self._expect(not wrong_is_right, "(b) a wrong PIN was called right")
        elif result.outcome is Outcome.SUCCEEDED:
            self._expect(changed, "(b) succeeded, and it is not changed")
        elif result.outcome is Outcome.FAILED:
            self._expect(not changed, "(b) failed, and it is changed")
        else:
            written = _WRITING[case.journey]
            asked = card.sent(written.casefold()) or case.trouble.startswith(written)
            self._expect(bool(asked), "(b) unknown, and nothing was written")
        if case.kind == "none":
            wanted = Outcome.SUCCEEDED if case.right else Outcome.FAILED
            self._expect(result.outcome is wanted, f"(b) {result.outcome.value} without a fault")
        self._expect(changed or card.takes(PIN), "(b) neither PIN is right")
        self._expect(all(len(s) == 0 for s in self._secrets), "(d) a secret is left")

    def _look_again(self, cards: PluggedCards, result: CardResult) -> None:
        """The card is there again: the next look tells what is true."""
        if self.case.kind == "service":
            self._desk.world.start_service(same_port=True)
            wait_until(lambda: card_in(READER), 30)
        else:
            self.card.pull()
            self.card.insert()
        cards = self._desk.gateway()  # with the time that people's programs have
        token = cards.overview().token(self.card.serial)
        self._expect(token is not None, "(b) the card is not seen again")
        if token is not None and self.case.journey in ("so-pin", "challenge-response"):
            expected = PinState.OK if self.card.takes(NEW_PIN) else PinState.BLOCKED
            self._expect(token.pin is expected, f"(b) {token.pin.value} is seen")
        unknown = FailureCode.PIN_SET_UNKNOWN
        if result.failure is not None and result.failure.code is unknown:
            self._expect(len(self.card.sent("2c")) <= 1, "(a) written again")
        cards.close()
        self.card.pull()
