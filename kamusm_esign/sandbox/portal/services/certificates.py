"""A holder's certificates: what they say, where they stand, and what the holder does to them."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import locks
from kamusm_esign.sandbox.portal.services import audit
from kamusm_esign.sandbox.portal.tables import Card

MENU_KINDS = {"nes": ("nes",), "mali-muhur": ("mali-muhur", "e-muhur")}
"""Which kinds of certificates a menu is about."""
REASONS = ("lost", "compromised", "data-changed", "other")
"""Why a holder revokes; what CRL and OCSP say of each is in `authority/status.py`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as pages show it. Times in seconds since 1970."""

    number: str
    card: str
    kind: str
    holder: str
    issuer: str
    not_before: float
    not_after: float
    state: str
    """`valid`, `not-yet`, `expired`, `suspended` or `revoked`."""
    status_at: float
    reason: str
    """Why it was revoked, one of `REASONS`; "" where nobody said."""
    key: str
    sha256: str


def of_holder(portal: Portal, holder_id: str, menu: str) -> list[Shown]:
    """All of a holder's certificates of a menu, the newest first."""
    with portal.database.read() as db:
        cards = db.scalars(
            select(Card)
            .where(Card.holder_id == holder_id, Card.kind.in_(MENU_KINDS[menu]))
            .order_by(Card.enrolled_at.desc(), Card.serial)
        ).all()
    return [_shown(card, portal.clock()) for card in cards]


def own(db: Session, holder_id: str, number: str) -> Card | None:
    """One of the holder's cards by its certificate's number; nobody else's."""
    wanted = select(Card).where(Card.certificate_number == number, Card.holder_id == holder_id)
    return db.scalars(wanted.with_for_update() if locks(db) else wanted).first()


def change_status(
    portal: Portal, holder_id: str, number: str, status: str, reason: str = ""
) -> bool:
    """Suspend, open or revoke; whether that was possible. What was revoked stays revoked.

    Args:
        reason: one of `REASONS`, for a revocation.
    """
    allowed = {"suspended": ("good",), "good": ("suspended",), "revoked": ("good", "suspended")}
    with portal.database.write() as db:
        card = own(db, holder_id, number)
        if card is None or card.status not in allowed[status]:
            return False
        card.status, card.status_at, card.status_reason = status, portal.clock(), reason
        event = f"certificate-{status}"
        audit.note(db, card.status_at, event, serial=card.serial, detail=reason)
        return True


def _shown(card: Card, now: float) -> Shown:
    certificate = x509.load_der_x509_certificate(card.certificate)
    begins = certificate.not_valid_before_utc.timestamp()
    ends = certificate.not_valid_after_utc.timestamp()
    state = card.status
    if state == "good":
        state = "not-yet" if now < begins else "expired" if now > ends else "valid"
    issuer = certificate.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return Shown(
        number=card.certificate_number,
        card=card.serial,
        kind=card.kind,
        holder=card.holder,
        issuer=str(issuer[0].value) if issuer else "",
        not_before=begins,
        not_after=ends,
        state=state,
        status_at=card.status_at,
        reason=card.status_reason,
        key=_key(certificate),
        sha256=card.certificate_sha256,
    )


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return f"EC {key.curve.name}" if isinstance(key, ec.EllipticCurvePublicKey) else "?"
