"""The limits of every member: what is just good, and what no longer is."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.tokens import UnblockMethod
from kamusm_esign.portal_client import wire
from tests.portal_client.helpers import failure_of
from tests.portal_client.messages import (
    CLIENT,
    DOCUMENT,
    GRANT,
    LOGIN,
    PIN,
    RECEIPT,
    SEALED,
    SIGN,
    TEXT,
    Json,
    session,
)

BAD_SESSION: list[tuple[Json, Json]] = [
    (PIN, {"id": "s_short"}),
    (PIN, {"id": "x" * 65}),
    (PIN, {"id": "s_0123456789abcdef\n"}),
    (PIN, {"id": "s_0123456789abcde/"}),
    (PIN, {"id": "ş_0123456789abcdef"}),
    (PIN, {"token": "q" * 31}),
    (PIN, {"token": "q" * 513}),
    (PIN, {"token": "q" * 40 + "\r\nX: y"}),
    (PIN, {"token": "ş" * 40}),
    (PIN, {"token": " " * 40}),
    (PIN, {"kind": "PIN"}),
    (PIN, {"kind": "sign"}),
    (PIN, {"purpose": "application"}),
    (PIN, {"purpose": "login"}),
    (PIN, {"purpose": "pin-change"}),
    (PIN, {"documents": [DOCUMENT]}),
    (PIN, {"certificate_kind": "encryption"}),
    (PIN, {"certificate_kind": "other"}),
    (PIN, {"certificate_kind": "NES"}),
    (PIN, {"holder": {"masked_name": "x" * 121, "masked_id": ""}}),
    (PIN, {"holder": {"masked_name": "", "masked_id": "x" * 41}}),
    (PIN, {"expires_at": PIN["server_time"]}),
    (PIN, {"expires_at": "2026-03-02T09:29:59Z"}),
    (PIN, {"expires_at": "2026-04-02T09:35:00Z"}),
    (PIN, {"eligible_certificates": ["AB" * 32]}),
    (PIN, {"eligible_certificates": ["ab" * 31]}),
    (PIN, {"eligible_certificates": ["ab" * 32 + "\n"]}),
    (PIN, {"pin_policy": {"minimum": 3, "maximum": 8}}),
    (PIN, {"pin_policy": {"minimum": 6, "maximum": 33}}),
    (PIN, {"pin_policy": {"minimum": 9, "maximum": 8}}),
    (PIN, {"unblock_methods": ["so-pin", "none"]}),
    (PIN, {"requested_by": "x" * 121}),
    (PIN, {"requested_by": "\ud800"}),
    (PIN, {"reason": {"tr": "x" * 201, "en": ""}}),
    (PIN, {"origin": PIN["origin"] | {"match_number": "7"}}),  # type: ignore[operator]
    (PIN, {"origin": PIN["origin"] | {"match_number": "٠٧"}}),  # type: ignore[operator]
    (PIN, {"origin": PIN["origin"] | {"browser": "x" * 81}}),  # type: ignore[operator]
    (PIN, {"origin": PIN["origin"] | {"masked_address": "x" * 46}}),  # type: ignore[operator]
    (SIGN, {"kind": "pin"}),
    (SIGN, {"purpose": "pin-create"}),
    (SIGN, {"documents": []}),
    (SIGN, {"documents": [DOCUMENT, DOCUMENT]}),
    (SIGN, {"documents": [DOCUMENT, TEXT | {"id": DOCUMENT["id"]}]}),
    (SIGN, {"unblock_methods": ["so-pin"]}),
    (SIGN, {"documents": [TEXT | {"format": "pades-b-t"}]}),
    (SIGN, {"documents": [TEXT | {"format": "xades"}]}),
    (SIGN, {"documents": [TEXT | {"media_type": "text/html"}]}),
    (SIGN, {"documents": [TEXT | {"media_type": "text/plain; charset=utf-8"}]}),
    (SIGN, {"documents": [TEXT | {"size": 0}]}),
    (SIGN, {"documents": [TEXT | {"size": 20971521}]}),
    (SIGN, {"documents": [TEXT | {"size": 5.0}]}),
    (SIGN, {"documents": [TEXT | {"size": True}]}),
    (SIGN, {"documents": [TEXT | {"id": "../x"}]}),
    (SIGN, {"documents": [TEXT | {"id": ""}]}),
    (SIGN, {"documents": [TEXT | {"id": "x" * 65}]}),
    (SIGN, {"documents": [TEXT | {"title": "x" * 201}]}),
    (SIGN, {"documents": [TEXT | {"sha256": "0F" * 32}]}),
    (LOGIN, {"origin": None}),
    (LOGIN, {"documents": []}),
    (LOGIN, {"documents": [TEXT, TEXT | {"id": "two"}]}),
    (LOGIN, {"documents": [DOCUMENT]}),
]


@pytest.mark.parametrize(("message", "change"), BAD_SESSION)
def test_bad_session(message: Json, change: Json) -> None:
    failure = failure_of(lambda: session(message | change))
    assert failure.code is FailureCode.PORTAL_ANSWER_INVALID


GOOD_SESSION: list[tuple[Json, Json]] = [
    (PIN, {"id": "x" * 64}),
    (PIN, {"id": "-" * 16}),
    (PIN, {"token": "!~" * 256}),
    (PIN, {"purpose": "pin-create", "certificate_kind": "e-muhur", "holder": None}),
    (PIN, {"eligible_certificates": [], "eligible_token_serials": []}),
    (PIN, {"eligible_token_serials": ["", "şerit\u0000", "a b"]}),
    (PIN, {"pin_policy": {"minimum": 4, "maximum": 32}}),
    (PIN, {"pin_policy": {"minimum": 6, "maximum": 6}}),
    (PIN, {"unblock_methods": []}),
    (PIN, {"requested_by": "ş" * 120, "reason": {"tr": "", "en": "😀" * 200}}),
    (PIN, {"server_time": "2026-03-02t09:30:00.123456789z"}),
    (PIN, {"server_time": "2026-03-02T09:30:00+00:00"}),
    (PIN, {"server_time": "2026-03-02T09:30:00-00:00"}),
    (SIGN, {"purpose": "e-onay-grant"}),
    (SIGN, {"purpose": "e-onay-revoke"}),
    (SIGN, {"documents": [DOCUMENT | {"size": 20971520, "format": "cades-bes-attached"}]}),
    (SIGN, {"documents": [TEXT | {"size": 1, "format": "cades-t-detached"}]}),
]


@pytest.mark.parametrize(("message", "change"), GOOD_SESSION)
def test_session_at_its_limits(message: Json, change: Json) -> None:
    session(message | change)


def test_method_twice_counts_once() -> None:
    methods = ["challenge-response", "so-pin", "challenge-response"]
    found = session(PIN | {"unblock_methods": methods}).session
    assert found.unblock_methods == (UnblockMethod.CHALLENGE_RESPONSE, UnblockMethod.SO_PIN)


BAD_MOMENTS = [
    "",
    "2026-03-02",
    "2026-03-02T09:30:00",
    "2026-03-02 09:30:00Z",
    "2026-03-02T09:30Z",
    "2026-03-02T09:30:00+03:00",
    "2026-03-02T09:30:00+0000",
    "2026-03-02T09:30:00.Z",
    "2026-03-02T09:30:00,5Z",
    "2026-02-30T09:30:00Z",
    "2026-13-02T09:30:00Z",
    "2026-03-02T24:00:00Z",
    "2026-03-02T09:60:00Z",
    "0000-03-02T09:30:00Z",
    "26-03-02T09:30:00Z",
    "٢٠٢٦-03-02T09:30:00Z",
    "2026-03-02T09:30:00Z\n",
    " 2026-03-02T09:30:00Z",
    "1772443800",
]


@pytest.mark.parametrize("text", BAD_MOMENTS)
def test_bad_moment(text: str) -> None:
    body = json.dumps(RECEIPT | {"received_at": text}).encode()
    assert failure_of(lambda: wire.read_receipt(body)).param("member") == "received_at"


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))
def test_moments(moment: datetime) -> None:
    text = moment.isoformat() + "Z"
    receipt = wire.read_receipt(json.dumps(RECEIPT | {"received_at": text}).encode())
    assert receipt.received_at == moment.replace(tzinfo=UTC)
    assert receipt.received_at.utcoffset() == timedelta()


def _b64(size: int) -> str:
    return base64.b64encode(bytes(size)).decode()


BAD_PUKS = [
    "",
    _b64(1136),
    SEALED[:-1],
    SEALED[:-1] + "*",
    SEALED + "\n",
    SEALED[:10] + "\n" + SEALED[10:],
    SEALED.replace("/", "_"),
    _b64(1138).rstrip("="),
    _b64(1138) + "=",
    _b64(1138)[:-3] + "B==",
    _b64(1139)[:-2] + "B=",
    "=" + SEALED,
    SEALED.replace("A", "ａ"),
]


@pytest.mark.parametrize("sealed", BAD_PUKS)
@pytest.mark.parametrize("method", ["so-pin", "challenge-response"])
def test_bad_sealed_puk(sealed: str, method: str) -> None:
    body = json.dumps({"method": method, "sealed_puk": sealed}).encode()
    assert failure_of(lambda: wire.read_grant(body)).param("member") == "sealed_puk"


@pytest.mark.parametrize("size", [1137, 1138, 1139, 1144, 1300])
def test_sealed_puk(size: int) -> None:
    grant = wire.read_grant(json.dumps(GRANT | {"sealed_puk": _b64(size)}).encode())
    assert grant.sealed_puk == bytes(size)


@pytest.mark.parametrize("response", ["", _b64(256), "AAE", "AAF="])
def test_bad_response(response: str) -> None:
    body = json.dumps({"response": response}).encode()
    assert failure_of(lambda: wire.read_response(body)).param("member") == "response"


BAD_ADDRESSES = [
    "",
    "indir",
    "//x/y",
    "file:///c:/x.exe",
    "javascript:alert(1)",
    "https://",
    "https:x",
    "https://x y",
    "https://x\n",
    "https://[x",
    "ftp://x/y",
]


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_bad_download_address(url: str) -> None:
    body = json.dumps(CLIENT | {"download_url": url}).encode()
    assert failure_of(lambda: wire.read_client_info(body)).param("member") == "download_url"


BAD_JSON = [
    b"",
    b" ",
    b"null",
    b"[]",
    b'"x"',
    b"{",
    b"{}x",
    b"\xef\xbb\xbf{}",
    json.dumps(RECEIPT).encode("utf-16"),
    json.dumps(RECEIPT).encode()[:-1],
    json.dumps(RECEIPT).encode()[:-1] + b',"document_id":"form"}',
    json.dumps(RECEIPT).encode()[:-1] + b',"new":{"a":1,"a":1}}',
    json.dumps(RECEIPT).encode()[:-1] + b',"new":NaN}',
    json.dumps(RECEIPT).encode()[:-1] + b',"new":-Infinity}',
    json.dumps(RECEIPT).encode()[:-1] + b',"new":' + b"9" * 5000 + b"}",
    json.dumps(RECEIPT).encode()[:-1] + b',"new":"\xff"}',
    json.dumps(RECEIPT).encode()[:-1] + b',"new":"a\nb"}',
    json.dumps(RECEIPT).encode()[:-1] + b',"new":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    json.dumps(RECEIPT).encode()[:-1] + b",}",
    json.dumps(RECEIPT).replace('"', "'").encode(),
]


@pytest.mark.parametrize("body", BAD_JSON, ids=range(len(BAD_JSON)))
def test_bad_json(body: bytes) -> None:
    failure = failure_of(lambda: wire.read_receipt(body))
    assert failure.code is FailureCode.PORTAL_ANSWER_INVALID
    assert failure.param("member") == "body"
