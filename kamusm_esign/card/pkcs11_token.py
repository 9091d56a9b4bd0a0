"""A driver and its tokens, in the words of PKCS#11. The only importer of `pkcs11`.

Runs in the card host, from one thread. Traps that shaped it: a login that failed leaves its session
open, so sessions are always read-write and the host ends after it used a secret; labels may not be
UTF-8, so they come through ctypes; `str` PINs leave copies, so a PIN goes in by an object whose
`encode()` hands out its buffer. Every call of the driver that fails raises `DriverError`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from kamusm_esign.card.card_objects import CardCertificate, CardKey, lenient_text
from kamusm_esign.card.lazy_modules import load_on_first_use
from kamusm_esign.card.pin_pad import PinPad, pin_pad
from kamusm_esign.card.public_objects import public_objects
from kamusm_esign.card.raw_signature import digest_info, ecdsa_der
from kamusm_esign.card.token_flags import (
    PROTECTED_AUTHENTICATION_PATH,
    TOKEN_INITIALIZED,
    WRITE_PROTECTED,
)
from kamusm_esign.card.token_info import TokenInfo, TokenInfoReader
from kamusm_esign.card.translate import DriverError, not_loaded

load_on_first_use("pkcs11.util.")
import pkcs11  # noqa: E402  (the line above has to come first)
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass  # noqa: E402


class _Pin:
    """python-pkcs11 calls `.encode()` and passes the result on as it is: no copy is made."""

    __slots__ = ("_buffer",)

    def __init__(self, buffer: bytearray) -> None:
        self._buffer = buffer

    def encode(self, _encoding: str = "utf-8") -> bytearray:
        return self._buffer


class Driver:
    """One loaded and initialised PKCS#11 library."""

    def __init__(self, path: str) -> None:
        with _driver_errors():
            self._library: Any = pkcs11.lib(path)
        self._infos = TokenInfoReader(path)

    def begin_again(self) -> None:
        """Forget every session, login and cached state."""
        with _driver_errors():
            self._library.reinitialize()

    def tokens(self) -> "list[DriverToken]":
        """The initialised tokens that are plugged in.

        Raises:
            DriverError: there is none, and a slot that may hold one did not answer.
        """
        with _driver_errors():
            slots = self._library.get_slots(token_present=True)
        found: list[DriverToken] = []
        errors: list[DriverError] = []
        for slot in slots:
            try:
                token = DriverToken(slot, self._infos)
            except DriverError as error:
                errors.append(error)
                continue
            if token.info.flags & TOKEN_INITIALIZED:
                found.append(token)
        if errors and not found and errors[0].name != "TokenNotPresent":
            raise errors[0]
        return found


class DriverToken:
    """One token in its slot."""

    def __init__(self, slot: Any, infos: TokenInfoReader) -> None:
        self._slot = slot
        self._infos = infos
        self._path = infos.path
        self.slot_id: int = slot.slot_id
        self.slot_description: str = slot.slot_description
        self._handle: Any = None
        self.info = self._first_look()
        """What was said last."""

    def _first_look(self) -> TokenInfo:
        """With the limits that python-pkcs11 keeps to itself."""
        result, info = self._infos.read(self.slot_id)
        if result:
            with _driver_errors():
                self._slot.get_token()  # raises the same error by its name
            raise DriverError(f"0x{result:08x}")
        return info

    def look(self) -> TokenInfo:
        """Ask the driver anew, which costs a command to the card: flags change with every try."""
        with _driver_errors():
            self._handle = self._slot.get_token()
        told = self._handle
        self.info = replace(self.info, serial=told.serial, flags=int(told.flags))
        return self.info

    def _p11_token(self) -> Any:
        """The binding's own object, which asks the card when it is made."""
        if self._handle is None:
            self._handle = self._slot.get_token()
        return self._handle

    @property
    def serial(self) -> str:
        """Without trailing blanks and NULs."""
        return lenient_text(self.info.serial)

    @property
    def label(self) -> str:
        """Without trailing blanks and NULs."""
        return lenient_text(self.info.label)

    def objects(self) -> tuple[list[CardCertificate], list[CardKey]]:
        """Certificates and the keys that are visible without a login."""
        rw = not self.info.flags & WRITE_PROTECTED
        with public_objects(self._path, self.slot_id, rw=rw) as objects:
            return objects.certificates(), objects.keys()

    @property
    def pin_pad(self) -> bool:
        """Whether its reader asks for the PIN by itself."""
        return bool(self.info.flags & PROTECTED_AUTHENTICATION_PATH)

    @contextmanager
    def logged_in_on_reader(self) -> "Iterator[LoggedIn]":
        """One C_Login as user with the PIN that is typed on the reader."""
        with pin_pad(self._path, self.slot_id) as pad:
            pad.log_in()
            with self._open() as p11_session:
                yield LoggedIn(p11_session, self._slot, pad)

    @contextmanager
    def logged_in(
        self, *, pin: bytearray | None = None, puk: bytearray | None = None
    ) -> "Iterator[LoggedIn]":
        """One C_Login as user (`pin`) or security officer (`puk`), for as long as the block."""
        with _driver_errors():
            p11_session = self._p11_token().open(
                rw=True,
                user_pin=None if pin is None else _Pin(pin),
                so_pin=None if puk is None else _Pin(puk),
            )
        try:
            yield LoggedIn(p11_session, self._slot)
        finally:
            with suppress(pkcs11.PKCS11Error):
                p11_session.close()

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with _driver_errors():
            p11_session = self._p11_token().open(rw=not self.info.flags & WRITE_PROTECTED)
        try:
            yield p11_session
        finally:
            with suppress(pkcs11.PKCS11Error):
                p11_session.close()


class LoggedIn:
    """A session after its login."""

    def __init__(self, p11_session: Any, slot: Any, pad: PinPad | None = None) -> None:
        self._p11_session = p11_session
        self._slot = slot
        self.pad = pad
        """Where the PIN was typed on the reader."""

    def init_pin(self, new_pin: bytearray) -> None:
        """C_InitPIN, once."""
        with _driver_errors():
            self._p11_session.init_pin(_Pin(new_pin))

    def set_pin(self, current: bytearray, new_pin: bytearray) -> None:
        """C_SetPIN, once."""
        if self.pad is not None:
            self.pad.set_pin()
            return
        with _driver_errors():
            self._p11_session.set_pin(_Pin(current), _Pin(new_pin))

    def signing_key(self, certificate: CardCertificate, public_key: bytes) -> "SigningKey | None":
        """The private key of a certificate, or None where the card has none that can sign."""
        with _driver_errors():
            mechanisms = {int(m) for m in self._slot.get_mechanisms()}
            private = [(_card_key(k), k) for k in _find(self._p11_session, ObjectClass.PRIVATE_KEY)]
            public = [_card_key(k) for k in _find(self._p11_session, ObjectClass.PUBLIC_KEY)]
            ids = {k.id for k in public if k.id and k.belongs_to(certificate, public_key)}
            for key, p11_key in private:
                if key.belongs_to(certificate, public_key) or key.id in ids:
                    return SigningKey.of(p11_key, mechanisms)
        return None


class SigningKey:
    """A private key that can sign; the PIN is needed again where the key always asks for it."""

    def __init__(self, p11_key: Any, mechanism: Mechanism) -> None:
        self._p11_key = p11_key
        self._mechanism = mechanism
        self.always_authenticate = _value(p11_key, Attribute.ALWAYS_AUTHENTICATE) is True

    @classmethod
    def of(cls, p11_key: Any, mechanisms: set[int]) -> "SigningKey | None":
        """None where the token cannot sign a digest that was made outside with this key."""
        wanted = {KeyType.RSA: Mechanism.RSA_PKCS, KeyType.EC: Mechanism.ECDSA}.get(
            p11_key[Attribute.KEY_TYPE]
        )
        if wanted is None or int(wanted) not in mechanisms or not hasattr(p11_key, "sign"):
            return None
        return cls(p11_key, wanted)

    def sign(self, digest: bytes, algorithm: str, pin: bytearray | None) -> bytes:
        """PKCS#1 v1.5 over the DigestInfo, or ECDSA-Sig-Value in DER."""
        again = {} if pin is None else {"pin": _Pin(pin)}
        with _driver_errors():
            if self._mechanism is Mechanism.RSA_PKCS:
                data = digest_info(digest, algorithm)
                return bytes(self._p11_key.sign(data, mechanism=self._mechanism, **again))
            return ecdsa_der(self._p11_key.sign(digest, mechanism=self._mechanism, **again))


def _find(p11_session: Any, object_class: ObjectClass) -> list[Any]:
    return list(p11_session.get_objects({Attribute.CLASS: object_class}))


def _value(p11_object: Any, attribute: Attribute) -> Any:
    """One attribute; b"" where the object does not tell it."""
    try:
        return p11_object[attribute]
    except pkcs11.PKCS11Error:
        return b""


def _card_key(p11_key: Any) -> CardKey:
    """The last 64 bytes of a point are coordinates, whether it is wrapped in DER or not."""
    material = _value(p11_key, Attribute.MODULUS).lstrip(b"\0")
    return CardKey(
        id=_value(p11_key, Attribute.ID),
        fragment=material or _value(p11_key, Attribute.EC_POINT)[-64:],
    )


@contextmanager
def _driver_errors() -> Iterator[None]:
    try:
        yield
    except pkcs11.PKCS11Error as error:
        raise DriverError(_name(error)) from None


def _name(error: Exception) -> str:
    """python-pkcs11 keeps the number of a code that it does not know in its text only."""
    if type(error) is not pkcs11.PKCS11Error:
        return type(error).__name__
    if "while loading" in str(error):
        return not_loaded(str(error))
    number = re.search(r"0x[0-9a-fA-F]+$", str(error))
    return number.group().lower() if number else "PKCS11Error"
