"""Whom the client trusts, and through whom it goes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import truststore

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.portal_client.call import Line
from kamusm_esign.portal_client.transport import _adapter_class
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import drip
from tests.equipment.proxy_double import ProxyDouble
from tests.equipment.tls_certificates import TlsAuthority
from tests.portal_client.helpers import client_for, failure_of


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TlsAuthority:
    """The only authority in the trust store: OpenSSL reads these variables in its own code."""
    authority = TlsAuthority(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("SSL_CERT_DIR", str(empty))
    return authority


def _client_info_over(tls: object, **kwargs: str) -> Callable[[], object]:
    def use() -> object:
        with PortalDouble(tls=tls, **kwargs) as portal:  # type: ignore[arg-type]
            try:
                return client_for(portal, pauses=(0.01,)).client_info()
            finally:
                assert len(portal.requests) <= 1

    return use


def test_system_trust_store(authority: TlsAuthority) -> None:
    assert _client_info_over(authority.server("127.0.0.1"))()
    assert _client_info_over(authority.server("localhost"), host="localhost")()


@pytest.mark.parametrize("trouble", ["unknown", "expired", "wrong host", "wrong name"])
def test_certificates_that_are_refused(
    authority: TlsAuthority, tmp_path: Path, trouble: str
) -> None:
    use = {
        "unknown": _client_info_over(TlsAuthority(tmp_path, "Other").server("127.0.0.1")),
        "expired": _client_info_over(authority.server("127.0.0.1", expired=True)),
        "wrong host": _client_info_over(authority.server("127.0.0.2")),
        "wrong name": _client_info_over(authority.server("portal.example"), host="localhost"),
    }[trouble]
    assert failure_of(use) == Failure.of(FailureCode.PORTAL_CERTIFICATE)


def test_nothing_is_trusted_beside_the_system(
    authority: TlsAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """requests would add its own bundle, and one that the environment names."""
    import requests.adapters

    other = TlsAuthority(tmp_path, "Other")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(other.path))
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(other.path))
    assert failure_of(_client_info_over(other.server("127.0.0.1"))) == Failure.of(
        FailureCode.PORTAL_CERTIFICATE
    )
    assert _client_info_over(authority.server("127.0.0.1"))()


def test_http_where_tls_is_expected(portal: PortalDouble) -> None:
    client = client_for(portal, url=portal.url.replace("http:", "https:"), pauses=())
    assert failure_of(client.client_info) == Failure.of(FailureCode.PORTAL_UNREACHABLE)


def test_drip_over_tls(authority: TlsAuthority) -> None:
    with PortalDouble(tls=authority.server("127.0.0.1")) as portal:
        portal.script("*", drip(0.02))
        client = client_for(portal, read=1.0, total=0.3, pauses=())
        assert failure_of(client.client_info).code is FailureCode.PORTAL_TIMEOUT


# ---------------------------------------------------------------------------- proxies
@pytest.fixture
def far_portal(authority: TlsAuthority) -> Iterator[PortalDouble]:
    """A portal that only a proxy can find."""
    with PortalDouble(tls=authority.server("portal.example"), host="portal.example") as portal:
        yield portal


def test_system_proxy(far_portal: PortalDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    with ProxyDouble(far_portal.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:word@"))
        assert client_for(far_portal).client_info()
    assert proxy.asked[0].startswith(f"CONNECT portal.example:{far_portal.port} ".encode())
    assert "proxy-authorization" not in far_portal.requests[0].headers


def test_proxy_cannot_lend_its_own_trust(
    tmp_path: Path, authority: TlsAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that breaks TLS open, and whose authority only requests' own bundle would know."""
    import requests.adapters

    other = TlsAuthority(tmp_path, "Other")
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(other.path))
    tls = other.server("portal.example")
    with (
        PortalDouble(tls=tls, host="portal.example") as portal,
        ProxyDouble(portal.port) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        failure = failure_of(client_for(portal).client_info)
    assert failure.code is FailureCode.PORTAL_CERTIFICATE


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_way_uses_the_system_trust_store(scheme: str) -> None:
    """On Linux OpenSSL's own files would do as well; on Windows and macOS they would not."""
    adapter = _adapter_class()(Line())
    proxies = adapter.proxy_manager_for(f"{scheme}://127.0.0.1:1")
    contexts = [
        adapter.poolmanager.connection_pool_kw["ssl_context"],
        proxies.connection_pool_kw["ssl_context"],
    ]
    if scheme == "https":
        contexts.append(proxies.proxy_config.ssl_context)
    assert {type(context) for context in contexts} == {truststore.SSLContext}
    adapter.close()


@pytest.mark.parametrize("status", [b"407 Proxy Authentication Required", b"403 No", b"502 Bad"])
def test_proxy_that_refuses(
    far_portal: PortalDouble, monkeypatch: pytest.MonkeyPatch, status: bytes
) -> None:
    """Asked once: wrong proxy passwords must not lock an account."""
    with ProxyDouble(far_portal.port, refuse=b"HTTP/1.1 " + status) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        failure = failure_of(client_for(far_portal).client_info)
    assert failure == Failure.of(FailureCode.PROXY_FAILED)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "socks5://127.0.0.1:1", "http://:1", "x:y:z"]
)
def test_proxy_that_is_none(
    far_portal: PortalDouble, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    assert failure_of(client_for(far_portal).client_info).code is FailureCode.PROXY_FAILED


def test_loopback_never_goes_through_a_proxy(
    portal: PortalDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert client_for(portal).client_info()
    assert client_for(portal, url=f"http://localhost:{portal.port}").client_info()
