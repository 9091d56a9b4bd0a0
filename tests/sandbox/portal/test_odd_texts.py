"""Texts that some database or encoding does not have: no 500 anywhere, on neither database."""

import json
import re
import uuid
from typing import Any

import pytest

from kamusm_esign.sandbox.portal.pages.routes import TABLE
from tests.sandbox.portal.browser import COOKIE, Browser
from tests.sandbox.portal.desk import (
    Answer,
    Desk,
    Live,
    outcome_body,
    session_body,
    unblock_body,
)
from tests.sandbox.portal.test_web_security import enter

ON_BOTH = True
ODD = {
    "nul": "a%00b",
    "only-nul": "%00",
    "no-utf-8": "%FF%FE",
    "lone-surrogate": "%ED%A0%80",
    "noncharacter": "%EF%BF%BF",
    "long": "%C4%B0" * 5000,
}
"""As a form and an address write them."""
FIELDS = (
    *("holder", "holder_id", "word", "word_again", "picture", "otp", "phone", "email", "address"),
    *("reason", "want", "way", "job", "sure", "unpublished", "kind"),
)
POSTS = [path for path, methods, _handler in TABLE if methods == ["POST"]]
PARTS = [(path, method) for path, (method,), _handler in TABLE if "{" in path]
ELSEWHERE = ["/ca/{}.crt", "/ca/{}.crl", "/ca/ocsp/{}", "/static/{}", "/{}"]


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Signed in."""
    return Browser(desk).sign_in()


def filled(path: str, part: str) -> str:
    """A path with something odd where it may have something, but for the menu."""
    return re.sub(r"\{\w+\}", part, path.replace("{menu}", "nes"))


def send(browser: Browser, path: str, fields: tuple[str, ...], odd: str) -> Answer:
    """A form, its text as it is."""
    csrf = browser.desk.portal.keys.mac("csrf", browser.cookies[COOKIE])
    headers = {
        "Cookie": f"{COOKIE}={browser.cookies[COOKIE]}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    content = "&".join((f"csrf={csrf}", *(f"{name}={odd}" for name in fields)))
    return browser.desk.ask("POST", path, headers=headers, content=content[:16000])


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_every_field_of_every_form(browser: Browser, odd: str) -> None:
    for path in POSTS:
        answer = send(browser, filled(path, "0"), FIELDS, odd)
        assert answer.status in (200, 303, 404, 413, 422, 429), path
        browser.sign_in()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_every_field_of_the_renewal(desk: Desk, odd: str) -> None:
    browser = Browser(desk)
    enter(browser, "/basvuru")
    form = next(link for link in browser.links() if link.endswith("/form"))
    assert send(browser, form, FIELDS, odd).status in (200, 303, 422)
    for name in FIELDS:
        assert send(browser, form, (name,), odd).status in (200, 303, 422), name


def test_the_persons_facts_stay_as_they_were(browser: Browser) -> None:
    browser.go("/bilgi/nes")
    browser.send("/bilgi/nes", address="Ankara")
    assert send(browser, "/bilgi/nes", ("address",), "a%00b").status == 303
    browser.go("/bilgi/nes")
    assert "Ankara" in browser.text


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_every_part_of_every_address(browser: Browser, odd: str) -> None:
    headers = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}", "Accept": "text/html"}
    for path, method in PARTS:
        if method == "POST":
            answer = send(browser, filled(path, odd), (), "")
        else:
            answer = browser.desk.ask(method, filled(path, odd), headers=headers)
        assert answer.status in (200, 303, 404, 422), path
    enter(browser, "/basvuru")
    for path in ("/basvuru/{}/form", "/basvuru/{}/belge.pdf"):
        headers = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
        answer = browser.desk.ask("GET", path.format(odd), headers=headers)
        assert answer.status == 404, path


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_every_address_and_question(browser: Browser, odd: str) -> None:
    for path in ELSEWHERE:
        answer = browser.desk.ask("GET", path.format(odd))
        assert answer.status in (200, 404, 405), path
    for path in ("/giris/e-devlet/kapi?yol={}", "/language/en?back={}", "/kod?x={}"):
        assert browser.desk.ask("GET", path.format(odd)).status in (200, 303, 404), path
    cookie = f"{COOKIE}={odd}; language={odd}"
    assert browser.desk.ask("GET", "/kod", headers={"Cookie": cookie}).status == 303


NULS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/unblock", unblock_body(token_serial="a\0")),
    ("POST", "/unblock", unblock_body(another={"deep": ["in", {"it\0": 1}]})),
    ("POST", "/unblock/challenge", {"challenge": "\0"}),
    ("PUT", "/step-up", {"otp": "13579\0"}),
    ("PUT", "/outcome", outcome_body("failed", token_serial="\0")),
    ("PUT", "/outcome", outcome_body("failed", failure_code="a\0b")),
]


@pytest.mark.parametrize(("method", "path", "body"), NULS)
def test_a_body_with_nul_is_malformed(
    desk: Desk, method: str, path: str, body: dict[str, Any]
) -> None:
    live = desk.open()
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    assert live.ask(method, path, json=body, headers=headers).code == "malformed-request"
    assert live.unblock().status == 200


def test_a_backslash_before_u0000_is_none(desk: Desk) -> None:
    report = outcome_body("failed", failure_code="a\\u0000")
    assert rb"\\u0000" in json.dumps(report).encode()
    assert desk.open().ask("PUT", "/outcome", json=report).status == 204


def test_a_code_with_nul_is_malformed(desk: Desk) -> None:
    for body in (session_body("1" * 14 + "\0"), session_body("1" * 15, name="\0")):
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = desk.ask("POST", "/api/v1/sessions", json=body, headers=headers)
        assert answer.code == "malformed-request"


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_the_addresses_of_the_api(desk: Desk, odd: str) -> None:
    live = desk.open("application")
    for part, methods in (("", ["GET"]), ("/signature", ["PUT"])):
        for method in methods:
            answer = live.ask(method, f"/documents/{odd}{part}", content=b"x" * (method == "PUT"))
            assert answer.code == "document-unknown"
    stranger = Live(desk, {**live.view, "id": odd})
    assert stranger.ask("DELETE").code == "token-invalid"
