"""The parent's side of the card host: asks it, and tells the truth when it crashes, hangs or lies.

Every operation that uses a secret gets a host that ends with it. Nothing is ever asked twice.
"""

import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from kamusm_esign.card.challenge_talk import WithoutPuk, end_of, final_answer
from kamusm_esign.card.hosts import Hosts
from kamusm_esign.card.process import HostProcess
from kamusm_esign.card.signing_host import SigningHost, reason_for
from kamusm_esign.card.spawn import host_command
from kamusm_esign.card.wire import (
    CardRequest,
    Message,
    Operation,
    SlotToken,
    failure_from_json,
    member,
    member_bytes,
    member_list,
    slot_token_from_json,
    to_base64,
)
from kamusm_esign.child.frames import WireError
from kamusm_esign.child.process import HostGoneError, HostLateError
from kamusm_esign.domain.failures import FailedError, Failure

if TYPE_CHECKING:
    from kamusm_esign.domain.card_result import CardResult
    from kamusm_esign.domain.portal_session import UnblockGrant
    from kamusm_esign.domain.secret import Secret
    from kamusm_esign.domain.tokens import TokenTarget

_T = TypeVar("_T")
_LOCK_MARGIN = 5.0
"""Seconds beyond the write's time-out for which others wait for a token's lock."""
_KILL_MARGIN = 10.0
"""Seconds after a time-out when a host ends itself, if nobody is left who would kill it."""
_FINISH_LIMIT = 5.0
"""Seconds for a host to end by itself after it has answered."""


class CardHostClient:
    """Speaks to one card host at a time, starting it when needed. Safe for several threads."""

    def __init__(
        self,
        lock_folder: Path,
        *,
        read_timeout: float = 15.0,
        write_timeout: float = 60.0,
        command: Callable[[], list[str]] = host_command,
        stderr: IO[bytes] | int = subprocess.DEVNULL,
        started: "subprocess.Popen[bytes] | None" = None,
    ) -> None:
        """Remember how to start a host; nothing is started yet.

        Args:
            lock_folder: where the per-token locks of all processes of ours are.
            read_timeout: seconds for an answer that needs no secret.
            write_timeout: seconds for an operation with a secret, and for each signature.
            command: how to start a host.
            stderr: where what drivers print goes.
            started: a host that `spawn_host` has started already; it belongs to the client.
        """
        self._lock_folder = lock_folder
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._lock_wait = write_timeout + _LOCK_MARGIN
        self._one_request = threading.Lock()
        self._hosts = Hosts(command, stderr, started)

    def start(self) -> None:
        """Start a host, if there is none, and do not wait for it.

        Raises:
            FailedError: `CARD_HOST_FAILED`.
        """
        self._hosts.current()

    def close(self) -> None:
        """End the host, whatever it is doing; a request that waits for it ends as well."""
        self._hosts.end()

    # ------------------------------------------------------------------------ without a secret
    def list_tokens(
        self, module: Path, *, reveals_tries: bool = True, reveals_puk_tries: bool = False
    ) -> tuple[SlotToken, ...]:
        """The initialised tokens that one driver sees; never logs in.

        Args:
            module: absolute path of the PKCS#11 library.
            reveals_tries: whether this kind of card tells spent PIN tries by its flags.
            reveals_puk_tries: the same for the PUK.

        Raises:
            FailedError: `DRIVER_NOT_LOADABLE`, `DRIVER_CRASHED`, `DRIVER_NO_ANSWER`,
                `DRIVER_UNEXPECTED`, `TOKEN_NOT_RECOGNISED`, `CARD_REMOVED`, `CARD_BUSY`,
                `CARD_HOST_FAILED`.
        """
        message = {
            "module": str(module),
            "lock_folder": str(self._lock_folder),
            "lock_wait": self._lock_wait,
            "reveals_tries": reveals_tries,
            "reveals_puk_tries": reveals_puk_tries,
        }
        return self._read(
            Operation.LIST, message, lambda a: member_list(a, "tokens", slot_token_from_json)
        )

    def seal_key(self) -> bytes:
        """See `ports.CardGateway.seal_key`."""
        return self._read(Operation.SEAL_KEY, {}, lambda a: member_bytes(a, "seal_key"))

    # ------------------------------------------------------------------------ with a secret
    def unblock_pin(
        self,
        module: Path,
        target: "TokenTarget",
        session_id: str,
        grant: "UnblockGrant",
        new_pin: "Secret",
        without_puk: WithoutPuk | None = None,
    ) -> "CardResult":
        """See `ports.CardGateway.unblock_pin`; `without_puk` for method `challenge-response`."""
        message = self._request(module, target).to_json()
        if without_puk is not None:
            message |= without_puk.to_json()
            operation = Operation.UNBLOCK_WITH_CHALLENGE
            return self._write(operation, message, (new_pin,), without_puk)
        sealed_puk = to_base64(grant.sealed_puk or b"")
        message |= {"session_id": session_id, "sealed_puk": sealed_puk}
        return self._write(Operation.UNBLOCK, message, (new_pin,))

    def change_pin(
        self,
        module: Path,
        target: "TokenTarget",
        current: "Secret",
        new_pin: "Secret",
        *,
        last_try: bool,
    ) -> "CardResult":
        """See `ports.CardGateway.change_pin`."""
        message = self._request(module, target, last_try).to_json()
        return self._write(Operation.CHANGE, message, (current, new_pin))

    def verify_pin(
        self, module: Path, target: "TokenTarget", pin: "Secret", *, last_try: bool
    ) -> "CardResult":
        """See `ports.CardGateway.verify_pin`."""
        message = self._request(module, target, last_try).to_json()
        return self._write(Operation.VERIFY, message, (pin,))

    @contextmanager
    def signing(
        self,
        module: Path,
        target: "TokenTarget",
        certificate_sha256: str,
        pin: "Secret",
        *,
        last_try: bool,
    ) -> Iterator[SigningHost]:
        """See `ports.CardGateway.signing`; no other request is served inside the block."""
        request = self._request(module, target, last_try)
        message = request.to_json() | {"sign_with": certificate_sha256}
        with self._one_request:
            try:
                process = self._ask(Operation.SIGN, message, self._write_timeout, (pin,))
            finally:
                pin.wipe()
            signing = SigningHost(process, self._write_timeout)
            try:
                signing.wait_until_ready()
                yield signing
            finally:
                signing.end()
                self._dismiss(process)

    # ------------------------------------------------------------------------ asking
    def _request(self, module: Path, target: "TokenTarget", last_try: bool = False) -> CardRequest:
        return CardRequest(str(module), target, str(self._lock_folder), self._lock_wait, last_try)

    def _read(self, operation: Operation, message: Message, parse: Callable[[Message], _T]) -> _T:
        with self._one_request:
            process = self._ask(operation, message, self._read_timeout)
            try:
                answer = process.answer(self._read_timeout)
                if "failure" not in answer:
                    return parse(answer)
                failure = failure_from_json(member(answer, "failure", dict))
            except (HostGoneError, HostLateError, WireError) as error:
                failure = self._give_up(process, error)
            raise FailedError(failure)

    def _write(
        self,
        operation: Operation,
        message: Message,
        secrets: "Sequence[Secret]",
        without_puk: WithoutPuk | None = None,
    ) -> "CardResult":
        from kamusm_esign.card.results import failed

        try:
            with self._one_request:
                process = self._ask(operation, message, self._write_timeout, secrets)
                self._hosts.prepare_next()
                return self._outcome(operation, process, without_puk)
        except FailedError as error:
            return failed(error.failure)
        finally:
            for secret in secrets:
                secret.wipe()

    def _outcome(
        self, operation: Operation, process: HostProcess, without_puk: WithoutPuk | None
    ) -> "CardResult":
        from kamusm_esign.card.results import result_without_answer

        try:
            end = end_of(final_answer(process, self._write_timeout, without_puk))
        except (HostGoneError, HostLateError, WireError) as error:
            end = self._give_up(process, error)
            if process.late_answer is not None:
                with suppress(WireError):
                    end = end_of(process.late_answer)
        else:
            self._dismiss(process)
        if isinstance(end, Failure):
            return result_without_answer(operation, process.last_phase, end)
        return end

    def _ask(
        self,
        operation: Operation,
        message: Message,
        timeout: float,
        secrets: "Sequence[Secret]" = (),
    ) -> HostProcess:
        """Send a request. The host touches nothing before it has every secret.

        Raises:
            FailedError: `CARD_HOST_FAILED`.
        """
        process = self._hosts.current()
        try:
            process.send(message | {"operation": operation.value, "limit": timeout + _KILL_MARGIN})
            for secret in secrets:
                process.send_secret(secret)
        except (HostGoneError, WireError) as error:
            raise FailedError(self._give_up(process, error)) from None
        return process

    # ------------------------------------------------------------------------ its end
    def _dismiss(self, process: HostProcess) -> None:
        """It has answered and ends by itself; gone when this returns."""
        self._hosts.forget(process)
        process.finish(_FINISH_LIMIT)

    def _give_up(self, process: HostProcess, error: Exception) -> Failure:
        """End a host that did not answer; it is reaped, then the reason is told."""
        closed_by_us = not self._hosts.forget(process)
        process.kill()
        return reason_for(process, error, closed_by_us=closed_by_us)
