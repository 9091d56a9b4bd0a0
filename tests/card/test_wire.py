import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kamusm_esign.card.results import failed, result_from_json, result_to_json, unknown
from kamusm_esign.card.wire import (
    CardRequest,
    SlotToken,
    failure_from_json,
    failure_to_json,
    slot_token_from_json,
    slot_token_to_json,
)
from kamusm_esign.child.frames import WireError
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CertificateInfo,
    CertificateKind,
    PinLimits,
    PinState,
    PukState,
    Token,
    TokenTarget,
    UnblockMethod,
)

CERTIFICATE = CertificateInfo(
    sha256="ab" * 32,
    kind=CertificateKind.MALI_MUHUR,
    holder="ÇİĞDEM IŞIK LTD. ŞTİ.",
    holder_id="1234567890",
    birth_date=None,
    not_before=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    not_after=datetime(2029, 1, 2, 3, 4, 5, tzinfo=UTC),
    key="p384",
    has_private_key=True,
)
SLOT = SlotToken(
    slot_id=7,
    slot_description="ACS ACR39U",
    token=Token(
        serial="08C9150800160012",
        label="İmza",
        pin=PinState.FINAL_TRY,
        puk=PukState.UNKNOWN,
        pin_limits=PinLimits(6, 12),
        certificates=(CERTIFICATE,),
        unblock_methods=tuple(UnblockMethod),
        pin_pad=True,
    ),
)


def through_json(value: dict[str, Any]) -> dict[str, Any]:
    again: dict[str, Any] = json.loads(json.dumps(value))
    return again


def test_a_token_survives() -> None:
    assert slot_token_from_json(through_json(slot_token_to_json(SLOT))) == SLOT


def _spoiled() -> list[tuple[str, Any]]:
    members = list(slot_token_to_json(SLOT))
    wrong: list[tuple[str, Any]] = [(name, KeyError) for name in members]
    wrong += [(name, 1.5) for name in members]
    wrong += [("pin_limits", [6]), ("pin_limits", [6, "12"]), ("pin_limits", [True, 12])]
    wrong += [("pin", "fine"), ("unblock_methods", ["guess"]), ("unblock_methods", [["so-pin"]])]
    wrong += [("slot_id", True), ("pin_pad", 1), ("certificates", [1]), ("certificates", [{}])]
    return wrong


@pytest.mark.parametrize(("name", "value"), _spoiled())
def test_anything_else_is_refused(name: str, value: Any) -> None:
    message = slot_token_to_json(SLOT)
    if value is KeyError:
        del message[name]
    else:
        message[name] = value
    with pytest.raises(WireError):
        slot_token_from_json(message)


@pytest.mark.parametrize(
    ("name", "value"),
    [("not_after", "2029-01-02T03:04:05"), ("not_after", "x"), ("kind", "x"), ("readable", 0)],
)
def test_certificates_are_read_strictly(name: str, value: Any) -> None:
    message = slot_token_to_json(SLOT)
    message["certificates"][0][name] = value
    with pytest.raises(WireError):
        slot_token_from_json(message)


@pytest.mark.parametrize("code", FailureCode)
def test_failures_survive(code: FailureCode) -> None:
    failure = Failure.of(code, raw="0x80000001", attempts_left=None, spent=True)
    assert failure_from_json(through_json(failure_to_json(failure))) == failure


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"code": "KRT-000", "params": {}},
        {"code": "KRT-121"},
        {"code": "KRT-121", "params": {"raw": []}},
    ],
)
def test_no_failure(message: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        failure_from_json(message)


def test_requests_and_results_survive() -> None:
    request = CardRequest("/lib/a.so", TokenTarget("08C9", None), "/locks", 65.0, last_try=True)
    assert CardRequest.from_json(through_json(request.to_json())) == request
    for result in (
        failed(Failure.of(FailureCode.PUK_REFUSED), puk_attempt_spent=True),
        unknown(Failure.of(FailureCode.PIN_SET_UNKNOWN, raw="KRT-110")),
    ):
        assert result_from_json(through_json(result_to_json(result))) == result


@pytest.mark.parametrize(
    "message",
    [
        {"outcome": "succeeded", "failure": {"code": "KRT-121", "params": {}}},
        {"outcome": "failed", "failure": None},
        {"outcome": "perhaps", "failure": None},
        {"outcome": "succeeded"},
    ],
)
def test_no_result(message: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        result_from_json(message | {"puk_attempt_spent": False})
