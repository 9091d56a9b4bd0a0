"""The portal's address as people and policies write it. Standard library only."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from kamusm_esign.domain.failures import FailedError, FailureCode

API_PATH = "/api/v1"
"""Where the API lives on the portal (portal-api.yaml, `servers`)."""

_DEFAULT_PORTS = {"https": 443, "http": 80}
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9_.-]{0,251}[a-z0-9])?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")
_IPV4_LOOPBACK = ipaddress.ip_network("127.0.0.0/8")


def portal_base_url(text: str) -> str:
    """Read a portal address and return the base URL of its API, always ending in `/api/v1`.

    HTTPS only; plain HTTP for loopback addresses alone. Internationalised names are expected in
    their ASCII form.

    Raises:
        FailedError: `PORTAL_ADDRESS_INVALID`, also for user info, a query or a fragment.
    """
    parts = _split(text.strip())
    scheme, host, port = _authority(parts)
    if scheme not in _DEFAULT_PORTS or (scheme == "http" and not is_loopback(host)):
        raise _invalid()
    path = parts.path.rstrip("/")
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise _invalid()
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}"
    return f"{scheme}://{shown_host}{shown_port}{path.removesuffix(API_PATH)}{API_PATH}"


def is_loopback(host: str) -> bool:
    """Whether `host` is `localhost`, `::1` or an address of 127.0.0.0/8 (RFC 1122, RFC 4291)."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address in _IPV4_LOOPBACK or address == ipaddress.IPv6Address("::1")


def _split(text: str) -> SplitResult:
    """`urlsplit` drops tabs and line breaks silently, therefore nothing but plain ASCII goes in."""
    if not (text.isascii() and text.isprintable()) or any(c in text for c in " ?#\\@"):
        raise _invalid()
    try:
        return urlsplit(text)
    except ValueError:
        pass
    raise _invalid()


def _authority(parts: SplitResult) -> tuple[str, str, int | None]:
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if port == 0 or parts.netloc.endswith(":"):
        raise _invalid()
    if ":" in host:
        if "%" in host or not _is_ip(host):
            raise _invalid()
    elif not _HOST_NAME.fullmatch(host) or ".." in host:
        raise _invalid()
    return parts.scheme, host, port


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _invalid() -> FailedError:
    return FailedError.of(FailureCode.PORTAL_ADDRESS_INVALID)
