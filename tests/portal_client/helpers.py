"""Clients and values for the tests of the portal client."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kamusm_esign.domain.failures import FailedError, Failure
from kamusm_esign.domain.portal_session import (
    OpenedSession,
    Outcome,
    OutcomeReport,
    SessionAccess,
    SessionToken,
    UnblockRequest,
)
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import UnblockMethod
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.portal_client.client import PortalClient
from kamusm_esign.portal_client.operations import Timing
from tests.equipment.portal_answers import Job
from tests.equipment.portal_double import PortalDouble

CODE = "918273645546372"
OTP = "730519"
SERIAL = "08C9150800160012"
PUK = b"70416538"
KEY = "5f0c7a52-8a1e-4d7c-9f2e-2f1f0f6b7c11"
DOCUMENT = "Başvuru metni".encode()
FAST = Timing(connect=0.5, read=0.4, total=2.0, transfer=2.0, challenge=1.0, pauses=(0.01, 0.02))
"""Times that a test can wait for."""

UNKNOWN_ACCESS = SessionAccess("s_0123456789abcdef", SessionToken("t" * 40), None)
"""Of a session that no portal knows."""


def client_for(
    portal: PortalDouble,
    *,
    clock: Callable[[], float] = time.monotonic,
    language: str = "tr",
    url: str | None = None,
    **times: object,
) -> PortalClient:
    """A client of the double with quick times."""
    return PortalClient(
        url or portal.url,
        version="2.0.0",
        platform="linux",
        language=language,
        clock=clock,
        timing=replace(FAST, **times),  # type: ignore[arg-type]
    )


def opened(client: PortalClient, portal: PortalDouble, job: Job | None = None) -> OpenedSession:
    """A session of the double; its requests are forgotten."""
    portal.desk.jobs[CODE] = job or Job(serials=(SERIAL,), methods=("so-pin",))
    portal.desk.puks[SERIAL] = PUK
    session = client.open_session(VerificationCode(CODE), KEY)
    portal.requests.clear()
    return session


def unblock_request(
    *methods: UnblockMethod, seal_key: bytes | None = None, serial: str = SERIAL
) -> UnblockRequest:
    """A request for one token."""
    return UnblockRequest(serial, None, methods or (UnblockMethod.CHALLENGE_RESPONSE,), seal_key)


def otp(text: str = OTP) -> Secret:
    """An SMS code as the program holds it."""
    return Secret.taking(bytearray(text.encode()))


REPORT = OutcomeReport(
    Outcome.FAILED, "KRT-125", True, SERIAL, datetime(2026, 3, 2, 9, 30, 1, 250000, tzinfo=UTC)
)

OPERATIONS: dict[str, Callable[[PortalClient, SessionAccess], object]] = {
    "GET /client": lambda client, access: client.client_info(),
    "POST /sessions": lambda client, access: client.open_session(VerificationCode(CODE), KEY),
    "DELETE /sessions/{}": lambda client, access: client.cancel_session(access),
    "POST /sessions/{}/step-up": lambda client, access: client.send_step_up(access),
    "PUT /sessions/{}/step-up": lambda client, access: client.check_step_up(access, otp()),
    "POST /sessions/{}/unblock": lambda client, access: client.authorize_unblock(
        access, unblock_request(), KEY
    ),
    "POST /sessions/{}/unblock/challenge": lambda client, access: client.answer_challenge(
        access, b"12345678"
    ),
    "GET /sessions/{}/documents/{}": lambda client, access: client.get_document(access, "d1"),
    "PUT /sessions/{}/documents/{}/signature": lambda client, access: client.put_signature(
        access, "d1", b"cms", "application/pkcs7-signature"
    ),
    "PUT /sessions/{}/outcome": lambda client, access: client.put_outcome(access, REPORT),
}
"""Every operation of the contract, and one use of it."""

NEVER_REPEATED = {
    "POST /sessions/{}/step-up",
    "PUT /sessions/{}/step-up",
    "POST /sessions/{}/unblock/challenge",
}


def failure_of(use: Callable[[], object]) -> Failure:
    """How a call fails; nothing of the library's own exceptions may come along."""
    with pytest.raises(FailedError) as caught:
        use()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value.failure
