"""The audit log: what was given to whom. Append-only (triggers in `database.py`), no secret."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.tables import AuditRow, table

_NOTE = insert(table(AuditRow)).inline()


def note(
    db: Session,
    at: float,
    event: str,
    *,
    session_id: str | None = None,
    serial: str | None = None,
    detail: str = "",
) -> None:
    """Add one line, in the transaction of what it tells of: neither happens without the other."""
    line = {"at": at, "event": event, "session_id": session_id, "serial": serial, "detail": detail}
    db.connection().execute(_NOTE, line)
