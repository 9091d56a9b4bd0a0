"""The portal's part: seals a PUK to the key of a card host."""

from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PublicKey,
    Suite,
)

from kamusm_esign.domain.portal_session import UnblockGrant, unblock_info
from kamusm_esign.domain.tokens import UnblockMethod


def grant_for(seal_key: bytes, puk: str, session_id: str, serial: str) -> UnblockGrant:
    """A grant of method `so-pin`."""
    public = MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(seal_key[:1184]),
        x25519.X25519PublicKey.from_public_bytes(seal_key[1184:]),
    )
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    sealed = suite.encrypt(puk.encode(), public, info=unblock_info(session_id, serial))
    return UnblockGrant(UnblockMethod.SO_PIN, sealed)
