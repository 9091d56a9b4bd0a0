"""The key pair to which the portal seals one PUK (RFC 9180; portal-api.yaml, `UnblockGrant`).

Lives in the card host only. `cryptography` is imported when the first key is made, not before.
"""

from typing import Any

PUBLIC_KEY_SIZE = 1184 + 32
"""ML-KEM-768 encapsulation key and X25519 public key, in bytes."""
_LONGEST_PUK = 64


class NotOpenedError(Exception):
    """The sealed PUK is not for this key, session and token, or holds no PUK."""


class SealKey:
    """One key pair; its private part cannot be taken out."""

    def __init__(
        self, mlkem_seed: bytes | None = None, x25519_private: bytes | None = None
    ) -> None:
        """Make a new pair, or (for the fixed vector) a given one: 64 and 32 bytes."""
        from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
        from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

        post_quantum = (
            mlkem.MLKEM768PrivateKey.generate()
            if mlkem_seed is None
            else mlkem.MLKEM768PrivateKey.from_seed_bytes(mlkem_seed)
        )
        classic = (
            x25519.X25519PrivateKey.generate()
            if x25519_private is None
            else x25519.X25519PrivateKey.from_private_bytes(x25519_private)
        )
        self._private = MLKEM768X25519PrivateKey(post_quantum, classic)
        self.public = (
            post_quantum.public_key().public_bytes_raw() + classic.public_key().public_bytes_raw()
        )

    def open(self, sealed: bytes, info: bytes) -> bytearray:
        """The PUK in ASCII, in a buffer that the caller wipes.

        Raises:
            NotOpenedError: nothing was learned.
        """
        from cryptography.exceptions import InvalidTag

        try:
            plain = bytearray(_suite().decrypt(sealed, self._private, info=info))
        except (InvalidTag, ValueError):
            raise NotOpenedError from None
        if not 0 < len(plain) <= _LONGEST_PUK or not plain.isascii():
            plain[:] = bytes(len(plain))
            raise NotOpenedError
        return plain


def _suite() -> Any:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
