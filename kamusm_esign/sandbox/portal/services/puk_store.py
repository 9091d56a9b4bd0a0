"""Cards that exist, and their PUKs: encrypted at rest, released only sealed to a client's key."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.card.certificates import CertificateError, parse_certificate
from kamusm_esign.domain.portal_session import unblock_info
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import lock
from kamusm_esign.sandbox.portal.services import audit, enrolled
from kamusm_esign.sandbox.portal.tables import Card, EndedCertificate

KINDS = ("nes", "mali-muhur", "e-muhur")
_PUK_LENGTHS = range(4, 65)
_PIN_LENGTHS = range(4, 13)
_MLKEM_BYTES = 1184


class EnrolmentError(ValueError):
    """A card cannot be enrolled; the message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever the certificate names; one sign-in of the web pages."""

    holder_id: str
    name: str
    kind: str
    serials: tuple[str, ...]


def enrol(
    portal: Portal,
    serial: str,
    certificate: bytes,
    puk: bytearray,
    first_pin: bytearray | None = None,
) -> Card:
    """Take in a card, or what is new about it; the secrets are wiped in any case.

    Args:
        serial: as CK_TOKEN_INFO says it, without trailing blanks and NULs.
        certificate: PEM or DER.
        puk: ASCII.
        first_pin: that the card is delivered with, where the portal is to show it; is wiped too.

    Raises:
        EnrolmentError: not a serial, a certificate, a PUK or a PIN.
    """
    try:
        card = _card(portal, serial.rstrip(" \0"), certificate, puk)
        if first_pin is not None:
            if len(first_pin) not in _PIN_LENGTHS or not first_pin.isdigit():
                raise EnrolmentError("the first PIN is not 4 to 12 digits")
            card.first_pin = portal.keys.seal(f"pin|{card.serial}", first_pin)
    finally:
        for secret in (puk, first_pin or bytearray()):
            secret[:] = bytes(len(secret))
    with portal.database.write() as db:
        lock(db, f"card {card.serial}")
        earlier = db.get(Card, card.serial, with_for_update=True)
        _keep_status(db, earlier, card)
        db.merge(card)
        enrolled.welcome(portal, db, card)
        audit.note(db, card.enrolled_at, "card-enrolled", serial=card.serial)
    return card


def set_status(portal: Portal, serial: str, status: str) -> None:
    """Have a card's certificate count as `good`, `suspended` or `revoked`; the last is for good.

    Raises:
        EnrolmentError: no such card, or it was revoked before.
    """
    with portal.database.write() as db:
        card = db.get(Card, serial, with_for_update=True)
        if card is None:
            raise EnrolmentError("no card with this serial is enrolled")
        if card.status == status:
            return
        if card.status == "revoked":
            raise EnrolmentError("the certificate was revoked, which cannot be undone")
        card.status, card.status_at = status, portal.clock()
        audit.note(db, card.status_at, f"certificate-{status}", serial=serial)


def holders(portal: Portal) -> list[Holder]:
    """Everybody who has a card, in the order of enrolment; one entry a person and kind."""
    with portal.database.read() as db:
        cards = db.scalars(select(Card).order_by(Card.enrolled_at, Card.serial)).all()
    groups: dict[tuple[str, str], list[Card]] = {}
    for card in cards:
        groups.setdefault((card.holder_id, card.kind), []).append(card)
    return [
        Holder(holder_id, group[0].holder, kind, tuple(card.serial for card in group))
        for (holder_id, kind), group in groups.items()
    ]


def release(portal: Portal, card: Card, seal_key: bytes, session_id: str) -> bytes:
    """The PUK of a card, sealed to `seal_key` for this session and card (portal-api.yaml,
    `UnblockGrant.sealed_puk`).

    Raises:
        ValueError: `seal_key` is not a public key.
    """
    public = MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(seal_key[:_MLKEM_BYTES]),
        x25519.X25519PublicKey.from_public_bytes(seal_key[_MLKEM_BYTES:]),
    )
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    puk = portal.keys.unseal(f"puk|{card.serial}", card.puk)
    try:
        return suite.encrypt(puk, public, info=unblock_info(session_id, card.serial))
    finally:
        puk[:] = bytes(len(puk))


def _card(portal: Portal, serial: str, certificate: bytes, puk: bytearray) -> Card:
    if not serial or not serial.isprintable():
        raise EnrolmentError("the serial is empty or holds characters that cannot be printed")
    if len(puk) not in _PUK_LENGTHS or not all(0x20 < byte < 0x7F for byte in puk):
        raise EnrolmentError("the PUK is not 4 to 64 printable ASCII characters")
    der = _der(certificate)
    try:
        info = parse_certificate(der, has_private_key=True)
        number = f"{x509.load_der_x509_certificate(der).serial_number:x}"
    except (CertificateError, ValueError):
        raise EnrolmentError("the certificate cannot be read") from None
    if info.kind.value not in KINDS:
        raise EnrolmentError(f"the certificate is of no kind that signs ({', '.join(KINDS)})")
    return Card(
        serial=serial,
        certificate=der,
        certificate_sha256=info.sha256,
        certificate_number=number,
        kind=info.kind.value,
        holder=info.holder,
        holder_id=info.holder_id,
        puk=portal.keys.seal(f"puk|{serial}", puk),
        status="good",
        status_at=portal.clock(),
        status_reason="",
        puk_refused=False,
        enrolled_at=portal.clock(),
    )


def _keep_status(db: Session, earlier: Card | None, card: Card) -> None:
    """What ended stays so: the certificate that the card brings, and the one that it had."""
    known: Card | EndedCertificate | None = earlier
    if earlier is None or earlier.certificate_sha256 != card.certificate_sha256:
        known = db.get(EndedCertificate, card.certificate_sha256)
        if known is not None:
            db.delete(known)  # the card says it now
        if earlier is not None and earlier.status != "good":
            db.merge(
                EndedCertificate(
                    certificate_sha256=earlier.certificate_sha256,
                    certificate=earlier.certificate,
                    certificate_number=earlier.certificate_number,
                    status=earlier.status,
                    status_at=earlier.status_at,
                    status_reason=earlier.status_reason,
                )
            )
    if known is not None:
        card.status, card.status_at = known.status, known.status_at
        card.status_reason = known.status_reason


def _der(certificate: bytes) -> bytes:
    """DER out of PEM or DER, exactly as the card carries it."""
    if not certificate.lstrip().startswith(b"-----"):
        return certificate
    try:
        return x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)
    except ValueError:
        raise EnrolmentError("the certificate file is not PEM") from None
