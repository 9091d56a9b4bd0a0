"""Verification codes: exchanged once, dead after 300 seconds or when a new one is asked for."""

import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.api.bodies import METHODS
from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import lock, locks, together
from kamusm_esign.sandbox.portal.services import audit, limits
from kamusm_esign.sandbox.portal.services.paperwork import make_documents
from kamusm_esign.sandbox.portal.tables import Application, Code, SessionRow, table

CODE_SECONDS = 300
PIN_PURPOSES = ("pin-unblock", "pin-create")
PURPOSES = (*PIN_PURPOSES, "e-onay-grant", "e-onay-revoke", "application", "login")
SESSION_SECONDS = {"pin": 300, "sign": 1800}
UNKNOWN_CODES = limits.Limit(5, 60)
"""For one address."""
_USE = update(table(Code)).where(Code.hash == bindparam("used")).values(used_at=bindparam("now"))
_OPEN = insert(table(SessionRow))


@dataclass(frozen=True, slots=True)
class Job:
    """What a code stands for."""

    purpose: str
    certificate_kind: str
    holder: str
    """Name in full; masked in every answer. "" where nobody is known (login)."""
    holder_id: str
    serials: tuple[str, ...] = ()
    """Cards that may do it; empty: any card of the kind."""
    methods: tuple[str, ...] = METHODS
    """Ways to set the PIN, in the order that the portal prefers."""
    otp: str | None = None
    """The SMS code, fixed beforehand; None: random where one is asked for."""
    web_login: str | None = None
    browser: str = "kamusm-esign-sandbox"
    address: str = "127.0.0.***"
    formats: tuple[str, ...] = ()
    """Signature formats, one a document, in place of the usual ones."""
    application_id: str | None = None
    """Which application its documents are about."""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code and what the person must know of it."""

    code: str
    expires_at: float
    match_number: str
    """The two digits of a login page."""


def kind(purpose: str) -> str:
    """`pin` or `sign`."""
    return "pin" if purpose in PIN_PURPOSES else "sign"


def issue(portal: Portal, job: Job) -> IssuedCode:
    """Make a code. Older unused codes of the same web login die at once.

    Raises:
        ValueError: a PIN job of a web login without cards. Only who runs the portal makes codes for
            any card of a kind.
    """
    if job.web_login is not None and kind(job.purpose) == "pin" and not job.serials:
        raise ValueError("a PIN job of a web login needs its cards")
    now = portal.clock()
    code = f"{secrets.randbelow(10**15):015d}"
    otp = None if job.otp is None else portal.keys.seal("otp", job.otp.encode())
    row = Code(
        hash=portal.keys.mac("code", code),
        purpose=job.purpose,
        certificate_kind=job.certificate_kind,
        holder=job.holder,
        holder_id=job.holder_id,
        serials=list(job.serials),
        methods=list(job.methods) if kind(job.purpose) == "pin" else [],
        otp=otp,
        web_login=job.web_login,
        browser=job.browser,
        address=job.address,
        match_number=f"{secrets.randbelow(100):02d}",
        formats=list(job.formats),
        application_id=job.application_id,
        created_at=now,
        expires_at=now + CODE_SECONDS,
    )
    with portal.database.write() as db:
        if job.web_login is not None:
            kill(db, job.web_login, now)
        db.add(row)
        audit.note(db, now, "code-issued", detail=job.purpose)
    return IssuedCode(code, row.expires_at, row.match_number)


def kill(db: Session, web_login: str, now: float) -> None:
    """End all unused codes of a web login."""
    db.execute(
        update(Code)
        .where(Code.web_login == web_login, Code.used_at.is_(None), Code.expires_at > now)
        .values(expires_at=now)
    )


def lock_application(db: Session, application_id: str) -> None:
    """Have all others wait who decide about an application. Before any of its rows is locked: who
    signs comes from the session, who chooses another way from the application, and they would meet.
    """
    lock(db, f"application {application_id}")


def end_application(db: Session, application_id: str, now: float, but: str = "") -> None:
    """End all codes and sessions that are to sign an application: it is signed, or will be in
    another way. An outcome is noted later as ever.

    Args:
        but: the session that goes on.
    """
    mine = Code.application_id == application_id
    db.execute(
        update(Code)
        .where(mine, Code.used_at.is_(None), Code.expires_at > now)
        .values(expires_at=now)
    )
    hashes = select(Code.hash).where(mine, Code.used_at.is_not(None))
    db.execute(
        update(SessionRow)
        .where(SessionRow.code_hash.in_(hashes), SessionRow.ended_at.is_(None))
        .where(SessionRow.id != but, SessionRow.expires_at > now)
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def exchange(portal: Portal, code: str, key: str, address: str) -> tuple[SessionRow, str]:
    """Exchange a code for a session; gives its token too. The same pair gives the same again.

    Raises:
        ProblemError: `too-many-attempts`, `code-unknown`, `code-expired`, `code-used`.
    """
    return portal.decide(lambda db: _exchange(portal, db, code, key, address))


def _exchange(
    portal: Portal, db: Session, code: str, key: str, address: str
) -> tuple[SessionRow, str] | ProblemError:
    now = portal.clock()
    source = portal.keys.mac("address", limits.whose(address))
    # Judged before the code is looked at: whoever guesses must not learn that a guess was right.
    wait = limits.wait(db, source, UNKNOWN_CODES, now)
    if wait:
        return ProblemError("too-many-attempts", retry_after=wait)
    row = db.get(Code, portal.keys.mac("code", code), with_for_update=locks(db))
    if row is None:
        limits.count(db, source, now)
        return ProblemError("code-unknown")
    if row.used_at is not None:
        return _again(portal, db, row, code, key)
    if row.expires_at <= portal.clock():  # later than `now`: others may have ended it meanwhile
        return ProblemError("code-expired")
    return _open(portal, db, row, code, key)


def _again(
    portal: Portal, db: Session, row: Code, code: str, key: str
) -> tuple[SessionRow, str] | ProblemError:
    """The answer got lost: the same session, until it ends."""
    session = db.scalars(select(SessionRow).where(SessionRow.code_hash == row.hash)).one()
    ended = session.ended_at is not None or portal.clock() >= session.expires_at
    if ended or session.exchange_hash != portal.keys.mac("exchange", key):
        return ProblemError("code-used")
    return session, portal.keys.token(session.id, code, key)


def _open(portal: Portal, db: Session, row: Code, code: str, key: str) -> tuple[SessionRow, str]:
    """Written statement by statement: to find out by itself what there is to write costs the ORM as
    much again, and this is what the portal does most.
    """
    now = portal.clock()
    session_kind = kind(row.purpose)
    session_id = f"s_{secrets.token_hex(16)}"
    token = portal.keys.token(session_id, code, key)
    values = {
        "id": session_id,
        "token_hash": portal.keys.mac("token", token),
        "exchange_hash": portal.keys.mac("exchange", key),
        "started_at": now,
        "expires_at": now + SESSION_SECONDS[session_kind],
        "otp": _otp(portal, row, session_id),
        "otp_wrong": [],
    }
    with together(db, last=session_kind == "pin") as connection:
        connection.execute(_USE, {"used": row.hash, "now": now})
        connection.execute(_OPEN, values | {"code_hash": row.hash})
        audit.note(db, now, "session-opened", session_id=session_id, detail=row.purpose)
    session = SessionRow(**values, code=row)
    if session_kind == "sign":
        application = row.application_id and db.get(Application, row.application_id)
        db.add_all(make_documents(session, application or None, now))
    return session, token


def _otp(portal: Portal, row: Code, session_id: str) -> bytes | None:
    """The session's SMS code: every `pin` session has one, a `sign` session where it was fixed."""
    asked = kind(row.purpose) == "pin" or row.otp is not None
    if portal.no_step_up or not asked:
        return None
    if row.otp is None:
        otp = f"{secrets.randbelow(10**6):06d}".encode()
    else:
        otp = bytes(portal.keys.unseal("otp", row.otp))
    return portal.keys.seal(f"otp|{session_id}", otp)
