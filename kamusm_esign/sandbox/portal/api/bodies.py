"""Bodies of requests: read up to a limit, parsed once and strictly. Unknown members are ignored."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request

from kamusm_esign.sandbox.portal.api.problems import ProblemError

JSON_LIMIT = 1 << 20
FILE_LIMIT = 20 << 20
METHODS = ("so-pin", "challenge-response")
SEAL_KEY_BYTES = 1216
NUL = "\0"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """Body of createSession."""

    code: str
    version: str


@dataclass(frozen=True, slots=True)
class UnblockRequest:
    """Body of authorizeUnblock."""

    token_serial: str
    certificate_sha256: str | None
    methods: tuple[str, ...]
    seal_key: bytes | None
    digest: str
    """Tells whether two requests are the same."""


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """Body of putOutcome."""

    result: str
    report: dict[str, Any]
    """Everything that was told."""


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        ProblemError: `too-large`, before more than `limit` bytes were read.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise ProblemError("too-large")
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > limit:
            raise ProblemError("too-large")
        body += chunk
    return bytes(body)


async def read_json(request: Request) -> dict[str, Any]:
    """A JSON object.

    Raises:
        ProblemError: `too-large`, `malformed-request`.
    """
    if media_type(request) != "application/json":
        raise ProblemError("malformed-request", "Content-Type: application/json")
    raw = await read_body(request, JSON_LIMIT)
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()  # lone surrogates are no text
        if rb"\u0000" in raw:  # the one way to write it
            _refuse_nul(value)
    except (ValueError, RecursionError):
        raise ProblemError("malformed-request", "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise ProblemError("malformed-request", "The body is not a JSON object.")
    return value


def media_type(request: Request) -> str:
    """The media type of the body without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().casefold()


def idempotency_key(request: Request) -> str:
    """The header Idempotency-Key, a UUID.

    Raises:
        ProblemError: `malformed-request`.
    """
    key = request.headers.get("idempotency-key", "")
    if not _UUID.fullmatch(key):
        raise ProblemError("malformed-request", "Idempotency-Key is not a UUID.")
    return key.casefold()


def session_request(body: dict[str, Any]) -> SessionRequest:
    """Raises ProblemError: `malformed-request`, `code-malformed`."""
    code = _text(body, "code")
    client = body.get("client")
    if not isinstance(client, dict):
        raise _wrong("client")
    _text(client, "name")
    version = _text(client, "version")
    if _text(client, "platform") not in ("windows", "linux", "macos"):
        raise _wrong("client.platform")
    if not re.fullmatch(r"[0-9]{15}", code):
        raise ProblemError("code-malformed")
    return SessionRequest(code, version)


def otp(body: dict[str, Any]) -> str:
    """The SMS code. Raises ProblemError: `malformed-request`."""
    value = _text(body, "otp")
    if not re.fullmatch(r"[0-9]{6}", value):
        raise _wrong("otp")
    return value


def unblock_request(body: dict[str, Any]) -> UnblockRequest:
    """Raises ProblemError: `malformed-request`."""
    sha256 = _text_or_null(body, "certificate_sha256")
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise _wrong("certificate_sha256")
    methods = body.get("methods")
    if not isinstance(methods, list) or not methods or any(m not in METHODS for m in methods):
        raise _wrong("methods")
    encoded = _text_or_null(body, "seal_key")
    seal_key = None if encoded is None else _base64(encoded, "seal_key")
    if seal_key is not None and len(seal_key) != SEAL_KEY_BYTES:
        raise _wrong("seal_key")
    serial = _text(body, "token_serial")
    canonical = json.dumps([serial, sha256, methods, encoded]).encode()
    return UnblockRequest(
        serial, sha256, tuple(methods), seal_key, hashlib.sha256(canonical).hexdigest()
    )


def challenge(body: dict[str, Any]) -> bytes:
    """The card's challenge, 8 to 32 bytes. Raises ProblemError: `malformed-request`."""
    value = _base64(_text(body, "challenge"), "challenge")
    if not 8 <= len(value) <= 32:
        raise _wrong("challenge")
    return value


def outcome_report(body: dict[str, Any]) -> OutcomeReport:
    """Raises ProblemError: `malformed-request`."""
    result = _text(body, "result")
    if result not in ("succeeded", "failed", "cancelled", "unknown"):
        raise _wrong("result")
    spent = body.get("puk_attempt_spent", False)
    if not isinstance(spent, bool):
        raise _wrong("puk_attempt_spent")
    report = {
        "failure_code": _text_or_null(body, "failure_code", required=False),
        "puk_attempt_spent": spent,
        "token_serial": _text_or_null(body, "token_serial"),
        "at": _time(_text(body, "at")),
    }
    return OutcomeReport(result, report)


def _wrong(member: str) -> ProblemError:
    return ProblemError("malformed-request", f"{member} is missing or not as it should be.")


def _text(body: dict[str, Any], member: str) -> str:
    value = body.get(member)
    if not isinstance(value, str):
        raise _wrong(member)
    return value


def _text_or_null(body: dict[str, Any], member: str, *, required: bool = True) -> str | None:
    if required and member not in body:
        raise _wrong(member)
    return None if body.get(member) is None else _text(body, member)


def _base64(text: str, member: str) -> bytes:
    """Standard alphabet, padded, no spare bits set."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong(member) from None
    if base64.b64encode(value).decode() != text:
        raise _wrong(member)
    return value


def _time(text: str) -> str:
    """RFC 3339, with its leap second that Python does not know."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise _wrong("at")
    day, minute, second, zone = match.groups()
    try:
        datetime.fromisoformat(
            f"{day}T{minute}:{'59' if second == '60' else second}{zone.replace('z', 'Z')}"
        )
    except ValueError:
        raise _wrong("at") from None
    return text


def _refuse_nul(value: object) -> None:
    """U+0000: JSON has it, PostgreSQL's texts have not, and no member of the contract means it."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for part in value:
            _refuse_nul(part)
    elif isinstance(value, str) and NUL in value:
        raise ValueError("U+0000")


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")
