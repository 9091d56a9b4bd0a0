"""C_GetTokenInfo by ctypes: what python-pkcs11 hides (PIN lengths, the label's own bytes).

Only on a library that is loaded and initialised already; this module never calls C_Initialize.
"""

import ctypes
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_PACK = 1 if sys.platform == "win32" else 0
"""PKCS#11 v2.40 section 2.1: structures are packed to 1 byte on Windows."""
_BYTE = ctypes.c_ubyte
ULONG = ctypes.c_ulong
_UNAVAILABLE = ULONG(-1).value
_GET_TOKEN_INFO = 6
"""Place in CK_FUNCTION_LIST (pkcs11f.h)."""


class _TokenInfo(ctypes.Structure):
    """CK_TOKEN_INFO, PKCS#11 v2.40 section 3.2."""

    _pack_ = _PACK
    _fields_ = (
        ("label", _BYTE * 32),
        ("maker_and_model", _BYTE * 48),
        ("serial", _BYTE * 16),
        ("flags", ULONG),
        ("sessions", ULONG * 4),
        ("max_pin", ULONG),
        ("min_pin", ULONG),
        ("memory", ULONG * 4),
        ("versions", _BYTE * 4),
        ("time", _BYTE * 16),
    )


class _FunctionList(ctypes.Structure):
    _pack_ = _PACK
    _fields_ = (("version", _BYTE * 2), ("functions", ctypes.c_void_p * 68))


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """One look at a token, as its driver tells it."""

    label: bytes
    serial: bytes
    flags: int
    """CKF_* of CK_TOKEN_INFO."""
    min_pin: int | None
    max_pin: int | None
    """None where the driver does not say."""


class TokenInfoReader:
    """C_GetTokenInfo of one loaded library."""

    def __init__(self, path: str) -> None:
        self.path = path
        prototype = ctypes.CFUNCTYPE(ULONG, ULONG, ctypes.POINTER(_TokenInfo))
        self._call = prototype(function_list(path)[_GET_TOKEN_INFO])

    def read(self, slot_id: int) -> tuple[int, TokenInfo]:
        """The CK_RV, and what it is about when that is 0."""
        info = _TokenInfo()
        result = self._call(slot_id, ctypes.byref(info))
        return result, TokenInfo(
            label=bytes(info.label),
            serial=bytes(info.serial),
            flags=info.flags,
            min_pin=_length(info.min_pin),
            max_pin=_length(info.max_pin),
        )


def function_list(path: str) -> Sequence[int]:
    """The addresses of a loaded library's functions, in the order of pkcs11f.h."""
    functions = ctypes.POINTER(_FunctionList)()
    ctypes.CDLL(path).C_GetFunctionList(ctypes.byref(functions))
    return list(functions.contents.functions)


def _length(value: int) -> int | None:
    return None if value in (0, _UNAVAILABLE) else int(value)
