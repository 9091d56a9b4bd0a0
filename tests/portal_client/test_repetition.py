"""Which requests are sent again, how often, and until when."""

import threading
import time

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import SessionAccess
from kamusm_esign.domain.verification_code import VerificationCode
from tests.equipment.portal_answers import Answer, Job
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import (
    Fault,
    cut_off,
    delay,
    drop,
    lose_answer,
    say,
    say_problem,
    say_raw,
)
from tests.portal_client.helpers import (
    CODE,
    KEY,
    NEVER_REPEATED,
    OPERATIONS,
    SERIAL,
    UNKNOWN_ACCESS,
    client_for,
    failure_of,
    opened,
    unblock_request,
)

PASSING: dict[str, tuple[Fault, FailureCode]] = {
    "hung up": (drop(), FailureCode.PORTAL_UNREACHABLE),
    "answer lost": (lose_answer(), FailureCode.PORTAL_UNREACHABLE),
    "cut off": (
        say_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
        FailureCode.PORTAL_UNREACHABLE,
    ),
    "502": (say(Answer(502, b"<html>", "text/html")), FailureCode.PORTAL_UNREACHABLE),
    "503": (say(Answer(503, b"<html>", "text/html")), FailureCode.MAINTENANCE),
    "504": (say(Answer(504)), FailureCode.PORTAL_TIMEOUT),
    "502 internal": (say_problem("internal", 502), FailureCode.PORTAL_INTERNAL),
}
LASTING: dict[str, tuple[Fault, FailureCode]] = {
    "maintenance": (say_problem("maintenance"), FailureCode.MAINTENANCE),
    "503 wait": (
        say(Answer(503, headers=(("Retry-After", "5"),))),
        FailureCode.MAINTENANCE,
    ),
    "429": (say_problem("too-many-attempts", retry_after=9), FailureCode.TOO_MANY_ATTEMPTS),
    "500": (say_problem("internal"), FailureCode.PORTAL_INTERNAL),
    "401": (say_problem("token-invalid"), FailureCode.SESSION_TOKEN_INVALID),
    "302": (say(Answer(302)), FailureCode.PORTAL_REDIRECT),
    "garbage": (say_raw(b"\x16\x03\x01garbage\r\n\r\n"), FailureCode.PORTAL_ANSWER_INVALID),
    "not HTTP": (say_raw(b"SSH-2.0-OpenSSH_9.2\r\n"), FailureCode.PORTAL_ANSWER_INVALID),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("trouble", PASSING)
def test_passing_trouble(portal: PortalDouble, operation: str, trouble: str) -> None:
    fault, code = PASSING[trouble]
    portal.script(operation, *[fault] * 5)
    client = client_for(portal)
    assert failure_of(lambda: OPERATIONS[operation](client, UNKNOWN_ACCESS)).code is code
    expected = 1 if operation in NEVER_REPEATED else 3
    assert len(portal.received(operation)) == len(portal.requests) == expected
    assert len({request.headers.get("idempotency-key") for request in portal.requests}) == 1


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("trouble", LASTING)
def test_lasting_trouble(portal: PortalDouble, operation: str, trouble: str) -> None:
    fault, code = LASTING[trouble]
    portal.script(operation, *[fault] * 5)
    client = client_for(portal)
    assert failure_of(lambda: OPERATIONS[operation](client, UNKNOWN_ACCESS)).code is code
    assert len(portal.requests) == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_timeout(portal: PortalDouble, operation: str) -> None:
    portal.script(operation, *[delay(10)] * 5)
    client = client_for(portal, read=0.05)
    failure = failure_of(lambda: OPERATIONS[operation](client, UNKNOWN_ACCESS))
    assert failure.code is FailureCode.PORTAL_TIMEOUT
    assert len(portal.requests) == (1 if operation in NEVER_REPEATED else 3)


@pytest.mark.parametrize("cut", [b"Server: x\r\n", b"\r\n"])
def test_headers_cut_off(portal: PortalDouble, cut: bytes) -> None:
    """The standard library takes the end of the connection for the end of the headers."""
    portal.script("GET /client", *[say_raw(b"HTTP/1.1 200 OK\r\n" + cut)] * 2)
    assert client_for(portal).client_info().latest_version == "2.0.0"
    assert len(portal.requests) == 3


@pytest.mark.expects_log("urllib3.connection WARNING Failed to parse headers")
def test_header_cut_off(portal: PortalDouble) -> None:
    portal.script("GET /client", say_raw(b"HTTP/1.1 200 OK\r\nContent-"))
    assert client_for(portal).client_info().latest_version == "2.0.0"


def test_nobody_listens() -> None:
    with PortalDouble() as closed:
        client = client_for(closed)
    failure = failure_of(lambda: client.client_info())
    assert failure.code is FailureCode.PORTAL_UNREACHABLE


def test_lost_answers_cost_nothing(portal: PortalDouble) -> None:
    """The session and the grant are the same ones; the third attempt brings them."""
    portal.script("POST /sessions", lose_answer(), cut_off(40))
    portal.script("POST /sessions/{}/unblock", lose_answer(), cut_off(5))
    client = client_for(portal)
    job = Job(serials=(SERIAL,), methods=("challenge-response",))
    access = opened(client, portal, job).access
    client.authorize_unblock(access, unblock_request(), KEY)
    assert list(portal.desk.sessions) == [access.session_id]
    assert list(portal.desk.sessions[access.session_id].grants) == [KEY]
    assert len(portal.requests) == 3


def test_time_counts_from_the_attempt_that_was_answered(portal: PortalDouble) -> None:
    portal.desk.jobs[CODE] = Job()
    portal.script("POST /sessions", drop(), drop())
    moments = iter([1.0, 2.0, 3.0])
    client = client_for(portal, clock=lambda: next(moments))
    assert client.open_session(VerificationCode(CODE), KEY).session.asked_at == 3.0


def _access(deadline: float) -> SessionAccess:
    return SessionAccess(UNKNOWN_ACCESS.session_id, UNKNOWN_ACCESS.token, deadline)


@pytest.mark.parametrize(
    ("left", "pauses", "sent"),
    [(60.0, (0.01, 0.02), 3), (60.0, (0.01, 70.0), 2), (0.005, (0.01, 0.02), 1), (-5, (0.0,), 1)],
)
def test_never_repeated_past_the_end_of_the_session(
    portal: PortalDouble, left: float, pauses: tuple[float, ...], sent: int
) -> None:
    portal.script("*", *[drop()] * 5)
    client = client_for(portal, clock=lambda: 100.0, pauses=pauses)
    failure = failure_of(lambda: client.cancel_session(_access(100.0 + left)))
    assert failure.code is FailureCode.PORTAL_UNREACHABLE
    assert len(portal.requests) == sent


def test_a_repetition_ends_with_the_session(portal: PortalDouble) -> None:
    portal.script("*", drop(), delay(10))
    client = client_for(portal, clock=lambda: 100.0, read=10.0, total=10.0, pauses=(0.01,))
    start = time.monotonic()
    failure = failure_of(lambda: client.cancel_session(_access(100.2)))
    assert failure.code is FailureCode.PORTAL_TIMEOUT
    assert time.monotonic() - start < 2.0


def test_the_card_waits_for_its_challenge(portal: PortalDouble) -> None:
    portal.script("*", delay(10))
    client = client_for(portal, read=10.0, total=10.0, challenge=0.1)
    start = time.monotonic()
    failure = failure_of(lambda: client.answer_challenge(UNKNOWN_ACCESS, b"12345678"))
    assert failure.code is FailureCode.PORTAL_TIMEOUT
    assert time.monotonic() - start < 2.0


# ---------------------------------------------------------------------------- giving up
@pytest.mark.parametrize("when", ["answer", "pause"])
def test_abort(portal: PortalDouble, when: str) -> None:
    """A call waits for ten seconds, for the answer or before its repetition, and is given up."""
    portal.script("*", *[delay(10) if when == "answer" else drop()] * 3)
    client = client_for(portal, read=10.0, total=10.0, pauses=(10.0,))
    failures: list[Failure] = []
    caller = threading.Thread(
        target=lambda: failures.append(failure_of(lambda: client.cancel_session(UNKNOWN_ACCESS)))
    )
    start = time.monotonic()
    caller.start()
    caller.join(0.1)
    while caller.is_alive():
        client.abort()
        caller.join(0.02)
        assert time.monotonic() - start < 5.0
    assert failures == [Failure.of(FailureCode.CANCELLED)]
    assert len(portal.requests) <= 1


def test_later_calls_are_not_aborted(portal: PortalDouble) -> None:
    client = client_for(portal)
    client.abort()
    assert client.client_info().latest_version == "2.0.0"
