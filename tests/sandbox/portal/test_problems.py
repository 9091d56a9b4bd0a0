"""Every problem code of the contract: one row says how it is reached and with which status."""

import base64
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from kamusm_esign.sandbox.portal.api.problems import PROBLEMS
from kamusm_esign.sandbox.portal.services import codes, puk_store
from tests.sandbox.portal.cms_maker import CmsMaker
from tests.sandbox.portal.desk import (
    SERIAL,
    Answer,
    Desk,
    SealKey,
    enrol,
    session_body,
)

ON_BOTH = True
CONTRACT = yaml.safe_load(
    (Path(__file__).parents[3] / "docs" / "portal-api.yaml").read_text("utf-8")
)
SESSIONS = "/api/v1/sessions"
JSON = {"Content-Type": "application/json"}
CMS = {"Content-Type": "application/pkcs7-signature"}


def post_session(desk: Desk, **more: Any) -> Answer:
    headers = {"Idempotency-Key": str(uuid.uuid4()), **more.pop("headers", {})}
    return desk.ask("POST", SESSIONS, headers=headers, **more)


def expired_code(desk: Desk) -> Answer:
    code = desk.code()
    desk.clock.now += codes.CODE_SECONDS
    return desk.exchange(code)


def used_code(desk: Desk) -> Answer:
    code = desk.code()
    assert desk.exchange(code).status == 201
    return desk.exchange(code)


def many_unknown_codes(desk: Desk) -> Answer:
    for _ in range(codes.UNKNOWN_CODES.tries):
        assert desk.exchange("1" * 15).code == "code-unknown"
    return desk.exchange("1" * 15)


def in_maintenance(desk: Desk) -> Answer:
    desk.portal.set_maintenance(77)
    return desk.ask("GET", "/api/v1/client")


def over(desk: Desk) -> Answer:
    live = desk.open()
    desk.clock.now += 300
    return live.unblock()


def no_method(desk: Desk) -> Answer:
    return desk.open(methods=("so-pin",)).unblock()


def second_release(desk: Desk) -> Answer:
    live = desk.open()
    key = base64.b64encode(SealKey().public).decode()
    assert live.unblock(methods=["so-pin"], seal_key=key).status == 200
    return live.unblock(methods=["so-pin"], seal_key=key)


def second_challenge(desk: Desk) -> Answer:
    live = desk.open()
    assert live.unblock().status == 200
    for first in (b"12345678", b"12345678"):
        assert challenge(live, first).status == 200
    return challenge(live, b"87654321")


def challenge(live: Any, value: bytes) -> Answer:
    body = {"challenge": base64.b64encode(value).decode()}
    answer: Answer = live.ask("POST", "/unblock/challenge", json=body)
    return answer


def signature(desk: Desk, change: Callable[[CmsMaker], None] = lambda _maker: None) -> Answer:
    """A signature by a fresh card, right but for `change`."""
    issued = enrol(desk)
    live = desk.open("e-onay-grant")
    document = live.ask("GET", "/documents/e-onay-grant").body
    maker = CmsMaker(issued, document, desk.clock.now)
    change(maker)
    path = "/documents/e-onay-grant/signature"
    return live.ask("PUT", path, content=maker.make(), headers=CMS)


def foreign_certificate(desk: Desk) -> Answer:
    other = enrol(desk, "OTHER")
    return signature(desk, lambda maker: vars(maker).update(signer=other))


def certificate_too_old(desk: Desk) -> Answer:
    from datetime import UTC, datetime, timedelta

    now = datetime.fromtimestamp(desk.clock.now, UTC)
    issued = enrol(desk, not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))
    live = desk.open("e-onay-grant")
    document = live.ask("GET", "/documents/e-onay-grant").body
    cms = CmsMaker(issued, document, desk.clock.now).make()
    return live.ask("PUT", "/documents/e-onay-grant/signature", content=cms, headers=CMS)


def certificate_revoked(desk: Desk) -> Answer:
    issued = enrol(desk)
    live = desk.open("e-onay-grant")
    document = live.ask("GET", "/documents/e-onay-grant").body
    puk_store.set_status(desk.portal, SERIAL, "revoked")
    cms = CmsMaker(issued, document, desk.clock.now).make()
    return live.ask("PUT", "/documents/e-onay-grant/signature", content=cms, headers=CMS)


def signed_otherwise(desk: Desk) -> Answer:
    issued = enrol(desk)
    live = desk.open("e-onay-grant")
    document = live.ask("GET", "/documents/e-onay-grant").body
    path = "/documents/e-onay-grant/signature"
    first = CmsMaker(issued, document, desk.clock.now).make()
    receipt = live.ask("PUT", path, content=first, headers=CMS)
    assert receipt.status == 200
    assert live.ask("PUT", path, content=first, headers=CMS).body == receipt.body
    second = CmsMaker(issued, document, desk.clock.now + 1).make()
    return live.ask("PUT", path, content=second, headers=CMS)


def other_outcome(desk: Desk) -> Answer:
    live = desk.open()
    assert live.outcome("failed").status == 204
    return live.outcome("succeeded")


def broken(desk: Desk) -> Answer:
    engine = desk.portal.database._engine
    desk.portal.database.close()
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE settings"))
        return desk.ask("GET", "/api/v1/client")
    for file in Path(str(engine.url.database)).parent.glob("portal.db*"):
        file.write_bytes(b"not a database" * 400)
    return desk.ask("GET", "/api/v1/client")


ROWS: dict[str, tuple[int, Callable[[Desk], Answer]]] = {
    "malformed-request": (400, lambda d: post_session(d, content=b"{", headers=JSON)),
    "code-malformed": (400, lambda d: post_session(d, json=session_body("12345"))),
    "code-unknown": (404, lambda d: d.exchange("1" * 15)),
    "code-expired": (410, expired_code),
    "code-used": (410, used_code),
    "client-too-old": (426, lambda d: d.switched(minimum_version="2.1").exchange(d.code())),
    "too-many-attempts": (429, many_unknown_codes),
    "maintenance": (503, in_maintenance),
    "token-invalid": (401, lambda d: d.ask("DELETE", f"{SESSIONS}/s_0123456789abcdef")),
    "session-over": (409, over),
    "wrong-session-kind": (409, lambda d: d.open("e-onay-grant").unblock()),
    "step-up-required": (403, lambda d: d.open(stepped_up=False).unblock()),
    "step-up-not-required": (409, lambda d: d.open().ask("POST", "/step-up")),
    "otp-wrong": (403, lambda d: d.open(stepped_up=False).check("000000")),
    "token-not-eligible": (403, lambda d: d.open().unblock(token_serial="OTHER")),
    "no-common-method": (409, no_method),
    "puk-already-released": (409, second_release),
    "challenge-already-answered": (409, second_challenge),
    "document-unknown": (404, lambda d: d.open("login").ask("GET", "/documents/other")),
    "signature-invalid": (422, lambda d: signature(d, lambda m: vars(m).update(policy=True))),
    "certificate-not-eligible": (422, foreign_certificate),
    "certificate-expired": (422, certificate_too_old),
    "certificate-revoked": (422, certificate_revoked),
    "too-large": (413, lambda d: post_session(d, content=b" " * (1 << 20) + b"{}", headers=JSON)),
    "already-signed": (409, signed_otherwise),
    "outcome-conflict": (409, other_outcome),
    "internal": (500, broken),
}


@pytest.mark.parametrize("code", [c for c in ROWS if c != "internal"])
def test_code_is_reached(desk: Desk, code: str) -> None:
    status, reach = ROWS[code]
    answer = reach(desk)
    assert (answer.status, answer.code) == (status, code)
    assert PROBLEMS[code][0] == status
    waits = "retry-after" in answer.headers
    assert waits == (code in ("too-many-attempts", "maintenance"))


@pytest.mark.expects_log(r"sandbox\.portal\.server ERROR \w*Error in \w+, line \d+$")
def test_an_inner_error_tells_nothing(desk: Desk) -> None:
    answer = broken(desk)
    assert (answer.status, answer.code) == (500, "internal")
    assert "detail" not in answer.json


@pytest.mark.expects_log(r"sandbox\.portal\.server ERROR \w*Error in \w+, line \d+$")
@pytest.mark.parametrize(
    ("language", "words"), [("tr", "Bizden kaynaklanan bir hata"), ("en", "our side")]
)
def test_a_browser_is_told_in_words(desk: Desk, language: str, words: str) -> None:
    broken(desk)
    headers = {"Accept": "text/html", "Accept-Language": language}
    answer = desk.ask("GET", "/api/v1/client", headers=headers)
    assert answer.status == 500
    assert words in answer.body.decode()
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_table_is_the_contract() -> None:
    contract = CONTRACT["components"]["schemas"]["ProblemCode"]["enum"]
    assert list(ROWS) == list(PROBLEMS) == contract


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1", 404),
        ("GET", "/api/v1/client/", 404),
        ("GET", "/favicon.ico", 404),
        ("GET", "/static/none.js", 404),
        ("PATCH", "/api/v1/client", 405),
        ("GET", f"{SESSIONS}/s_0123456789abcdef/step-up", 405),
        ("GET", "/ca/ocsp", 405),
        ("GET", "/tsa", 405),
    ],
)
def test_unknown_paths_and_methods_are_problems_too(
    desk: Desk, method: str, path: str, status: int
) -> None:
    answer = desk.ask(method, path)
    assert answer.status == status
    assert answer.code == "malformed-request"
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(("language", "words"), [("tr", "Sayfa bulunamadı"), ("en", "not found")])
def test_a_browser_is_told_in_words_that_nothing_is_there(
    desk: Desk, language: str, words: str
) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    for path in ("/none", "/hizmet/none", "/<script>"):
        answer = desk.ask("GET", path, headers=headers)
        assert answer.status == 404
        assert words in answer.body.decode()
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers


def test_the_order_of_judging(desk: Desk) -> None:
    """Token before state before step-up before headers and body: one thing mended at a time."""
    live = desk.open(stepped_up=False)
    bad = {"content": b"{", "headers": {"Idempotency-Key": "x"}}
    nobody = {**bad, "headers": {"Authorization": "Bearer wrong"}}
    desk.clock.now += 301
    assert live.ask("POST", "/unblock", **nobody).code == "token-invalid"
    assert live.ask("POST", "/unblock", **bad).code == "session-over"
    desk.clock.now -= 301
    assert live.ask("POST", "/unblock", **bad).code == "step-up-required"
    assert live.ask("POST", "/step-up").status == 202
    assert live.check("135790").status == 204
    assert live.ask("POST", "/unblock", **bad).code == "malformed-request"


@pytest.mark.parametrize(
    ("version", "minimum", "accepted"),
    [
        ("2.0.0", "2.0.0", True),
        ("2", "2.0.0", True),
        ("2.10.0", "2.9", True),
        ("2.0.0rc1", "2.0.0", True),
        ("1.99", "2", False),
        ("", "0.1", False),
        ("ⅷ", "1", False),
    ],
)
def test_versions_are_compared_by_number(
    desk: Desk, version: str, minimum: str, accepted: bool
) -> None:
    old = desk.switched(minimum_version=minimum)
    body = session_body(desk.code(), version=version)
    assert (post_session(old, json=body).status == 201) == accepted


def test_a_refused_old_client_does_not_use_up_the_code(desk: Desk) -> None:
    code = desk.code()
    assert desk.switched(minimum_version="9").exchange(code).code == "client-too-old"
    assert desk.exchange(code).status == 201


def test_maintenance_ends(desk: Desk) -> None:
    desk.portal.set_maintenance(5)
    assert desk.exchange("1" * 15).headers["retry-after"] == "5"
    desk.portal.set_maintenance(None)
    assert desk.ask("GET", "/api/v1/client").status == 200
