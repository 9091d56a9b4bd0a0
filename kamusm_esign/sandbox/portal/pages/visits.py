"""A browser's visit: a random token in its cookie, everything else in the database, sealed.

So a visit ends for good when it is ended here, whoever has a copy of the cookie: requests that
were under way meanwhile can change nothing about it, nor bring it back. What changes nothing, as
the code page's poll, writes nothing, but for a note once a minute that the browser is there.

Requests of one browser that overlap each bring along what they changed, not the whole visit as they
have read it: it is put into what is there by then, under a lock on the row. To do a form's work
anew, as where a version of the row has to fit, would send a second SMS or make a second code. Where
two have changed the same, the later form wins, and a page that was only looked at never does.
"""

import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass, field, fields, replace

from sqlalchemy import Delete, Update, bindparam, delete, select, text, update
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import locks
from kamusm_esign.sandbox.portal.services import codes
from kamusm_esign.sandbox.portal.tables import Visit as Row

NAME = "kamusm-sandbox"
SECONDS = 3600
"""A visit ends when nothing was asked for so long, to `NOTED_SECONDS`."""
NOTED_SECONDS = 60
"""So long a browser that only looks and polls is not noted anew."""
_TIDIED = 100
"""Visits that are over and are removed when another one begins."""
_READ = select(Row.seen_at, Row.sealed).where(Row.token == bindparam("key"))
_INSERT = text(
    "INSERT INTO visits (token, created_at, seen_at, sealed)"
    " VALUES (:token, :now, :now, :sealed) ON CONFLICT DO NOTHING"
)
_ONE_THING = frozenset(("code", "purpose", "match", "kind", "pin_menu"))
"""What the code page shows; never half from one request and half from another."""
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
    pin_menu: str = "nes"
    """Whose cards it is for where it is for a PIN."""
    kind: str = "nes"
    """Which menu was looked at last."""
    pending: dict[str, str] = field(default_factory=dict)
    """A sign-in or a form that waits for its SMS code, as keyed hash."""
    picture: str = ""
    """What the picture on the present form says."""
    notice: str = ""
    """What the next page says once."""
    noted_at: float | None = field(default=None, compare=False)
    """When it was noted last that the browser is there; None: the database knows nothing of it."""

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
    key = portal.keys.mac("visit", token)
    row = portal.database.row(_READ, key=key)
    if row is None:
        # The token stays: it stands for nothing but the forms of this browser. The id follows from
        # it, so that pages that are opened at the same time agree on it.
        return Visit(token, portal.keys.mac("visit-id", token)[:32])
    if row.seen_at + SECONDS <= portal.clock():
        return fresh()
    return _unsealed(portal, token, row.seen_at, row.sealed)


def write(
    portal: Portal, request: Request, response: Response, before: Visit, after: Visit
) -> None:
    """Keep what a request changed, and have the browser keep its token.

    Where the visit was ended meanwhile nothing is kept, and the browser is told nothing: it may
    have another token by now.
    """
    if _keep(portal, before, after, posted=request.method == "POST"):
        secure = request.url.scheme == "https"
        response.set_cookie(
            NAME, after.token, max_age=SECONDS, httponly=True, samesite="lax", secure=secure
        )


def _keep(portal: Portal, before: Visit, after: Visit, *, posted: bool) -> bool:
    """Whether the browser is to be told its token."""
    now = portal.clock()
    if after == before:
        if after.noted_at is None:
            return True
        if now < after.noted_at + NOTED_SECONDS:
            return False
        noted = update(Row).where(Row.token == portal.keys.mac("visit", after.token))
        with portal.database.write() as db:
            return _hits(db, noted.values(seen_at=now))
    with portal.database.write() as db:
        if after.token != before.token:
            return _begin_anew(portal, db, before, after, posted=posted)
        if before.noted_at is None and _insert(portal, db, after):
            return True
        return _change(portal, db, before, after, posted=posted)


def _begin_anew(portal: Portal, db: Session, before: Visit, after: Visit, *, posted: bool) -> bool:
    """Another visit in place of the one before, with whose codes nobody can do anything any more.

    A form has brought along what it needs for that, say an SMS code. A page has not: who was signed
    out while it was on its way stays signed out.
    """
    ended = _hits(db, delete(Row).where(Row.token == portal.keys.mac("visit", before.token)))
    codes.kill(db, before.id, portal.clock())
    return (posted or ended) and _insert(portal, db, after)


def _insert(portal: Portal, db: Session, visit: Visit) -> bool:
    """Whether there was none with its token yet."""
    now, key = portal.clock(), portal.keys.mac("visit", visit.token)
    # Those that somebody else has in hand stay for the next time: two must not wait for each other.
    over = select(Row.token).where(Row.seen_at <= now - SECONDS).limit(_TIDIED)
    db.execute(delete(Row).where(Row.token.in_(over.with_for_update(skip_locked=True))))
    values = {"token": key, "now": now, "sealed": _sealed(portal, key, visit)}
    return bool(db.connection().execute(_INSERT, values).rowcount)


def _change(portal: Portal, db: Session, before: Visit, after: Visit, *, posted: bool) -> bool:
    """Put what a request changed into the visit as it is now; nothing where that was ended."""
    key = portal.keys.mac("visit", after.token)
    row = db.get(Row, key, with_for_update=locks(db))
    there = row and _unsealed(portal, after.token, row.seen_at, row.sealed)
    if not row or not there or there.id != before.id:
        if after.code != before.code:
            codes.kill(db, before.id, portal.clock())  # nobody will be shown it
        return False
    changed = _differences(before, after)
    if not posted:
        changed -= _differences(before, there)
    kept = there.changed(**{name: getattr(after, name) for name in changed})
    row.seen_at, row.sealed = portal.clock(), _sealed(portal, key, kept)
    return True


def _differences(one: Visit, other: Visit) -> set[str]:
    compared = [f.name for f in fields(Visit) if f.compare]
    found = {name for name in compared if getattr(one, name) != getattr(other, name)}
    return found | _ONE_THING if found & _ONE_THING else found


def _hits(db: Session, statement: Delete | Update) -> bool:
    return bool(db.connection().execute(statement).rowcount)


def _sealed(portal: Portal, key: str, visit: Visit) -> bytes:
    facts = asdict(visit)
    del facts["token"], facts["noted_at"]
    return portal.keys.seal(f"visit|{key}", json.dumps(facts).encode())


def _unsealed(portal: Portal, token: str, seen_at: float, sealed: bytes) -> Visit:
    kept = portal.keys.unseal(f"visit|{portal.keys.mac('visit', token)}", sealed)
    return Visit(token, **json.loads(kept), noted_at=seen_at)
