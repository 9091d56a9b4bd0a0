"""A signer of pyHanko's whose key is on a card."""

import hashlib

from asn1crypto import x509
from pyhanko.sign.signers.pdf_cms import Signer

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.ports import SigningCard

_OLDEST_RSA_BITS = 2048
_DIGEST_OF_CURVE = {"secp256r1": "sha256", "secp384r1": "sha384"}
_DUMMY_BYTES = 512


class CardSigner(Signer):
    """Hands the digest of the signed attributes to the card, once."""

    def __init__(self, card: SigningCard) -> None:
        """Raises FailedError: `SIGNING_KEY_UNSUPPORTED`; the card is not asked."""
        self._card = card
        self.certificate_der = card.certificate
        certificate = x509.Certificate.load(self.certificate_der)
        self.digest_algorithm = digest_for(certificate)
        super().__init__(signing_cert=certificate)

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """pyHanko's hook: the raw signature over the signed attributes."""
        if dry_run:
            return bytes(_DUMMY_BYTES)
        return self._card.sign(hashlib.new(digest_algorithm, data).digest(), digest_algorithm)


def digest_for(certificate: x509.Certificate) -> str:
    """The digest that fits a certificate's key.

    Raises:
        FailedError: `SIGNING_KEY_UNSUPPORTED`.
    """
    digest = None
    try:
        key = certificate.public_key
        if key.algorithm == "rsa" and key.bit_size >= _OLDEST_RSA_BITS:
            digest = "sha256"
        elif key.algorithm == "ec":
            digest = _DIGEST_OF_CURVE.get(str(key.curve[1]))
    except (ValueError, TypeError, KeyError):  # asn1crypto reads when it is asked
        digest = None
    if digest is None:
        raise FailedError.of(FailureCode.SIGNING_KEY_UNSUPPORTED)
    return digest
