"""A `SigningCard` in software, for what does not depend on a card; it fails on demand."""

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from kamusm_esign.domain.failures import FailedError
from kamusm_esign.sandbox.ca import IssuedCertificate

HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


class SoftwareCard:
    """One key and its certificate."""

    def __init__(self, issued: IssuedCertificate, *, failure: FailedError | None = None) -> None:
        self._issued = issued
        self._key = serialization.load_der_private_key(issued.private_key_pkcs8_der, None)
        self.failure = failure
        self.asked = 0
        self.shown: bytes | None = None
        """Another certificate to show than that of the key."""

    @property
    def certificate(self) -> bytes:
        return self.shown or self._issued.certificate_der

    def sign(self, digest: bytes, digest_algorithm: str) -> bytes:
        self.asked += 1
        if self.failure:
            raise self.failure
        made_by = utils.Prehashed(HASHES[digest_algorithm])
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(digest, ec.ECDSA(made_by))
        assert isinstance(self._key, rsa.RSAPrivateKey)
        return self._key.sign(digest, padding.PKCS1v15(), made_by)
