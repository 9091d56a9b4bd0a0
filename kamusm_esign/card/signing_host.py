"""A host that is logged in for signatures, and why a host ended without an answer."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from kamusm_esign.card.process import HostProcess
from kamusm_esign.card.wire import Message, failure_from_json, member, member_bytes, to_base64
from kamusm_esign.child.frames import WireError
from kamusm_esign.child.process import HostGoneError, HostLateError
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode

_T = TypeVar("_T")


class SigningHost:
    """A host that is logged in; implements `ports.SigningCard`."""

    def __init__(self, process: HostProcess, timeout: float) -> None:
        self._process = process
        self._timeout = timeout
        self._over: Failure | None = None
        self._certificate = b""

    def wait_until_ready(self) -> None:
        """Wait for the login.

        Raises:
            FailedError: wrong card, wrong PIN, no such key.
        """
        self._certificate = self._answer(lambda answer: member_bytes(answer, "certificate"))

    @property
    def certificate(self) -> bytes:
        """See `ports.SigningCard.certificate`."""
        return self._certificate

    def sign(self, digest: bytes, digest_algorithm: str) -> bytes:
        """See `ports.SigningCard.sign`. After a failure the card is not asked again."""
        if self._over is not None:
            raise FailedError(self._over)
        try:
            self._process.send({"digest": to_base64(digest), "algorithm": digest_algorithm})
        except HostGoneError as error:
            raise self._end(error) from None
        return self._answer(lambda answer: member_bytes(answer, "signature"))

    def end(self) -> None:
        """No more digests."""
        with suppress(HostGoneError):
            self._process.send({"end": True})

    def _answer(self, parse: Callable[[Message], _T]) -> _T:
        try:
            answer = self._process.answer(self._timeout)
            if "failure" not in answer:
                return parse(answer)
            self._over = failure_from_json(member(answer, "failure", dict))
        except (HostGoneError, HostLateError, WireError) as error:
            raise self._end(error) from None
        raise FailedError(self._over)

    def _end(self, error: Exception) -> FailedError:
        self._process.kill()
        self._over = reason_for(self._process, error, closed_by_us=False)
        return FailedError(self._over)


def reason_for(process: HostProcess, error: Exception, *, closed_by_us: bool) -> Failure:
    """A host that had begun to use the driver was brought down by it; else it is our own fault."""
    at_fault = process.broke_protocol or closed_by_us or isinstance(error, WireError)
    if at_fault or process.last_phase is None:
        return Failure.of(FailureCode.CARD_HOST_FAILED)
    late = isinstance(error, HostLateError)
    return Failure.of(FailureCode.DRIVER_NO_ANSWER if late else FailureCode.DRIVER_CRASHED)
