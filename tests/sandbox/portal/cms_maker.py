"""Makes CAdES-BES signatures, right ones and ones that are wrong in exactly one way."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from kamusm_esign.sandbox.ca import IssuedCertificate

HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


@dataclass
class CmsMaker:
    """Everything a test may want to get wrong."""

    signer: IssuedCertificate
    document: bytes
    signing_time: float
    attached: bool = False
    digest: str = "sha256"
    without: tuple[str, ...] = ()
    """Signed attributes to leave out."""
    twice: tuple[str, ...] = ()
    policy: bool = False
    bound: bytes | None = None
    """Another certificate for signing-certificate-v2."""
    enclosed: tuple[bytes, ...] | None = None
    named: IssuedCertificate | None = None
    """Another certificate for the signer identifier."""
    inside: bytes | None = None
    """Another content to attach."""
    key: IssuedCertificate | None = None
    """Another key to sign with."""
    stamp: Callable[[bytes], cms.ContentInfo] | None = None
    """Makes the time stamp token over the signature."""

    def make(self) -> bytes:
        """The signature, as DER."""
        attributes = self._attributes()
        certificate = x509.Certificate.load((self.named or self.signer).certificate_der)
        key: Any = serialization.load_der_private_key(
            (self.key or self.signer).private_key_pkcs8_der, None
        )
        to_sign = attributes.dump()
        if isinstance(key, rsa.RSAPrivateKey):
            value = key.sign(to_sign, padding.PKCS1v15(), HASHES[self.digest])
            algorithm = f"{self.digest}_rsa"
        else:
            value = key.sign(to_sign, ec.ECDSA(HASHES[self.digest]))
            algorithm = f"{self.digest}_ecdsa"
        signer: dict[str, Any] = {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": certificate.issuer,
                    "serial_number": certificate.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": self.digest},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": algorithm},
            "signature": value,
        }
        if self.stamp is not None:
            signer["unsigned_attrs"] = cms.CMSAttributes(
                [{"type": "signature_time_stamp_token", "values": [self.stamp(value)]}]
            )
        content: dict[str, Any] = {"content_type": "data"}
        if self.attached:
            content["content"] = self.document if self.inside is None else self.inside
        enclosed = self.enclosed if self.enclosed is not None else (self.signer.certificate_der,)
        signed = {
            "version": "v1",
            "digest_algorithms": [{"algorithm": self.digest}],
            "encap_content_info": content,
            "certificates": [x509.Certificate.load(der) for der in enclosed],
            "signer_infos": [signer],
        }
        whole = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
        return bytes(whole.dump())

    def _attributes(self) -> cms.CMSAttributes:
        bound = self.bound or self.signer.certificate_der
        moment = datetime.fromtimestamp(self.signing_time, UTC).replace(microsecond=0)
        values: dict[str, Any] = {
            "content_type": "data",
            "message_digest": hashlib.new(self.digest, self.document).digest(),
            "signing_time": cms.Time({"utc_time": moment}),
            "signing_certificate_v2": tsp.SigningCertificateV2(
                {
                    "certs": [
                        {
                            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                            "cert_hash": hashlib.sha256(bound).digest(),
                        }
                    ]
                }
            ),
        }
        found = []
        for name, value in values.items():
            if name not in self.without:
                found.append(cms.CMSAttribute({"type": name, "values": [value]}))
            if name in self.twice:
                found.append(cms.CMSAttribute({"type": name, "values": [value]}))
        if self.policy:
            found.append(policy_attribute())
        return cms.CMSAttributes(found)


def policy_attribute() -> cms.CMSAttribute:
    """signature-policy-identifier with a policy and its hash (RFC 5126 section 5.8.1).

    Made of bytes: which classes asn1crypto has for it depends on whether pyHanko is loaded.
    """

    def sequence(*members: core.Asn1Value) -> core.Sequence:
        return core.Sequence(contents=b"".join(member.dump() for member in members))

    digest = sequence(algos.DigestAlgorithm({"algorithm": "sha256"}), core.OctetString(bytes(32)))
    policy = sequence(core.ObjectIdentifier("2.16.792.1.61.0.1.5070.3.1.1"), digest)
    values = core.Set(contents=policy.dump())
    attribute = sequence(core.ObjectIdentifier("1.2.840.113549.1.9.16.2.15"), values)
    return cms.CMSAttribute.load(attribute.dump())
