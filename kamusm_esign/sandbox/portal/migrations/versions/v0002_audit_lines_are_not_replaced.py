"""SQLite's audit log holds against REPLACE, which removes a line without a DELETE."""

from alembic import op

revision = "0002"
down_revision = "0001"

NOT_REPLACED = (
    # REPLACE fires triggers on DELETE only where `recursive_triggers` is on, which whoever connects
    # decides (https://sqlite.org/lang_conflict.html).
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
    "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    # Before a line is inserted its id reads as -1 where SQLite is to choose one: a line with that
    # id would have all others refused (https://sqlite.org/lang_createtrigger.html).
    "CREATE TRIGGER audit_counts_upwards AFTER INSERT ON audit WHEN NEW.id < 1 "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)


def upgrade() -> None:
    """Forwards; there is no way back. PostgreSQL has no REPLACE, and its upsert is an UPDATE."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in NOT_REPLACED:
            op.execute(statement)
