"""The web pages: sign in → code → a new code kills the old → the result shows."""

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import kamusm_esign.sandbox.portal
from tests.sandbox.portal.desk import OTP, Answer, Desk, Live

FOLDER = Path(kamusm_esign.sandbox.portal.__file__).parent


class Browser:
    """Keeps cookies and follows See Other, as a browser without JavaScript does."""

    def __init__(self, desk: Desk, language: str = "tr") -> None:
        self.desk = desk
        self.cookies: dict[str, str] = {}
        self.language = language
        self.text = ""
        self.path = ""

    def go(self, path: str, form: dict[str, str] | None = None) -> Answer:
        headers = {"Accept-Language": self.language}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        method = "GET" if form is None else "POST"
        answer = self.desk.ask(method, path, headers=headers, data=form)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
        if answer.status == 303:
            return self.go(answer.headers["location"])
        self.text, self.path = answer.body.decode(), path
        return answer

    def send(self, action: str, **changes: str) -> Answer:
        """Send the first form of the page with this action, hidden fields and all."""
        form = self.text.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        return self.go(action, {**fields, **changes})

    @property
    def code(self) -> str:
        """The code as the page shows it, in groups of three."""
        groups = re.findall(r"<b>(\d{3})</b>", self.text)
        assert len(groups) == 5
        return "".join(groups)

    @property
    def state(self) -> str:
        return str(re.findall(r'data-state="([\w-]+)"', self.text)[0])


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Signed in; the page shows a code."""
    found = Browser(desk)
    found.go("/")
    assert "Sandbox: A*** I*** Ö***** olarak giriş yap" in found.text
    assert found.send("/login").status == 200
    assert found.path == "/pin"
    return found


def exchange(browser: Browser) -> Live:
    answer = browser.desk.exchange(browser.code)
    assert answer.status == 201
    return Live(browser.desk, answer.json)


def test_the_code_page_says_what_the_guide_says(browser: Browser) -> None:
    code = browser.code
    assert "PIN Oluşturma/Kilit Çözme" in browser.text
    assert "Kalan süre: 300 saniye" in browser.text
    assert "Tekrar Kod Al" in browser.text
    assert f'href="kamusm-esign-practice://code/{code}"' in browser.text
    assert "Bu sayfayı kapatmayınız." in browser.text
    assert "Bu kod PUK değildir." in browser.text
    assert browser.text.count("<li>") == 7
    browser.desk.clock.now += 8
    browser.go("/pin")
    assert browser.code == code
    assert "Kalan süre: 292 saniye" in browser.text


def test_a_new_code_kills_the_old_at_once(browser: Browser) -> None:
    old = browser.code
    browser.send("/pin/code")
    assert browser.code != old
    assert browser.desk.exchange(old).code == "code-expired"
    assert exchange(browser).view["purpose"] == "pin-unblock"


def test_signing_in_again_or_out_ends_the_code(browser: Browser) -> None:
    first = browser.code
    browser.send("/logout")
    assert browser.path == "/"
    assert browser.desk.exchange(first).code == "code-expired"
    browser.go("/pin")
    assert 'action="/login"' in browser.text


@pytest.mark.parametrize(
    ("result", "title"),
    [
        ("succeeded", "İşleminiz Başarılıdır."),
        ("failed", "PIN kodunuz değişmedi"),
        ("cancelled", "İşlemden vazgeçildi"),
        ("unknown", "Sonuç henüz bilinmiyor"),
    ],
)
def test_the_result_shows_when_the_application_is_done(
    browser: Browser, result: str, title: str
) -> None:
    assert browser.go("/pin/status").json == {"state": "waiting", "remaining": 300}
    browser.go("/pin")
    live = exchange(browser)
    assert browser.go("/pin/status").json == {"state": "working", "remaining": 300}
    assert live.outcome(result, failure_code="KRT-125").status == 204
    assert browser.go("/pin/status").json["state"] == result
    browser.go("/pin")
    assert browser.state == result
    assert f"<title>{title} · EĞİTİM / SANDBOX</title>" in browser.text
    assert ("KRT-125" in browser.text) == (result != "succeeded")
    assert ('action="/pin/code"' in browser.text) == (result != "succeeded")


def test_an_unknown_result_is_mended_later(browser: Browser) -> None:
    live = exchange(browser)
    live.outcome("unknown")
    live.outcome("succeeded")
    browser.go("/pin")
    assert browser.state == "succeeded"


def test_time_runs_out(browser: Browser) -> None:
    browser.desk.clock.now += 300
    browser.go("/pin")
    assert browser.state == "expired"
    browser.send("/pin/code")
    assert browser.state == "waiting"
    exchange(browser)
    browser.desk.clock.now += 300
    browser.go("/pin")
    assert browser.state == "over"


def test_the_sms_outbox_shows_what_was_sent(browser: Browser) -> None:
    browser.go("/sms")
    assert "Henüz ileti yok" in browser.text
    live = browser.desk.open(stepped_up=False)
    live.ask("POST", "/step-up")
    browser.go("/sms")
    assert OTP in browser.text
    assert "05** *** 12 34" in browser.text


@pytest.mark.parametrize("action", ["/login", "/pin/code", "/logout"])
@pytest.mark.parametrize("csrf", ["", "0" * 32, "é"])
def test_a_form_of_another_site_does_nothing(browser: Browser, action: str, csrf: str) -> None:
    before = browser.code
    form = {"csrf": csrf, "holder": "x"}
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items())}
    answer = browser.desk.ask("POST", action, headers=headers, data=form)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert browser.desk.exchange(before).status == 201


def test_an_unknown_holder_does_not_sign_in(desk: Desk) -> None:
    browser = Browser(desk)
    browser.go("/")
    browser.send("/login", holder="0" * 32)
    assert browser.path == "/"


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "A" * 400])
def test_a_foreign_cookie_is_a_new_visit(desk: Desk, cookie: str) -> None:
    browser = Browser(desk)
    browser.cookies["kamusm-sandbox"] = cookie
    assert browser.go("/").status == 200
    assert browser.go("/pin").status == 200
    assert browser.path == "/"


def test_a_visit_ends_after_an_hour(browser: Browser) -> None:
    browser.desk.clock.now += 3600
    browser.go("/pin")
    assert browser.path == "/"


def test_other_languages(browser: Browser) -> None:
    browser.language = "de, en-GB;q=0.8"
    browser.go("/pin")
    assert "Time left: 300 seconds" in browser.text
    assert '<html lang="en">' in browser.text
    browser.go("/language/tr?back=/pin")
    assert browser.path == "/pin"
    assert "Kalan süre" in browser.text
    browser.go("/language/xx?back=//evil.example/")
    assert browser.path == "/"
    assert "Kalan süre" not in browser.text
    assert '<html lang="tr">' in browser.text


def test_without_cards_the_page_says_what_to_do(empty_desk: Desk) -> None:
    browser = Browser(empty_desk, "en")
    browser.go("/")
    assert "kamusm-esign-sandbox enrol" in browser.text


@pytest.mark.parametrize("path", ["/", "/pin", "/sms"])
@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_page_is_marked_guarded_and_free_of_inline_code(
    browser: Browser, path: str, language: str
) -> None:
    browser.language = language
    answer = browser.go(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert 'class="sandbox"' in browser.text
    check = _Markup()
    check.feed(browser.text)
    assert check.problems == []
    assert check.files >= {"/static/portal.css"}
    for file in check.files:
        assert browser.desk.ask("GET", file).status == 200


class _Markup(HTMLParser):
    """Nothing inline, nothing from elsewhere, every control with a name."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.files: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.problems.append(f"{tag} {name}")
            elsewhere = name in ("src", "href", "action") and "://" in str(value)
            if elsewhere and not str(value).startswith("kamusm-esign-practice://code/"):
                self.problems.append(f"{tag} {value}")
        if tag == "style" or (tag == "script" and "src" not in found):
            self.problems.append(tag)
        if tag == "img" and "alt" not in found:
            self.problems.append("img without alt")
        for name in ("src", "href"):
            if str(found.get(name, "")).startswith("/static/"):
                self.files.add(str(found[name]))


def keys(table: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= keys(value, f"{before}{name}.")
        else:
            found[before + name] = len(value) if isinstance(value, list) else None
    return found


def test_both_languages_say_the_same_things() -> None:
    tr, en = (
        tomllib.loads((FOLDER / "texts" / f"{language}.toml").read_text("utf-8"))
        for language in ("tr", "en")
    )
    assert keys(tr) == keys(en)
