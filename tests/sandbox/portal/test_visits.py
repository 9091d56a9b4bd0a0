"""A visit while several requests of a browser are under way: nothing is lost, or comes back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from starlette.requests import Request

from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.pages import visits
from kamusm_esign.sandbox.portal.pages.visits import NOTED_SECONDS, SECONDS, Visit
from kamusm_esign.sandbox.portal.tables import Code
from kamusm_esign.sandbox.portal.tables import Visit as Row
from tests.sandbox.portal.browser import COOKIE, Browser
from tests.sandbox.portal.desk import Answer, Desk, Live
from tests.sandbox.portal.signer import sign_all

ON_BOTH = True
POLL = "/kod/durum"
GRANT = {"want": "e-onay-grant", "sure": "yes"}


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Signed in; the page shows a code."""
    found = Browser(desk).sign_in()
    found.send("/pin/nes")
    return found


def after_reading(patch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Have something happen once, when the next request has read its visit."""
    read, waiting = visits.read, [what]

    def reading(portal: Portal, request: Request) -> Visit:
        found = read(portal, request)
        if waiting:
            waiting.pop()()
        return found

    patch.setattr(visits, "read", reading)


def ask(browser: Browser, method: str, path: str, **fields: str) -> Answer:
    """One request, whose answer the browser does not look at."""
    token = browser.cookies[COOKIE]
    csrf = browser.desk.portal.keys.mac("csrf", token)
    form = {"csrf": csrf, **fields} if method == "POST" else None
    return browser.desk.ask(method, path, headers={"Cookie": f"{COOKIE}={token}"}, data=form)


def thief_of(browser: Browser) -> Browser:
    """Somebody with a copy of the cookie."""
    found = Browser(browser.desk)
    found.cookies = dict(browser.cookies)
    return found


def alive(desk: Desk) -> int:
    """Codes that could be exchanged."""
    with desk.portal.database.read() as db:
        left = db.query(Code).filter(Code.used_at.is_(None), Code.expires_at > desk.clock.now)
        return left.count()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", POLL),
        ("GET", "/kod"),
        ("GET", "/mali-muhur"),
        ("GET", "/giris/sifreli"),
        ("POST", "/pin/nes"),
        ("POST", "/kod/yeni"),
    ],
)
@pytest.mark.parametrize("later", [0, NOTED_SECONDS])
def test_who_signed_out_stays_signed_out_whatever_was_under_way(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, method: str, path: str, later: int
) -> None:
    desk, thief = browser.desk, thief_of(browser)
    desk.clock.now += later
    after_reading(monkeypatch, lambda: browser.send("/cikis"))
    answer = ask(thief, method, path)
    assert answer.status in (200, 303)
    assert "set-cookie" not in answer.headers  # the browser has another one by now
    thief.go("/nes")
    assert thief.path == "/giris"
    assert alive(desk) == 0


def test_a_login_that_was_under_way_does_not_come_after_the_sign_out(
    desk: Desk, card: IssuedCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(desk).sign_in()
    browser.go("/giris")
    browser.send("/giris/e-imzali")
    assert sign_all(Live(desk, desk.exchange(browser.code).json), card)[0].status == 200
    late = thief_of(browser)
    after_reading(monkeypatch, lambda: ask(browser, "POST", "/cikis"))
    assert "set-cookie" not in ask(late, "GET", "/kod").headers
    late.go("/nes")
    assert late.path == "/giris"
    with desk.portal.database.read() as db:
        assert db.query(Row).count() == 1  # of who signed out


@pytest.mark.parametrize("later", [0, NOTED_SECONDS])
def test_a_poll_that_was_under_way_leaves_the_new_code(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    old, polling = browser.code, thief_of(browser)
    browser.desk.clock.now += later
    after_reading(monkeypatch, lambda: browser.send("/kod/yeni"))
    assert ask(polling, "GET", POLL).json["state"] == "expired"
    browser.go("/kod")
    assert browser.state == "waiting"
    assert browser.desk.exchange(browser.code).status == 201
    assert old != browser.code


def test_a_form_and_a_page_at_once_both_count(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, old = thief_of(browser), browser.code
    after_reading(monkeypatch, lambda: other.go("/giris/sifreli"))
    assert ask(browser, "POST", "/kod/yeni").status == 303
    browser.go("/kod")
    assert browser.code != old
    assert browser.state == "waiting"
    form = {"holder_id": "10000000146", "word": "deneme", "picture": other.picture()}
    other.send("/giris/sifreli", **form)
    assert other.path == "/giris/sms"


def test_a_page_takes_nothing_back_from_a_form(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(browser, "POST", "/aski/nes/0")  # what it has to say is not said yet
    after_reading(monkeypatch, lambda: ask(browser, "POST", "/bilgi/nes"))
    ask(browser, "GET", "/nes")
    browser.go("/nes")
    assert "Bilgileriniz kaydedildi." in browser.text


def test_what_the_code_page_shows_comes_from_one_request(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = thief_of(browser)
    after_reading(monkeypatch, lambda: ask(other, "POST", "/e-onay", **GRANT))
    ask(browser, "POST", "/pin/nes")
    browser.go("/kod")
    assert "PIN Oluşturma/Kilit Çözme" in browser.text
    assert browser.state == "waiting"
    assert alive(browser.desk) == 1


def test_a_poll_writes_nothing_but_once_a_minute(browser: Browser) -> None:
    desk = browser.desk
    begun = desk.clock.now
    for seconds in (1, NOTED_SECONDS - 1):
        desk.clock.now = begun + seconds
        assert "set-cookie" not in ask(browser, "GET", POLL).headers
        assert seen_at(desk) == begun
    desk.clock.now = begun + NOTED_SECONDS
    assert browser.cookies[COOKIE] in ask(browser, "GET", POLL).headers["set-cookie"]
    assert seen_at(desk) == desk.clock.now


def test_a_page_that_polls_stays_signed_in(browser: Browser) -> None:
    for _ in range(4):
        browser.desk.clock.now += SECONDS / 2
        ask(browser, "GET", POLL)
    browser.go("/nes")
    assert browser.path == "/nes"


def seen_at(desk: Desk) -> float:
    """When the database was told last that somebody is there."""
    with desk.portal.database.read() as db:
        return db.query(Row).order_by(Row.seen_at).all()[-1].seen_at


def test_pages_that_are_opened_at_once_are_one_visit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(desk)
    browser.go("/")
    together, read = Barrier(6), visits.read

    def reading(portal: Portal, request: Request) -> Visit:
        found = read(portal, request)
        together.wait(30)
        return found

    monkeypatch.setattr(visits, "read", reading)
    with ThreadPoolExecutor(6) as pool:
        paths = ["/giris/sifreli", "/basvuru"] * 3
        found = list(pool.map(lambda path: ask(browser, "GET", path).status, paths))
    assert found == [200] * 6
    with desk.portal.database.read() as db:
        assert db.query(Row).count() == 1


def test_two_who_sign_out_at_once_are_both_answered(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_reading(monkeypatch, lambda: ask(browser, "POST", "/cikis"))
    assert ask(browser, "POST", "/cikis").headers["location"] == "/"
    browser.go("/nes")
    assert browser.path == "/giris"


def test_visits_that_are_over_go(browser: Browser) -> None:
    browser.desk.clock.now += SECONDS
    Browser(browser.desk).sign_in()
    with browser.desk.portal.database.read() as db:
        assert db.query(Row).filter(Row.seen_at < browser.desk.clock.now).count() == 0
