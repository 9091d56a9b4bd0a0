"""Headers and bodies that are not as the contract wants them."""

import base64
import json
import uuid
from typing import Any

import pytest

from tests.sandbox.portal.desk import Desk, outcome_body, session_body, unblock_body
from tests.sandbox.portal.test_problems import post_session

ON_BOTH = True
GOOD_UNBLOCK = unblock_body()
GOOD_OUTCOME = outcome_body("failed")
BAD_BODIES: list[tuple[str, str, Any]] = [
    ("POST", "/unblock", {**GOOD_UNBLOCK, "token_serial": 5}),
    ("POST", "/unblock", {k: v for k, v in GOOD_UNBLOCK.items() if k != "certificate_sha256"}),
    ("POST", "/unblock", {k: v for k, v in GOOD_UNBLOCK.items() if k != "seal_key"}),
    ("POST", "/unblock", {**GOOD_UNBLOCK, "certificate_sha256": "A" * 64}),
    ("POST", "/unblock", {**GOOD_UNBLOCK, "methods": []}),
    ("POST", "/unblock", {**GOOD_UNBLOCK, "methods": ["so-pin", "other"]}),
    ("POST", "/unblock", {**GOOD_UNBLOCK, "methods": ["so-pin"]}),
    ("POST", "/unblock", {**GOOD_UNBLOCK, "methods": [["so-pin"]]}),
    ("POST", "/unblock", {**GOOD_UNBLOCK, "seal_key": "AAAA"}),
    ("POST", "/unblock", {**GOOD_UNBLOCK, "seal_key": "é"}),
    (
        "POST",
        "/unblock",
        {
            **GOOD_UNBLOCK,
            "methods": ["so-pin"],
            "seal_key": base64.b64encode(bytes(1216)).decode(),
        },
    ),
    ("POST", "/unblock/challenge", {"challenge": "AAAA"}),
    ("POST", "/unblock/challenge", {"challenge": "AAAAAAAAAAA"}),
    ("POST", "/unblock/challenge", {}),
    ("PUT", "/outcome", {**GOOD_OUTCOME, "result": "done"}),
    ("PUT", "/outcome", {**GOOD_OUTCOME, "at": "2027-01-15"}),
    ("PUT", "/outcome", {**GOOD_OUTCOME, "at": "2027-13-15T08:00:00Z"}),
    ("PUT", "/outcome", {**GOOD_OUTCOME, "at": "2027-01-15T08:00:00"}),
    ("PUT", "/outcome", {**GOOD_OUTCOME, "puk_attempt_spent": 1}),
    ("PUT", "/outcome", {k: v for k, v in GOOD_OUTCOME.items() if k != "token_serial"}),
    ("PUT", "/outcome", []),
    ("PUT", "/step-up", {"otp": 135790}),
    ("PUT", "/step-up", {"otp": "13579"}),
    ("PUT", "/step-up", {"otp": "١٣٥٧٩٠"}),
]


@pytest.mark.parametrize(("method", "path", "body"), BAD_BODIES)
def test_a_wrong_body_is_refused_and_changes_nothing(
    desk: Desk, method: str, path: str, body: Any
) -> None:
    live = desk.open()
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    assert live.ask(method, path, json=body, headers=headers).code == "malformed-request"
    assert live.unblock().status == 200


RAW_BODIES = [
    b"",
    b"[]",
    b"\xff",
    b'{"code": NaN}',
    b"[" * 100_000,
    b'{"code": ' + b"9" * 5000 + b"}",
    json.dumps(session_body("\ud800" * 15)).encode(),
    json.dumps({"code": "1" * 15}).encode(),
    json.dumps(session_body("1" * 15, platform="amiga")).encode(),
    json.dumps(session_body("1" * 15, version=2)).encode(),
]


@pytest.mark.parametrize("body", RAW_BODIES)
def test_what_is_no_session_request(desk: Desk, body: bytes) -> None:
    answer = post_session(desk, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (400, "malformed-request")


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": "1"},
        {"Idempotency-Key": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_wrong_headers(desk: Desk, headers: dict[str, str]) -> None:
    answer = post_session(desk, json=session_body(desk.code()), headers=headers)
    assert answer.code == "malformed-request"


def test_a_body_without_declared_length_is_cut_off(desk: Desk) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 64 << 20:
            sent += 1 << 16
            yield b" " * (1 << 16)

    answer = post_session(desk, content=endless(), headers={"Content-Type": "application/json"})
    assert answer.code == "too-large"
    assert sent <= (1 << 20) + (1 << 17)
