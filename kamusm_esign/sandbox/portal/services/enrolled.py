"""What comes with a holder's first card: a practice word to sign in with, and a renewal to try."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services import applications, people
from kamusm_esign.sandbox.portal.services.sign_in import PRACTICE_WORD, SECURITY_WORD, word_hash
from kamusm_esign.sandbox.portal.tables import Application, Card


def welcome(portal: Portal, db: Session, card: Card) -> None:
    """Make sure that the holder can use the pages."""
    person = people.known(db, card.holder_id, card.holder)
    if not person.security_word:
        person.security_word = word_hash(portal, SECURITY_WORD, person.holder_id, PRACTICE_WORD)
    ordered = select(Application.id).where(Application.holder_id == person.holder_id)
    if card.kind == "nes" and db.scalars(ordered).first() is None:
        applications.order(portal, db, person, card.kind)
