"""The one way to read and to write what `tables.py` describes: SQLite or PostgreSQL.

On SQLite writers take their turns (`BEGIN IMMEDIATE`); on PostgreSQL each locks the row that it
decides about (`Database.locks`, `FOR UPDATE`), or a name where there is no row yet (`lock`). So
several server processes on one database behave as one.
"""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache, partial
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    Executable,
    Row,
    Select,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from kamusm_esign.sandbox.portal.tables import Setting

T = TypeVar("T")
_BUSY_SECONDS = 10.0
_LOG_PAGES = 16_384
"""Of SQLite's log (4 KiB each): only at so many does who writes take them into the file itself."""
WORKERS = 3
"""Threads of a process that ask the database: one works while two wait for their answers. More of
them do not answer sooner, they take the interpreter from each other in the middle of everybody's
work. None of them ever waits for another request to this portal.
"""
_POOL = WORKERS + 2
"""Connections: one a thread, and those of the process itself."""
_RESTED = 1.0
"""Seconds; a connection that was idle for longer is tried before it is used."""
HEAD = "0004"
"""The newest step of `migrations/`; known here so that a database at it needs no Alembic."""
_VERSION_TABLE = "alembic_version"
_WRITES = "writes"
_RESTS_SINCE = "rests-since"
_EXAMPLES = "examples: sqlite:////path/portal.db, postgresql+psycopg://user@host/name"


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
        self._reader = self._engine
        # SQLite's own waiting is sleeping, up to 100 ms at a time, and whoever comes later may go
        # first: within a process writers queue here, and only processes wait for each other there.
        self._turn: AbstractContextManager[object] = threading.Lock()
        self._single = self._engine
        if self._engine.dialect.name == "postgresql":
            self._turn = nullcontext()
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")
            self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            _patiently(self._prepare)
        except DatabaseError:
            self.close()
            raise
        except (SQLAlchemyError, OSError) as error:
            self.close()
            raise DatabaseError(f"cannot open the database: {type(error).__name__}") from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; nothing is kept."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Committed at the end, rolled back on any exception."""
        with (
            self._turn,
            Session(self._writer, expire_on_commit=False, info={_WRITES: True}) as session,
            session.begin(),
        ):
            yield session

    def value(self, question: Select[T]) -> T | None:
        """The first column of the first row, without the weight of a session and a transaction."""
        with self._single.connect() as connection:
            return connection.scalar(question)

    def row(self, question: Executable, **values: Any) -> Row[Any] | None:
        """The first row, likewise."""
        with self._single.connect() as connection:
            return connection.execute(question, values).first()

    def take_in_log(self) -> None:
        """Take what is in SQLite's log into the file, while others read and write; else nothing.

        Whoever writes does that now and then otherwise, and all who wait for their turn wait for
        the disk.
        """
        with self._engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _prepare(self) -> None:
        with self._engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA journal_mode=WAL")
        with self._writer.begin() as connection:
            _lock(connection, "schema")
            _bring_up_to_date(connection)


def locks(db: Session) -> bool:
    """Whether rows that this session reads are to be locked: it is going to write."""
    return bool(db.info.get(_WRITES, False))


def lock(db: Session, name: str) -> None:
    """Have all others who lock the same name wait for the end of this transaction."""
    _lock(db.connection(), name)


def lock_and_ask(db: Session, name: str, question: Select[T], **values: Any) -> list[T]:
    """As `lock`, and then the first column of what is found; to PostgreSQL in one trip.

    Args:
        name: what is locked.
        question: a statement of some module, that is there for good.
        values: its parameters.
    """
    connection = db.connection()
    if connection.dialect.name != "postgresql":
        return list(connection.scalars(question, values))
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        driver.execute("SELECT pg_advisory_xact_lock(%s)", (_number(name),))
        found = driver.execute(_in_words(question, connection.dialect), values)
    return [row[0] for row in found.fetchall()]


@cache
def _in_words(question: Select[Any], dialect: Dialect) -> str:
    return str(question.compile(dialect=dialect))


@contextmanager
def together(db: Session, *, last: bool = False) -> Iterator[Connection]:
    """What is executed inside goes to PostgreSQL in one trip, and nothing of it gives rows.

    Whatever went wrong is raised at the end of the block.

    Args:
        db: the transaction.
        last: nothing else is written in it; its COMMIT makes the same trip.
    """
    with _together(db.connection()) as connection:
        yield connection
        if last and connection.dialect.name == "postgresql":
            connection.exec_driver_sql("COMMIT")  # what SQLAlchemy does later is then nothing


@contextmanager
def _together(connection: Connection) -> Iterator[Connection]:
    if connection.dialect.name != "postgresql":
        yield connection
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        yield connection


def _lock(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":
        with _together(connection):  # with the BEGIN
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _number(name)})


def _number(name: str) -> int:
    """A name as PostgreSQL locks it."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseError(f"not a database URL; {_EXAMPLES}") from None
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_size=_POOL
        )
        event.listen(engine, "checkin", _on_checkin)
        event.listen(engine, "checkout", partial(_on_checkout, engine.dialect))
        return engine
    if backend != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise DatabaseError(f"a file of SQLite or a PostgreSQL; {_EXAMPLES}")
    engine = create_engine(
        parsed,
        hide_parameters=True,  # a parameter may be a secret, and errors end up in logs
        connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None},
        pool_size=_POOL,
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_checkin(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_RESTS_SINCE] = time.monotonic()


def _on_checkout(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Try a connection that may have died of age or with its server.

    Trying all of them, as `pool_pre_ping` does, is two of an exchange's nine trips.
    """
    since = record.info.get(_RESTS_SINCE)
    if since is None or time.monotonic() - since < _RESTED:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(connection: Connection) -> None:
    tables = inspect(connection).get_table_names()
    if _VERSION_TABLE in tables:
        found = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608
        if found == HEAD:
            return
    elif Setting.__tablename__ in tables:
        raise DatabaseError("the database was made by another version; name a new one")
    from alembic.util import CommandError  # late: a database that is up to date does without

    from kamusm_esign.sandbox.portal.migrations import upgrade

    try:
        upgrade(connection)
    except CommandError:
        raise DatabaseError("the database was made by a newer version; name a new one") from None


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
