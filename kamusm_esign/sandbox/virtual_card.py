"""A card without hardware: keys, certificates, PIN and PUK with the counters of a real card.

Three tries for the PIN, three for the PUK, lowered before the comparison. The third wrong PUK ends
the PUK for good. Everything stands in one JSON file, so that a card survives removal and restart.
This is a practice card: PIN and PUK are in the file as salted hashes, which a computer guesses in
no time, and the keys are there in the open. It must never hold a PIN that is used elsewhere.

A card may have an admin key (AES, with tries of its own): whoever answers its challenge with
AES-CMAC may set a new PIN, and no PUK is needed for it.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from kamusm_esign.domain.tokens import (
    CertificateInfo,
    PinLimits,
    PinState,
    PukState,
    Token,
    UnblockMethod,
)
from kamusm_esign.sandbox.ca import IssuedCertificate

TRIES = 3
PIN_LIMITS = PinLimits(4, 16)
AKIS_ATR = "3B9F158131FE45806755454B41451261318073B3A1801A"
"""A published ATR of AKİS."""
_PIN_STATES = {3: PinState.OK, 2: PinState.LOW, 1: PinState.FINAL_TRY, 0: PinState.BLOCKED}
_PUK_STATES = {3: PukState.OK, 2: PukState.LOW, 1: PukState.FINAL_TRY, 0: PukState.BLOCKED}


@dataclass(frozen=True, slots=True)
class CardContents:
    """What a card is made with."""

    serial: str
    label: str
    puk: str
    pin: str | None
    """None: no PIN was ever set."""
    certificates: Sequence[IssuedCertificate]
    pin_tries: int = TRIES
    puk_tries: int = TRIES
    admin_key: bytes | None = None
    """AES, diversified for the serial; None: the card can be unblocked by its PUK only."""
    admin_tries: int = TRIES


@dataclass(frozen=True, slots=True)
class _Content:
    """One certificate and its key, base64 of DER."""

    certificate: str
    key: str


@dataclass(frozen=True, slots=True)
class _State:
    """The card's file."""

    serial: str
    label: str
    salt: str
    pin_hash: str | None
    puk_hash: str
    pin_tries: int
    puk_tries: int
    contents: tuple[_Content, ...]
    admin_key: str | None = None
    """Hex."""
    admin_tries: int = TRIES

    def hashed(self, secret: memoryview | bytes) -> str:
        return hashlib.sha256(bytes.fromhex(self.salt) + secret).hexdigest()


class VirtualCard:
    """One card; everything it knows is in its file."""

    def __init__(self, path: Path) -> None:
        """A card that was made before."""
        self.path = path
        self._state = _load(path)

    @classmethod
    def make(cls, path: Path, contents: CardContents) -> "VirtualCard":
        """Make a new card, in a new file."""
        state = _State(
            serial=contents.serial,
            label=contents.label,
            salt=secrets.token_hex(16),
            pin_hash=None,
            puk_hash="",
            pin_tries=contents.pin_tries,
            puk_tries=contents.puk_tries,
            contents=tuple(
                _Content(_base64(c.certificate_der), _base64(c.private_key_pkcs8_der))
                for c in contents.certificates
            ),
            admin_key=None if contents.admin_key is None else contents.admin_key.hex(),
            admin_tries=contents.admin_tries,
        )
        state = replace(state, puk_hash=state.hashed(contents.puk.encode()))
        if contents.pin is not None:
            state = replace(state, pin_hash=state.hashed(contents.pin.encode()))
        _save(path, state)
        return cls(path)

    @property
    def serial(self) -> str:
        """Of the token."""
        return self._state.serial

    @property
    def label(self) -> str:
        """Of the token."""
        return self._state.label

    @property
    def has_pin(self) -> bool:
        """Whether a PIN was ever set."""
        return self._state.pin_hash is not None

    @property
    def has_admin_key(self) -> bool:
        """Whether it can be unblocked without a PUK."""
        return self._state.admin_key is not None

    @property
    def admin_tries(self) -> int:
        """Left for the admin key."""
        return self._state.admin_tries

    @property
    def pin_state(self) -> PinState:
        """Of the PIN now."""
        return _PIN_STATES[self.pin_tries] if self.has_pin else PinState.UNSET

    @property
    def puk_state(self) -> PukState:
        """Of the PUK now."""
        return _PUK_STATES[self.puk_tries]

    @property
    def pin_tries(self) -> int:
        """Left."""
        return self._state.pin_tries

    @property
    def puk_tries(self) -> int:
        """Left."""
        return self._state.puk_tries

    def token(self) -> Token:
        """What can be read without a secret."""
        return Token(
            serial=self.serial,
            label=self._state.label,
            pin=self.pin_state,
            puk=self.puk_state,
            pin_limits=PIN_LIMITS,
            certificates=tuple(self._certificates()),
            unblock_methods=self._unblock_methods(),
        )

    def _unblock_methods(self) -> tuple[UnblockMethod, ...]:
        without_puk = (UnblockMethod.CHALLENGE_RESPONSE,) if self.has_admin_key else ()
        return (*without_puk, UnblockMethod.SO_PIN)

    def present_pin(self, pin: memoryview) -> bool:
        """Whether it is right; False as well when it is blocked or was never set."""
        if self._state.pin_hash is None or not self.pin_tries:
            return False
        self._change(pin_tries=self.pin_tries - 1)
        right = hmac.compare_digest(self._state.hashed(pin), self._state.pin_hash)
        if right:
            self._change(pin_tries=TRIES)
        return right

    def is_pin(self, pin: memoryview) -> bool:
        """Whether it is the PIN: a look from outside, which costs no try."""
        return self.has_pin and self._state.hashed(pin) == self._state.pin_hash

    def present_puk(self, puk: memoryview) -> bool:
        """Whether it is right; False as well when it is blocked."""
        if not self.puk_tries:
            return False
        self._change(puk_tries=self.puk_tries - 1)
        right = hmac.compare_digest(self._state.hashed(puk), self._state.puk_hash)
        if right:
            self._change(puk_tries=TRIES)
        return right

    def present_cryptogram(self, challenge: bytes, response: bytes) -> bool:
        """Whether it is the admin key's answer; False as well when that key is blocked."""
        if self._state.admin_key is None or not self.admin_tries:
            return False
        self._change(admin_tries=self.admin_tries - 1)
        mac = CMAC(AES(bytes.fromhex(self._state.admin_key)))
        mac.update(challenge)
        right = hmac.compare_digest(mac.finalize(), response)
        if right:
            self._change(admin_tries=TRIES)
        return right

    def write_pin(self, pin: memoryview) -> bool:
        """Set the PIN, after the PIN, the PUK or the admin key was right; False if the card does
        not take it."""
        if not PIN_LIMITS.minimum <= len(pin) <= PIN_LIMITS.maximum:
            return False
        self._change(pin_hash=self._state.hashed(pin), pin_tries=TRIES)
        return True

    def signing_pair(self, certificate_sha256: str) -> tuple[bytes, bytes] | None:
        """A certificate in DER and its key in PKCS#8 DER."""
        for pair in self.pairs():
            if hashlib.sha256(pair[0]).hexdigest() == certificate_sha256:
                return pair
        return None

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """Every certificate in DER with its key in PKCS#8 DER."""
        return [(_bytes(c.certificate), _bytes(c.key)) for c in self._state.contents]

    def _certificates(self) -> list[CertificateInfo]:
        from kamusm_esign.card.certificates import parse_certificate

        return [
            parse_certificate(certificate, has_private_key=True) for certificate, _ in self.pairs()
        ]

    def _change(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]
        _save(self.path, self._state)


def _load(path: Path) -> _State:
    values = json.loads(path.read_text("utf-8"))
    contents = tuple(_Content(**content) for content in values.pop("contents"))
    return _State(contents=contents, **values)


def _save(path: Path, state: _State) -> None:
    """Whole or not at all: a try that was spent stays spent whatever happens next."""
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(state), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
