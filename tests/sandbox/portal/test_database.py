"""The database: prepared by steps, the same on both kinds, its audit log as it was written."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kamusm_esign.sandbox.portal.database import HEAD, Database, DatabaseError
from kamusm_esign.sandbox.portal.migrations import config_for
from kamusm_esign.sandbox.portal.services import audit
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


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET detail = 'x'", "DELETE FROM audit", "TRUNCATE audit"]
)
def test_the_audit_log_only_grows(empty_desk: Desk, statement: str) -> None:
    database = empty_desk.portal.database
    if statement.startswith("TRUNCATE") and database._engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with database.write() as db:
        audit.note(db, 1.0, "something", detail="as it was")
    with pytest.raises(DBAPIError, match="append-only"), database.write() as db:
        db.execute(text(statement))
    with database.read() as db:
        assert [row.detail for row in db.query(AuditRow)] == ["as it was"]


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
