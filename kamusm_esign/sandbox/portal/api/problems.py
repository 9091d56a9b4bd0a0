"""Every error of the API: one table from `ProblemCode` to status and title (RFC 9457)."""

from typing import Final

from starlette.responses import JSONResponse

PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "malformed-request": (400, "The request is not as the contract wants it."),
    "code-malformed": (400, "The code is not 15 digits."),
    "code-unknown": (404, "No such code."),
    "code-expired": (410, "The code is no longer valid."),
    "code-used": (410, "The code was used already."),
    "client-too-old": (426, "This version of the application is no longer accepted."),
    "too-many-attempts": (429, "Too many attempts; wait."),
    "maintenance": (503, "The portal is being maintained."),
    "token-invalid": (401, "The session's token is missing or wrong."),
    "session-over": (409, "The session is over."),
    "wrong-session-kind": (409, "A session of this kind cannot do that."),
    "step-up-required": (403, "The SMS code is asked for first."),
    "step-up-not-required": (409, "No SMS code is asked for."),
    "otp-wrong": (403, "The SMS code is wrong."),
    "token-not-eligible": (403, "This card may not do this job."),
    "no-common-method": (409, "No way to set the PIN that both sides can go."),
    "puk-already-released": (409, "The permission was given already."),
    "challenge-already-answered": (409, "Another challenge was answered already."),
    "document-unknown": (404, "No such document in this session."),
    "signature-invalid": (422, "The signature does not stand."),
    "certificate-not-eligible": (422, "This certificate may not sign here."),
    "certificate-expired": (422, "The certificate is past its validity."),
    "certificate-revoked": (422, "The certificate was revoked."),
    "too-large": (413, "The body is too large."),
    "already-signed": (409, "The document has another signature already."),
    "outcome-conflict": (409, "Another outcome was noted before."),
    "internal": (500, "The portal failed."),
}
"""`ProblemCode` → HTTP status and title."""


class ProblemError(Exception):
    """A request that is refused; carries the code, never what was in the request."""

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        retry_after: int | None = None,
        attempts_left: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        """Seconds."""
        self.attempts_left = attempts_left


def problem_response(
    problem: ProblemError, *, status: int | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """The answer for a problem; `status` only where HTTP wants another than the table says."""
    table_status, title = PROBLEMS[problem.code]
    body: dict[str, object] = {
        "type": f"urn:kamusm-esign:problem:{problem.code}",
        "title": title,
        "status": status or table_status,
        "code": problem.code,
    }
    if problem.detail is not None:
        body["detail"] = problem.detail
    if problem.attempts_left is not None:
        body["attempts_left"] = problem.attempts_left
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    if problem.retry_after is not None:
        all_headers["Retry-After"] = str(problem.retry_after)
    if problem.code == "token-invalid":
        all_headers["WWW-Authenticate"] = "Bearer"
    if problem.code == "too-large":
        all_headers["Connection"] = "close"
    return JSONResponse(
        body, status or table_status, all_headers, media_type="application/problem+json"
    )
