"""Readers with keys of their own: C_Login and C_SetPIN with NULL for the PIN, by ctypes.

The reader asks for the PIN itself (CKF_PROTECTED_AUTHENTICATION_PATH, PKCS#11 v2.40 section 5.6),
and no PIN ever is in this computer. python-pkcs11 cannot pass NULL. A login counts for all sessions
of a process on a token, so a session of our own beside python-pkcs11's is enough. Only on a library
that is loaded and initialised already; this module never calls C_Initialize.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kamusm_esign.card.token_info import ULONG, function_list
from kamusm_esign.card.translate import DriverError

_SET_PIN, _OPEN_SESSION, _CLOSE_SESSION, _LOGIN = 11, 12, 13, 18
"""Places in CK_FUNCTION_LIST (pkcs11f.h)."""
_SERIAL_SESSION, _RW_SESSION = 4, 2
_USER = 1
_NAMES = {
    0x30: "DeviceError",
    0x32: "DeviceRemoved",
    0x50: "FunctionCancelled",
    0x54: "FunctionNotSupported",
    0xA0: "PinIncorrect",
    0xA1: "PinInvalid",
    0xA2: "PinLenRange",
    0xA4: "PinLocked",
    0xE0: "TokenNotPresent",
    0x102: "UserPinNotInitialized",
    0x200: "FunctionRejected",
}
"""CKR_* → python-pkcs11's name, as `translate` wants it; others by number."""


class PinPad:
    """One session of our own on one slot."""

    def __init__(self, path: str, slot_id: int) -> None:
        self._functions = function_list(path)
        self._session = ULONG(0)
        flags = _SERIAL_SESSION | _RW_SESSION
        arguments = (ULONG(slot_id), ULONG(flags), None, None, ctypes.byref(self._session))
        self._call(_OPEN_SESSION, *arguments)

    def log_in(self) -> None:
        """C_Login(CKU_USER), once; returns when the person has typed the PIN on the reader.

        Raises:
            DriverError: it was wrong, or the person pressed cancel.
        """
        self._call(_LOGIN, self._session, ULONG(_USER), None, ULONG(0))

    def set_pin(self) -> None:
        """C_SetPIN, once: the reader asks for the present and the new PIN.

        Raises:
            DriverError: as above.
        """
        self._call(_SET_PIN, self._session, None, ULONG(0), None, ULONG(0))

    def close(self) -> None:
        """Ends the session."""
        self._call(_CLOSE_SESSION, self._session)

    def _call(self, place: int, *arguments: object) -> None:
        types = [ULONG if isinstance(a, ULONG) else ctypes.c_void_p for a in arguments]
        function = ctypes.CFUNCTYPE(ULONG, *types)(self._functions[place])
        result = int(function(*arguments))
        if result:
            raise DriverError(_NAMES.get(result, f"0x{result:08x}"))


@contextmanager
def pin_pad(path: str, slot_id: int) -> Iterator[PinPad]:
    """A session that is closed afterwards, whatever became of it."""
    pad = PinPad(path, slot_id)
    try:
        yield pad
    finally:
        with suppress(DriverError):  # the card is gone, and the session with it
            pad.close()
