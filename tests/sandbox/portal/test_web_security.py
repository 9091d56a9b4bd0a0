"""What a hostile page, a hostile person and a curious one try with the web pages."""

import math
import re

import pytest

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.pages.routes import TABLE
from kamusm_esign.sandbox.portal.services import codes, limits
from kamusm_esign.sandbox.portal.tables import AuditRow
from tests.sandbox.portal.browser import COOKIE, Browser
from tests.sandbox.portal.desk import Desk, enrol

XSS = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
POSTS = [path for path, methods, _handler in TABLE if methods == ["POST"]]
PAGES = [path for path, methods, _handler in TABLE if methods == ["GET"]]


def filled(path: str) -> str:
    """A path with something in its places."""
    path = path.replace("{menu}", "nes").replace("{language}", "tr").replace("{name}", "borc")
    return re.sub(r"\{\w+\}", "0", path)


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "é"])
def test_a_form_of_another_site_does_nothing(desk: Desk, csrf: str | None) -> None:
    browser = Browser(desk).sign_in()
    with desk.portal.database.read() as db:
        before = db.query(AuditRow).count()
    for path in POSTS:
        form = {"holder": "x", "sure": "yes", "want": "e-onay-grant", "reason": "lost"}
        form |= {} if csrf is None else {"csrf": csrf}
        headers = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
        answer = desk.ask("POST", filled(path), headers=headers, data=form)
        assert (answer.status, answer.headers["location"]) == (303, "/"), path
    with desk.portal.database.read() as db:
        assert db.query(AuditRow).count() == before
    browser.go("/nes")
    assert browser.path == "/nes"  # still signed in


def test_the_token_of_another_visit_is_none(desk: Desk) -> None:
    mine, other = Browser(desk).sign_in(), Browser(desk).sign_in()
    csrf = other.fields("/cikis")["csrf"]
    headers = {"Cookie": f"{COOKIE}={mine.cookies[COOKIE]}"}
    answer = desk.ask("POST", "/cikis", headers=headers, data={"csrf": csrf})
    assert answer.headers["location"] == "/"
    mine.go("/nes")
    assert mine.path == "/nes"


def test_get_changes_nothing(desk: Desk) -> None:
    browser = Browser(desk).sign_in()
    with desk.portal.database.read() as db:
        before = db.query(AuditRow).count()
    for path in PAGES:
        if not path.endswith(("/sms",)):
            assert browser.go(filled(path)).status in (200, 404), path
    with desk.portal.database.read() as db:
        assert db.query(AuditRow).count() == before


@pytest.mark.parametrize("path", [path for path in POSTS if path != "/cikis"])
def test_hostile_texts_stay_texts(desk: Desk, path: str) -> None:
    browser = Browser(desk).sign_in()
    csrf = browser.fields("/cikis")["csrf"]
    names = ("holder", "holder_id", "word", "word_again", "picture", "otp", "phone", "email")
    more = ("address", "reason", "want", "way", "job", "sure", "unpublished")
    form = {name: XSS for name in (*names, *more)} | {"csrf": csrf}
    browser.go(filled(path), form)
    assert "<script>alert" not in browser.text
    assert "onerror=alert(1)>" not in browser.text.replace("&gt;", "")
    assert "49" not in re.findall(r'value="([^"]*)"', browser.text)


def test_a_hostile_name_in_a_certificate_stays_a_text(empty_desk: Desk) -> None:
    enrol(empty_desk, common_name="<script>alert(1)</script> <b>1</b>")
    browser = Browser(empty_desk).sign_in()
    for path in ("/giris", "/nes", "/sertifikalar/nes", "/e-posta", "/durum/nes"):
        browser.go(path)
        assert "<script>alert" not in browser.text
        assert "<b>1</b>" not in browser.text


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%2F/evil.example",
        "javascript:alert(1)",
        "/kod\r\nX-Evil: 1",
        "/./../x?y=z",
        "",
    ],
)
def test_no_way_leads_to_another_site(desk: Desk, back: str) -> None:
    answer = desk.ask("GET", "/language/en", params={"back": back})
    assert answer.headers["location"] == "/"
    assert "x-evil" not in answer.headers


def test_somebody_elses_things_are_not_found(desk: Desk) -> None:
    enrol(desk, "OTHER", CertificateKind.NES, serial_number="20000000292")
    mine, other = Browser(desk).sign_in(), Browser(desk)
    other.go("/giris")
    keys = re.findall(r'name="holder" value="(\w+)"', other.text)
    other.send("/giris/deneme", holder=keys[1])
    assert "*******0292" in other.text
    other.go("/sertifikalar/nes")
    number = re.findall(r"/sertifikalar/nes/(\w+)", other.text)[0]
    csrf = mine.fields("/cikis")["csrf"]
    assert mine.go(f"/sertifikalar/nes/{number}").status == 404
    for path in (f"/iptal/nes/{number}", f"/aski/nes/{number}"):
        mine.go(path, {"csrf": csrf, "sure": "yes", "reason": "lost"})
    other.go("/sertifikalar/nes")
    assert "Geçerli" in other.text


def test_guessing_codes_is_hopeless(desk: Desk) -> None:
    """A thousand addresses for as long as a code lives; the bound is in docs/security.md."""
    addresses, guesses = 40, 25
    refused = 0
    for number in range(addresses):
        for _ in range(guesses):
            answer = desk.exchange("123456789012345", address=f"10.1.{number}.1")
            refused += answer.status == 429
    let_through = addresses * guesses - refused
    assert let_through == addresses * codes.UNKNOWN_CODES.tries
    assert limits.Limit(5, 60) == codes.UNKNOWN_CODES
    # 10^6 tries from 1,000 addresses in the 300 s of a code: 25,000 are looked at.
    looked_at = min(10**6, 1000 * 5 * math.ceil(codes.CODE_SECONDS / 60))
    assert looked_at / 10**15 < 1e-10
