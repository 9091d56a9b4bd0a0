"""What a hostile page, a hostile person and a curious one try with the web pages."""

import math
import os
import re
from collections import Counter
from urllib.parse import quote

import pytest

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.pages.routes import TABLE
from kamusm_esign.sandbox.portal.services import codes, limits
from kamusm_esign.sandbox.portal.tables import AuditRow
from tests.sandbox.portal.browser import COOKIE, Browser
from tests.sandbox.portal.desk import Answer, Desk, Live, enrol
from tests.sandbox.portal.signer import sign_all

ON_BOTH = True
XSS = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
GUESSERS = int(os.environ.get("PORTAL_GUESSERS", "3"))
GUESSES = int(os.environ.get("PORTAL_GUESSES", "150"))
"""1,000 addresses and 1,000 guesses of each by hand: 10^6 tries."""
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


@pytest.mark.parametrize("address", ["10.{n}.7.1", "2001:db8:0:{n}::1"])
def test_guessing_codes_is_hopeless(desk: Desk, address: str) -> None:
    """Every address tries as often as it likes while a code lives; see docs/portal.md."""
    code = desk.code()
    begun, answers = desk.clock.now, Counter[str]()
    for number in range(GUESSES):
        desk.clock.now = begun + codes.CODE_SECONDS * number / GUESSES
        for n in range(GUESSERS):
            answers[guess(desk, "123456789012345", address.format(n=n))] += 1
    looked_at = GUESSERS * codes.UNKNOWN_CODES.tries * 5
    assert answers == {
        "code-unknown": looked_at,
        "too-many-attempts": GUESSERS * GUESSES - looked_at,
    }
    assert math.ceil(codes.CODE_SECONDS / codes.UNKNOWN_CODES.seconds) == 5
    print(f"{GUESSERS * GUESSES} tries from {GUESSERS} addresses: {looked_at} looked at")
    # Whoever has guessed too often does not learn that the next guess was right.
    desk.clock.now = begun + 241
    for _ in range(codes.UNKNOWN_CODES.tries):
        guess(desk, "123456789012345", "192.0.2.1")
    assert guess(desk, code, "192.0.2.1") == "too-many-attempts"
    assert guess(desk, code, "192.0.2.2") == "201"


def guess(desk: Desk, code: str, address: str) -> str:
    """The exchange itself, without HTTP; the problem's code."""
    try:
        codes.exchange(desk.portal, code, "a key", address)
    except ProblemError as problem:
        return problem.code
    return "201"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_an_address_of_ipv6_is_its_network(address: str, counted: str) -> None:
    assert limits.whose(address) == counted


def test_the_limit_does_not_tell_which_word_was_right(desk: Desk) -> None:
    """To who reads no picture, a right word is a wrong one in every respect."""
    seen = []
    for word in ("deneme", "wrong"):
        browser, answers = Browser(desk), []
        for _ in range(7):
            browser.go("/giris/sifreli")
            form = {"holder_id": "10000000146", "word": word, "picture": "0"}
            answers.append(browser.send("/giris/sifreli", **form).status)
        seen.append(answers)
        desk.clock.now += 901
    assert seen[0] == seen[1] == [422] * 5 + [429] * 2


@pytest.mark.parametrize("way", ["/giris/deneme", "/giris/sifreli", "kapi", "/basvuru"])
def test_a_planted_cookie_is_worth_nothing_whatever_the_way(desk: Desk, way: str) -> None:
    """Session fixation: an attacker's own, valid visit is put into the victim's browser."""
    attacker, victim = Browser(desk), Browser(desk)
    attacker.go("/giris")
    victim.cookies[COOKIE] = planted = attacker.cookies[COOKIE]
    enter(victim, way)
    assert victim.path in ("/nes", "/basvuru/siparisler")
    assert victim.cookies[COOKIE] != planted
    for path in ("/nes", "/basvuru/siparisler", "/kod"):
        attacker.go(path)
        assert attacker.path in ("/giris", "/basvuru")


def test_a_planted_cookie_is_no_part_in_a_login_with_the_card(
    desk: Desk, card: IssuedCertificate
) -> None:
    """The victim signs; who waits on the planted visit must not be let in first."""
    attacker, victim = Browser(desk), Browser(desk)
    attacker.go("/giris")
    victim.cookies[COOKIE] = attacker.cookies[COOKIE]
    victim.go("/giris")
    victim.send("/giris/e-imzali")
    assert victim.cookies[COOKIE] != attacker.cookies[COOKIE]
    assert sign_all(Live(desk, desk.exchange(victim.code).json), card)[0].status == 200
    for path in ("/kod", "/nes"):
        attacker.go(path)
        assert attacker.path == "/giris"
    victim.go("/kod")
    assert victim.path == "/nes"


def enter(browser: Browser, way: str) -> None:
    """Sign in."""
    if way == "/giris/deneme":
        browser.sign_in()
        return
    path = "/giris/e-devlet/kapi?yol=sifre" if way == "kapi" else way
    browser.go(path)
    password = browser.message("/e-posta") if way == "/basvuru" else "deneme"
    form = {"holder_id": "10000000146", "word": password}
    if way != "kapi":
        form["picture"] = browser.picture()
    browser.send(path, **form)
    if way == "/giris/sifreli":
        browser.send("/giris/sms", otp=browser.message("/sms"))


@pytest.mark.parametrize(
    "path",
    [
        "/giris/e-devlet/kapi?yol={}",
        "/language/en?back={}",
        "/language/{}",
        "/hizmet/{}",
        "/sertifikalar/nes/{}",
        "/sertifikalar/{}",
        "/basvuru/{}/form",
        "/{}",
    ],
)
def test_hostile_addresses_stay_texts(desk: Desk, path: str) -> None:
    browser = Browser(desk).sign_in()
    hostile = {"User-Agent": XSS, "Accept-Language": XSS, "Referer": XSS, "X-Forwarded-Host": XSS}
    cookie = f"{COOKIE}={browser.cookies[COOKIE]}; language=<script>alert(1)</script>"
    for headers in ({"Cookie": cookie}, {"Cookie": cookie, **hostile}):
        answer = desk.ask("GET", path.format(quote(XSS, safe="")), headers=headers)
        assert answer.status in (200, 303, 404)
        assert b"<script>alert" not in answer.body
        html = answer.headers["content-type"] if answer.body else ""
        assert not html.startswith("text/html") or "script-src 'self'" in csp(answer)


def test_the_portal_says_itself_where_it_is(desk: Desk) -> None:
    desk.portal.set_setting("url", "https://portal.example")
    client = desk.ask("GET", "/api/v1/client", headers={"Host": "evil.example"})
    assert client.json["download_url"] == "https://portal.example/"


def csp(answer: Answer) -> str:
    """What the page lets the browser do."""
    return str(answer.headers["content-security-policy"])


def test_a_hostile_application_stays_a_text_up_to_the_paper(desk: Desk) -> None:
    """The renewal: what was typed comes back in the form, in the list, and in the PDF."""
    browser = Browser(desk)
    enter(browser, "/basvuru")
    form = next(link for link in browser.links() if link.endswith("/form"))
    browser.go(form)
    hostile = f"{XSS})' \\ (/Type /Action"
    refused = browser.send(form, phone=hostile, email=hostile, word=XSS[:40], word_again=XSS[:40])
    assert refused.status == 422
    assert "<script>alert" not in browser.text
    hostile = f"x@{hostile}.tr".replace(" ", "")  # what passes for an address
    words = {"word": XSS[:40], "word_again": XSS[:40]}
    browser.send(form, phone="05551234567", email=hostile, **words)
    assert browser.path.endswith("/sms")
    for path in (form, "/basvuru/siparisler"):
        browser.go(path)
        assert "<script>alert" not in browser.text
    paper = browser.go(form.replace("/form", "/belge.pdf")).body
    assert b"\\(/Type/Action" in paper
    assert b"/Type/Action" not in paper.replace(b"\\(/Type/Action", b"")
    assert b"/JavaScript" not in paper


@pytest.mark.parametrize("host", ["evil.example", "evil.example/", "//evil.example"])
def test_no_answer_leads_to_the_host_that_was_asked_for(desk: Desk, host: str) -> None:
    for path in (*PAGES, *POSTS):
        method = "POST" if path in POSTS else "GET"
        answer = desk.ask(method, filled(path), headers={"Host": host, "X-Forwarded-Host": host})
        location = answer.headers.get("location", "/")
        assert re.match(r"/(?![/\\])", location), (path, location)
        assert b"evil.example" not in answer.body, path
