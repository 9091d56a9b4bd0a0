"""A PKCS#11 session of our own beside python-pkcs11's, by ctypes: what the binding cannot do.

Only on a library that is loaded and initialised already; this module never calls C_Initialize.
"""

import ctypes

from kamusm_esign.card.token_info import ULONG, function_list
from kamusm_esign.card.translate import DriverError

_OPEN_SESSION, _CLOSE_SESSION = 12, 13
"""Places in CK_FUNCTION_LIST (pkcs11f.h)."""
_SERIAL_SESSION, _RW_SESSION = 4, 2
_NAMES = {
    0x02: "HostMemory",
    0x03: "SlotIDInvalid",
    0x05: "GeneralError",
    0x06: "FunctionFailed",
    0x07: "ArgumentsBad",
    0x30: "DeviceError",
    0x31: "DeviceMemory",
    0x32: "DeviceRemoved",
    0x50: "FunctionCancelled",
    0x54: "FunctionNotSupported",
    0x82: "ObjectHandleInvalid",
    0x90: "OperationActive",
    0x91: "OperationNotInitialized",
    0xA0: "PinIncorrect",
    0xA1: "PinInvalid",
    0xA2: "PinLenRange",
    0xA4: "PinLocked",
    0xB0: "SessionClosed",
    0xB1: "SessionCount",
    0xB3: "SessionHandleInvalid",
    0xE0: "TokenNotPresent",
    0xE1: "TokenNotRecognised",
    0xE2: "TokenWriteProtected",
    0x102: "UserPinNotInitialized",
    0x200: "FunctionRejected",
}
"""CKR_* → python-pkcs11's name, as `translate` wants it; others by number."""


class OwnSession:
    """One session on one slot."""

    def __init__(self, path: str, slot_id: int, *, rw: bool = True) -> None:
        """
        Raises:
            DriverError: it cannot be opened.
        """
        self._functions = function_list(path)
        self._session = ULONG(0)
        flags = _SERIAL_SESSION | (_RW_SESSION if rw else 0)
        arguments = (ULONG(slot_id), ULONG(flags), None, None, ctypes.byref(self._session))
        self._call(_OPEN_SESSION, *arguments)

    def close(self) -> None:
        """End the session.

        Raises:
            DriverError: the card is gone, and the session with it.
        """
        self._call(_CLOSE_SESSION, self._session)

    def _call(self, place: int, *arguments: object) -> None:
        types = [ULONG if isinstance(a, ULONG) else ctypes.c_void_p for a in arguments]
        function = ctypes.CFUNCTYPE(ULONG, *types)(self._functions[place])
        result = int(function(*arguments))
        if result:
            raise DriverError(_NAMES.get(result, f"0x{result:08x}"))
