"""How one proves to a time stamp server who one is: not at all, HTTP Basic, or Kamu SM's header."""

import base64
import os
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.secret import StampPassword

BASIC, IDENTITY = "basic", "identity"
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
_ITERATIONS = 100
_SALT_BYTES = 16
_KEY_BYTES = 32
_BLOCK_BITS = 128


class Passwords(Protocol):
    """Where the password is kept: the operating system's key store."""

    def stamp_password(self, user: str) -> StampPassword | None:
        """The password of a user, or None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class StampAccount:
    """The time stamp server of the settings."""

    url: str | None
    user: str | None
    method: str | None
    """`basic` or `identity`; None where the server wants to know nobody."""

    def headers(self, imprint: bytes, passwords: Passwords) -> tuple[tuple[str, str], ...]:
        """The HTTP headers for one request; never logged.

        Args:
            imprint: the hash that is to be stamped.
            passwords: asked only where the account has a method.

        Raises:
            FailedError: `TIME_STAMP_NOT_SET_UP`.
        """
        missing = self._missing()
        password = None
        if missing is None and self.user and self.method:
            password = passwords.stamp_password(self.user)
            missing = "password" if password is None else None
        if missing is not None:
            raise FailedError.of(FailureCode.TIME_STAMP_NOT_SET_UP, detail=missing)
        if password is None or self.user is None:
            return ()
        secret = password.reveal().encode()
        if self.method == BASIC:
            pair = base64.b64encode(self.user.encode() + b":" + secret)
            return (("Authorization", "Basic " + pair.decode("ascii")),)
        salt = os.urandom(_SALT_BYTES)
        return (("identity", identity(int(self.user), secret, imprint, salt)),)

    def _missing(self) -> str | None:
        """Which setting is missing or cannot be used."""
        try:
            parts = urlsplit(self.url or "")
            known = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            known = False
        if not known:
            return "address"
        if self.method and not self.user:
            return "user"
        # A password in plain sight of everybody on the way is worse than no time stamp; the other
        # method was made for plain HTTP.
        if self.method == BASIC and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            return "scheme"
        if self.method == IDENTITY and not _is_number(self.user or ""):
            return "user"
        return None


def identity(user: int, password: bytes, imprint: bytes, salt: bytes) -> str:
    """Kamu SM's `identity` header: the hash, encrypted with a key made of the password.

    Args:
        user: the customer's number.
        password: the customer's password.
        imprint: the hash that is to be stamped.
        salt: 16 random bytes, which are the initialisation vector too.
    """
    from asn1crypto import core
    from cryptography.hazmat.primitives import hashes, padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    key = PBKDF2HMAC(hashes.SHA256(), _KEY_BYTES, salt, _ITERATIONS).derive(password)
    padder = padding.PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(salt)).encryptor()
    padded = padder.update(imprint) + padder.finalize()
    encrypted = encryptor.update(padded) + encryptor.finalize()
    members = (
        core.Integer(user),
        core.OctetString(salt),
        core.Integer(_ITERATIONS),
        core.OctetString(salt),
        core.OctetString(encrypted),
    )
    der = core.Sequence(contents=b"".join(member.dump() for member in members)).dump()
    return str(der.hex())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
