"""What a correct portal does (portal-api.yaml), in memory: the well-behaved half of the double."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kamusm_esign.sandbox.portal.keys import cryptogram
from tests.equipment.portal_answers import (
    Answer,
    Job,
    grant_body,
    json_answer,
    problem,
    receipt_body,
    session_body,
)


@dataclass(frozen=True)
class Request:
    """What a client sent; header names in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class ProblemError(Exception):
    """Answer with this problem."""

    def __init__(self, code: str, *, retry_after: int | None = None, **members: object) -> None:
        super().__init__(code)
        self.answer = problem(code, None, retry_after=retry_after, **members)


@dataclass
class OpenSession:
    """One session and everything that happened to it."""

    id: str
    token: str
    job: Job
    key: str
    expires_at: datetime
    cancelled: bool = False
    step_up_passed: bool = False
    otp_left: int = 3
    sms: int = 0
    grants: dict[str, tuple[bytes, Answer]] = field(default_factory=dict)
    """By Idempotency-Key: request body and answer."""
    challenge: bytes | None = None
    signatures: dict[str, tuple[bytes, Answer]] = field(default_factory=dict)
    outcome: dict[str, object] | None = None

    @property
    def over(self) -> bool:
        return self.cancelled or not self.otp_left or datetime.now(UTC) >= self.expires_at


class PortalDesk:
    """The portal's memory. Fill `jobs` and `puks`, look at `sessions` afterwards."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        """By verification code."""
        self.puks: dict[str, bytes] = {}
        """By token serial."""
        self.admin_key: bytes | None = None
        """Of every card; without one no answer opens any."""
        self.sessions: dict[str, OpenSession] = {}
        """By id, in the order in which they were opened."""
        self._used: dict[str, OpenSession] = {}

    def session_of(self, code: str) -> OpenSession | None:
        """The session that a code was exchanged for, if it was."""
        return self._used.get(code)

    def forget(self, code: str) -> None:
        """Keep nothing of a code and its session; for who uses very many."""
        del self.jobs[code]
        session = self._used.pop(code, None)
        if session is not None:
            del self.sessions[session.id]

    def answer(self, request: Request) -> Answer:
        """Answer as a correct portal does."""
        try:
            for method, pattern, handle in self._routes():
                match = re.fullmatch(pattern, request.path)
                if match and method == request.method:
                    return handle(request, *match.groups())
        except ProblemError as error:
            return error.answer
        except (KeyError, ValueError):
            return problem("malformed-request")
        return Answer(404, b"not here", "text/plain")

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Answer]], ...]:
        session = r"/api/v1/sessions/([A-Za-z0-9_-]{16,64})"
        document = session + r"/documents/([A-Za-z0-9_-]{1,64})"
        return (
            ("GET", "/api/v1/client", self._client_info),
            ("POST", "/api/v1/sessions", self._create),
            ("DELETE", session, self._cancel),
            ("POST", session + "/step-up", self._send_step_up),
            ("PUT", session + "/step-up", self._check_step_up),
            ("POST", session + "/unblock", self._unblock),
            ("POST", session + "/unblock/challenge", self._challenge),
            ("GET", document, self._document),
            ("PUT", document + "/signature", self._signature),
            ("PUT", session + "/outcome", self._outcome),
        )

    # ------------------------------------------------------------------ sessions
    def _client_info(self, request: Request) -> Answer:
        versions = {"minimum_version": "2.0.0", "latest_version": "2.0.0"}
        return json_answer(200, versions | {"download_url": "https://portal.example/indir"})

    def _create(self, request: Request) -> Answer:
        code, key = self._json(request).get("code"), request.headers.get("idempotency-key")
        if not isinstance(code, str) or not re.fullmatch("[0-9]{15}", code):
            raise ProblemError("code-malformed")
        if key is None:
            raise ProblemError("malformed-request")
        if code not in self.jobs:
            raise ProblemError("code-unknown")
        session = self._used.get(code)
        if session is None:
            session = self._used[code] = self._open(self.jobs[code], key)
        elif session.key != key or session.over:
            raise ProblemError("code-used")
        return json_answer(
            201, session_body(session.id, session.token, session.job, session.expires_at)
        )

    def _open(self, job: Job, key: str) -> OpenSession:
        expires_at = datetime.now(UTC) + timedelta(seconds=job.lifetime)
        session = OpenSession(
            "s_" + secrets.token_hex(16), secrets.token_urlsafe(32), job, key, expires_at
        )
        session.step_up_passed = job.otp is None
        self.sessions[session.id] = session
        return session

    def _cancel(self, request: Request, session_id: str) -> Answer:
        self._session(request, session_id, even_over=True).cancelled = True
        return Answer(204)

    # ------------------------------------------------------------------ step-up
    def _send_step_up(self, request: Request, session_id: str) -> Answer:
        session = self._session(request, session_id)
        if session.job.otp is None:
            raise ProblemError("step-up-not-required")
        if session.sms == 3:
            raise ProblemError("too-many-attempts", retry_after=30)
        session.sms += 1
        return Answer(202)

    def _check_step_up(self, request: Request, session_id: str) -> Answer:
        session = self._session(request, session_id)
        if self._json(request).get("otp") != session.job.otp:
            session.otp_left -= 1
            raise ProblemError("otp-wrong", attempts_left=session.otp_left)
        session.step_up_passed = True
        return Answer(204)

    # ------------------------------------------------------------------ unblock
    def _unblock(self, request: Request, session_id: str) -> Answer:
        session = self._passed(request, session_id)
        key = request.headers.get("idempotency-key")
        if key is None:
            raise ProblemError("malformed-request")
        body, answer = session.grants.get(key, (None, None))
        if answer is not None and body == request.body:
            return answer
        if session.grants:
            raise ProblemError("puk-already-released")
        answer = self._grant(session, self._json(request))
        session.grants[key] = (request.body, answer)
        return answer

    def _grant(self, session: OpenSession, asked: dict[str, object]) -> Answer:
        serial, methods = asked["token_serial"], asked["methods"]
        assert isinstance(serial, str)
        assert isinstance(methods, list)
        if session.job.documents:
            raise ProblemError("wrong-session-kind")
        if session.job.serials and serial not in session.job.serials:
            raise ProblemError("token-not-eligible")
        method = next((m for m in session.job.methods if m in methods), None)
        if method is None:
            raise ProblemError("no-common-method")
        if method == "challenge-response":
            return json_answer(200, {"method": method})
        seal_key = base64.b64decode(str(asked["seal_key"]))
        return json_answer(200, grant_body(self.puks[serial], seal_key, session.id, serial))

    def _challenge(self, request: Request, session_id: str) -> Answer:
        session = self._passed(request, session_id)
        challenge = base64.b64decode(str(self._json(request)["challenge"]))
        if session.challenge not in (None, challenge):
            raise ProblemError("challenge-already-answered")
        session.challenge = challenge
        if self.admin_key is None:
            response = hashlib.sha256(b"admin key" + challenge).digest()[: len(challenge)]
        else:
            response = cryptogram(self.admin_key, challenge)
        return json_answer(200, {"response": base64.b64encode(response).decode("ascii")})

    # ------------------------------------------------------------------ documents, outcome
    def _document(self, request: Request, session_id: str, document_id: str) -> Answer:
        session = self._passed(request, session_id)
        text = dict(session.job.documents).get(document_id)
        if text is None:
            raise ProblemError("document-unknown")
        kind = session.job.media_type
        return Answer(200, text, kind + "; charset=utf-8" if kind == "text/plain" else kind)

    def _signature(self, request: Request, session_id: str, document_id: str) -> Answer:
        session = self._session(request, session_id, even_over=True)
        if document_id not in dict(session.job.documents):
            raise ProblemError("document-unknown")
        body, answer = session.signatures.get(document_id, (request.body, None))
        if body != request.body:
            raise ProblemError("already-signed")
        answer = answer or json_answer(200, receipt_body(document_id, body))
        session.signatures[document_id] = (body, answer)
        return answer

    def _outcome(self, request: Request, session_id: str) -> Answer:
        session = self._session(request, session_id, even_over=True)
        told, before = self._json(request), session.outcome
        if before and before["result"] not in ("unknown", told["result"]):
            raise ProblemError("outcome-conflict")
        session.outcome = told
        return Answer(204)

    # ------------------------------------------------------------------ who speaks
    def _session(
        self, request: Request, session_id: str, *, even_over: bool = False
    ) -> OpenSession:
        session = self.sessions.get(session_id)
        if session is None or request.headers.get("authorization") != f"Bearer {session.token}":
            raise ProblemError("token-invalid")
        if session.over and not even_over:
            raise ProblemError("session-over")
        return session

    def _passed(self, request: Request, session_id: str) -> OpenSession:
        session = self._session(request, session_id)
        if not session.step_up_passed:
            raise ProblemError("step-up-required")
        return session

    def _json(self, request: Request) -> dict[str, object]:
        value = json.loads(request.body)
        if not isinstance(value, dict):
            raise ProblemError("malformed-request")
        return value
