"""What a browser keeps for the web pages: one sealed cookie, so that any process can read it.

The verification code lies in it, encrypted, because the database has only its keyed hash.
"""

import base64
import binascii
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from kamusm_esign.sandbox.portal.context import Portal

NAME = "kamusm-sandbox"
SECONDS = 3600
_USE = "cookie"


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """One browser."""

    id: str
    csrf: str
    """Every form of this browser carries it."""
    expires_at: float
    holder: str | None = None
    """Whoever is signed in (`pages.holder_key`)."""
    code: str | None = None
    """The code that the page shows."""

    def allows(self, csrf: str) -> bool:
        """Whether a form comes from one of our own pages in this browser."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())

    def signed_in(self, holder: str | None) -> "Visit":
        """The same browser with another person in front of it, under new tokens."""
        return Visit(secrets.token_hex(16), secrets.token_hex(16), self.expires_at, holder)


def read(portal: Portal, request: Request) -> Visit:
    """The browser's visit; a new one where there is none, it is too old, or not ours."""
    now = portal.clock()
    try:
        sealed = base64.urlsafe_b64decode(request.cookies.get(NAME, "") + "===")
        visit = Visit(**json.loads(portal.keys.unseal(_USE, sealed)))
    except (ValueError, TypeError, binascii.Error):
        visit = None
    if visit is not None and visit.expires_at > now:
        return visit
    return Visit(secrets.token_hex(16), secrets.token_hex(16), now + SECONDS)


def write(portal: Portal, response: Response, visit: Visit) -> None:
    """Have the browser keep it."""
    visit = replace(visit, expires_at=portal.clock() + SECONDS)
    sealed = portal.keys.seal(_USE, json.dumps(asdict(visit)).encode())
    response.set_cookie(
        NAME,
        base64.urlsafe_b64encode(sealed).decode().rstrip("="),
        max_age=SECONDS,
        httponly=True,
        samesite="lax",
    )
