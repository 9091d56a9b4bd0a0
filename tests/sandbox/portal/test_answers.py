"""What every answer carries, and that a browser that goes astray sees a page and finds back."""

import re

import pytest

from kamusm_esign.sandbox.portal.pages.routes import TABLE
from tests.sandbox.portal.browser import Browser
from tests.sandbox.portal.desk import Desk
from tests.sandbox.portal.test_web_security import filled

GETS = {path for path, methods, _handler in TABLE if methods == ["GET"]}
POST_ONLY = [path for path, methods, _ in TABLE if methods == ["POST"] and path not in GETS]
BROWSER, ANYTHING = "text/html,application/xhtml+xml,*/*;q=0.8", "*/*"


@pytest.mark.parametrize("accept", [BROWSER, ANYTHING])
@pytest.mark.parametrize("path", POST_ONLY)
def test_whoever_opens_what_only_a_form_leads_to_sees_a_page(
    desk: Desk, path: str, accept: str
) -> None:
    answer = desk.ask("GET", filled(path), headers={"Accept": accept})
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["content-type"].startswith("text/html")
    assert "Sayfa bulunamadı" in answer.body.decode()


@pytest.mark.parametrize("accept", [BROWSER, ANYTHING])
def test_a_page_that_is_not_there_is_a_page_whatever_is_accepted(desk: Desk, accept: str) -> None:
    answer = desk.ask("GET", "/hizmet/none", headers={"Accept": accept})
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", [path for path, _methods, _ in TABLE if "language" not in path])
def test_the_other_language_leads_to_a_page_wherever_one_is(desk: Desk, path: str) -> None:
    """After a look as after a form; and a link of somewhere else to a form finds a page too."""
    browser = Browser(desk).sign_in()
    csrf = browser.fields("/cikis")["csrf"]
    for form in (None, {"csrf": csrf}):
        browser.go(filled(path), form)
        (link,) = (link for link in browser.links() if link.startswith("/language/"))
        assert browser.go(link).status in (200, 404)
        assert 'lang="en"' in browser.text
        browser.go("/language/tr")
    assert browser.go(f"/language/en?back={filled(path)}").status in (200, 404)
    assert browser.go("/language/tr").status == 200


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/pin-bilgisi/nes/goster", "/pin-bilgisi/nes"),
        ("/giris/e-devlet/kapi?yol=mobil-imza", "/giris/e-devlet/kapi?yol=mobil-imza"),
        ("/giris/e-devlet/kapi?yol=//evil.example", "/giris/e-devlet/kapi"),
        ("/kod/yeni", "/kod"),
        ("/pin/nes", "/"),
        ("/api/v1/client", "/"),
        ("/ca/ocsp/x", "/"),
        ("/language/tr?back=x", "/"),
        ("/none", "/"),
    ],
)
def test_where_the_language_leads_back_to(desk: Desk, back: str, leads_to: str) -> None:
    answer = desk.ask("GET", "/language/en", params={"back": back})
    assert (answer.status, answer.headers["location"]) == (303, leads_to)


def test_the_way_at_the_gate_stays_in_another_language(desk: Desk) -> None:
    browser = Browser(desk)
    browser.go("/giris/e-devlet/kapi?yol=kimlik-karti")
    (link,) = (link for link in browser.links() if link.startswith("/language/"))
    browser.go(link)
    assert browser.path == "/giris/e-devlet/kapi?yol=kimlik-karti"
    assert re.search(r'aria-current="page">T.C. identity card<', browser.text)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/kod", 303),
        ("GET", "/cikis", 405),
        ("GET", "/none", 404),
        ("GET", "/hizmet/none", 404),
        ("GET", "/resim.svg", 200),
        ("GET", "/kod/durum", 200),
        ("POST", "/basvuru", 303),
        ("GET", "/static/portal.css", 200),
        ("GET", "/static/portal.js", 200),
        ("GET", "/static/mark.svg", 200),
        ("HEAD", "/static/mark.svg", 200),
        ("GET", "/static/none", 404),
        ("GET", "/ca/nes.crt", 200),
        ("GET", "/ca/nes.crl", 200),
        ("GET", "/ca/none.crl", 404),
        ("GET", "/ca/ocsp/x", 200),
        ("POST", "/ca/ocsp", 200),
        ("POST", "/tsa", 415),
        ("POST", "/tsa/basic", 401),
        ("GET", "/api/v1/client", 200),
        ("POST", "/api/v1/sessions", 400),
        ("DELETE", "/api/v1/sessions/s_0123456789abcdef", 401),
        ("PATCH", "/api/v1/client", 405),
        ("GET", "/api/v1", 404),
    ],
)
def test_every_answer_says_what_a_browser_may_do_with_it(
    desk: Desk, method: str, path: str, status: int
) -> None:
    answer = desk.ask(method, path)
    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers.get_list("content-security-policy") == [
        answer.headers["content-security-policy"]
    ]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.expects_log(r"sandbox\.portal\.server ERROR \w*Error in \w+, line \d+$")
@pytest.mark.parametrize("accept", [BROWSER, ANYTHING])
def test_an_error_of_ours_does_so_too(
    desk: Desk, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(desk.portal), "maintenance", fails)
    answer = desk.ask("GET", "/api/v1/client", headers={"Accept": accept})
    assert answer.status == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
