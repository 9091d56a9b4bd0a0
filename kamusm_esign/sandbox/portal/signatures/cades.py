"""Validates one CAdES-BES or CAdES-T signature (ETSI EN 319 122-1, RFC 5652, RFC 5035).

What is judged: the structure, the digest of the document, the mandatory signed attributes, the
signature over them, the time stamp. What is not: the certificate's path (`chain.py`).
"""

import hashlib
import hmac
from datetime import datetime
from typing import Any

from asn1crypto import cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator import ValidationContext

from kamusm_esign.sandbox.portal.signatures.facts import SignatureError, SignatureFacts
from kamusm_esign.sandbox.portal.signatures.stamps import check_stamp

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA_BITS = 2048
_EC_BITS = 256
_REQUIRED = ("content_type", "message_digest", "signing_time", "signing_certificate_v2")
_POLICY = "1.2.840.113549.1.9.16.2.15"
"""signature-policy-identifier: profile P1 (BES) of BTK's guide forbids it."""


def check_cms(
    signature: bytes,
    document: bytes,
    *,
    attached: bool,
    stamp_context: ValidationContext | None = None,
) -> SignatureFacts:
    """Check a signature over a document.

    Args:
        attached: whether the document must stand inside the signature, or must not.
        stamp_context: whom the time stamp must come from; None: no stamp is asked for.

    Raises:
        SignatureError: it does not stand.
    """
    try:
        return _check(signature, document, attached, stamp_context)
    except SignatureError:
        raise
    except Exception as error:
        # asn1crypto is lazy: garbage surfaces as whatever it hits first.
        raise SignatureError(f"The signature cannot be read ({type(error).__name__}).") from None


def _check(
    signature: bytes, document: bytes, attached: bool, stamp_context: ValidationContext | None
) -> SignatureFacts:
    signed = _signed_data(signature)
    _check_content(signed, document, attached)
    if len(signed["signer_infos"]) != 1:
        raise SignatureError("There is not exactly one signer.")
    signer = signed["signer_infos"][0]
    attributes = _signed_attributes(signer)
    certificate = _signer_certificate(signed, signer, attributes)
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in _HASHES:
        raise SignatureError("The digest is weaker than SHA-256.")
    expected = hashlib.new(digest, document).digest()
    if not hmac.compare_digest(attributes["message_digest"].native, expected):
        raise SignatureError("The digest is not that of the document.")
    _verify(signer, certificate, digest)
    validity = certificate["tbs_certificate"]["validity"]
    return SignatureFacts(
        certificate=certificate.dump(),
        certificate_sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        not_before=_seconds(validity["not_before"].native),
        not_after=_seconds(validity["not_after"].native),
        signing_time=_seconds(attributes["signing_time"].native),
        enclosed=tuple(c.chosen.dump() for c in signed["certificates"] if c.name == "certificate"),
        stamped_at=None if stamp_context is None else _stamped_at(signer, stamp_context),
    )


def _stamped_at(signer: Any, context: ValidationContext) -> float:
    """The time stamp over the signature (RFC 5126, section 6.1.1)."""
    for attribute in signer["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            return check_stamp(attribute["values"][0], signer["signature"].native, context)
    raise SignatureError("The time stamp is missing.")


def _signed_data(signature: bytes) -> Any:
    content_info = cms.ContentInfo.load(signature, strict=True)
    if content_info["content_type"].native != "signed_data":
        raise SignatureError("It is not signed data.")
    return content_info["content"]


def _check_content(signed: Any, document: bytes, attached: bool) -> None:
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].native != "data":
        raise SignatureError("The content type is not data.")
    content = encapsulated["content"].native
    if (content is not None) != attached:
        raise SignatureError(
            "The document is inside." if content else "The document is not inside."
        )
    if attached and content != document:
        raise SignatureError("Another document is inside.")


def _signed_attributes(signer: Any) -> dict[str, Any]:
    """The value of each signed attribute; each may stand there once, with one value."""
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name in found or len(attribute["values"]) != 1:
            raise SignatureError("A signed attribute stands there twice.")
        if attribute["type"].dotted == _POLICY:
            raise SignatureError("A policy is named, which BES forbids.")
        found[name] = attribute["values"][0]
    for name in _REQUIRED:
        if name not in found:
            raise SignatureError(f"A mandatory signed attribute is missing: {name}.")
    if found["content_type"].native != "data":
        raise SignatureError("The signed content type is not data.")
    return found


def _signer_certificate(signed: Any, signer: Any, attributes: dict[str, Any]) -> Any:
    """The certificate that signing-certificate-v2 binds and the signer identifier names."""
    first = attributes["signing_certificate_v2"]["certs"][0]
    for choice in signed["certificates"]:
        if choice.name == "certificate" and _is_bound(choice.chosen, first):
            if _is_named(choice.chosen, signer["sid"]):
                return choice.chosen
            raise SignatureError("The signer identifier names another certificate.")
    raise SignatureError("The certificate of signing-certificate-v2 is not inside.")


def _is_bound(certificate: x509.Certificate, bound: tsp.ESSCertIDv2) -> bool:
    digest = hashlib.new(bound["hash_algorithm"]["algorithm"].native, certificate.dump()).digest()
    if bound["hash_algorithm"]["algorithm"].native not in _HASHES:
        return False
    if not hmac.compare_digest(digest, bound["cert_hash"].native):
        return False
    issuer_serial = bound["issuer_serial"]
    if isinstance(issuer_serial, core.Void):
        return True
    names = issuer_serial["issuer"]
    return bool(
        issuer_serial["serial_number"].native == certificate.serial_number
        and len(names) == 1
        and names[0].name == "directory_name"
        and names[0].chosen == certificate.issuer  # by meaning: one of them carries a tag
    )


def _is_named(certificate: x509.Certificate, sid: Any) -> bool:
    if sid.name == "issuer_and_serial_number":
        return bool(
            sid.chosen["serial_number"].native == certificate.serial_number
            and sid.chosen["issuer"].dump() == certificate.issuer.dump()
        )
    return bool(sid.chosen.native == certificate.key_identifier)


def _verify(signer: Any, certificate: x509.Certificate, digest: str) -> None:
    key = load_der_public_key(certificate.public_key.dump())
    # What is signed is the SET OF in DER, not the [0] that stands in the file (RFC 5652 5.4).
    signed = signer["signed_attrs"].untag().dump()
    value = signer["signature"].native
    algorithm = signer["signature_algorithm"]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            _require(key.key_size >= _RSA_BITS, "The RSA key is too short.")
            _require(algorithm.signature_algo == "rsassa_pkcs1v15", "Unknown RSA scheme.")
            _require_hash(algorithm, digest, "rsassa_pkcs1v15")
            key.verify(value, signed, padding.PKCS1v15(), _HASHES[digest])
        elif isinstance(key, ec.EllipticCurvePublicKey):
            _require(key.key_size >= _EC_BITS, "The curve is too small.")
            _require(algorithm.signature_algo == "ecdsa", "Unknown EC scheme.")
            _require_hash(algorithm, digest, "ecdsa")
            key.verify(value, signed, ec.ECDSA(_HASHES[digest]))
        else:
            raise SignatureError("The key is neither RSA nor EC.")
    except InvalidSignature:
        raise SignatureError("The signature is not by this certificate.") from None


def _require_hash(algorithm: Any, digest: str, bare: str) -> None:
    """`sha256_rsa` and the like name a hash, which must be the digest; `rsa` alone names none."""
    if algorithm["algorithm"].native not in (bare, "rsa") and algorithm.hash_algo != digest:
        raise SignatureError("Digest and signature algorithm do not fit.")


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise SignatureError(reason)


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
