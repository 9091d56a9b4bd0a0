"""What a card shows without a login: certificates and keys, by ctypes.

python-pkcs11 asks the card for its token information once more before it opens a session, which is
one command more than a look needs. Here nothing is asked but the objects.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kamusm_esign.card.card_objects import CardCertificate, CardKey
from kamusm_esign.card.own_session import OwnSession
from kamusm_esign.card.token_info import ULONG
from kamusm_esign.card.translate import DriverError

_GET_ATTRIBUTE, _FIND_INIT, _FIND, _FIND_FINAL = 24, 26, 27, 28
"""Places in CK_FUNCTION_LIST (pkcs11f.h)."""
_CLASS, _VALUE, _ID, _MODULUS, _EC_POINT = 0, 0x11, 0x102, 0x120, 0x181
"""CKA_*."""
_CERTIFICATE, _PUBLIC_KEY, _PRIVATE_KEY = 1, 2, 3
"""CKO_*."""
_BATCH = 16
_MOST_BYTES, _MOST_OBJECTS = 1 << 20, 1000
"""No card has more; a driver that says so is not believed."""


class _AttributeCell(ctypes.Structure):
    """CK_ATTRIBUTE, PKCS#11 v2.40 section 3.5; packed on Windows (section 2.1)."""

    _pack_ = 1 if sys.platform == "win32" else 0
    _fields_ = (("type", ULONG), ("value", ctypes.c_void_p), ("length", ULONG))


class PublicObjects(OwnSession):
    """The objects that one slot shows."""

    def certificates(self) -> list[CardCertificate]:
        """Those that have a value.

        Raises:
            DriverError: the driver did not answer.
        """
        found = ((self._value(c, _VALUE), self._value(c, _ID)) for c in self._find(_CERTIFICATE))
        return [CardCertificate(der, id) for der, id in found if der]

    def keys(self) -> list[CardKey]:
        """The last 64 bytes of a point are coordinates, whether it is wrapped in DER or not.

        Raises:
            DriverError: the driver did not answer.
        """
        handles = [*self._find(_PUBLIC_KEY), *self._find(_PRIVATE_KEY)]
        return [
            CardKey(
                id=self._value(k, _ID),
                fragment=self._value(k, _MODULUS).lstrip(b"\0") or self._value(k, _EC_POINT)[-64:],
            )
            for k in handles
        ]

    def _find(self, object_class: int) -> list[int]:
        wanted = ULONG(object_class)
        cell = _AttributeCell(_CLASS, ctypes.addressof(wanted), ctypes.sizeof(wanted))
        self._call(_FIND_INIT, self._session, ctypes.byref(cell), ULONG(1))
        found: list[int] = []
        try:
            batch, count = (ULONG * _BATCH)(), ULONG(1)
            while count.value and len(found) < _MOST_OBJECTS:
                self._call(_FIND, self._session, batch, ULONG(_BATCH), ctypes.byref(count))
                count.value = min(count.value, _BATCH)
                found += batch[: count.value]
        finally:
            self._call(_FIND_FINAL, self._session)
        return found

    def _value(self, handle: int, attribute: int) -> bytes:
        """One attribute; b"" where the object does not tell it."""
        cell = _AttributeCell(attribute, None, 0)
        arguments = (self._session, ULONG(handle), ctypes.byref(cell), ULONG(1))
        with suppress(DriverError):
            self._call(_GET_ATTRIBUTE, *arguments)
            if not 0 < cell.length <= _MOST_BYTES:
                return b""
            room = ctypes.create_string_buffer(cell.length)
            cell.value = ctypes.addressof(room)
            self._call(_GET_ATTRIBUTE, *arguments)
            return room.raw[: min(cell.length, len(room))]
        return b""


@contextmanager
def public_objects(path: str, slot_id: int, *, rw: bool) -> Iterator[PublicObjects]:
    """A session that is closed afterwards, whatever became of it."""
    session = PublicObjects(path, slot_id, rw=rw)
    try:
        yield session
    finally:
        with suppress(DriverError):  # the card is gone, and the session with it
            session.close()
