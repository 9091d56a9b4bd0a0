"""The card host's main loop: requests in, answers out.

What only requests with a secret need is imported with the first of them, because every look at a
card waits for the imports of this process.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kamusm_esign.card.locks import LockBusyError
from kamusm_esign.card.reading import ReadOptions, read_tokens
from kamusm_esign.card.translate import DriverError, anywhere
from kamusm_esign.card.wire import (
    CardRequest,
    Message,
    Operation,
    failure_to_json,
    member,
    member_bytes,
    member_enum,
    slot_token_to_json,
    to_base64,
)
from kamusm_esign.card.workbench import Workbench
from kamusm_esign.child.frames import WireError
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode

if TYPE_CHECKING:
    from kamusm_esign.domain.card_result import CardResult


def serve(bench: Workbench) -> None:
    """Answer requests until the parent goes, or until one has used a secret.

    Raises:
        WireError: the parent broke the protocol.
    """
    while (message := bench.channel.request()) is not None:
        operation = member_enum(message, "operation", Operation)
        bench.channel.limit(member(message, "limit", float))
        answer = _answer(bench, operation, message)
        if answer is not None:
            bench.channel.answer(answer)
        if operation not in _WITHOUT_SECRETS:
            bench.put_away()
            return


def _answer(bench: Workbench, operation: Operation, message: Message) -> Message | None:
    try:
        return _OPERATIONS[operation](bench, message)
    except WireError:
        raise
    except Exception as error:  # whatever it is: the parent gets a code, and never a text
        return {"failure": failure_to_json(_failure(error))}


def _failure(error: Exception) -> Failure:
    if isinstance(error, FailedError):
        return error.failure
    if isinstance(error, DriverError):
        return anywhere(error)
    if isinstance(error, LockBusyError):
        return Failure.of(FailureCode.CARD_BUSY)
    return Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__)


def _list(bench: Workbench, message: Message) -> Message:
    options = ReadOptions(
        reveals_tries=member(message, "reveals_tries", bool),
        reveals_puk_tries=member(message, "reveals_puk_tries", bool),
        lock_folder=member(message, "lock_folder", str),
        lock_wait=member(message, "lock_wait", float),
    )
    driver = bench.driver(member(message, "module", str))
    return {"tokens": [slot_token_to_json(t) for t in read_tokens(driver, options, bench.waiting)]}


def _seal_key(bench: Workbench, _message: Message) -> Message:
    from kamusm_esign.card.seal import SealKey

    bench.seal_key = SealKey()
    return {"seal_key": to_base64(bench.seal_key.public)}


def _unblock(bench: Workbench, message: Message) -> Message:
    from kamusm_esign.card.unblock import unblock_with_so_pin

    request = CardRequest.from_json(message)
    session_id = member(message, "session_id", str)
    sealed_puk = member_bytes(message, "sealed_puk")
    return _with_secrets(
        bench, 1, lambda new: unblock_with_so_pin(bench, request, session_id, sealed_puk, new)
    )


def _unblock_with_challenge(bench: Workbench, message: Message) -> Message:
    from kamusm_esign.card.admin_key import AdminKeyPlace
    from kamusm_esign.card.challenge_unblock import unblock_with_challenge

    request = CardRequest.from_json(message)
    reader = member(message, "reader", str)
    place = AdminKeyPlace.from_json(member(message, "place", dict))
    return _with_secrets(
        bench, 1, lambda new: unblock_with_challenge(bench, request, reader, place, new)
    )


def _change(bench: Workbench, message: Message) -> Message:
    from kamusm_esign.card.user_pin import change_pin

    request = CardRequest.from_json(message)
    return _with_secrets(bench, 2, lambda old, new: change_pin(bench, request, old, new))


def _verify(bench: Workbench, message: Message) -> Message:
    from kamusm_esign.card.user_pin import verify_pin

    request = CardRequest.from_json(message)
    return _with_secrets(bench, 1, lambda pin: verify_pin(bench, request, pin))


def _sign(bench: Workbench, message: Message) -> None:
    from kamusm_esign.card.signing_session import sign_digests

    request = CardRequest.from_json(message)
    certificate = member(message, "sign_with", str)
    pin = bench.channel.secret()
    try:
        sign_digests(bench, request, certificate, pin)
    finally:
        pin[:] = bytes(len(pin))


def _with_secrets(bench: Workbench, count: int, work: "Callable[..., CardResult]") -> Message:
    """Take the secrets off the pipe, use them, wipe them."""
    from kamusm_esign.card.results import result_to_json

    secrets: list[bytearray] = []
    try:
        for _ in range(count):
            secrets.append(bench.channel.secret())
        return result_to_json(work(*secrets))
    finally:
        for secret in secrets:
            secret[:] = bytes(len(secret))


_OPERATIONS: dict[Operation, Callable[[Workbench, Message], Message | None]] = {
    Operation.LIST: _list,
    Operation.SEAL_KEY: _seal_key,
    Operation.UNBLOCK: _unblock,
    Operation.UNBLOCK_WITH_CHALLENGE: _unblock_with_challenge,
    Operation.CHANGE: _change,
    Operation.VERIFY: _verify,
    Operation.SIGN: _sign,
}
_WITHOUT_SECRETS = frozenset({Operation.LIST, Operation.SEAL_KEY})
