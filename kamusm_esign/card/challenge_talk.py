"""The parent's part in an unblock without a PUK: it carries the card's challenge to the portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamusm_esign.card.wire import (
    Message,
    failure_from_json,
    failure_to_json,
    member,
    member_bytes,
    to_base64,
)
from kamusm_esign.domain.failures import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kamusm_esign.card.admin_key import AdminKeyPlace
    from kamusm_esign.card.process import HostProcess
    from kamusm_esign.domain.card_result import CardResult
    from kamusm_esign.domain.failures import Failure


@dataclass(frozen=True, slots=True)
class WithoutPuk:
    """What it takes to speak to the chip itself."""

    reader: str
    """Name of the reader, as PC/SC knows it."""
    place: AdminKeyPlace
    answer: Callable[[bytes], bytes]
    """Asks the portal; raises FailedError."""

    def to_json(self) -> Message:
        """As members of a request."""
        return {"reader": self.reader, "place": self.place.to_json()}


def final_answer(process: HostProcess, timeout: float, without_puk: WithoutPuk | None) -> Message:
    """The host's last word; on the way its challenge, if there is one, is answered once.

    Raises:
        HostGoneError: the host ended or broke the protocol.
        HostLateError: nothing came in time.
        WireError: no challenge where one is said to be.
    """
    answer = process.answer(timeout)
    if without_puk is None or "challenge" not in answer:
        return answer
    challenge = member_bytes(answer, "challenge")
    try:
        response: Message = {"response": to_base64(without_puk.answer(challenge)), "failure": None}
    except FailedError as error:
        response = {"failure": failure_to_json(error.failure)}
    process.send(response)
    return process.answer(timeout)


def end_of(answer: Message) -> CardResult | Failure:
    """A result, or what stopped the host from having one."""
    from kamusm_esign.card.results import result_from_json

    if "outcome" in answer:
        return result_from_json(answer)
    return failure_from_json(member(answer, "failure", dict))
