"""What the authority says of its certificates: CRLs (RFC 5280) and OCSP answers (RFC 6960)."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from sqlalchemy import select

from kamusm_esign.sandbox.ca import ISSUERS, Authority, SandboxCa
from kamusm_esign.sandbox.portal.authority.own import issuer_name
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.tables import Card

_VALID = timedelta(hours=1)
_REASONS = {
    "suspended": x509.ReasonFlags.certificate_hold,
    "revoked": x509.ReasonFlags.cessation_of_operation,
}


def make_crl(portal: Portal, authority: SandboxCa, issuer: str) -> bytes:
    """The issuer's list of this moment: what was revoked or is suspended."""
    now = _moment(portal.clock())
    signer = authority.authorities[issuer]
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(signer.certificate.subject)
        .last_update(now)
        .next_update(now + _VALID)
        .add_extension(x509.CRLNumber(int(now.timestamp())), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), False
        )
    )
    with portal.database.read() as db:
        cards = db.scalars(select(Card).where(Card.status != "good")).all()
    for card in cards:
        if issuer_name(authority, card.certificate) == issuer:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(int(card.certificate_number, 16))
                .revocation_date(_moment(card.status_at))
                .add_extension(x509.CRLReason(_REASONS[card.status]), False)
                .build()
            )
    return builder.sign(signer.key, hashes.SHA384()).public_bytes(Encoding.DER)


def answer_ocsp(portal: Portal, authority: SandboxCa, request: bytes) -> bytes:
    """The answer of the issuer that is asked about."""
    try:
        asked = ocsp.load_der_ocsp_request(request)
        signer = _asked_issuer(authority, asked)
    except ValueError:
        return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if signer is None:
        return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    return _answer(portal, signer, asked)


def _asked_issuer(authority: SandboxCa, asked: ocsp.OCSPRequest) -> Authority | None:
    for name in ISSUERS:
        issuer = authority.authorities[name]
        own = ocsp.OCSPRequestBuilder().add_certificate(
            issuer.certificate, issuer.certificate, asked.hash_algorithm
        )
        if own.build().issuer_key_hash == asked.issuer_key_hash:
            return issuer
    return None


def _answer(portal: Portal, signer: Authority, asked: ocsp.OCSPRequest) -> bytes:
    now = _moment(portal.clock())
    number = f"{asked.serial_number:x}"
    with portal.database.read() as db:
        card = db.scalars(select(Card).where(Card.certificate_number == number)).first()
    gone = card is not None and card.status != "good"
    status = ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD
    if card is None:
        status = ocsp.OCSPCertStatus.UNKNOWN
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=status,
            this_update=now,
            next_update=now + _VALID,
            revocation_time=_moment(card.status_at) if card is not None and gone else None,
            revocation_reason=_REASONS[card.status] if card is not None and gone else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    )
    for extension in asked.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value, False)
    return builder.sign(signer.key, hashes.SHA384()).public_bytes(Encoding.DER)


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
