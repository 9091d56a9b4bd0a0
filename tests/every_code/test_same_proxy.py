"""The doctor looks at the way that the portal's client takes, whatever the proxy settings are."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.equipment.portal_double import PortalDouble
from tests.equipment.proxy_double import ProxyDouble
from tests.equipment.tls_certificates import TlsAuthority
from tests.every_code.bench import CODE, Bench

HOST = "portal.example"


def by_system(bench: Bench, proxy: ProxyDouble) -> None:
    bench.environment["HTTPS_PROXY"] = proxy.url


def by_hand(bench: Bench, proxy: ProxyDouble) -> None:
    bench.environment["HTTPS_PROXY"] = "http://127.0.0.1:1"
    bench.settings(f'[proxy]\nmode = "manual"\naddress = "{proxy.url}"\n')


def by_pac(bench: Bench, proxy: ProxyDouble) -> None:
    place = urlsplit(proxy.url).netloc
    script = f'function FindProxyForURL(url, host) {{ return "PROXY {place}; DIRECT"; }}'
    pac = bench.put("proxy.pac", script.encode())
    bench.settings(f'[proxy]\nmode = "pac"\npac = "{pac}"\n')


def without(bench: Bench, proxy: ProxyDouble) -> None:
    bench.environment["HTTPS_PROXY"] = proxy.url
    bench.settings('[proxy]\nmode = "none"\n')


@pytest.mark.parametrize(
    ("choose", "used"), [(by_system, True), (by_hand, True), (by_pac, True), (without, False)]
)
def test_doctor_and_client_take_the_same_way(
    bench: Bench, choose: Callable[[Bench, ProxyDouble], None], used: bool
) -> None:
    authority = TlsAuthority(bench.folder)
    empty = bench.folder / "empty"
    empty.mkdir()
    bench.environment |= {"SSL_CERT_FILE": str(authority.path), "SSL_CERT_DIR": str(empty)}
    portal = bench.enter(PortalDouble(tls=authority.server(HOST)))
    proxy = bench.enter(ProxyDouble(portal.port))
    bench.url = f"https://{HOST}"
    choose(bench, proxy)

    lines = bench.run("doctor", "--json").json["checks"]
    doctors = {line["id"]: line for line in lines}
    by_doctor = [line for line in proxy.asked if line.startswith(b"CONNECT")]
    assert doctors["proxy"]["facts"] == {"proxy": "used" if used else "none"}
    assert bool(by_doctor) is used
    assert doctors["portal"]["status"] == ("ok" if used else "skipped")
    assert (doctors["dns"]["code"] == "PRT-251") is not used

    bench.use_card()
    words = ("set-pin", "--code", CODE, "--secrets-stdin", "--json")
    code = bench.run(*words, stdin="590271\n").code
    assert code == ("PRT-211" if used else "PRT-201")  # reached: it knows no such code
    by_client = [line for line in proxy.asked if line.startswith(b"CONNECT")][len(by_doctor) :]
    assert bool(by_client) is used
    assert set(by_client) == set(by_doctor)
