"""The way to the portal, step by step: proxy, name, connection, encryption, and who answers.

Each step is tried once for all checks that ask for it; one that comes after a broken step is not
tried. Nothing is sent but an empty request for the portal's client information.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from kamusm_esign.domain.check_result import SKIPPED, CheckResult, doubt, fine, trouble
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.portal_client.address import is_loopback
from kamusm_esign.portal_client.translate import header, media_type
from kamusm_esign.ports import HttpAnswer, HttpFetcher

_T = TypeVar("_T")
_CONNECT = 5.0
"""Seconds for one connection."""
_HTTP_PORT, _HTTPS_PORT = 80, 443
_PROXY_PORT = 8080
_NETWORK_AUTHENTICATION = 511
"""RFC 6585 section 6."""
_PROXY_AUTHENTICATION = b"407"
_DISGUISED = frozenset(
    {
        *(FailureCode.PORTAL_CERTIFICATE, FailureCode.PORTAL_ANSWER_INVALID),
        *(FailureCode.PORTAL_UNREACHABLE, FailureCode.PORTAL_TIMEOUT),
    }
)
"""How a network that wants a sign-in looks to somebody who speaks HTTPS."""


class Route:
    """The way to one portal."""

    def __init__(
        self,
        url: str,
        fetcher: HttpFetcher,
        proxy_for: Callable[[str], str | None],
        public_roots: Callable[[], str],
    ) -> None:
        """Nothing is tried yet.

        Args:
            url: base URL of the portal's API.
            fetcher: HTTP as the program uses it.
            proxy_for: the proxy that the program would use for an address, None for none.
            public_roots: file with the authorities that browsers everywhere trust.
        """
        self._url = url
        self._fetcher = fetcher
        self._proxy_for = proxy_for
        self._public_roots = public_roots
        self._parts = urlsplit(url)
        self._lock = threading.RLock()
        self._known: dict[str, CheckResult] = {}

    @property
    def host(self) -> str:
        """The portal's host name."""
        return self._parts.hostname or ""

    @property
    def http_address(self) -> str:
        """The portal without encryption, which a network's sign-in page answers in its place."""
        return f"http://{self.host}/"

    @property
    def broken(self) -> bool:
        """Whether a step before the portal itself does not work."""
        steps = (self.proxy, self.name, self.connection, self.captive, self.encryption)
        return any(step().failure is not None for step in steps)

    # ------------------------------------------------------------------ steps
    def proxy(self) -> CheckResult:
        """Is there a proxy on the way, and does it let the program through."""
        return self._once("proxy", self._try_proxy)

    def name(self) -> CheckResult:
        """Has the portal's name an address (DNS)."""
        return self._once("name", self._try_name)

    def connection(self) -> CheckResult:
        """Does anybody take a connection there (TCP)."""
        return self._once("connection", self._try_connection)

    def captive(self) -> CheckResult:
        """Does the network itself answer in the portal's place."""
        return self._once("captive", self._try_captive)

    def encryption(self) -> CheckResult:
        """Is there TLS that this computer trusts."""
        return self._once("encryption", self._try_encryption)

    def inspection(self) -> CheckResult:
        """Does somebody on the way read along with an authority of their own."""
        return self._once("inspection", self._try_inspection)

    def _once(self, step: str, attempt: Callable[[], CheckResult]) -> CheckResult:
        with self._lock:
            if step not in self._known:
                self._known[step] = attempt()
            return self._known[step]

    # ------------------------------------------------------------------ attempts
    def _try_proxy(self) -> CheckResult:
        try:
            proxy = None if is_loopback(self.host) else self._proxy_for(self._url)
        except FailedError as error:  # of a proxy script
            return trouble(error.failure, proxy="used")
        if proxy is None:
            return fine(proxy="none")
        try:
            self._fetcher.fetch("GET", self._url + "/client", timeout=10.0)
        except FailedError as error:
            if error.failure.code is FailureCode.PROXY_FAILED:
                return trouble(Failure.of(self._why_refused(proxy)), proxy="used")
        return fine(proxy="used")

    def _why_refused(self, proxy: str) -> FailureCode:
        """Ask the proxy for a tunnel (RFC 9110 section 9.3.6) as somebody unknown."""
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        with suppress(OSError, ValueError):
            place = (parts.hostname or "", parts.port or _PROXY_PORT)
            with socket.create_connection(place, timeout=_CONNECT) as line:
                target = f"{self.host}:{_port(self._parts)}"
                line.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
                status = line.recv(64).split(b" ")[1:2]
                if status == [_PROXY_AUTHENTICATION]:
                    return FailureCode.PROXY_PASSWORD
        return FailureCode.PROXY_FAILED

    def _direct(self) -> bool:
        return self.proxy().fact("proxy") == "none"

    def _try_name(self) -> CheckResult:
        if not self._direct():
            return SKIPPED  # the proxy looks it up
        try:
            socket.getaddrinfo(self.host, _port(self._parts), type=socket.SOCK_STREAM)
        except OSError:
            return trouble(Failure.of(FailureCode.PORTAL_NAME_UNKNOWN), host=self.host)
        return fine(host=self.host)

    def _try_connection(self) -> CheckResult:
        if not self._direct() or self.name().failure is not None:
            return SKIPPED
        try:
            with self._connect():
                return fine()
        except OSError:
            return trouble(Failure.of(FailureCode.PORTAL_NO_CONNECTION), host=self.host)

    def _connect(self) -> socket.socket:
        return socket.create_connection((self.host, _port(self._parts)), timeout=_CONNECT)

    def _try_captive(self) -> CheckResult:
        if self.proxy().failure is not None or self.name().failure is not None:
            return SKIPPED
        signs_in = trouble(Failure.of(FailureCode.CAPTIVE_PORTAL), address=self.http_address)
        try:
            answer = self._fetcher.fetch("GET", self._url + "/client", timeout=10.0)
        except FailedError as error:
            if error.failure.code not in _DISGUISED or self._parts.scheme != "https":
                return SKIPPED
        else:
            page = answer.status == 200 and media_type(answer) == "text/html"
            return signs_in if page or self._leads_elsewhere(answer) else fine()
        try:
            answer = self._fetcher.fetch("GET", self.http_address, timeout=10.0)
        except FailedError:
            return SKIPPED
        return signs_in if self._leads_elsewhere(answer) else fine()

    def _leads_elsewhere(self, answer: HttpAnswer) -> bool:
        if answer.status == _NETWORK_AUTHENTICATION:
            return True
        if not 300 <= answer.status < 400:
            return False
        with suppress(ValueError):
            host = urlsplit(header(answer, "location") or "").hostname
            return host is not None and host != self.host
        return True

    def _stands_open(self) -> bool:
        """Whether TLS can be tried at all."""
        if self._parts.scheme != "https" or not self._direct():
            return False
        earlier = (self.name(), self.connection(), self.captive())
        return all(step.failure is None for step in earlier)

    def _try_encryption(self) -> CheckResult:
        if not self._stands_open():
            return SKIPPED
        try:
            return fine(issuer=_issuer(self._peer(_system_trust())))
        except ssl.SSLCertVerificationError:
            return trouble(Failure.of(FailureCode.PORTAL_CERTIFICATE), host=self.host)
        except OSError:  # the other errors of TLS are among them
            return trouble(Failure.of(FailureCode.TLS_FAILED), host=self.host)

    def _try_inspection(self) -> CheckResult:
        seen = self.encryption()
        if seen.failure is not None or not seen.facts:
            return SKIPPED
        try:
            self._peer(ssl.create_default_context(cafile=self._public_roots()))
        except ssl.SSLCertVerificationError:
            return doubt(Failure.of(FailureCode.TLS_INSPECTION), issuer=seen.fact("issuer"))
        except OSError:
            return SKIPPED
        return fine(issuer=seen.fact("issuer"))

    def _peer(self, context: ssl.SSLContext) -> dict[str, object]:
        """The certificate of who answers, checked by `context`."""
        with self._connect() as line, context.wrap_socket(line, server_hostname=self.host) as tls:
            return dict(tls.getpeercert() or {})


def _system_trust() -> ssl.SSLContext:
    import truststore

    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return context


def _port(parts: SplitResult) -> int:
    return parts.port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)


def _issuer(certificate: dict[str, object]) -> str:
    """Organisation, or else the common name, of who gave the certificate out."""
    names: dict[str, str] = {}
    issuer = certificate.get("issuer", ())
    for group in issuer if isinstance(issuer, tuple) else ():
        names |= {str(key): str(value) for key, value in group}
    return names.get("organizationName") or names.get("commonName") or "?"
