"""Messages of portal-api.yaml, good ones and everything that is nearly one."""

import contextlib
import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.tokens import PinLimits, UnblockMethod
from kamusm_esign.portal_client import wire
from tests.portal_client.helpers import failure_of
from tests.portal_client.messages import (
    CLIENT,
    MESSAGES,
    NULLABLE,
    OPTIONAL,
    PIN,
    SEALED,
    SIGN,
    Json,
    session,
)


# ---------------------------------------------------------------------------- good
@pytest.mark.parametrize("name", MESSAGES)
def test_good(name: str) -> None:
    message, read = MESSAGES[name]
    expected = read(json.dumps(message).encode())
    assert read(json.dumps(message, ensure_ascii=False, indent=3).encode()) == expected
    assert read(json.dumps(message | {"new": {"id": [None, 1.5]}}).encode()) == expected


def test_values() -> None:
    found = session(PIN).session
    assert found.expires_at == datetime(2026, 3, 2, 9, 35, 0, 500_000, UTC)
    assert found.deadline == 7.0 + 300.5
    assert found.pin_policy == PinLimits(6, 8)
    assert found.unblock_methods == (UnblockMethod.SO_PIN, UnblockMethod.CHALLENGE_RESPONSE)
    assert found.origin is not None
    assert found.origin.match_number == "07"
    signed = session(SIGN).session
    assert [document.id for document in signed.documents] == ["form", "nonce"]
    assert signed.documents[0].format is SignatureFormat.PADES_B_B
    nothing = (signed.holder, signed.masked_phone, signed.pin_policy, signed.origin)
    assert nothing == (None, None, None, None)


def test_no_token_in_what_is_shown() -> None:
    assert "qqqq" not in repr(session(PIN))


def test_grant_without_puk() -> None:
    for extra in ({}, {"sealed_puk": SEALED}):
        body = json.dumps({"method": "challenge-response", **extra}).encode()
        assert wire.read_grant(body).sealed_puk is None


def test_notice_is_optional() -> None:
    for message in (CLIENT, CLIENT | {"notice": None}):
        assert wire.read_client_info(json.dumps(message).encode()).notice is None


# ---------------------------------------------------------------------------- one member wrong
def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    else:
        return [path]
    return [p for key, child in pairs for p in _paths(child, (*path, key))] + (
        [path] if path else []
    )


def _changed(
    message: Json, path: tuple[str | int, ...], change: Callable[[object, object], None]
) -> Json:
    changed = copy.deepcopy(message)
    place: object = changed
    for key in path[:-1]:
        place = place[key]  # type: ignore[index]
    change(place, path[-1])
    return changed


def _delete(place: object, key: object) -> None:
    del place[key]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", MESSAGES)
def test_every_member_is_required(name: str) -> None:
    message, read = MESSAGES[name]
    for path in _paths(message):
        if isinstance(path[-1], int) or path[-1] in OPTIONAL:
            continue
        body = json.dumps(_changed(message, path, _delete)).encode()
        failure = failure_of(lambda body=body: read(body))  # type: ignore[misc]
        assert failure.code is FailureCode.PORTAL_ANSWER_INVALID, path
        assert str(failure.param("member")).split(".")[-1] == path[-1]


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
)
ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def _type(value: object) -> str:
    """JSON's own types; integers apart from other numbers."""
    return "null" if value is None else type(value).__name__


@given(st.data())
def test_every_member_has_one_type(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(MESSAGES)))
    message, read = MESSAGES[name]
    path = data.draw(st.sampled_from(_paths(message)))
    old = _at(message, path)
    new = data.draw(ANYTHING.filter(lambda value: _type(value) != _type(old)))
    if (new is None or old is None) and path[-1] in NULLABLE:
        return

    def replace(place: object, key: object) -> None:
        place[key] = new  # type: ignore[index]

    body = json.dumps(_changed(message, path, replace)).encode()
    assert failure_of(lambda: read(body)).code is FailureCode.PORTAL_ANSWER_INVALID


def _at(message: object, path: tuple[str | int, ...]) -> object:
    for key in path:
        message = message[key]  # type: ignore[index]
    return message


@given(st.data())
def test_nothing_but_a_value_or_a_failure(data: st.DataObject) -> None:
    """Whatever the server sends: the same message, or another good one, or the one failure."""
    name = data.draw(st.sampled_from(sorted(MESSAGES)))
    message, read = MESSAGES[name]
    body = bytearray(json.dumps(message).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        body = body or bytearray(b" ")
    with contextlib.suppress(FailedError):
        read(bytes(body))


@pytest.mark.parametrize(
    ("headers", "date"),
    [
        ((("Date", "Fri, 20 Nov 2026 10:00:00 GMT"),), datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ((("dATE", "Fri, 20 Nov 2026 13:00:00 +0300"),), datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ((("Date", "Fri, 20 Nov 2026 10:00:00 -0000"),), None),
        ((("Date", "soon"),), None),
        ((("Date", ""),), None),
        ((("Expires", "Fri, 20 Nov 2026 10:00:00 GMT"),), None),
        ((), None),
    ],
)
def test_when_the_portal_answered(
    headers: tuple[tuple[str, str], ...], date: datetime | None
) -> None:
    assert wire.read_date(headers) == date
    body = json.dumps(CLIENT).encode()
    assert wire.read_client_info(body, headers).said_at == date
