"""What the portal, HTTP and the network say → FailureCode: tables only.

The exceptions of the HTTP library are known by their class names, because only `transport` may
import it.
"""

from collections.abc import Iterator, Mapping

from kamusm_esign.domain.failures import Failure, FailureCode, ParamValue
from kamusm_esign.portal_client.wire import Problem, read_problem
from kamusm_esign.ports import HttpAnswer

PROBLEMS: Mapping[str, FailureCode] = {
    "malformed-request": FailureCode.REQUEST_MALFORMED,
    "code-malformed": FailureCode.CODE_MALFORMED,
    "code-unknown": FailureCode.CODE_UNKNOWN,
    "code-expired": FailureCode.CODE_EXPIRED,
    "code-used": FailureCode.CODE_USED,
    "client-too-old": FailureCode.CLIENT_TOO_OLD,
    "too-many-attempts": FailureCode.TOO_MANY_ATTEMPTS,
    "maintenance": FailureCode.MAINTENANCE,
    "token-invalid": FailureCode.SESSION_TOKEN_INVALID,
    "session-over": FailureCode.SESSION_OVER,
    "wrong-session-kind": FailureCode.WRONG_SESSION_KIND,
    "step-up-required": FailureCode.STEP_UP_REQUIRED,
    "step-up-not-required": FailureCode.STEP_UP_NOT_REQUIRED,
    "otp-wrong": FailureCode.OTP_WRONG,
    "token-not-eligible": FailureCode.TOKEN_NOT_ELIGIBLE,
    "no-common-method": FailureCode.NO_COMMON_METHOD,
    "puk-already-released": FailureCode.PUK_ALREADY_RELEASED,
    "challenge-already-answered": FailureCode.CHALLENGE_ALREADY_ANSWERED,
    "document-unknown": FailureCode.DOCUMENT_UNKNOWN,
    "signature-invalid": FailureCode.SIGNATURE_INVALID,
    "certificate-not-eligible": FailureCode.CERTIFICATE_NOT_ELIGIBLE,
    "certificate-expired": FailureCode.CERTIFICATE_EXPIRED,
    "certificate-revoked": FailureCode.CERTIFICATE_REVOKED,
    "too-large": FailureCode.REQUEST_TOO_LARGE,
    "already-signed": FailureCode.ALREADY_SIGNED,
    "outcome-conflict": FailureCode.OUTCOME_CONFLICT,
    "internal": FailureCode.PORTAL_INTERNAL,
}
"""portal-api.yaml, ProblemCode."""

STATUSES: Mapping[int, FailureCode] = {
    407: FailureCode.PROXY_FAILED,
    408: FailureCode.PORTAL_TIMEOUT,
    413: FailureCode.REQUEST_TOO_LARGE,
    429: FailureCode.TOO_MANY_ATTEMPTS,
    500: FailureCode.PORTAL_INTERNAL,
    502: FailureCode.PORTAL_UNREACHABLE,
    503: FailureCode.MAINTENANCE,
    504: FailureCode.PORTAL_TIMEOUT,
    511: FailureCode.PORTAL_UNREACHABLE,
}
"""Answers without a valid problem, made by something between us and the portal (RFC 9110 section
15, RFC 6585). Any other one is `PORTAL_ANSWER_INVALID`: a bare 401 or 404 is not the portal's word
on a session."""

EXCEPTIONS: Mapping[str, FailureCode] = {
    "ProxyError": FailureCode.PROXY_FAILED,
    "InvalidProxyURL": FailureCode.PROXY_FAILED,
    "ProxySchemeUnknown": FailureCode.PROXY_FAILED,
    "ProxySchemeUnsupported": FailureCode.PROXY_FAILED,
    "InvalidSchema": FailureCode.PROXY_FAILED,
    "SSLCertVerificationError": FailureCode.PORTAL_CERTIFICATE,
    "NewConnectionError": FailureCode.PORTAL_UNREACHABLE,
    "Timeout": FailureCode.PORTAL_TIMEOUT,
    "TimeoutError": FailureCode.PORTAL_TIMEOUT,
    "InvalidHeader": FailureCode.PORTAL_ANSWER_INVALID,
    "IncompleteRead": FailureCode.PORTAL_UNREACHABLE,
    "RemoteDisconnected": FailureCode.PORTAL_UNREACHABLE,
    "HTTPException": FailureCode.PORTAL_ANSWER_INVALID,
    "OSError": FailureCode.PORTAL_UNREACHABLE,
}
"""Class names, most telling first: the first one that the exception, anything that caused it, or
one of their base classes bears. `InvalidSchema` is what a SOCKS proxy gives; `NewConnectionError`
is a time-out by birth only; `HTTPException` is the standard library's: that was not HTTP."""

_PASSING = frozenset({FailureCode.PORTAL_UNREACHABLE, FailureCode.PORTAL_TIMEOUT})
_PASSING_STATUSES = frozenset({502, 503, 504})
_RAW_LENGTH = 64
_LONGEST_WAIT = 7 * 24 * 3600


def failure_of_exception(error: Exception) -> Failure:
    """What stood in the way of an answer. Nothing of the exception's text is kept."""
    names = {base.__name__ for cause in _causes(error) for base in type(cause).__mro__}
    for name, code in EXCEPTIONS.items():
        if name in names:
            return Failure.of(code)
    return Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__)


def failure_of_answer(answer: HttpAnswer, expected_status: int) -> Failure | None:
    """What is wrong with an answer; None where it has the one status that means success."""
    if answer.status == expected_status:
        return None
    if 300 <= answer.status < 400:
        return Failure.of(FailureCode.PORTAL_REDIRECT, status=answer.status)
    problem = problem_of(answer)
    if problem is not None:
        return _failure_of_problem(problem, answer)
    code = STATUSES.get(answer.status, FailureCode.PORTAL_ANSWER_INVALID)
    return Failure.of(code, status=answer.status, **_waiting(code, answer))


def problem_of(answer: HttpAnswer) -> Problem | None:
    """The problem that an error answer holds, None where it holds no valid one."""
    if answer.status < 400 or media_type(answer) != "application/problem+json":
        return None
    return read_problem(answer.body)


def may_pass(failure: Failure, answer: HttpAnswer | None) -> bool:
    """Whether the same request may get through a moment later: trouble on the way or a gateway's
    502 to 504, but not maintenance and not what names its own waiting time."""
    if answer is None:
        return failure.code in _PASSING
    if answer.status not in _PASSING_STATUSES or header(answer, "retry-after") is not None:
        return False
    return failure.code is not FailureCode.MAINTENANCE or problem_of(answer) is None


def was_cut_off(answer: HttpAnswer) -> bool:
    """Whether an answer that should have a body ended within its headers: `http.client` takes the
    end of the connection for the end of the headers."""
    return (
        not answer.body
        and header(answer, "content-length") is None
        and header(answer, "transfer-encoding") is None
    )


def media_type(answer: HttpAnswer) -> str:
    """The media type without parameters, in small letters; "" where none is told."""
    return (header(answer, "content-type") or "").partition(";")[0].strip().casefold()


def header(answer: HttpAnswer, name: str) -> str | None:
    """The first header of this name (given in small letters)."""
    return next((value for key, value in answer.headers if key.casefold() == name), None)


def _failure_of_problem(problem: Problem, answer: HttpAnswer) -> Failure:
    code = PROBLEMS.get(problem.code)
    if code is None:
        return Failure.of(FailureCode.PROBLEM_UNKNOWN, raw=_printable(problem.code))
    if code is FailureCode.OTP_WRONG:
        return Failure.of(code, attempts_left=problem.attempts_left)
    return Failure.of(code, **_waiting(code, answer))


def _waiting(code: FailureCode, answer: HttpAnswer) -> dict[str, ParamValue]:
    """`retry_after` in seconds (RFC 9110 section 10.2.3, seconds only) where it belongs."""
    if code not in (FailureCode.TOO_MANY_ATTEMPTS, FailureCode.MAINTENANCE):
        return {}
    text = (header(answer, "retry-after") or "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return {"retry_after": None}
    return {"retry_after": min(int(text), _LONGEST_WAIT)}


def _printable(text: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in text[:_RAW_LENGTH])


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything that it wraps, each once, outermost first."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        waiting += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
