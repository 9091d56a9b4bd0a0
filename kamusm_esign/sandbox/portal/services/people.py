"""The people and companies that the portal knows, and what they may change about themselves."""

from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.database import lock, locks
from kamusm_esign.sandbox.portal.tables import Person


def find(db: Session, holder_id: str) -> Person | None:
    """One of them; locked where the transaction writes."""
    return db.get(Person, holder_id, with_for_update=locks(db) or None)


def known(db: Session, holder_id: str, name: str) -> Person:
    """One of them, made where it is new."""
    person = find(db, holder_id)
    if person is None:
        lock(db, f"person {holder_id}")  # there is no row yet that others would wait for
        person = find(db, holder_id)
    if person is None:
        person = Person(holder_id=holder_id, name=name)
        db.add(person)
        db.flush()
    return person
