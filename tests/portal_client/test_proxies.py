"""Whose proxy is used: the system's, none, the one of the settings, what a PAC file says."""

import base64
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.portal_client import pac_client, proxies
from kamusm_esign.portal_client.pac_client import ask_pac
from kamusm_esign.portal_client.proxies import ProxyChoice, proxy_finder
from kamusm_esign.portal_client.transport import Transport
from tests.equipment.portal_double import PortalDouble
from tests.equipment.proxy_double import ProxyDouble
from tests.equipment.tls_certificates import TlsAuthority

PASSWORD = AccountPassword("paro la/@:%ş")
NO_PASSWORD: Callable[[], AccountPassword | None] = lambda: None  # noqa: E731
HTTPS = "https://portal.example/"


def by_pac(body: str) -> str:
    return f"function FindProxyForURL(url, host) {{ {body} }}"


def refusal_of(work: Callable[[], object]) -> FailureCode:
    with pytest.raises(FailedError) as caught:
        work()
    return caught.value.failure.code


# ---------------------------------------------------------------------------- which one
@pytest.mark.parametrize(
    "choice",
    [ProxyChoice("system"), ProxyChoice("manual"), ProxyChoice("pac"), ProxyChoice("manual", "")],
)
def test_without_a_complete_choice_the_system_decides(choice: ProxyChoice) -> None:
    assert proxy_finder(choice, NO_PASSWORD) is None


@pytest.mark.parametrize(
    ("choice", "password", "expected"),
    [
        (ProxyChoice("none"), None, ""),
        (ProxyChoice("manual", "http://p:3128"), None, "http://p:3128"),
        (ProxyChoice("manual", "http://p:3128/"), PASSWORD, "http://p:3128"),
        (
            ProxyChoice("manual", "https://p:3128", "KURUM\\ayse"),
            None,
            "https://KURUM%5Cayse:@p:3128",
        ),
        (
            ProxyChoice("manual", "http://p:3128", "a@b"),
            PASSWORD,
            "http://a%40b:paro%20la%2F%40%3A%25%C5%9F@p:3128",
        ),
        (ProxyChoice("manual", "http://p:1", exceptions="localhost, .example"), None, ""),
        (ProxyChoice("manual", "http://p:1", exceptions="other.example"), None, "http://p:1"),
    ],
)
def test_the_proxy_of_the_settings(
    choice: ProxyChoice, password: AccountPassword | None, expected: str
) -> None:
    finder = proxy_finder(choice, lambda: password)
    assert finder is not None
    assert set(finder(HTTPS).values()) == ({expected} if expected else set())


# ---------------------------------------------------------------------------- really used
@pytest.fixture
def far_portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PortalDouble]:
    """A portal that only a proxy can find."""
    authority = TlsAuthority(tmp_path)
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "empty"))
    with PortalDouble(tls=authority.server("portal.example"), host="portal.example") as portal:
        yield portal


def fetch(
    portal: PortalDouble, choice: ProxyChoice, password: AccountPassword | None = None
) -> int:
    finder = proxy_finder(choice, lambda: password)
    transport = Transport(user_agent="test", proxies=finder)
    return transport.fetch("GET", f"{portal.url}/api/v1/client").status


def test_the_account_is_told_to_the_proxy_alone(far_portal: PortalDouble) -> None:
    with ProxyDouble(far_portal.port) as proxy:
        assert fetch(far_portal, ProxyChoice("manual", proxy.url, "ayse"), PASSWORD) == 200
    assert proxy.credentials == [b"Basic " + base64.b64encode(f"ayse:{PASSWORD.reveal()}".encode())]
    assert "proxy-authorization" not in far_portal.requests[0].headers


def test_the_settings_win_over_the_environment(
    far_portal: PortalDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ProxyDouble(far_portal.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        assert fetch(far_portal, ProxyChoice("manual", proxy.url)) == 200
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        without = ProxyChoice("none")
        assert refusal_of(lambda: fetch(far_portal, without)) is FailureCode.PORTAL_UNREACHABLE


def test_a_pac_file_leads_to_the_proxy(far_portal: PortalDouble, tmp_path: Path) -> None:
    with ProxyDouble(far_portal.port) as proxy:
        place = proxy.url.removeprefix("http://")
        script = tmp_path / "proxy.pac"
        script.write_text(by_pac(f'return host == "portal.example" ? "PROXY {place}" : "DIRECT";'))
        assert fetch(far_portal, ProxyChoice("pac", pac=str(script))) == 200
    assert len(proxy.asked) == 1


def test_the_second_proxy_of_a_pac_file_is_used_while_the_first_is_gone(
    far_portal: PortalDouble, tmp_path: Path
) -> None:
    with ProxyDouble(far_portal.port) as second:
        with ProxyDouble(far_portal.port) as first:
            places = [one.url.removeprefix("http://") for one in (first, second)]
            script = tmp_path / "proxy.pac"
            script.write_text(by_pac(f'return "PROXY {places[0]}; PROXY {places[1]}; DIRECT";'))
            choice = ProxyChoice("pac", pac=str(script))
            finder = proxy_finder(choice, NO_PASSWORD)
            assert finder is not None
            assert finder(HTTPS) == {"http": first.url, "https": first.url}
            assert fetch(far_portal, choice) == 200
            assert any(b"CONNECT" in line for line in first.asked)
        assert second.asked == []
        assert finder(HTTPS) == {"http": second.url, "https": second.url}
        assert fetch(far_portal, choice) == 200
        assert any(b"CONNECT" in line for line in second.asked)
    assert finder(HTTPS) == {}


# ---------------------------------------------------------------------------- PAC files
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('return "DIRECT";', {}),
        ('return "PROXY a:80";', "http://a:80"),
        ('return "DIRECT; PROXY a:80";', {}),
        ('return "PROXY 127.0.0.1:1; DIRECT";', {}),
        ('return "PROXY 127.0.0.1:1; PROXY 127.0.0.1:2";', "http://127.0.0.1:1"),
        ('return "HTTPS a:443";', "https://a:443"),
        ('return "SOCKS5 a:1080; PROXY b:3128";', "http://b:3128"),
        (
            'return isPlainHostName(host) ? "DIRECT" : "PROXY " + host + ":1";',
            "http://portal.example:1",
        ),
        ('return shExpMatch(url, "https://*/secret*") ? "DIRECT" : "PROXY a:1";', "http://a:1"),
        ('return dnsDomainIs(host, ".example") ? "PROXY a:1" : "DIRECT";', "http://a:1"),
    ],
)
def test_what_a_pac_file_says(tmp_path: Path, body: str, expected: Any) -> None:
    script = tmp_path / "proxy.pac"
    script.write_text(by_pac(body))
    finder = proxy_finder(ProxyChoice("pac", pac=str(script)), NO_PASSWORD)
    assert finder is not None
    found = finder("https://portal.example/secret/of/the/holder")
    assert found == ({"http": expected, "https": expected} if expected else {})


@pytest.mark.parametrize(
    "script",
    [
        "",
        "not JavaScript (",
        "function Other() {}",
        by_pac('return "SOCKS a:1";'),
        by_pac("return 7;"),
        by_pac('throw "no";'),
        by_pac('return "PROXY ş:80";'),
    ],
)
def test_a_pac_file_that_is_none(tmp_path: Path, script: str) -> None:
    (tmp_path / "proxy.pac").write_text(script)
    finder = proxy_finder(ProxyChoice("pac", pac=str(tmp_path / "proxy.pac")), NO_PASSWORD)
    assert finder is not None
    assert refusal_of(lambda: finder(HTTPS)) is FailureCode.PROXY_FAILED


@pytest.mark.parametrize("body", ["while (true) {}", 'var a = "x"; while (true) a += a; return a;'])
def test_a_pac_file_that_hangs_or_eats_memory_is_ended(body: str) -> None:
    begun = time.process_time(), os.times().children_user
    assert refusal_of(lambda: ask_pac(by_pac(body), HTTPS, "x", 2.0)) is FailureCode.PROXY_FAILED
    assert time.process_time() - begun[0] < 1.0  # none of it in this process


def test_an_answer_is_believed_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    moment = [1000.0]

    def ask(_script: str, url: str, _host: str) -> str:
        asked.append(url)
        return "DIRECT"

    monkeypatch.setattr(proxies, "ask_pac", ask)
    monkeypatch.setattr("kamusm_esign.portal_client.proxies.time.monotonic", lambda: moment[0])
    (tmp_path / "p").write_text("x")
    finder = proxy_finder(ProxyChoice("pac", pac=str(tmp_path / "p")), NO_PASSWORD)
    assert finder is not None
    for path in ("a", "b"):
        finder(f"https://one.example/{path}")
    finder("https://two.example/")
    moment[0] += proxies.PAC_SECONDS
    finder("https://one.example/c")
    assert asked == ["https://one.example/", "https://two.example/", "https://one.example/"]


def test_a_pac_file_is_fetched_without_a_proxy(
    portal: PortalDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    finder = proxy_finder(ProxyChoice("pac", pac=f"{portal.url}/nothing-here"), NO_PASSWORD)
    assert finder is not None
    assert refusal_of(lambda: finder(HTTPS)) is FailureCode.PROXY_FAILED
    assert len(portal.requests) == 1


def test_a_process_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pac_client, "command_of", lambda *_: ["/does/not/exist"])
    assert refusal_of(lambda: ask_pac("", HTTPS, "x")) is FailureCode.PROXY_FAILED
