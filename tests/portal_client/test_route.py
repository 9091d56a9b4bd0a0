"""The doctor's checks of the way to the portal, with the way really broken."""

import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.portal_client.checks import network_checks
from kamusm_esign.portal_client.client import PortalClient
from kamusm_esign.portal_client.route import Route
from kamusm_esign.portal_client.transport import Transport, public_roots
from kamusm_esign.ports import HttpAnswer
from tests.equipment.networks import hangs_up, network_that_answers, page_of
from tests.equipment.portal_double import PortalDouble
from tests.equipment.proxy_double import ProxyDouble
from tests.equipment.tls_certificates import TlsAuthority
from tests.portal_client.helpers import FAST

CODE = FailureCode
NOW = datetime.now(UTC)


class Network:
    """The checks of one portal, some of the way invented."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.fetcher: object = Transport(user_agent="test")
        self.proxy: str | None = None
        self.roots = public_roots()
        self.late = timedelta(0)

    def run(self) -> dict[str, CheckResult]:
        """All of them."""
        fetcher: Transport = self.fetcher  # type: ignore[assignment]
        route = Route(self.url, fetcher, lambda _url: self.proxy, lambda: self.roots)
        portal = PortalClient(
            self.url,
            version="2.0.0",
            platform="linux",
            language="tr",
            clock=time.monotonic,
            timing=replace(FAST, pauses=()),
        )
        checks = network_checks(
            portal, fetcher, route, self.url, "9.0.0", lambda: datetime.now(UTC) + self.late
        )
        return {check.id: check.run() for check in checks}

    def codes(self) -> dict[str, FailureCode]:
        return {name: result.failure.code for name, result in self.run().items() if result.failure}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TlsAuthority:
    """The only authority in this computer's trust store: the network's own."""
    authority = TlsAuthority(tmp_path, "Kurum Güvenlik Duvarı")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("SSL_CERT_DIR", str(empty))
    return authority


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_way_without_trouble(portal: PortalDouble) -> None:
    found = Network(portal.url).run()
    assert not [name for name, result in found.items() if result.failure]
    assert found["tls"].status is CheckStatus.SKIPPED  # plain HTTP on loopback
    assert found["proxy"].fact("proxy") == "none"
    assert found["captive-portal"].status is CheckStatus.OK


def test_no_such_name() -> None:
    codes = Network("https://portal.invalid/api/v1").codes()
    assert codes == {"dns": CODE.PORTAL_NAME_UNKNOWN}


def test_nobody_takes_a_connection(free_port: int) -> None:
    codes = Network(f"http://127.0.0.1:{free_port}/api/v1").codes()
    assert codes == {"connection": CODE.PORTAL_NO_CONNECTION}


def test_tls_with_an_authority_of_the_networks_own(authority: TlsAuthority) -> None:
    with PortalDouble(tls=authority.server("127.0.0.1")) as portal:
        network = Network(portal.url)
        found = network.run()
        assert network.codes() == {"tls-inspection": CODE.TLS_INSPECTION}
        assert found["tls-inspection"].status is CheckStatus.WARNING
        assert found["tls-inspection"].fact("issuer") == "Kurum Güvenlik Duvarı"
        network.roots = str(authority.path)
        assert network.codes() == {}


@pytest.mark.parametrize("trouble", ["unknown", "expired"])
def test_a_certificate_that_is_not_trusted(
    authority: TlsAuthority, tmp_path: Path, trouble: str
) -> None:
    tls = {
        "unknown": TlsAuthority(tmp_path, "Other").server("127.0.0.1"),
        "expired": authority.server("127.0.0.1", expired=True),
    }[trouble]
    with PortalDouble(tls=tls) as portal:
        assert Network(portal.url).codes() == {"tls": CODE.PORTAL_CERTIFICATE}


def test_no_encryption_comes_about() -> None:
    with hangs_up() as port:
        assert Network(f"https://127.0.0.1:{port}/api/v1").codes() == {"tls": CODE.TLS_FAILED}


# ---------------------------------------------------------------------------- captive portals
@pytest.mark.parametrize(
    ("page", "captive"),
    [
        (page_of(302, ("Location", "http://login.hotel.example/?x")), True),
        (page_of(307, ("Location", "https://10.0.0.1/login")), True),
        (page_of(511), True),
        (page_of(200, ("Content-Type", "text/html; charset=utf-8")), True),
        (page_of(302, ("Location", "/elsewhere")), False),
        (page_of(404, ("Content-Type", "text/html")), False),
        (page_of(503), False),
    ],
)
def test_networks_that_want_a_sign_in(page: bytes, captive: bool) -> None:
    with network_that_answers(page) as port:
        found = Network(f"http://127.0.0.1:{port}/api/v1").run()
    failure = found["captive-portal"].failure
    assert (failure is not None and failure.code is CODE.CAPTIVE_PORTAL) is captive
    if captive:
        assert found["captive-portal"].fact("address") == "http://127.0.0.1/"
        assert found["portal"].status is CheckStatus.SKIPPED
    else:
        assert found["portal"].failure is not None


class Disguised:
    """A network that breaks HTTPS and answers HTTP in the portal's place."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.asked: list[str] = []

    def fetch(self, method: str, url: str, **_options: object) -> HttpAnswer:
        self.asked.append(url)
        if url.startswith("https:"):
            return Transport(user_agent="test").fetch(method, url)
        return HttpAnswer(302, (("Location", self.location), ("Date", "")), b"")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://login.hotel.example/", {"captive-portal": CODE.CAPTIVE_PORTAL}),
        ("https://127.0.0.1/", {"tls": CODE.PORTAL_CERTIFICATE}),
    ],
)
def test_a_sign_in_behind_a_broken_certificate(
    authority: TlsAuthority, tmp_path: Path, location: str, expected: dict[str, FailureCode]
) -> None:
    with PortalDouble(tls=TlsAuthority(tmp_path, "Hotel").server("127.0.0.1")) as portal:
        network = Network(portal.url)
        network.fetcher = fetcher = Disguised(location)
        assert network.codes() == expected
        assert "http://127.0.0.1/" in fetcher.asked


# ---------------------------------------------------------------------------- proxies
@pytest.mark.parametrize(
    ("refuse", "expected"),
    [
        (None, None),
        (b"HTTP/1.1 407 Proxy Authentication Required", CODE.PROXY_PASSWORD),
        (b"HTTP/1.1 403 Forbidden", CODE.PROXY_FAILED),
    ],
)
def test_proxies(
    authority: TlsAuthority,
    monkeypatch: pytest.MonkeyPatch,
    refuse: bytes | None,
    expected: FailureCode | None,
) -> None:
    with (
        PortalDouble(tls=authority.server("portal.example")) as portal,
        ProxyDouble(urlsplit(portal.url).port or 0, refuse=refuse) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        url = "https://portal.example/api/v1"
        assert Transport(user_agent="test").proxy_for(url) == proxy.url
        network = Network(url)
        network.proxy = proxy.url
        found = network.run()
    failure = found["proxy"].failure
    assert (None if failure is None else failure.code) is expected
    assert found["dns"].status is CheckStatus.SKIPPED
    assert found["proxy"].fact("proxy") == "used"
    if expected is None:
        assert found["portal"].status is CheckStatus.OK


def test_a_proxy_that_is_not_there(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port}")
    network = Network("https://portal.example/api/v1")
    network.proxy = f"http://127.0.0.1:{free_port}"
    assert network.codes() == {"proxy": CODE.PROXY_FAILED}


def test_the_account_of_a_proxy_goes_nowhere() -> None:
    url = "https://portal.example/api/v1"
    transport = Transport(
        user_agent="test", proxies=lambda _url: {"https": "http://user:secret@proxy.example:3128"}
    )
    assert transport.proxy_for(url) == "http://proxy.example:3128"
    assert transport.proxy_for("https://127.0.0.1/api/v1") is None
    assert Transport(user_agent="test", proxies=lambda _url: {}).proxy_for(url) is None


def test_a_proxy_script_that_fails() -> None:
    def fails(_url: str) -> str | None:
        raise FailedError.of(CODE.PROXY_FAILED)

    route = Route("https://portal.example/api/v1", Transport(user_agent="t"), fails, public_roots)
    found = route.proxy().failure
    assert found is not None
    assert found.code is CODE.PROXY_FAILED
    assert route.broken


# ---------------------------------------------------------------------------- clocks
@pytest.mark.parametrize("late", [timedelta(hours=-3), timedelta(days=3650)])
def test_a_clock_that_is_wrong(late: timedelta) -> None:
    dated = page_of(404, ("Date", format_datetime(datetime.now(UTC), usegmt=True)))
    with network_that_answers(dated) as port:
        network = Network(f"http://127.0.0.1:{port}/api/v1")
        assert network.run()["clock"].status is CheckStatus.OK
        network.late = late
        found = network.run()["clock"]
    assert found.failure is not None
    assert found.failure.code is CODE.CLOCK_WRONG
    seconds = found.failure.param("seconds")
    assert isinstance(seconds, int)
    assert abs(seconds - late.total_seconds()) < 60


class OnlyHttpTellsTheTime:
    """No certificate is valid in ten years; the portal's `Date` without encryption is there."""

    def fetch(self, method: str, url: str, **_options: object) -> HttpAnswer:
        if url.startswith("https:"):
            raise FailedError.of(CODE.PORTAL_CERTIFICATE)
        return HttpAnswer(301, (("Date", NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")),), b"")


def test_a_clock_so_wrong_that_no_certificate_is_valid() -> None:
    from kamusm_esign.portal_client.checks import ClockCheck

    later = NOW + timedelta(days=3650)
    url = "https://portal.example/api/v1"
    found = ClockCheck(OnlyHttpTellsTheTime(), url, lambda: later).run()
    assert found.failure is not None
    assert found.failure.code is CODE.CLOCK_WRONG


def test_the_public_roots_are_there() -> None:
    assert len(ssl.create_default_context(cafile=public_roots()).get_ca_certs()) > 50
