"""The portal's keys: one file of 32 random bytes, everything else derived from it.

Derivations (RFC 5869, HKDF-SHA256, no salt, `info` = `kamusm-esign sandbox v1 <use>`):

* `mac`: HMAC-SHA256 key for codes, tokens and addresses (only their MACs are kept);
* `seal`: AES-256-GCM key for the PUK store, SMS codes and the web pages' cookie, the associated
  data naming the use and the owner, so that a value cannot be moved to another place;
* `admin`: AES-256 master of the cards' admin keys. A card's own key is KBKDF in counter mode with
  AES-CMAC (NIST SP 800-108r1), label `kamusm-esign admin key v1`, context = the serial in UTF-8,
  32 bytes; the cryptogram for EXTERNAL AUTHENTICATE is AES-CMAC (NIST SP 800-38B) of the challenge.
"""

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFCMAC, CounterLocation, Mode

KEY_BYTES = 32
_NONCE = 12
_TAG = 16


class KeyFileError(Exception):
    """The key file cannot be used; the message says which and why."""


def load_or_create(path: Path) -> "PortalKeys":
    """Read the key file, or make it (mode 0600) where there is none yet; several processes may.

    Raises:
        KeyFileError: not readable, not writable, or not 32 bytes long.
    """
    try:
        if not path.exists():
            _create(path)
        master = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"key file {path}: {error.strerror}") from error
    if len(master) != KEY_BYTES:
        raise KeyFileError(f"key file {path}: not {KEY_BYTES} bytes long")
    return PortalKeys.of(master)


def _create(path: Path) -> None:
    """Whole or not at all: written beside, then linked, so that no process reads half a key."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first, and its key counts
    finally:
        draft.unlink()


@dataclass(frozen=True, slots=True, repr=False)
class PortalKeys:
    """What is derived from the key file."""

    mac_key: bytes
    seal_key: bytes
    admin_master: bytes

    @classmethod
    def of(cls, master: bytes) -> "PortalKeys":
        """Derive the keys from the 32 bytes of the key file."""
        return cls(_derive(master, b"mac"), _derive(master, b"seal"), _derive(master, b"admin"))

    def mac(self, use: str, value: str) -> str:
        """The keyed hash under which a secret or personal value is kept: 64 hex digits."""
        return hmac.digest(self.mac_key, f"{use}\0{value}".encode(), "sha256").hex()

    def token(self, session_id: str, code: str, idempotency_key: str) -> str:
        """A session's bearer token. It follows from the exchange, so that the same exchange gives
        the same token again and the database need not hold it."""
        value = f"token\0{session_id}\0{code}\0{idempotency_key}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self.mac_key, value, "sha256")).decode()

    def seal(self, use: str, value: bytes | bytearray) -> bytes:
        """Encrypt a value for one use (say `puk|<serial>`)."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self.seal_key).encrypt(nonce, value, use.encode())

    def unseal(self, use: str, sealed: bytes) -> bytearray:
        """Decrypt into a buffer that the caller wipes.

        Raises:
            ValueError: not sealed with this key for this use.
        """
        if len(sealed) < _NONCE + _TAG:
            raise ValueError("sealed value")
        value = bytearray(len(sealed) - _NONCE - _TAG)
        try:
            AESGCM(self.seal_key).decrypt_into(
                sealed[:_NONCE], sealed[_NONCE:], use.encode(), value
            )
        except InvalidTag:
            raise ValueError("sealed value") from None
        return value

    def admin_key(self, serial: str) -> bytes:
        """The admin key of one card."""
        kdf = KBKDFCMAC(
            algorithms.AES,
            Mode.CounterMode,
            length=32,
            rlen=4,
            llen=4,
            location=CounterLocation.BeforeFixed,
            label=b"kamusm-esign admin key v1",
            context=serial.encode(),
            fixed=None,
        )
        return kdf.derive(self.admin_master)


def cryptogram(admin_key: bytes, challenge: bytes) -> bytes:
    """The answer to a card's challenge: 16 bytes."""
    mac = CMAC(algorithms.AES(admin_key))
    mac.update(challenge)
    return mac.finalize()


def _derive(master: bytes, use: bytes) -> bytes:
    info = b"kamusm-esign sandbox v1 " + use
    return HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(master)
