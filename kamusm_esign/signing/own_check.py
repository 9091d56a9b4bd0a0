"""Checks a signature that was just made, before anybody gets it.

Not with the library that made it: the bytes are read with asn1crypto, the digests are hashlib's,
and the certificate's key is used by cryptography. It asks nothing about the certificate's purpose:
a Mali Mühür has digitalSignature only.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}
_IN_PDF = frozenset(("content_type", "message_digest", "signing_certificate_v2"))
_ALONE = _IN_PDF | {"signing_time"}

Parts = Iterable[bytes | memoryview]


class CheckError(ValueError):
    """The signature does not stand; the text names the check."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the signature has to be."""

    certificate: bytes
    """DER."""
    digest_algorithm: str
    parts: Parts
    """What it is over."""
    inside: bytes | None
    """The content that the CMS carries."""
    signing_time: datetime | None
    """None: the attribute must not be there (PAdES)."""


def check_signature(signature: bytes, expected: Expected) -> None:
    """Check one CMS.

    Raises:
        CheckError: it is not what was to be made.
    """
    content_info = cms.ContentInfo.load(signature, strict=True)
    _require(content_info["content_type"].native == "signed_data", "signed data")
    signed_data = content_info["content"]
    encapsulated = signed_data["encap_content_info"]
    _require(encapsulated["content_type"].native == "data", "content type")
    _require(encapsulated["content"].native == expected.inside, "content")
    _require(len(signed_data["signer_infos"]) == 1, "one signer")
    enclosed = [choice.chosen.dump() for choice in signed_data["certificates"]]
    _require(enclosed == [expected.certificate], "enclosed certificate")
    _check_signer(signed_data["signer_infos"][0], expected)


def _check_signer(signer: Any, expected: Expected) -> None:
    certificate = x509.Certificate.load(expected.certificate)
    named = signer["sid"].chosen
    _require(named["serial_number"].native == certificate.serial_number, "signer's serial")
    _require(named["issuer"].dump() == certificate.issuer.dump(), "signer's issuer")
    algorithm = signer["digest_algorithm"]["algorithm"].native
    _require(algorithm == expected.digest_algorithm, "digest algorithm")
    _check_attributes(_attributes(signer), expected)
    _check_value(signer, certificate, algorithm)


def _attributes(signer: Any) -> dict[str, Any]:
    """The value of each signed attribute."""
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        _require(name not in found and len(attribute["values"]) == 1, "attribute twice")
        found[name] = attribute["values"][0]
    return found


def _check_attributes(attributes: dict[str, Any], expected: Expected) -> None:
    wanted = _IN_PDF if expected.signing_time is None else _ALONE
    _require(attributes.keys() == wanted, "signed attributes")
    _require(attributes["content_type"].native == "data", "content-type")
    if expected.signing_time is not None:
        _require(attributes["signing_time"].native == expected.signing_time, "signing-time")
    digest = hashlib.new(expected.digest_algorithm)
    for part in expected.parts:
        digest.update(part)
    same = hmac.compare_digest(attributes["message_digest"].native, digest.digest())
    _require(same, "message-digest")
    _check_certificate(attributes["signing_certificate_v2"], expected.certificate)


def _check_certificate(attribute: Any, certificate: bytes) -> None:
    """signing-certificate-v2 (RFC 5035 section 3) binds the certificate that was chosen."""
    bound = attribute["certs"][0]
    algorithm = bound["hash_algorithm"]["algorithm"].native
    _require(algorithm in _HASHES, "signing-certificate-v2")
    digest = hashlib.new(algorithm, certificate).digest()
    same = hmac.compare_digest(bound["cert_hash"].native, digest)
    _require(same, "signing-certificate-v2")


def _check_value(signer: Any, certificate: x509.Certificate, algorithm: str) -> None:
    """The signature over the attributes, as the SET OF in DER that was signed (RFC 5652 5.4)."""
    key = load_der_public_key(certificate.public_key.dump())
    attributes = signer["signed_attrs"].untag().dump()
    value = signer["signature"].native
    named = signer["signature_algorithm"]["algorithm"].native
    try:
        if isinstance(key, rsa.RSAPublicKey):
            _require(named == f"{algorithm}_rsa", "signature algorithm")
            key.verify(value, attributes, padding.PKCS1v15(), _HASHES[algorithm])
        elif isinstance(key, ec.EllipticCurvePublicKey):
            _require(named == f"{algorithm}_ecdsa", "signature algorithm")
            key.verify(value, attributes, ec.ECDSA(_HASHES[algorithm]))
        else:
            raise CheckError("key")
    except InvalidSignature:
        raise CheckError("signature value") from None


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise CheckError(what)
