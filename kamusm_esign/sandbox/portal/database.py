"""What the portal keeps: SQLAlchemy 2 models, and the one way to read and to write.

Times are seconds since 1970 (UTC). Writers take their turns (`BEGIN IMMEDIATE`), so two server
processes on one file behave as one; single use is an UPDATE … WHERE besides. Only the triggers of
the audit log and the pragmas are SQLite's own.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    Connection,
    Engine,
    ForeignKey,
    String,
    create_engine,
    event,
    insert,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

_BUSY_SECONDS = 10.0
SCHEMA = "1"


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {list[str]: JSON, dict[str, Any]: JSON}  # noqa: RUF012


class Setting(Base):
    """A switch that every process on this database obeys."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Card(Base):
    """A card that exists: its certificate, and its PUK sealed to the serial."""

    __tablename__ = "cards"
    serial: Mapped[str] = mapped_column(primary_key=True)
    certificate: Mapped[bytes]
    certificate_sha256: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    holder: Mapped[str]
    holder_id: Mapped[str]
    puk: Mapped[bytes]
    revoked: Mapped[bool] = mapped_column(default=False)
    enrolled_at: Mapped[float]


class Code(Base):
    """A verification code, as keyed hash, and the job it stands for."""

    __tablename__ = "codes"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str]
    certificate_kind: Mapped[str]
    holder: Mapped[str]
    holder_id: Mapped[str]
    serials: Mapped[list[str]]
    methods: Mapped[list[str]]
    otp: Mapped[bytes | None]
    """The SMS code that was fixed beforehand, sealed."""
    web_login: Mapped[str | None] = mapped_column(index=True)
    """Set where a web page asked for it: a new code of the same page ends this one."""
    browser: Mapped[str]
    address: Mapped[str]
    match_number: Mapped[str]
    created_at: Mapped[float]
    expires_at: Mapped[float]
    used_at: Mapped[float | None]


class SessionRow(Base):
    """A session that a code was exchanged for."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    code_hash: Mapped[str] = mapped_column(ForeignKey("codes.hash"), unique=True)
    exchange_hash: Mapped[str]
    """Keyed hash of the Idempotency-Key of the exchange."""
    started_at: Mapped[float]
    expires_at: Mapped[float]
    ended_at: Mapped[float | None]
    """Set where it ended before its time: an outcome, a cancel, the third wrong SMS code."""
    otp: Mapped[bytes | None]
    """The SMS code, sealed; None where no step-up is asked for."""
    step_up_passed: Mapped[bool] = mapped_column(default=False)
    otp_sends: Mapped[int] = mapped_column(default=0)
    otp_sent_at: Mapped[float | None]
    otp_wrong: Mapped[list[str]]
    """Keyed hashes of the wrong SMS codes."""
    grant_key: Mapped[str | None]
    grant_body: Mapped[str | None]
    grant_serial: Mapped[str | None]
    grant: Mapped[dict[str, Any] | None]
    """The answer to authorizeUnblock; a PUK in it is sealed to the client."""
    challenge: Mapped[bytes | None]
    outcome: Mapped[str | None]
    outcome_report: Mapped[dict[str, Any] | None]
    code: Mapped[Code] = relationship(lazy="joined", innerjoin=True)


class DocumentRow(Base):
    """A document of a `sign` session, and its signature once there is one."""

    __tablename__ = "documents"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    title: Mapped[str]
    media_type: Mapped[str]
    format: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[str]
    signature: Mapped[bytes | None]
    receipt: Mapped[dict[str, Any] | None]


class SmsRow(Base):
    """A text message that the sandbox shows instead of sending it."""

    __tablename__ = "sms"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    phone: Mapped[str]
    sent_at: Mapped[float]


class UnknownCode(Base):
    """One try with a code that does not exist; the address as keyed hash."""

    __tablename__ = "unknown_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(index=True)
    at: Mapped[float]


class AuditRow(Base):
    """One line of the audit log; the database itself refuses to change or remove it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float]
    event: Mapped[str]
    session_id: Mapped[str | None]
    serial: Mapped[str | None]
    detail: Mapped[str]


for _verb in ("UPDATE", "DELETE"):
    event.listen(
        AuditRow.__table__,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER audit_no_{_verb.casefold()} BEFORE {_verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )


class DatabaseError(Exception):
    """The database cannot be used; the message says why."""


class Database:
    """One database; safe for several threads and processes.

    Raises (on opening):
        DatabaseError: no such kind of database, not reachable, or made by another version.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._writer = self._engine.execution_options(writes=True)
        try:
            _patiently(self._prepare)
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseError(f"cannot open the database: {type(error).__name__}") from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; nothing is kept."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writer at a time; committed at the end, rolled back on any exception."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _prepare(self) -> None:
        with self._engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA journal_mode=WAL")
        with self._writer.begin() as connection:
            Base.metadata.create_all(connection)
            _check_schema(connection)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseError("not a database URL; example: sqlite:////path/portal.db") from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise DatabaseError("only SQLite files so far; example: sqlite:////path/portal.db")
    engine = create_engine(
        parsed,
        hide_parameters=True,  # a parameter may be a secret, and errors end up in logs
        connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None},
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_schema(connection: Connection) -> None:
    found = connection.scalar(select(Setting.value).where(Setting.name == "schema"))
    if found is None:
        connection.execute(insert(Setting).values(name="schema", value=SCHEMA))
    elif found != SCHEMA:
        raise DatabaseError("the database was made by another version; name a new one")


def _patiently(prepare: Callable[[], None], tries: int = 50, pause: float = 0.1) -> None:
    """SQLite does not wait for its turn when two processes switch a new file to WAL at once."""
    for left in reversed(range(tries)):
        try:
            return prepare()
        except OperationalError as error:
            if not left or "locked" not in str(error.orig):
                raise
        except sqlite3.OperationalError as error:
            if not left or "locked" not in str(error):
                raise
        time.sleep(pause)
    return None
