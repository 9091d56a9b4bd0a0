"""What is sent to the portal: domain values → JSON, to the letter of portal-api.yaml."""

import base64
import json
from datetime import UTC, datetime

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import OutcomeReport, UnblockRequest
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.verification_code import VerificationCode

OTP_LENGTH = 6
"""Digits of an SMS code."""


def session_request(code: VerificationCode, version: str, platform: str) -> bytes:
    """Schema `SessionRequest`."""
    client = {"name": "kamusm-esign", "version": version, "platform": platform}
    return _encode({"code": code.reveal(), "client": client})


def otp_request(otp: Secret) -> bytearray:
    """The body of `checkStepUp`, made without a `str` of the code; who sends it wipes it.

    Raises:
        FailedError: `REQUEST_MALFORMED`, not 6 ASCII digits.
    """
    if len(otp) != OTP_LENGTH or not all(0x30 <= byte <= 0x39 for byte in otp.view()):
        raise FailedError.of(FailureCode.REQUEST_MALFORMED)
    start, end = b'{"otp":"', b'"}'
    body = bytearray(len(start) + len(otp) + len(end))
    body[: len(start)] = start
    body[len(start) : len(start) + len(otp)] = otp.view()
    body[len(start) + len(otp) :] = end
    return body


def unblock_request(request: UnblockRequest) -> bytes:
    """Schema `UnblockRequest`."""
    return _encode(
        {
            "token_serial": request.token_serial,
            "certificate_sha256": request.certificate_sha256,
            "methods": [method.value for method in request.methods],
            "seal_key": None if request.seal_key is None else _base64(request.seal_key),
        }
    )


def challenge_request(challenge: bytes) -> bytes:
    """The body of `answerChallenge`."""
    return _encode({"challenge": _base64(challenge)})


def outcome_request(report: OutcomeReport) -> bytes:
    """Schema `Outcome`."""
    return _encode(
        {
            "result": report.result.value,
            "failure_code": report.failure_code,
            "puk_attempt_spent": report.puk_attempt_spent,
            "token_serial": report.token_serial,
            "at": _moment(report.at),
        }
    )


def _encode(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
