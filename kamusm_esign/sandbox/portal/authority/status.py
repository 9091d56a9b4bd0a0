"""What the authority says of its certificates: CRLs (RFC 5280) and OCSP answers (RFC 6960)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from sqlalchemy import select

from kamusm_esign.sandbox.ca import ISSUERS, SandboxCa
from kamusm_esign.sandbox.portal.authority.own import issuer_name
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.tables import Card, EndedCertificate

_Known = Card | EndedCertificate
_VALID = timedelta(hours=1)
_HASHES = (hashes.SHA1, hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)
"""Of the names and keys in a request; those that the library makes answers with."""
_NONCE = range(1, 129)
"""Bytes of a nonce (RFC 9654, 2.1)."""
_REASONS = {
    "lost": x509.ReasonFlags.key_compromise,  # "known or suspected": who has it may know the PIN
    "compromised": x509.ReasonFlags.key_compromise,
    "data-changed": x509.ReasonFlags.affiliation_changed,
}
"""What a holder says → RFC 5280, 5.3.1. For any other reason none is told, as `unspecified` should
be told by its absence."""


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
        gone: list[_Known] = list(db.scalars(select(Card).where(Card.status != "good")))
        gone += db.scalars(select(EndedCertificate))
    for known in gone:
        if issuer_name(authority, known.certificate) == issuer:
            builder = builder.add_revoked_certificate(_entry(known))
    return builder.sign(signer.key, hashes.SHA384()).public_bytes(Encoding.DER)


def _entry(known: _Known) -> x509.RevokedCertificate:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(int(known.certificate_number, 16))
        .revocation_date(_moment(known.status_at))
    )
    reason = _reason(known)
    return (entry if reason is None else entry.add_extension(x509.CRLReason(reason), False)).build()


def _reason(known: _Known) -> x509.ReasonFlags | None:
    if known.status == "suspended":
        return x509.ReasonFlags.certificate_hold
    return _REASONS.get(known.status_reason)


@dataclass(frozen=True, slots=True)
class _Question:
    """What an OCSP request asks, read whole before anything is answered."""

    algorithm: hashes.HashAlgorithm
    name_hash: bytes
    key_hash: bytes
    number: int
    nonce: x509.OCSPNonce | None


def answer_ocsp(portal: Portal, authority: SandboxCa, request: bytes) -> bytes:
    """The answer of the issuer that is asked about; a refusal where the request cannot be read."""
    try:
        asked = _question(request)
    except (ValueError, NotImplementedError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    issuer = _asked_issuer(authority, asked)
    if issuer is None:
        return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    return _answer(portal, authority, issuer, asked)


def _question(request: bytes) -> _Question:
    """Read a request; what the library reads late is read here.

    Raises:
        ValueError: it is none, or something in it cannot be.
        NotImplementedError: it asks for no certificate, or for several.
        UnsupportedAlgorithm: a hash that nobody uses for this.
        DuplicateExtension: an extension stands there twice.
    """
    asked = ocsp.load_der_ocsp_request(request)
    algorithm = asked.hash_algorithm
    if not isinstance(algorithm, _HASHES):
        raise UnsupportedAlgorithm("a hash of no certificate identifier")
    hashed = asked.issuer_name_hash, asked.issuer_key_hash
    if {len(part) for part in hashed} != {algorithm.digest_size} or asked.serial_number <= 0:
        raise ValueError("an identifier that fits no certificate")
    nonces = [e.value for e in asked.extensions if isinstance(e.value, x509.OCSPNonce)]
    nonce = nonces[0] if nonces else None
    if nonce is not None and len(nonce.nonce) not in _NONCE:
        raise ValueError("a nonce that is too short or too long")
    return _Question(algorithm, *hashed, asked.serial_number, nonce)


def _asked_issuer(authority: SandboxCa, asked: _Question) -> str | None:
    for name in ISSUERS:
        issuer = authority.authorities[name]
        own = ocsp.OCSPRequestBuilder().add_certificate(
            issuer.certificate, issuer.certificate, asked.algorithm
        )
        if own.build().issuer_key_hash == asked.key_hash:
            return name
    return None


def _answer(portal: Portal, authority: SandboxCa, issuer: str, asked: _Question) -> bytes:
    now = _moment(portal.clock())
    signer = authority.authorities[issuer]
    with portal.database.read() as db:
        number = f"{asked.number:x}"
        found: list[_Known] = list(
            db.scalars(select(Card).where(Card.certificate_number == number))
        )
        found += db.scalars(
            select(EndedCertificate).where(EndedCertificate.certificate_number == number)
        )
    # A number says nothing without who gave it: each issuer has its own (RFC 5280, 4.1.2.2).
    own = (known for known in found if issuer_name(authority, known.certificate) == issuer)
    known = next(own, None)
    gone = known if known is not None and known.status != "good" else None
    status = ocsp.OCSPCertStatus.GOOD if gone is None else ocsp.OCSPCertStatus.REVOKED
    if known is None:
        status = ocsp.OCSPCertStatus.UNKNOWN
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            issuer_name_hash=asked.name_hash,
            issuer_key_hash=asked.key_hash,
            serial_number=asked.number,
            algorithm=asked.algorithm,
            cert_status=status,
            this_update=now,
            next_update=now + _VALID,
            revocation_time=None if gone is None else _moment(gone.status_at),
            revocation_reason=None if gone is None else _reason(gone),
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    )
    if asked.nonce is not None:
        builder = builder.add_extension(asked.nonce, False)
    return builder.sign(signer.key, hashes.SHA384()).public_bytes(Encoding.DER)


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
