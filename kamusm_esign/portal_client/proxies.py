"""Which proxy an address is asked through: the system's, none, one, or what a PAC file says."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.portal_client.pac_client import ask_pac
from kamusm_esign.portal_client.transport import ProxyFinder, Transport, needs_no_proxy

PAC_LIMIT = 1 << 20
"""Bytes of a PAC file."""
PAC_SECONDS = 300.0
"""How long a PAC file's answer for a host is believed."""
CONNECT_SECONDS = 3.0
"""For a proxy that has another one behind it in the list."""
_SCHEMES = {"PROXY": "http", "HTTP": "http", "HTTPS": "https"}
_PORTS = {"http": 80, "https": 443}
_DIRECT = "DIRECT"


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """The proxy of the settings."""

    mode: str
    """`system`, `none`, `pac` or `manual`."""
    address: str | None = None
    """`http://HOST:PORT`."""
    user: str | None = None
    exceptions: str = ""
    pac: str | None = None
    """Address or absolute path."""


def proxy_finder(
    choice: ProxyChoice, password: Callable[[], AccountPassword | None]
) -> ProxyFinder | None:
    """What finds the proxies; None: the system does.

    Args:
        choice: of the settings. Where it is not complete yet, the system's proxies count.
        password: of the account, asked at every use: it may be changed meanwhile.
    """
    if choice.mode == "none":
        return lambda _url: {}
    if choice.mode == "manual" and choice.address:
        return _Manual(choice.address, choice.user, choice.exceptions, password)
    if choice.mode == "pac" and choice.pac:
        return _ByPac(choice.pac)
    return None


@dataclass(frozen=True, slots=True)
class _Manual:
    address: str
    user: str | None
    exceptions: str
    password: Callable[[], AccountPassword | None]

    def __call__(self, url: str) -> dict[str, str]:
        if self.exceptions and needs_no_proxy(url, self.exceptions):
            return {}
        parts = urlsplit(self.address)
        place = parts.netloc
        if self.user:
            kept = self.password()
            secret = quote(kept.reveal(), safe="") if kept is not None else ""
            place = f"{quote(self.user, safe='')}:{secret}@{place}"
        whole = urlunsplit((parts.scheme, place, "", "", ""))
        return {"http": whole, "https": whole}


class _ByPac:
    """Asks a PAC file, in a process of its own, once for each host and some minutes."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._script: str | None = None
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}

    def __call__(self, url: str) -> dict[str, str]:
        chosen = _first_there(self._said(url))
        return {} if chosen == _DIRECT else {"http": chosen, "https": chosen}

    def _said(self, url: str) -> tuple[str, ...]:
        """What may be used for an address, best first."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/"
        with self._lock:
            until, found = self._known.get(place, (0.0, ()))
            if time.monotonic() < until:
                return found
            if self._script is None or until:
                self._script = self._fetched()
            # Never the path: it is nobody's business which document is fetched.
            found = _usable(ask_pac(self._script, place, parts.hostname or ""))
            self._known[place] = (time.monotonic() + PAC_SECONDS, found)
            return found

    def _fetched(self) -> str:
        try:
            if Path(self._source).is_absolute():
                with open(self._source, "rb") as file:
                    data = file.read(PAC_LIMIT + 1)
            else:
                direct = Transport(user_agent="kamusm-esign", proxies=lambda _url: {})
                answer = direct.fetch("GET", self._source, limit=PAC_LIMIT)
                data = answer.body if answer.status == 200 else b""
        except (OSError, FailedError):
            data = b""
        if not data or len(data) > PAC_LIMIT:
            raise FailedError.of(FailureCode.PROXY_FAILED)
        return data.decode("utf-8", "replace")


def _usable(answer: str) -> tuple[str, ...]:
    """The entries of `PROXY a:1; PROXY b:2; DIRECT` that this program can use, in their order.

    Raises:
        FailedError: `PROXY_FAILED`, there is none.
    """
    found: list[str] = []
    for entry in answer.split(";"):
        kind, _, place = entry.strip().partition(" ")
        if kind == _DIRECT:
            found.append(_DIRECT)
        elif kind in _SCHEMES and place.strip():
            found.append(f"{_SCHEMES[kind]}://{place.strip()}")
    if not found:
        raise FailedError.of(FailureCode.PROXY_FAILED)
    return tuple(found)


def _first_there(proxies: tuple[str, ...]) -> str:
    """The first that takes a connection; nothing is said to it. None does: the first, whose
    failure is then told. One alone is not tried out."""
    for proxy in proxies if len(proxies) > 1 else ():
        if proxy == _DIRECT or _takes_connections(proxy):
            return proxy
    return proxies[0]


def _takes_connections(proxy: str) -> bool:
    try:
        parts = urlsplit(proxy)
        place = (parts.hostname or "", parts.port or _PORTS[parts.scheme])
        socket.create_connection(place, CONNECT_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True
