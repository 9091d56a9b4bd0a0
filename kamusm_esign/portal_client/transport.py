"""HTTP over requests: the only importer of it, and not before the first request.

Each request has a connection and a thread of its own. The caller waits for the answer, for the
total time, or for being given up, whichever comes first: neither a server that sends one byte now
and then nor a name server that does not answer can hold it longer. Keep-alive would save one
handshake and cost requests that die on a connection which the server has just closed.

TLS is checked by the operating system's trust store and by nothing else (truststore): the bundle
that requests brings along and REQUESTS_CA_BUNDLE play no part; what OpenSSL itself reads
(SSL_CERT_FILE, SSL_CERT_DIR) is the trust store of a Linux machine. The proxy is what the settings
say, else the system's, as requests finds it; nothing goes through a proxy to a loopback address.
Redirects, cookies, netrc and compressed answers are not used.
"""

import queue
import sys
import threading
import warnings
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.portal_client.address import is_loopback
from kamusm_esign.portal_client.call import Cancel, Line
from kamusm_esign.portal_client.translate import failure_of_exception
from kamusm_esign.ports import HttpAnswer

if TYPE_CHECKING:
    import requests

ProxyFinder = Callable[[str], dict[str, str]]
"""The proxies for an address by scheme; empty: none. Raises FailedError."""

_CHUNK = 1 << 16
_importing = threading.Lock()
_ERROR_LIMIT = 1 << 20
"""Bytes of an error answer, however large a good one may be."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request as it is to be sent. Never printed: headers and body hold secrets."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | bytearray | None = field(default=None, repr=False)
    limit: int = 1 << 20
    """Bytes of a good answer's body, at most."""
    total: float = 60.0
    """Seconds for all of it, name look-up and last byte included."""


class Transport:
    """Sends one request and reads its answer; safe to use from several threads."""

    def __init__(
        self,
        *,
        user_agent: str,
        connect_timeout: float = 5.0,
        read_timeout: float = 20.0,
        proxies: ProxyFinder | None = None,
    ) -> None:
        """Time-outs in seconds: for one connection attempt, and between two bytes.

        Without `proxies` they are the system's.
        """
        self._user_agent = user_agent
        self._proxies = proxies or _system_proxies
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout

    def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        limit: int = 1 << 20,
        timeout: float = 20.0,
    ) -> HttpAnswer:
        """See `ports.HttpFetcher`; `timeout` is the total."""
        return self.send(Outgoing(method, url, tuple(headers), body, limit, timeout), Cancel())

    def send(self, request: Outgoing, cancel: Cancel) -> HttpAnswer:
        """Send the request once and return whatever answer comes, redirects and errors too.

        Raises:
            FailedError: `PORTAL_UNREACHABLE`, `PORTAL_TIMEOUT`, `PORTAL_CERTIFICATE`,
                `PORTAL_ANSWER_INVALID` (not HTTP, or compressed), `PORTAL_ANSWER_TOO_LARGE`,
                `PROXY_FAILED`, `CANCELLED` (given up), `UNEXPECTED`. None of them has a cause:
                the library's exceptions hold the request with its secrets.
        """
        line = Line()
        inbox: queue.SimpleQueue[HttpAnswer | Failure] = queue.SimpleQueue()
        worker = threading.Thread(
            target=self._work, args=(request, line, inbox), name="http", daemon=True
        )
        with cancel.calling(lambda: inbox.put(Failure.of(FailureCode.CANCELLED))):
            if inbox.empty():
                worker.start()
            result = _first(inbox, request.total)
        if isinstance(result, HttpAnswer):
            return result
        line.cut()
        raise FailedError(result)

    def _work(
        self, request: Outgoing, line: Line, inbox: "queue.SimpleQueue[HttpAnswer | Failure]"
    ) -> None:
        result: HttpAnswer | Failure
        try:
            result = self._exchange(request, line)
        except FailedError as error:
            result = error.failure
        except Exception as error:
            result = failure_of_exception(error)
        finally:
            line.close()
        inbox.put(result)

    def _exchange(self, request: Outgoing, line: Line) -> HttpAnswer:
        _import_requests()
        import requests

        prepared = requests.Request(
            request.method, request.url, headers=self._headers(request), data=request.body
        ).prepare()
        adapter = _adapter_class()(line)
        try:
            with adapter.send(
                prepared,
                stream=True,
                timeout=(self._connect_timeout, min(self._read_timeout, request.total)),
                verify=True,
                proxies=self._proxies_for(request.url),
            ) as response:
                return _read(response, request.limit)
        finally:
            adapter.close()

    def proxy_for(self, url: str) -> str | None:
        """The proxy for this address as `scheme://host:port`, without its account; None: none.

        Raises:
            FailedError: what finds the proxies failed.
        """
        proxies = self._proxies_for(url)
        found = proxies.get(urlsplit(url).scheme) or proxies.get("all")
        if not found:
            return None
        parts = urlsplit(found if "//" in found else f"//{found}")
        return f"{parts.scheme or 'http'}://{parts.netloc.rpartition('@')[2]}"

    def _proxies_for(self, url: str) -> dict[str, str]:
        """Scheme → proxy; none for loopback."""
        return {} if is_loopback(urlsplit(url).hostname or "") else self._proxies(url)

    def _headers(self, request: Outgoing) -> dict[str, str]:
        always = {
            "User-Agent": self._user_agent,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        return always | dict(request.headers)


def _first(
    inbox: "queue.SimpleQueue[HttpAnswer | Failure]", seconds: float
) -> HttpAnswer | Failure:
    try:
        return inbox.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        return Failure.of(FailureCode.PORTAL_TIMEOUT)


def _import_requests() -> None:
    """Import requests without what guesses how a text is encoded, almost half of what it takes.

    Nothing here asks it to guess: every text of the portal is JSON, which is UTF-8 (RFC 8259, 8.1).
    requests is made to work without, and warns.
    """
    with _importing:
        if "requests" in sys.modules:
            return
        modules: dict[str, ModuleType | None] = vars(sys)["modules"]
        hidden = [name for name in ("chardet", "charset_normalizer") if name not in modules]
        modules.update(dict.fromkeys(hidden))  # an import that finds None fails
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import requests  # noqa: F401
        finally:
            for name in hidden:
                del modules[name]


def public_roots() -> str:
    """File with the authorities that browsers everywhere trust (certifi's); only to compare."""
    _import_requests()
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    return str(DEFAULT_CA_BUNDLE_PATH)


def _system_proxies(url: str) -> dict[str, str]:
    """The system's proxies for this address by scheme."""
    _import_requests()
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def needs_no_proxy(url: str, exceptions: str) -> bool:
    """Whether a list of hosts, separated by commas, names the host of an address."""
    _import_requests()
    from requests.utils import should_bypass_proxies

    return bool(should_bypass_proxies(url, no_proxy=exceptions))


def _read(response: "requests.Response", limit: int) -> HttpAnswer:
    """Read at most `limit` bytes, counted as they come over the wire."""
    if response.headers.get("Content-Encoding", "identity").strip().casefold() != "identity":
        raise FailedError.of(FailureCode.PORTAL_ANSWER_INVALID, member="Content-Encoding")
    limit = limit if response.ok else min(limit, _ERROR_LIMIT)
    body = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > limit:
            raise FailedError.of(FailureCode.PORTAL_ANSWER_TOO_LARGE)
    return HttpAnswer(response.status_code, tuple(response.headers.items()), bytes(body))


@cache
def _adapter_class() -> Any:
    """The class is made late because its base comes from requests."""
    import ssl

    import truststore

    _import_requests()
    from requests.adapters import HTTPAdapter
    from requests.utils import get_auth_from_url

    class Adapter(HTTPAdapter):
        """Connections that are checked by the system's trust store and can be cut."""

        def __init__(self, line: Line) -> None:
            self._line = line
            self._context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            super().__init__(pool_connections=1, pool_maxsize=1)

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

        def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
            """Without this, TLS through a proxy would be checked by OpenSSL's files, which are not
            the system's trust store on Windows and macOS."""
            contexts = {"ssl_context": self._context}
            if proxy.startswith("https:"):
                contexts["proxy_ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            return super().proxy_manager_for(proxy, **contexts, **kwargs)

        def proxy_headers(self, proxy: str) -> dict[str, str]:
            """The account in UTF-8 (RFC 7617 section 2.1): the base class knows no `ş`."""
            user, password = get_auth_from_url(proxy)
            if not user:
                return {}
            pair = b64encode(f"{user}:{password}".encode()).decode("ascii")
            return {"Proxy-Authorization": f"Basic {pair}"}

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            """The base class would add requests' own bundle to the trusted certificates."""
            conn.cert_reqs = "CERT_REQUIRED"

        def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
            pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
            pool.ConnectionCls = _cuttable(pool.ConnectionCls, self._line)
            return pool

    return Adapter


def _cuttable(base: Any, line: Line) -> Any:
    """A connection class that shows its socket to `line` before TLS or anything else is sent."""

    class Cuttable(base):  # type: ignore[misc]
        def _new_conn(self) -> Any:
            return line.hold(super()._new_conn())

    return Cuttable
