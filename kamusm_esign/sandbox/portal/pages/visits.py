"""A browser's visit: a random token in its cookie, everything else in the database, sealed.

So a visit ends for good when it is ended here, whoever has a copy of the cookie.
"""

import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import delete
from starlette.requests import Request
from starlette.responses import Response

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.tables import Visit as Row

NAME = "kamusm-sandbox"
SECONDS = 3600
"""A visit ends when nothing was asked for so long."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """One browser."""

    token: str
    id: str
    """Stays the same while the same person is there."""
    holder: str | None = None
    """holder_id of whoever is signed in."""
    way: str = ""
    """How they signed in."""
    applicant: str | None = None
    """holder_id of whoever signed in with the password of an application form."""
    code: str | None = None
    """The verification code that the page shows."""
    purpose: str = ""
    """What it is for."""
    match: str = ""
    """The two digits of a login."""
    kind: str = "nes"
    """Which menu was used last."""
    pending: dict[str, str] = field(default_factory=dict)
    """A sign-in or a form that waits for its SMS code, as keyed hash."""
    picture: str = ""
    """What the picture on the present form says."""
    notice: str = ""
    """What the next page says once."""

    def changed(self, **changes: object) -> "Visit":
        """The same with something else in it."""
        return replace(self, **changes)  # type: ignore[arg-type]


def fresh(**facts: object) -> Visit:
    """Another token and id: nothing of an earlier person goes along."""
    return Visit(secrets.token_urlsafe(32), secrets.token_hex(16)).changed(**facts)


def csrf(portal: Portal, visit: Visit) -> str:
    """What every form of this visit carries."""
    return portal.keys.mac("csrf", visit.token)


def allows(portal: Portal, visit: Visit, given: str) -> bool:
    """Whether a form comes from one of our own pages in this browser."""
    return hmac.compare_digest(csrf(portal, visit).encode(), given.encode())


def read(portal: Portal, request: Request) -> Visit:
    """The browser's visit; a new one where there is none, it is too old, or not ours."""
    token = request.cookies.get(NAME, "")
    if not _TOKEN.fullmatch(token):
        return fresh()
    with portal.database.read() as db:
        row = db.get(Row, portal.keys.mac("visit", token))
    if row is None or row.seen_at + SECONDS <= portal.clock():
        # The token stays: it stands for nothing but the forms of this browser.
        return Visit(token, secrets.token_hex(16)) if row is None else fresh()
    kept = json.loads(portal.keys.unseal(f"visit|{row.token}", row.sealed))
    return Visit(token, **kept)


def write(portal: Portal, response: Response, before: Visit, after: Visit, *, secure: bool) -> None:
    """Keep a visit, and have the browser keep its token."""
    _keep(portal, before, after)
    response.set_cookie(
        NAME, after.token, max_age=SECONDS, httponly=True, samesite="lax", secure=secure
    )


def _keep(portal: Portal, before: Visit, after: Visit) -> None:
    if after == before and not _holds_anything(after):
        return
    now = portal.clock()
    key = portal.keys.mac("visit", after.token)
    facts = asdict(after)
    del facts["token"]
    sealed = portal.keys.seal(f"visit|{key}", json.dumps(facts).encode())
    with portal.database.write() as db:
        db.execute(delete(Row).where(Row.seen_at <= now - SECONDS))
        if before.token != after.token:
            db.execute(delete(Row).where(Row.token == portal.keys.mac("visit", before.token)))
        db.merge(Row(token=key, created_at=now, seen_at=now, sealed=sealed))


def _holds_anything(visit: Visit) -> bool:
    return visit != Visit(visit.token, visit.id)
