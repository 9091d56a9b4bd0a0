"""Two processes and one browser, or one guesser: limits and sign-outs hold for all at once, too."""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from kamusm_esign.sandbox.portal.commands import KEY_VARIABLE, open_portal
from kamusm_esign.sandbox.portal.services.sign_in import SMS_LIMIT, SMS_TRIES
from kamusm_esign.sandbox.portal.tables import Attempt, Message, Visit
from tests.sandbox.portal.browser import COOKIE, Browser
from tests.sandbox.portal.desk import Clock, Desk, enrol
from tests.sandbox.portal.server_process import running_portal
from tests.sandbox.portal.test_sign_in import at_sms
from tests.sandbox.portal.test_web_security import enter

ON_BOTH = True
GUESSES = 24
ROUNDS = 6


@dataclass
class Pair:
    """A portal, seen from within, and two processes of it."""

    desk: Desk
    urls: tuple[str, str]

    def at_once(self, requests: list[tuple[str, str, dict[str, str], str]]) -> list[httpx.Response]:
        """Send all of them in the same moment, in turn to the one and to the other.

        Args:
            requests: method, path, form, cookie.
        """
        together = Barrier(len(requests))

        def send(number: int) -> httpx.Response:
            method, path, form, cookie = requests[number]
            csrf = self.desk.portal.keys.mac("csrf", cookie)
            with httpx.Client(base_url=self.urls[number % 2], timeout=30) as client:
                client.get("/static/mark.svg")  # connected
                together.wait(60)
                headers = {"Cookie": f"{COOKIE}={cookie}"}
                data = {"csrf": csrf, **form} if method == "POST" else None
                return client.request(method, path, data=data, headers=headers)

        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(send, range(len(requests))))


@pytest.fixture
def pair(
    tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pair]:
    """On one database, with one card."""
    monkeypatch.setenv(KEY_VARIABLE, secrets.token_hex(32))
    url = database_url or f"sqlite:///{tmp_path / 'portal.db'}"
    with ExitStack() as stack:
        opened = open_portal(url)
        stack.callback(opened.database.close)
        desk = Desk(opened, Clock(time.time()))
        enrol(desk)
        one, two = (
            stack.enter_context(running_portal(tmp_path, url=url, name=name))
            for name in ("one", "two")
        )
        yield Pair(desk, (one.url, two.url))
        assert one.log.read_text() == two.log.read_text() == ""


def wrong_codes(right: str) -> list[str]:
    """All different."""
    return [f"{(int(right) + 1 + n) % 10**6:06d}" for n in range(GUESSES)]


def tries(desk: Desk) -> int:
    """What was counted since the person was sent the first code."""
    with desk.portal.database.read() as db:
        return db.query(Attempt).count()


def test_of_parallel_guesses_at_a_sign_in_three_are_looked_at(pair: Pair) -> None:
    browser = at_sms(pair.desk)
    otp, before = browser.message("/sms"), tries(pair.desk)
    cookie = browser.cookies[COOKIE]
    answers = pair.at_once(
        [("POST", "/giris/sms", {"otp": guess}, cookie) for guess in wrong_codes(otp)]
    )
    assert Counter(a.status_code for a in answers) == {
        422: SMS_TRIES - 1,
        303: GUESSES - SMS_TRIES + 1,
    }
    assert {a.headers.get("location", "/giris/sifreli") for a in answers} == {"/giris/sifreli"}
    assert tries(pair.desk) - before == SMS_TRIES


def test_of_parallel_guesses_at_a_renewal_three_a_code_are_looked_at(pair: Pair) -> None:
    browser = Browser(pair.desk)
    enter(browser, "/basvuru")
    form = next(link for link in browser.links() if link.endswith("/form"))
    browser.go(form)
    browser.send(form, phone="05321234567", email="a@b.c", word="deneme", word_again="deneme")
    path = form.replace("/form", "/sms")
    assert browser.path == path
    otp, before = browser.message("/sms"), tries(pair.desk)
    with pair.desk.portal.database.read() as db:
        sent = db.query(Message).filter_by(channel="sms").count()
    cookie = browser.cookies[COOKIE]
    answers = pair.at_once([("POST", path, {"otp": guess}, cookie) for guess in wrong_codes(otp)])
    with pair.desk.portal.database.read() as db:
        sent = db.query(Message).filter_by(channel="sms").count() - sent
    assert sent < SMS_LIMIT.tries
    looked_at = tries(pair.desk) - before - sent
    # Each code that was sent in place of one that was used up has its three tries, too.
    assert looked_at <= SMS_TRIES * (1 + sent)
    wrong = sum(a.status_code == 422 for a in answers)
    assert SMS_TRIES - 1 <= wrong <= (SMS_TRIES - 1) * (1 + sent)


def test_of_parallel_guesses_in_a_session_three_are_looked_at(pair: Pair) -> None:
    live = pair.desk.open(stepped_up=False)
    assert live.ask("POST", "/step-up").status == 202
    together = Barrier(GUESSES)
    guesses = wrong_codes("135790")

    def guess(number: int) -> int:
        where = f"{pair.urls[number % 2]}{live.path}/step-up"
        headers = {"Authorization": f"Bearer {live.view['token']}"}
        together.wait(60)
        body = {"otp": guesses[number]}
        return httpx.put(where, json=body, headers=headers, timeout=30).status_code

    with ThreadPoolExecutor(GUESSES) as pool:
        statuses = Counter(pool.map(guess, range(GUESSES)))
    assert statuses == {403: SMS_TRIES, 409: GUESSES - SMS_TRIES}


def test_a_sign_out_holds_whatever_else_is_asked_for(pair: Pair) -> None:
    asked = [("GET", "/kod/durum"), ("GET", "/mali-muhur"), ("GET", "/nes"), ("POST", "/kod/yeni")]
    for _ in range(ROUNDS):
        browser = Browser(pair.desk).sign_in()
        browser.send("/pin/nes")
        old = browser.cookies[COOKIE]
        requests = [*asked * 4, ("POST", "/cikis")]
        answers = pair.at_once([(method, path, {}, old) for method, path in requests])
        assert {a.status_code for a in answers} <= {200, 303}
        browser.go("/nes")
        assert browser.path == "/giris"


def test_first_pages_at_once_are_one_visit(pair: Pair) -> None:
    browser = Browser(pair.desk)
    for number in range(ROUNDS):
        browser.cookies.clear()
        browser.go("/")
        cookie = browser.cookies[COOKIE]
        answers = pair.at_once([("GET", "/giris/sifreli", {}, cookie)] * 8)
        assert {a.status_code for a in answers} == {200}
        with pair.desk.portal.database.read() as db:
            assert db.query(Visit).count() == number + 1
