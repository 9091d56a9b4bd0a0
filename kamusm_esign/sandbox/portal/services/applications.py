"""Renewals: ordered by an institution, filled in, confirmed, signed, and produced in time.

`ordered` → `filled` → `confirmed` (by SMS) → `signed` (with the card or by E-Onay; by hand it is
`printed` until the paper has come) → `produced`, two months before the present certificate ends;
the new one begins when that ends.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.portal.authority.own import own_authority
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import locks
from kamusm_esign.sandbox.portal.services import audit, codes, messages
from kamusm_esign.sandbox.portal.services.sign_in import ACCESS_PASSWORD, word_hash
from kamusm_esign.sandbox.portal.tables import Application, Card, Person

INSTITUTION = "ÖRNEK BAKANLIĞI BİLGİ İŞLEM DAİRESİ BAŞKANLIĞI"
BEFORE_END = 60 * 24 * 3600
"""So long before the present certificate ends the new one is produced."""
_LIFE = timedelta(days=3 * 365)
PAPER, ELECTRONIC, E_ONAY = "paper", "electronic", "e-onay"
WAYS = (PAPER, ELECTRONIC, E_ONAY)


def order(portal: Portal, db: Session, person: Person, kind: str) -> Application:
    """An institution orders a renewal; the person gets the password of the form by e-mail."""
    now = portal.clock()
    application = Application(
        id=f"a_{secrets.token_hex(8)}",
        holder_id=person.holder_id,
        kind=kind,
        institution=INSTITUTION,
        ordered_at=now,
        form={},
        state="ordered",
        changed_at=now,
    )
    db.add(application)
    send_password(portal, db, person)
    return application


def send_password(portal: Portal, db: Session, person: Person) -> None:
    """A new password for the application form; the old one is no more."""
    password = secrets.token_urlsafe(9)
    person.access_password = word_hash(portal, ACCESS_PASSWORD, person.holder_id, password)
    values = {"password": password, "name": person.name}
    messages.send(portal, db, messages.EMAIL, "access-password", "a****@ornek.gov.tr", values)
    audit.note(db, portal.clock(), "access-password-sent")


def of_holder(portal: Portal, holder_id: str) -> list[Application]:
    """All of a person's applications, the newest first; what is due is produced first."""
    produce_due(portal, holder_id)
    with portal.database.read() as db:
        wanted = select(Application).where(Application.holder_id == holder_id)
        return list(db.scalars(wanted.order_by(Application.ordered_at.desc(), Application.id)))


def own(db: Session, holder_id: str, application_id: str) -> Application | None:
    """One of the person's applications; nobody else's. Locked."""
    wanted = select(Application).where(
        Application.id == application_id, Application.holder_id == holder_id
    )
    return db.scalars(wanted.with_for_update()).first()


def move(
    portal: Portal,
    holder_id: str,
    application_id: str,
    before: tuple[str, ...],
    after: str,
    form: dict[str, Any] | None = None,
) -> bool:
    """Bring an application from one of some states into another; whether it was in one."""
    with portal.database.write() as db:
        codes.lock_application(db, application_id)
        application = own(db, holder_id, application_id)
        if application is None or application.state not in before:
            return False
        if application.state == "confirmed":
            # It is signed in another way now: what was to be signed in the application is not.
            codes.end_application(db, application_id, portal.clock())
        application.state, application.changed_at = after, portal.clock()
        if form is not None:
            application.form = form
        audit.note(db, application.changed_at, f"application-{after}")
        return True


def confirm(portal: Portal, holder_id: str, application_id: str, visit: str) -> bool:
    """The SMS code was given: what was filled in holds from now on, the person's own facts too.

    Args:
        visit: the visit in which the code was given. Whoever fills in the form needs its password
            only, so one visit does not confirm what another wrote.
    """
    with portal.database.write() as db:
        application = own(db, holder_id, application_id)
        if application is None or not is_filled_in(application, visit):
            return False
        now = portal.clock()
        form = dict(application.form)
        word, _visit = form.pop("word"), form.pop("visit")
        person = db.get_one(Person, holder_id, with_for_update=locks(db) or None)
        person.phone, person.email = form["phone"], form["email"]
        person.security_word = word
        application.form = form
        application.state, application.changed_at = "confirmed", now
        audit.note(db, now, "facts-changed", detail="word")
        audit.note(db, now, "application-confirmed")
        return True


def is_filled_in(application: Application, visit: str) -> bool:
    """Whether the form waits for the SMS code of this very visit."""
    return application.state == "filled" and application.form.get("visit") == visit


def due_at(portal: Portal, application: Application) -> float:
    """When the new certificate is produced."""
    with portal.database.read() as db:
        card = _present(db, application)
    return application.changed_at if card is None else _end(card) - BEFORE_END


def produce_due(portal: Portal, holder_id: str) -> None:
    """Produce what is signed and due: a new card with a certificate for later."""
    now = portal.clock()
    with portal.database.read() as db:
        wanted = select(Application).where(
            Application.holder_id == holder_id, Application.state == "signed"
        )
        due = [a.id for a in db.scalars(wanted) if _is_due(db, a, now)]
    if not due:
        return
    authority = own_authority(portal)
    for application_id in due:
        with portal.database.write() as db:
            application = own(db, holder_id, application_id)
            if application is not None and application.state == "signed":
                card = _produce(portal, authority, db, application)
                application.state, application.changed_at = "produced", now
                application.produced_serial = card.serial
                audit.note(db, now, "certificate-produced", serial=card.serial)


def _is_due(db: Session, application: Application, now: float) -> bool:
    card = _present(db, application)
    return card is None or now >= _end(card) - BEFORE_END


def _present(db: Session, application: Application) -> Card | None:
    """The card whose certificate ends last."""
    cards = db.scalars(
        select(Card).where(
            Card.holder_id == application.holder_id,
            Card.kind == application.kind,
            Card.status != "revoked",
        )
    ).all()
    return max(cards, key=_end, default=None)


def _end(card: Card) -> float:
    return x509.load_der_x509_certificate(card.certificate).not_valid_after_utc.timestamp()


def _produce(portal: Portal, authority: SandboxCa, db: Session, application: Application) -> Card:
    present = _present(db, application)
    now = portal.clock()
    begins = now if present is None else max(now, _end(present))
    start = datetime.fromtimestamp(int(begins), UTC)
    person = db.get_one(Person, application.holder_id)
    issued = authority.issue(
        CertificateKind(application.kind),
        "p384",
        common_name=person.name,
        serial_number=person.holder_id,
        not_before=start,
        not_after=start + _LIFE,
    )
    der = issued.certificate_der
    certificate = x509.load_der_x509_certificate(der)
    serial = f"SBX{secrets.token_hex(6)}"
    card = Card(
        serial=serial,
        certificate=der,
        certificate_sha256=certificate.fingerprint(SHA256()).hex(),
        certificate_number=f"{certificate.serial_number:x}",
        kind=application.kind,
        holder=person.name,
        holder_id=person.holder_id,
        puk=portal.keys.seal(f"puk|{serial}", _digits(8)),
        first_pin=portal.keys.seal(f"pin|{serial}", _digits(6)),
        status="good",
        status_at=now,
        enrolled_at=now,
    )
    db.add(card)
    return card


def _digits(count: int) -> bytearray:
    return bytearray(f"{secrets.randbelow(10**count):0{count}d}".encode())
