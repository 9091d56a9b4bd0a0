"""A signature with a key in software, for the self-test: made, verified, and refused when changed.

The key lives as long as the call; its certificate is signed by itself and trusted by nobody.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.verification import Verdict
from kamusm_esign.ports import SignatureBuilder, SignatureVerifier

_TEXT = "Deneme: İıĞğŞş\n".encode()
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


class SoftwareKey:
    """`ports.SigningCard` without a card."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, at: datetime) -> None:
        """With a certificate that is valid for a day around `at`."""
        self._key = key
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "selftest")])
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=True,
            **dict.fromkeys(
                (
                    *("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"),
                    *("crl_sign", "encipher_only", "decipher_only"),
                ),
                False,
            ),
        )
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(at - timedelta(days=1))
            .not_valid_after(at + timedelta(days=1))
            .add_extension(usage, critical=True)
            .sign(key, hashes.SHA256())
        )
        self.certificate = made.public_bytes(Encoding.DER)

    def sign(self, digest: bytes, digest_algorithm: str) -> bytes:
        """See `ports.SigningCard.sign`."""
        made_by = utils.Prehashed(_HASHES[digest_algorithm])
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(digest, ec.ECDSA(made_by))
        return self._key.sign(digest, padding.PKCS1v15(), made_by)


def sign_and_verify(
    builder: SignatureBuilder, verifier: SignatureVerifier, pdf: bytes, at: datetime
) -> Iterator[str]:
    """Sign in every way that needs no time stamp; yields the name of each that stands.

    Args:
        builder: what is tried.
        verifier: what is tried as well; without a trust folder.
        pdf: what PDF signatures are made of; the others sign a text.
        at: the signing time.

    Raises:
        ValueError: a signature does not stand, or one of a changed document does.
    """
    keys = (
        SoftwareKey(rsa.generate_private_key(65537, 2048), at),
        SoftwareKey(ec.generate_private_key(ec.SECP384R1()), at),
    )
    for form in (form for form in SignatureFormat if not form.needs_time_stamp):
        alone = form is SignatureFormat.CADES_BES_DETACHED
        document = pdf if form.in_pdf else _TEXT
        for key in keys:
            signature = builder.sign(document, form, key, at)
            whole = (signature, document) if alone else (signature, None)
            if verifier.verify(*whole).verdict is not Verdict.INTACT:
                raise ValueError(f"{form.value} does not stand")
            changed = _changed(document if alone else signature, document)
            spoilt = (signature, changed) if alone else (changed, None)
            if verifier.verify(*spoilt).verdict is not Verdict.BROKEN:
                raise ValueError(f"{form.value} stands for another document")
        yield form.value


def _changed(around: bytes, document: bytes) -> bytes:
    """The same with one bit in the middle of the document changed."""
    changed = bytearray(around)
    changed[around.index(document) + len(document) // 2] ^= 1
    return bytes(changed)
