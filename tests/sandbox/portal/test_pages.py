"""The page with the code: a new code kills the old, the result shows; the frame of all pages."""

import re
from typing import Any

import pytest

from kamusm_esign.sandbox.portal.texts import texts
from tests.sandbox.portal.browser import Browser, Markup
from tests.sandbox.portal.desk import OTP, Desk, Live

ON_BOTH = True


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Signed in; the page shows a code."""
    found = Browser(desk)
    found.go("/giris")
    assert "Sandbox: A*** I*** Ö***** olarak giriş yap" in found.text
    assert found.send("/giris/deneme").status == 200
    assert found.path == "/nes"
    found.send("/pin/nes")
    assert found.path == "/kod"
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
    browser.go("/kod")
    assert browser.code == code
    assert "Kalan süre: 292 saniye" in browser.text


def test_a_new_code_kills_the_old_at_once(browser: Browser) -> None:
    old = browser.code
    browser.send("/kod/yeni")
    assert browser.code != old
    assert browser.desk.exchange(old).code == "code-expired"
    assert exchange(browser).view["purpose"] == "pin-unblock"


def test_signing_in_again_or_out_ends_the_code(browser: Browser) -> None:
    first = browser.code
    browser.send("/cikis")
    assert browser.path == "/"
    assert browser.desk.exchange(first).code == "code-expired"
    browser.go("/kod")
    assert browser.path == "/giris"


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
    assert browser.go("/kod/durum").json == {"state": "waiting", "remaining": 300}
    browser.go("/kod")
    live = exchange(browser)
    assert browser.go("/kod/durum").json == {"state": "working", "remaining": 300}
    assert live.outcome(result, failure_code="KRT-125").status == 204
    assert browser.go("/kod/durum").json["state"] == result
    browser.go("/kod")
    assert browser.state == result
    assert f"<title>{title} · EĞİTİM / SANDBOX</title>" in browser.text
    assert ("KRT-125" in browser.text) == (result != "succeeded")
    assert ('action="/kod/yeni"' in browser.text) == (result != "succeeded")


def test_nobody_is_led_to_another_try_of_a_wrong_puk(browser: Browser) -> None:
    exchange(browser).outcome("failed", failure_code="KRT-125", puk_attempt_spent=True)
    for language, words in (
        ("tr", ("Kartınız PUK&#39;u kabul etmedi", "Yeniden denemeyiniz", "444 5 576")),
        ("en", ("Your card refused the PUK", "Do not try again", "444 5 576")),
    ):
        browser.language = language
        browser.go("/kod")
        for word in (*words, "KRT-125"):
            assert word in browser.text.split("<main", 1)[1].split("</main>")[0]
        assert 'action="/kod/yeni"' not in browser.text
        assert 'action="/pin/nes"' not in browser.text


def test_an_unknown_result_is_mended_later(browser: Browser) -> None:
    live = exchange(browser)
    live.outcome("unknown")
    live.outcome("succeeded")
    browser.go("/kod")
    assert browser.state == "succeeded"


def test_time_runs_out(browser: Browser) -> None:
    browser.desk.clock.now += 300
    browser.go("/kod")
    assert browser.state == "expired"
    browser.send("/kod/yeni")
    assert browser.state == "waiting"
    exchange(browser)
    browser.desk.clock.now += 300
    browser.go("/kod")
    assert browser.state == "over"


def test_a_result_is_looked_for_after_the_session_too(browser: Browser) -> None:
    assert browser.poll == 5
    live = exchange(browser)
    browser.desk.clock.now += 301
    browser.go("/kod")
    assert (browser.state, browser.poll) == ("over", 30)
    assert 'http-equiv="refresh" content="60"' in browser.text
    assert live.outcome("succeeded").status == 204
    browser.go("/kod")
    assert (browser.state, browser.poll) == ("succeeded", 0)
    assert "http-equiv" not in browser.text


def test_the_sms_outbox_shows_what_was_sent(browser: Browser) -> None:
    browser.go("/sms")
    assert "Henüz ileti yok" in browser.text
    live = browser.desk.open(stepped_up=False)
    live.ask("POST", "/step-up")
    browser.go("/sms")
    assert OTP in browser.text
    assert "05** *** 12 34" in browser.text


@pytest.mark.parametrize("action", ["/giris/deneme", "/kod/yeni", "/cikis"])
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
    browser.go("/giris")
    browser.send("/giris/deneme", holder="0" * 32)
    assert browser.path == "/giris"


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "A" * 400])
def test_a_foreign_cookie_is_a_new_visit(desk: Desk, cookie: str) -> None:
    browser = Browser(desk)
    browser.cookies["kamusm-sandbox"] = cookie
    assert browser.go("/").status == 200
    assert browser.go("/kod").status == 200
    assert browser.path == "/giris"


def test_a_visit_ends_after_an_hour(browser: Browser) -> None:
    browser.desk.clock.now += 3600
    browser.go("/kod")
    assert browser.path == "/giris"


def test_other_languages(browser: Browser) -> None:
    browser.language = "de, en-GB;q=0.8"
    browser.go("/kod")
    assert "Time left: 300 seconds" in browser.text
    assert '<html lang="en">' in browser.text
    browser.go("/language/tr?back=/kod")
    assert browser.path == "/kod"
    assert "Kalan süre" in browser.text
    browser.go("/language/xx?back=//evil.example/")
    assert browser.path == "/"
    assert "Kalan süre" not in browser.text
    assert '<html lang="tr">' in browser.text


def test_without_cards_the_page_says_what_to_do(empty_desk: Desk) -> None:
    browser = Browser(empty_desk, "en")
    browser.go("/giris")
    assert "kamusm-esign-sandbox enrol" in browser.text


@pytest.mark.parametrize(
    "path", ["/", "/kod", "/sms", "/nes", "/giris", "/giris/sifreli", "/basvuru", "/e-onay"]
)
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
    check = Markup()
    check.feed(browser.text)
    assert check.problems == []
    assert check.controls == check.labels
    assert check.files >= {"/static/portal.css"}
    for file in check.files:
        assert browser.desk.ask("GET", file).status == 200


def keys(table: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= keys(value, f"{before}{name}.")
        else:
            places = re.findall(r"\{(\w+)\}", value) if isinstance(value, str) else []
            found[before + name] = len(value) if isinstance(value, list) else sorted(places)
    return found


def test_both_languages_say_the_same_things() -> None:
    tr, en = (texts(language) for language in ("tr", "en"))
    assert keys(tr) == keys(en)
