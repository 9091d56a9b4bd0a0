"""What the portal and what lies before it say, as failure codes."""

import json

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.portal_client.translate import (
    PROBLEMS,
    failure_of_answer,
    failure_of_exception,
)
from kamusm_esign.ports import HttpAnswer
from tests.equipment.portal_answers import PROBLEM_STATUS, Answer, problem
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import say, say_problem
from tests.portal_client.helpers import OPERATIONS, UNKNOWN_ACCESS, client_for, failure_of

EXPECTED = {
    "malformed-request": "PRT-233",
    "code-malformed": "PRT-210",
    "code-unknown": "PRT-211",
    "code-expired": "PRT-212",
    "code-used": "PRT-213",
    "client-too-old": "PRT-214",
    "too-many-attempts": "PRT-215",
    "maintenance": "PRT-216",
    "token-invalid": "PRT-217",
    "session-over": "PRT-218",
    "wrong-session-kind": "PRT-219",
    "step-up-required": "PRT-220",
    "step-up-not-required": "PRT-221",
    "otp-wrong": "PRT-222",
    "token-not-eligible": "PRT-223",
    "no-common-method": "PRT-224",
    "puk-already-released": "PRT-225",
    "challenge-already-answered": "PRT-226",
    "document-unknown": "PRT-227",
    "signature-invalid": "IMZ-321",
    "certificate-not-eligible": "IMZ-322",
    "certificate-expired": "IMZ-323",
    "certificate-revoked": "IMZ-324",
    "too-large": "PRT-229",
    "already-signed": "PRT-230",
    "outcome-conflict": "PRT-231",
    "internal": "PRT-232",
}
"""Written out once more, by number."""


def test_every_problem_code_has_its_row() -> None:
    assert {code: failure.value for code, failure in PROBLEMS.items()} == EXPECTED
    assert EXPECTED.keys() == PROBLEM_STATUS.keys()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_problem_of_every_operation(portal: PortalDouble, operation: str) -> None:
    """The code decides, wherever it comes from; one request each, but for a gateway's statuses."""
    client = client_for(portal, pauses=())
    for code, number in EXPECTED.items():
        portal.script(operation, say_problem(code))
        failure = failure_of(lambda: OPERATIONS[operation](client, UNKNOWN_ACCESS))
        assert failure.code.value == number, code
    assert len(portal.requests) == len(EXPECTED)


PARAMS = [
    (problem("otp-wrong", attempts_left=2), {"attempts_left": 2}),
    (problem("otp-wrong", attempts_left=0), {"attempts_left": 0}),
    (problem("otp-wrong"), {"attempts_left": None}),
    (problem("maintenance", retry_after=120), {"retry_after": 120}),
    (problem("maintenance"), {"retry_after": None}),
    (problem("too-many-attempts", retry_after=30), {"retry_after": 30}),
    (problem("too-many-attempts", retry_after=-1), {"retry_after": None}),
    (problem("too-many-attempts", retry_after=10**8), {"retry_after": 604800}),
    (problem("too-many-attempts", retry_after=10**50), {"retry_after": None}),
    (problem("session-over", retry_after=30, attempts_left=1), {}),
    (problem("next-year", 409), {"raw": "next-year"}),
    (problem("", 409), {"raw": ""}),
    (problem("ş\n\x1b[31m\u202e" + "x" * 999, 409), {"raw": "???[31m?" + "x" * 56}),
    (Answer(503, b"", headers=(("Retry-After", "7"),)), {"retry_after": 7, "status": 503}),
    (
        Answer(503, b"", headers=(("Retry-After", "Fri, 31 Dec 2027 23:59:59 GMT"),)),
        {"retry_after": None, "status": 503},
    ),
    (Answer(429, b""), {"retry_after": None, "status": 429}),
]


@pytest.mark.parametrize(("answer", "params"), PARAMS)
def test_params(answer: Answer, params: dict[str, object]) -> None:
    failure = failure_of_answer(_http(answer), 204)
    assert failure is not None
    assert dict(failure.params) == params


def _http(answer: Answer) -> HttpAnswer:
    headers = (("content-TYPE", answer.content_type), *answer.headers)
    return HttpAnswer(answer.status, headers, answer.body)


GOOD = json.loads(problem("session-over").body)
NO_PROBLEM = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"<html>",
    b"\xff",
    *(json.dumps(GOOD | changed).encode() for changed in (
        {"type": None},
        {"title": 1},
        {"status": "409"},
        {"status": True},
        {"status": 409.0},
        {"code": None},
        {"code": 7},
        {"detail": None},
        {"attempts_left": "2"},
        {"attempts_left": None},
        {"attempts_left": True},
        {"attempts_left": -1},
    )),
    *(json.dumps({k: v for k, v in GOOD.items() if k != left_out}).encode() for left_out in GOOD),
]  # fmt: skip


@pytest.mark.parametrize("body", NO_PROBLEM)
def test_what_is_no_problem_is_judged_by_its_status(body: bytes) -> None:
    answer = HttpAnswer(409, (("Content-Type", "application/problem+json"),), body)
    expected = Failure.of(FailureCode.PORTAL_ANSWER_INVALID, status=409)
    assert failure_of_answer(answer, 204) == expected


STATUSES = {
    200: "PRT-204",
    201: "PRT-204",
    206: "PRT-204",
    300: "PRT-206",
    301: "PRT-206",
    302: "PRT-206",
    304: "PRT-206",
    307: "PRT-206",
    308: "PRT-206",
    400: "PRT-204",
    401: "PRT-204",
    403: "PRT-204",
    404: "PRT-204",
    407: "PRT-207",
    408: "PRT-202",
    409: "PRT-204",
    410: "PRT-204",
    413: "PRT-229",
    418: "PRT-204",
    422: "PRT-204",
    426: "PRT-204",
    429: "PRT-215",
    500: "PRT-232",
    501: "PRT-204",
    502: "PRT-201",
    503: "PRT-216",
    504: "PRT-202",
    511: "PRT-201",
}


@pytest.mark.parametrize("status", STATUSES)
def test_bare_statuses(portal: PortalDouble, status: int) -> None:
    portal.script("*", say(Answer(status, b"<html>", "text/html")))
    client = client_for(portal, pauses=())
    failure = failure_of(lambda: client.cancel_session(UNKNOWN_ACCESS))
    assert (failure.code.value, failure.param("status")) == (STATUSES[status], status)


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "", "problem+json"])
def test_problem_of_another_media_type_is_none(content_type: str) -> None:
    answer = HttpAnswer(401, (("Content-Type", content_type),), problem("token-invalid").body)
    failure = failure_of_answer(answer, 204)
    assert failure is not None
    assert failure.code is FailureCode.PORTAL_ANSWER_INVALID


def test_media_type_may_have_parameters_and_capitals() -> None:
    media_type = "Application/Problem+JSON ; charset=utf-8"
    answer = HttpAnswer(401, (("CONTENT-TYPE", media_type),), problem("token-invalid").body)
    assert failure_of_answer(answer, 204) == Failure.of(FailureCode.SESSION_TOKEN_INVALID)


def test_unknown_exception_says_its_type_and_nothing_else() -> None:
    failure = failure_of_exception(ZeroDivisionError("token 0123"))
    assert failure == Failure.of(FailureCode.UNEXPECTED, raw="ZeroDivisionError")
