"""Which proxy an address is asked through: the system's, none, one, or what a PAC file says."""

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
_SCHEMES = {"PROXY": "http", "HTTP": "http", "HTTPS": "https"}


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
        self._known: dict[str, tuple[float, dict[str, str]]] = {}

    def __call__(self, url: str) -> dict[str, str]:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/"
        with self._lock:
            until, found = self._known.get(place, (0.0, {}))
            if time.monotonic() < until:
                return found
            if self._script is None or until:
                self._script = self._fetched()
            # Never the path: it is nobody's business which document is fetched.
            found = _first_usable(ask_pac(self._script, place, parts.hostname or ""))
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


def _first_usable(answer: str) -> dict[str, str]:
    """The first entry of `PROXY host:port; DIRECT` that this program can use.

    Raises:
        FailedError: `PROXY_FAILED`, there is none.
    """
    for entry in answer.split(";"):
        kind, _, place = entry.strip().partition(" ")
        if kind == "DIRECT":
            return {}
        if kind in _SCHEMES and place.strip():
            proxy = f"{_SCHEMES[kind]}://{place.strip()}"
            return {"http": proxy, "https": proxy}
    raise FailedError.of(FailureCode.PROXY_FAILED)
