"""The two ways in which a time stamp server asks who is there: HTTP Basic, and Kamu SM's header.

The practice accounts are written down here for everybody: they pay for nothing.
"""

import base64
import binascii
import hmac

from asn1crypto import core, tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

USER_ID, PASSWORD = 4711, "deneme-parolasi"
_BASIC = base64.b64encode(f"{USER_ID}:{PASSWORD}".encode()).decode()
_ROUNDS = range(1, 10_001)


class _Identity(core.Sequence):  # type: ignore[misc]
    """The `identity` header: hex of this, in DER."""

    _fields = [  # noqa: RUF012
        ("user_id", core.Integer),
        ("salt", core.OctetString),
        ("rounds", core.Integer),
        ("iv", core.OctetString),
        ("imprint", core.OctetString),
    ]


def is_basic_account(authorization: str) -> bool:
    """Whether an Authorization header names the practice account."""
    scheme, _, value = authorization.partition(" ")
    return scheme.casefold() == "basic" and hmac.compare_digest(
        value.strip().encode(), _BASIC.encode()
    )


def is_identity_account(identity: str, request: bytes) -> bool:
    """Whether an `identity` header is the practice account's, made for this very request."""
    try:
        given = _Identity.load(binascii.unhexlify(identity), strict=True)
        rounds = given["rounds"].native
        if given["user_id"].native != USER_ID or rounds not in _ROUNDS:
            return False
        key = PBKDF2HMAC(hashes.SHA256(), 32, given["salt"].native, rounds).derive(
            PASSWORD.encode()
        )
        decryptor = Cipher(algorithms.AES(key), modes.CBC(given["iv"].native)).decryptor()
        padded = decryptor.update(given["imprint"].native) + decryptor.finalize()
        unpadder = PKCS7(128).unpadder()
        plain = unpadder.update(padded) + unpadder.finalize()
        imprint = tsp.TimeStampReq.load(request)["message_imprint"]["hashed_message"].native
    except (ValueError, TypeError):
        return False
    return hmac.compare_digest(plain, imprint)
