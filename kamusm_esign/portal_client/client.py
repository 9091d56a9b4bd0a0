"""The portal's short-lived code API as a port (portal-api.yaml).

What is repeated, and when. A request goes out again, at most twice, after a pause, when it got no
answer (unreachable, timed out, cut off) or a gateway's 502, 503 or 504; never for any other answer
of the portal, for `maintenance` or with a Retry-After (the person waits, knowingly), for trouble
with a certificate or a proxy (repeating cures neither, and wrong proxy passwords lock accounts),
once the call was given up, or when the session would end before the repetition is sent.

| operation         | request                          | repeated because               |
|-------------------|----------------------------------|--------------------------------|
| `client_info`     | GET /client                      | GET                            |
| `open_session`    | POST /sessions                   | Idempotency-Key                |
| `cancel_session`  | DELETE /sessions/…               | idempotent                     |
| `send_step_up`    | POST …/step-up                   | never: each one sends an SMS   |
| `check_step_up`   | PUT …/step-up                    | never: each one can be a try   |
| `authorize_unblock` | POST …/unblock                 | Idempotency-Key                |
| `answer_challenge` | POST …/unblock/challenge        | never: the card waits          |
| `get_document`    | GET …/documents/…                | GET                            |
| `put_signature`   | PUT …/documents/…/signature      | idempotent                     |
| `put_outcome`     | PUT …/outcome                    | idempotent                     |
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import (
    ClientInfo,
    FetchedDocument,
    OpenedSession,
    OutcomeReport,
    Receipt,
    SessionAccess,
    UnblockGrant,
    UnblockRequest,
)
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import UnblockMethod
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.portal_client import bodies, wire
from kamusm_esign.portal_client.address import portal_base_url
from kamusm_esign.portal_client.call import Cancel
from kamusm_esign.portal_client.operations import (
    ANSWER_CHALLENGE,
    AUTHORIZE_UNBLOCK,
    CANCEL_SESSION,
    CHECK_STEP_UP,
    CREATE_SESSION,
    GET_CLIENT_INFO,
    GET_DOCUMENT,
    JSON,
    PUT_OUTCOME,
    PUT_SIGNATURE,
    SEND_STEP_UP,
    Operation,
    Timing,
    seconds_for,
)
from kamusm_esign.portal_client.translate import (
    failure_of_answer,
    may_pass,
    media_type,
    was_cut_off,
)
from kamusm_esign.portal_client.transport import Outgoing, ProxyFinder, Transport
from kamusm_esign.ports import HttpAnswer


@dataclass(frozen=True, slots=True)
class _Call:
    """One use of an operation."""

    operation: Operation
    names: tuple[str, ...] = ()
    """What goes into the path."""
    access: SessionAccess | None = None
    body: bytes | bytearray | None = None
    body_type: str = JSON
    key: str | None = None
    """Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What became of one attempt instead of a good answer."""

    failure: Failure
    passing: bool
    """Whether it may pass by itself."""


class PortalClient:
    """`ports.PortalGateway` over HTTP."""

    def __init__(
        self,
        base_url: str,
        *,
        version: str,
        platform: str,
        language: str,
        clock: Callable[[], float],
        timing: Timing | None = None,
        proxies: ProxyFinder | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            base_url: with `/api/v1` or without.
            version, platform: this program's; `windows`, `linux` or `macos`.
            language: `tr` or `en`, for what the portal writes.
            clock: steady seconds that count in suspend and never jump.
            timing, proxies: other ones than the shipped ones and the system's.

        Raises:
            FailedError: `PORTAL_ADDRESS_INVALID`.
        """
        self._base_url = portal_base_url(base_url)
        self._version = version
        self._platform = platform
        self._language = language
        self._clock = clock
        self._timing = timing or Timing()
        self._transport = Transport(
            user_agent=f"kamusm-esign/{version} ({platform})",
            connect_timeout=self._timing.connect,
            read_timeout=self._timing.read,
            proxies=proxies,
        )
        self._lock = threading.Lock()
        self._running: set[Cancel] = set()
        self._offered: tuple[str, tuple[UnblockMethod, ...]] | None = None
        """The methods that the session opened last allows."""

    @property
    def base_url(self) -> str:
        """The portal's address in the one form that is compared and kept."""
        return self._base_url

    def abort(self) -> None:
        """Give up every call that is under way, from any thread; each raises `CANCELLED` at once.

        Whether the portal did what it was asked is then not known. Later calls are not touched.
        """
        with self._lock:
            running = tuple(self._running)
        for cancel in running:
            cancel.throw()

    def client_info(self) -> ClientInfo:
        """See `ports.PortalGateway`."""
        answer, _ = self._perform(_Call(GET_CLIENT_INFO))
        return wire.read_client_info(answer.body, answer.headers)

    def open_session(self, code: VerificationCode, idempotency_key: str) -> OpenedSession:
        """See `ports.PortalGateway`. Time counts from when the answered request was sent."""
        body = bodies.session_request(code, self._version, self._platform)
        answer, sent_at = self._perform(_Call(CREATE_SESSION, body=body, key=idempotency_key))
        opened = wire.read_session(answer.body, sent_at)
        self._offered = (opened.session.id, opened.session.unblock_methods)
        return opened

    def cancel_session(self, access: SessionAccess) -> None:
        """See `ports.PortalGateway`."""
        self._perform(_Call(CANCEL_SESSION, access=access))

    def send_step_up(self, access: SessionAccess) -> None:
        """See `ports.PortalGateway`."""
        self._perform(_Call(SEND_STEP_UP, access=access))

    def check_step_up(self, access: SessionAccess, otp: Secret) -> None:
        """See `ports.PortalGateway`. What cannot be one is not sent (`REQUEST_MALFORMED`)."""
        try:
            body = bodies.otp_request(otp)
        finally:
            otp.wipe()
        try:
            self._perform(_Call(CHECK_STEP_UP, access=access, body=body))
        finally:
            body[:] = bytes(len(body))

    def authorize_unblock(
        self, access: SessionAccess, request: UnblockRequest, idempotency_key: str
    ) -> UnblockGrant:
        """See `ports.PortalGateway`. A method that was not asked for, or that the session does not
        allow, is no permission (`PORTAL_ANSWER_INVALID`)."""
        body = bodies.unblock_request(request)
        call = _Call(AUTHORIZE_UNBLOCK, access=access, body=body, key=idempotency_key)
        grant = wire.read_grant(self._perform(call)[0].body)
        offered = self._offered
        if grant.method not in request.methods or (
            offered and offered[0] == access.session_id and grant.method not in offered[1]
        ):
            raise _invalid("method")
        if grant.method is UnblockMethod.SO_PIN and request.seal_key is None:
            raise _invalid("method")
        return grant

    def answer_challenge(self, access: SessionAccess, challenge: bytes) -> bytes:
        """See `ports.PortalGateway`."""
        call = _Call(ANSWER_CHALLENGE, access=access, body=bodies.challenge_request(challenge))
        return wire.read_response(self._perform(call)[0].body)

    def get_document(self, access: SessionAccess, document_id: str) -> FetchedDocument:
        """See `ports.PortalGateway`."""
        answer = self._perform(_Call(GET_DOCUMENT, (document_id,), access))[0]
        return FetchedDocument(media_type(answer), answer.body)

    def put_signature(
        self, access: SessionAccess, document_id: str, signature: bytes, media_type: str
    ) -> Receipt:
        """See `ports.PortalGateway`. A receipt for something else is none
        (`PORTAL_ANSWER_INVALID`)."""
        call = _Call(PUT_SIGNATURE, (document_id,), access, signature, media_type)
        receipt = wire.read_receipt(self._perform(call)[0].body)
        if receipt.document_id != document_id:
            raise _invalid("document_id")
        if receipt.signature_sha256 != hashlib.sha256(signature).hexdigest():
            raise _invalid("signature_sha256")
        return receipt

    def put_outcome(self, access: SessionAccess, report: OutcomeReport) -> None:
        """See `ports.PortalGateway`."""
        self._perform(_Call(PUT_OUTCOME, access=access, body=bodies.outcome_request(report)))

    def _perform(self, call: _Call) -> tuple[HttpAnswer, float]:
        """The good answer, and when its request was sent on the steady clock."""
        cancel = Cancel()
        with self._lock:
            self._running.add(cancel)
        try:
            return self._attempts(call, cancel)
        finally:
            with self._lock:
                self._running.discard(cancel)

    def _attempts(self, call: _Call, cancel: Cancel) -> tuple[HttpAnswer, float]:
        total = seconds_for(call.operation, self._timing)
        pauses = iter(self._timing.pauses if call.operation.repeated else ())
        while True:
            sent_at = self._clock()
            result = self._attempt(self._outgoing(call, total), call.operation, cancel)
            if isinstance(result, HttpAnswer):
                return result, sent_at
            pause = next(pauses, None)
            left = self._seconds_left(call, pause or 0.0)
            if pause is None or left <= 0 or not result.passing:
                raise FailedError(result.failure)
            if cancel.wait(pause):
                raise FailedError.of(FailureCode.CANCELLED)
            total = min(total, left)

    def _attempt(
        self, outgoing: Outgoing, operation: Operation, cancel: Cancel
    ) -> HttpAnswer | _Trouble:
        try:
            answer = self._transport.send(outgoing, cancel)
        except FailedError as error:
            return _Trouble(error.failure, may_pass(error.failure, None))
        failure = failure_of_answer(answer, operation.status)
        if failure is not None:
            return _Trouble(failure, may_pass(failure, answer))
        if operation.accepted and was_cut_off(answer):
            return _Trouble(Failure.of(FailureCode.PORTAL_UNREACHABLE), passing=True)
        if operation.accepted and media_type(answer) not in operation.accepted:
            return _Trouble(_invalid("Content-Type").failure, passing=False)
        return answer

    def _outgoing(self, call: _Call, total: float) -> Outgoing:
        operation = call.operation
        session = (call.access.session_id,) if call.access else ()
        path = operation.path.format(*(quote(name, safe="") for name in (*session, *call.names)))
        limit = wire.DOCUMENT_LIMIT if operation is GET_DOCUMENT else wire.JSON_LIMIT
        url = self._base_url + path
        return Outgoing(operation.method, url, self._headers(call), call.body, limit, total)

    def _headers(self, call: _Call) -> tuple[tuple[str, str], ...]:
        headers = [
            ("Accept", ", ".join((*call.operation.accepted, "application/problem+json"))),
            ("Accept-Language", self._language),
        ]
        if call.body is not None:
            headers.append(("Content-Type", call.body_type))
        if call.key is not None:
            headers.append(("Idempotency-Key", call.key))
        if call.access is not None:
            headers.append(("Authorization", "Bearer " + call.access.token.reveal()))
        return tuple(headers)

    def _seconds_left(self, call: _Call, pause: float) -> float:
        """What the session has left after the pause; without an end, all the time in the world."""
        deadline = call.access.deadline if call.access else None
        return float("inf") if deadline is None else deadline - self._clock() - pause


def _invalid(member: str) -> FailedError:
    return FailedError.of(FailureCode.PORTAL_ANSWER_INVALID, member=member)
