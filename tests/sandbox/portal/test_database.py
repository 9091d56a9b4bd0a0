"""The database: prepared by steps, the same on both kinds, its audit log as it was written."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from kamusm_esign.sandbox.portal.database import HEAD, Database, DatabaseError
from kamusm_esign.sandbox.portal.migrations import config_for
from kamusm_esign.sandbox.portal.services import audit, people
from kamusm_esign.sandbox.portal.tables import AuditRow, Base
from tests.sandbox.portal.desk import Desk

ON_BOTH = True


def test_the_steps_lead_to_what_the_tables_say(empty_desk: Desk) -> None:
    with empty_desk.portal.database._engine.begin() as connection:
        context = MigrationContext.configure(connection)
        differences: Any = compare_metadata(context, Base.metadata)
        assert list(differences) == []
        script = ScriptDirectory.from_config(config_for(connection))
        assert script.get_current_head() == context.get_current_revision() == HEAD


ON_EACH = [
    "UPDATE audit SET detail = 'x'",
    "UPDATE audit SET id = 3 WHERE id = 1",
    "DELETE FROM audit",
    "INSERT INTO audit (id, at, event, detail) VALUES (1, 2.0, 'other', 'x')"
    " ON CONFLICT (id) DO UPDATE SET detail = 'x'",
]
ON_ONE = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit (id, at, event, detail) VALUES (1, 2.0, 'other', 'x')",
        "REPLACE INTO audit (id, at, event, detail) VALUES (2, 2.0, 'other', 'x')",
        "REPLACE INTO audit (rowid, at, event, detail) VALUES ('1', 2.0, 'other', 'x')",
        "REPLACE INTO audit (id, at, event, detail) SELECT id, at, event, 'x' FROM audit",
        "UPDATE OR REPLACE audit SET id = 2 WHERE id = 1",
        "UPDATE OR REPLACE audit SET rowid = 2 WHERE rowid = 1",
        "INSERT INTO audit (id, at, event, detail) VALUES (-1, 2.0, 'other', 'x')",
    ],
    "postgresql": ["TRUNCATE audit"],
}


@pytest.mark.parametrize("statement", [*ON_EACH, *ON_ONE["sqlite"], *ON_ONE["postgresql"]])
def test_the_audit_log_only_grows(empty_desk: Desk, statement: str) -> None:
    database = empty_desk.portal.database
    if statement not in (*ON_EACH, *ON_ONE[database._engine.dialect.name]):
        pytest.skip("the other kind's own")
    as_it_was = []
    for number in range(2):
        with database.write() as db:
            audit.note(db, 1.0, "something", detail=f"as it was {number}")
        as_it_was.append((number + 1, 1.0, "something", f"as it was {number}"))
    with pytest.raises(DBAPIError, match="append-only"), database.write() as db:
        db.execute(text(statement))
    with database.write() as db:
        audit.note(db, 2.0, "later")  # nor does anything keep it from growing
    with database.read() as db:
        lines = [(r.id, r.at, r.event, r.detail) for r in db.query(AuditRow).order_by(AuditRow.at)]
    assert lines[:2] == as_it_was
    assert [event for _id, _at, event, _detail in lines[2:]] == ["later"]


def test_what_an_earlier_version_made_is_brought_up_to_date(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: str | None
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if database_url is not None:
        url = request.getfixturevalue("postgres").new_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(config_for(connection), "0001")
        line = "INSERT INTO audit (at, event, detail) VALUES (1.0, 'something', 'as it was')"
        connection.execute(text(line))
    engine.dispose()
    database = Database(url)
    again = text("INSERT INTO audit (id, at, event, detail) VALUES (1, 2.0, 'other', 'x')")
    with pytest.raises(DBAPIError), database.write() as db:
        db.execute(again)
    with database.read() as db:
        assert [row.detail for row in db.query(AuditRow)] == ["as it was"]
        assert db.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
    database.close()


def test_who_is_made_twice_at_once_is_one_person(empty_desk: Desk) -> None:
    database = empty_desk.portal.database

    def known() -> str:
        with database.write() as db:
            return people.known(db, "10000000146", "another").name

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            people.known(db, "10000000146", "first")
            second = pool.submit(known)
            time.sleep(0.5)  # it waits for the first
        assert second.result(30) == "first"


def test_a_switch_can_be_set_by_several_at_once(empty_desk: Desk) -> None:
    portal = empty_desk.portal
    together = Barrier(4)

    def switch(number: int) -> None:
        together.wait(30)
        portal.set_setting("switch", str(number))

    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            list(pool.map(switch, range(4)))
            assert portal.setting("switch") in ("0", "1", "2", "3")
            portal.set_setting("switch", None)


def test_the_log_is_taken_into_the_file(empty_desk: Desk, tmp_path: Path) -> None:
    database = empty_desk.portal.database
    with database.write() as db:
        audit.note(db, 1.0, "something")
    database.take_in_log()
    if database._engine.dialect.name == "sqlite":
        (tmp_path / "alone.db").write_bytes((tmp_path / "portal.db").read_bytes())
        with closing(sqlite3.connect(tmp_path / "alone.db")) as alone:
            assert alone.execute("SELECT event FROM audit").fetchall() == [("something",)]
    with database.read() as db:
        assert db.query(AuditRow).count() == 1


def test_what_another_version_made_is_left_alone(empty_desk: Desk) -> None:
    database = empty_desk.portal.database
    url = database._engine.url.render_as_string(hide_password=False)
    with database._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version"):
        Database(url)
    with database._engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(DatabaseError, match="another version"):
        Database(url)


def test_what_is_written_is_all_there_or_not_at_all(empty_desk: Desk) -> None:
    database = empty_desk.portal.database

    def half() -> None:
        with database.write() as db:
            audit.note(db, 1.0, "half")
            db.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with database.read() as db:
        assert db.query(AuditRow).count() == 0
