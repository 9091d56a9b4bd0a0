"""PRT: the way to the portal is broken, or somebody else answers."""

import socket
from urllib.parse import urlsplit

from tests.equipment.networks import hangs_up, network_that_answers, page_of
from tests.equipment.portal_answers import Answer
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import drop, edited, endless, redirect, say
from tests.equipment.proxy_double import ProxyDouble
from tests.equipment.tls_certificates import TlsAuthority
from tests.every_code.bench import Bench, Table

TABLE = Table()
OPEN = "POST /sessions"
TRIES = 3
"""How often the client asks where asking again is harmless."""


def nobody_listens() -> str:
    """An address on this computer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# ---------------------------------------------------------------------------- while a PIN is set
@TABLE("PRT-201")
def it_hangs_up(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(OPEN, *[drop()] * TRIES)
    return bench.set_pin()


@TABLE("PRT-202")
def a_gateway_waits_in_vain(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(OPEN, *[say(Answer(504))] * TRIES)
    return bench.set_pin()


@TABLE("PRT-203")
def a_certificate_of_nobody(bench: Bench) -> str | None:
    bench.use_card()
    tls = TlsAuthority(bench.folder).server("127.0.0.1")
    bench.url = bench.enter(PortalDouble(tls=tls)).url
    return bench.set_pin()


@TABLE("PRT-204")
def an_answer_without_what_has_to_be_in_it(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(OPEN, edited(lambda session: session.pop("expires_at")))
    return bench.set_pin()


@TABLE("PRT-205")
def an_answer_without_end(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(OPEN, endless(201))
    return bench.set_pin()


@TABLE("PRT-206")
def it_sends_the_program_elsewhere(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(OPEN, redirect("https://portal.example/elsewhere"))
    return bench.set_pin()


# ---------------------------------------------------------------------------- as the doctor sees it
@TABLE("PRT-251")
def no_such_name(bench: Bench) -> str | None:
    bench.url = "https://portal.invalid"
    return bench.check("dns")


@TABLE("PRT-252")
def nobody_takes_the_connection(bench: Bench) -> str | None:
    bench.url = nobody_listens()
    return bench.check("connection")


@TABLE("PRT-253")
def no_encryption_comes_about(bench: Bench) -> str | None:
    bench.url = f"https://127.0.0.1:{bench.enter(hangs_up())}"
    return bench.check("tls")


def _behind_a_proxy(bench: Bench, refusal: bytes) -> str | None:
    proxy = bench.enter(ProxyDouble(urlsplit(bench.portal.url).port or 0, refuse=refusal))
    bench.settings(f'[proxy]\nmode = "manual"\naddress = "{proxy.url}"\n')
    bench.url = "https://portal.example"
    return bench.check("proxy")


@TABLE("PRT-207")
def a_proxy_that_refuses(bench: Bench) -> str | None:
    return _behind_a_proxy(bench, b"HTTP/1.1 403 Forbidden")


@TABLE("PRT-254")
def a_proxy_that_wants_to_know_who_asks(bench: Bench) -> str | None:
    return _behind_a_proxy(bench, b"HTTP/1.1 407 Proxy Authentication Required")


@TABLE("PRT-256")
def a_network_that_wants_a_sign_in(bench: Bench) -> str | None:
    page = page_of(302, ("Location", "http://login.hotel.example/"))
    bench.url = f"http://127.0.0.1:{bench.enter(network_that_answers(page))}"
    return bench.check("captive-portal")


@TABLE("PRT-257")
def somebody_reads_along(bench: Bench) -> str | None:
    authority = TlsAuthority(bench.folder, "Kurum Güvenlik Duvarı")
    empty = bench.folder / "empty"
    empty.mkdir()
    bench.environment |= {"SSL_CERT_FILE": str(authority.path), "SSL_CERT_DIR": str(empty)}
    bench.url = bench.enter(PortalDouble(tls=authority.server("127.0.0.1"))).url
    return bench.check("tls-inspection")
