"""Setting a PIN without a PUK: the portal proves itself to the card (method `challenge-response`).

GET CHALLENGE, the portal's answer, EXTERNAL AUTHENTICATE, RESET RETRY COUNTER (ISO/IEC 7816-4),
straight to the chip and in one transaction, so that no other program comes in between. Windows
resets a card that is idle inside a transaction for 5 seconds; a late answer is not presented. The
answer is presented once; a refused one costs a try of the admin key, and is never repeated.
"""

import time

from kamusm_esign.card import translate
from kamusm_esign.card.admin_key import AdminKeyPlace
from kamusm_esign.card.after_refusal import after_refusal
from kamusm_esign.card.pcsc import PcscCard, PcscContext, PcscError, take_snapshot
from kamusm_esign.card.phase import Phase
from kamusm_esign.card.results import SUCCEEDED, failed, unknown
from kamusm_esign.card.slots import certain_reader
from kamusm_esign.card.token_flags import pin_state
from kamusm_esign.card.watcher import is_virtual_reader
from kamusm_esign.card.wire import (
    CardRequest,
    failure_from_json,
    member_bytes,
    optional,
    to_base64,
)
from kamusm_esign.card.workbench import Workbench, claim
from kamusm_esign.child.frames import WireError
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode

ANSWER_LIMIT = 4.5
"""Seconds from the challenge to its answer: less than Windows' 5, more than the portal's 4."""
_ALARM = 10.0
"""Seconds after which a host ends whose parent says nothing; it holds the card meanwhile."""
_CHALLENGE_BYTES = 16
_OK = 0x9000


def unblock_with_challenge(
    bench: Workbench, request: CardRequest, reader: str, place: AdminKeyPlace, new_pin: bytearray
) -> CardResult:
    """Check the card, have the portal let us in, set the PIN once.

    Raises:
        FailedError: nothing was presented: another card, or no saying which of several it is, an
            admin key that is blocked or at its last try, a portal that did not answer, or answered
            too late.
    """
    try:
        with PcscContext() as context:
            before = _cards(context)
            token = claim(bench, request).token
            pin_before = pin_state(token.info.flags)
            _be_sure(token.slot_description, reader, before)
            with context.card(reader) as card:
                # Nobody has moved a card since the token's serial and certificate were read; a
                # slot without a reader's name may be any, so it is asked of all readers.
                if _cards(context) != before:
                    raise FailedError.of(FailureCode.CARD_REMOVED)
                end = _unblock(bench, _AdminKey(card, place), new_pin)
    except PcscError as error:
        raise FailedError(translate.pcsc(error.code)) from None
    # Not before: inside the transaction the driver, which has a connection of its own, would wait.
    return after_refusal(token, pin_before, end) if isinstance(end, Failure) else end


def _cards(context: PcscContext) -> dict[str, tuple[bool, int]]:
    """Reader → whether a card is in it, and a number that changes with each that comes or goes."""
    plugged = (r for r in take_snapshot(context)[0].readers if not is_virtual_reader(r.name))
    return {r.name: (r.card_present, r.event_count) for r in plugged}


def _be_sure(slot_description: str, reader: str, cards: dict[str, tuple[bool, int]]) -> None:
    """That the token which the driver found is the card in this reader.

    Raises:
        FailedError: `SEVERAL_CARDS`, it may be any of them; `OTHER_CARD`, it is in another reader.
    """
    with_card = [name for name, (present, _) in cards.items() if present]
    found = certain_reader(slot_description, with_card)
    if found != reader:
        several = found is None and len(with_card) > 1
        raise FailedError.of(FailureCode.SEVERAL_CARDS if several else FailureCode.OTHER_CARD)


def _unblock(bench: Workbench, chip: "_AdminKey", new_pin: bytearray) -> CardResult | Failure:
    """A failure is a refusal of the last command, which is not believed unseen."""
    chip.select()
    tries = chip.tries_left()
    if tries is not None and tries <= 1:
        last = FailureCode.ADMIN_KEY_LAST_TRY
        raise FailedError.of(last if tries else FailureCode.ADMIN_KEY_BLOCKED)
    response = _portals_answer(bench, chip.challenge())
    bench.channel.phase(Phase.LOGIN)
    status = chip.authenticate(response)
    if status != _OK:
        return _not_let_in(chip, status, tries)
    bench.channel.phase(Phase.LOGGED_IN)
    bench.channel.phase(Phase.INIT_PIN)
    try:
        status = chip.reset_pin(new_pin)
    except PcscError as error:
        return unknown(Failure.of(FailureCode.PIN_SET_UNKNOWN, raw=str(error)))
    if status != _OK:
        failure = translate.reset_retry_counter(status)
        return failure if failure.code in translate.PIN_UNCHANGED else unknown(failure)
    bench.channel.phase(Phase.WRITTEN)
    return SUCCEEDED


def _portals_answer(bench: Workbench, challenge: bytes) -> bytes:
    """Through the parent, which is the one that can speak to the portal.

    Raises:
        FailedError: what the portal said instead; or `CHALLENGE_TOO_LATE`.
    """
    bench.channel.phase(Phase.CHALLENGE)
    asked = time.monotonic()
    bench.channel.answer({"challenge": to_base64(challenge)})
    message = bench.channel.request(alarm=_ALARM)
    if message is None:
        raise WireError("response")
    refusal = optional(message, "failure", dict)
    if refusal is not None:
        raise FailedError(failure_from_json(refusal))
    response = member_bytes(message, "response")
    if time.monotonic() - asked > ANSWER_LIMIT:
        raise FailedError.of(FailureCode.CHALLENGE_TOO_LATE)
    return response


def _not_let_in(chip: "_AdminKey", status: int, before: int | None) -> CardResult:
    """The card did not take the answer; whether that cost a try is asked of the card itself."""
    judged = translate.tries_left(status)
    try:
        after = chip.tries_left()
    except PcscError:
        after = judged
    spent = _is_less(after, before) if before is not None else judged is not None
    if after == 0:
        return failed(Failure.of(FailureCode.ADMIN_KEY_BLOCKED), puk_attempt_spent=spent)
    refused = Failure.of(FailureCode.ADMIN_KEY_REFUSED, raw=f"{status:04X}")
    return failed(refused, puk_attempt_spent=spent)


def _is_less(after: int | None, before: int) -> bool:
    return after is not None and after < before


class _AdminKey:
    """The commands, one method each; every one raises `PcscError` when the card is gone."""

    def __init__(self, card: PcscCard, place: AdminKeyPlace) -> None:
        self._card = card
        self._place = place

    def select(self) -> None:
        """The application with the PIN."""
        if self._place.application:
            self._need(b"\x00\xa4\x04\x0c", self._place.application)

    def tries_left(self) -> int | None:
        """EXTERNAL AUTHENTICATE without data only asks; None where the card does not say."""
        status, _ = self._card.transmit(bytes([0x00, 0x82, 0x00, self._place.admin_key]))
        return translate.tries_left(status)

    def challenge(self) -> bytes:
        """GET CHALLENGE."""
        return self._need(bytes([0x00, 0x84, 0x00, 0x00, _CHALLENGE_BYTES]))

    def authenticate(self, response: bytes) -> int:
        """EXTERNAL AUTHENTICATE, once; its status word."""
        header = bytes([0x00, 0x82, 0x00, self._place.admin_key, len(response)])
        return self._card.transmit(header + response)[0]

    def reset_pin(self, new_pin: bytearray) -> int:
        """RESET RETRY COUNTER with the new PIN alone, once; its status word."""
        length = max(self._place.pin_length or 0, len(new_pin))
        command = bytearray(5 + length)
        command[:5] = bytes([0x00, 0x2C, 0x02, self._place.pin, length])
        command[5 : 5 + len(new_pin)] = new_pin
        for i in range(5 + len(new_pin), len(command)):
            command[i] = self._place.pin_padding
        try:
            return self._card.transmit(command)[0]
        finally:
            command[:] = bytes(len(command))

    def _need(self, header: bytes, data: bytes = b"") -> bytes:
        """The answer's data to a command that spends nothing.

        Raises:
            FailedError: the card does not know it.
        """
        length = bytes([len(data)]) if data else b""
        status, answer = self._card.transmit(header + length + data)
        if status >> 8 not in (0x90, 0x61):
            raise FailedError(translate.unknown_command(status))
        return answer
