"""The portal's own authority: made when it is first needed, kept in the database, keys sealed."""

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.ca import ISSUERS, Authority, SandboxCa
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import lock
from kamusm_esign.sandbox.portal.tables import AuthorityRow

URL_SETTING = "url"
"""Where this portal is to be had; certificates say where CRLs lie."""


def own_authority(portal: Portal) -> SandboxCa:
    """Root, issuers and time stamp server; the same for all processes on the database."""
    with portal.database.read() as db:
        found = _kept(portal, db)
    if not found:
        with portal.database.write() as db:
            lock(db, "authorities")
            found = _kept(portal, db) or _made(portal, db)
    return SandboxCa(found, portal.setting(URL_SETTING))


def issuer_name(authority: SandboxCa, certificate: bytes) -> str | None:
    """Which of the authority's issuers gave out a certificate; None: another authority did."""
    wanted = asn1.Certificate.load(certificate).authority_key_identifier
    for name in ISSUERS:
        issuer = authority.authorities[name].certificate.public_bytes(Encoding.DER)
        if wanted == asn1.Certificate.load(issuer).key_identifier:
            return name
    return None


def _kept(portal: Portal, db: Session) -> dict[str, Authority]:
    return {row.name: _authority(portal, row) for row in db.scalars(select(AuthorityRow))}


def _authority(portal: Portal, row: AuthorityRow) -> Authority:
    key = load_der_private_key(bytes(portal.keys.unseal(f"authority|{row.name}", row.key)), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("an authority's key is on a curve")
    return Authority(x509.load_der_x509_certificate(row.certificate), key)


def _made(portal: Portal, db: Session) -> dict[str, Authority]:
    made = SandboxCa().authorities
    for name, authority in made.items():
        parts = authority.parts
        sealed = portal.keys.seal(f"authority|{name}", parts.private_key_pkcs8_der)
        db.add(AuthorityRow(name=name, certificate=parts.certificate_der, key=sealed))
    return made
