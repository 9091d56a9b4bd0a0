"""What a driver, PC/SC or a card answers → failure codes: tables only.

The names are python-pkcs11's exception classes, one per CKR_* value of PKCS#11 v2.40 section 5.1
(`PinIncorrect` is CKR_PIN_INCORRECT). Vendor codes come as `0x80000001`. What no table knows is
`DRIVER_UNEXPECTED` with the raw name.
"""

import re

from kamusm_esign.domain.failures import Failure, FailureCode

_ANYWHERE = {
    "DeviceRemoved": FailureCode.CARD_REMOVED,
    "TokenNotPresent": FailureCode.CARD_REMOVED,
    "SessionHandleInvalid": FailureCode.CARD_REMOVED,
    "SessionClosed": FailureCode.CARD_REMOVED,
    "FunctionCancelled": FailureCode.PIN_PAD_CANCELLED,
    "FunctionRejected": FailureCode.PIN_PAD_CANCELLED,
    "TokenNotRecognised": FailureCode.TOKEN_NOT_RECOGNISED,
    "NotLoadable": FailureCode.DRIVER_NOT_LOADABLE,
    "NoPkcs11": FailureCode.DRIVER_FILE_BROKEN,
}
"""The session dies with the card: afterwards drivers name either."""

_USER_PIN = {
    "PinIncorrect": FailureCode.PIN_WRONG,
    "PinInvalid": FailureCode.PIN_WRONG,
    "PinLenRange": FailureCode.PIN_WRONG,
    "PinLocked": FailureCode.PIN_BLOCKED,
    "UserPinNotInitialized": FailureCode.PIN_UNSET,
}
"""C_Login(CKU_USER)."""

_PUK = {
    "PinIncorrect": FailureCode.PUK_REFUSED,
    "PinInvalid": FailureCode.PUK_REFUSED,
    "PinLenRange": FailureCode.PUK_REFUSED,
    "PinLocked": FailureCode.PUK_BLOCKED,
}
"""C_Login(CKU_SO)."""

_INIT_PIN = {
    "PinIncorrect": FailureCode.PUK_REFUSED,
    "PinLocked": FailureCode.PUK_BLOCKED,
    "PinInvalid": FailureCode.NEW_PIN_REFUSED,
    "PinLenRange": FailureCode.NEW_PIN_REFUSED,
    "FunctionNotSupported": FailureCode.CARD_REFUSED_UNBLOCK,
    "UserNotLoggedIn": FailureCode.CARD_REFUSED_UNBLOCK,
    "TokenWriteProtected": FailureCode.CARD_REFUSED_UNBLOCK,
    "SessionReadOnly": FailureCode.CARD_REFUSED_UNBLOCK,
}
"""C_InitPIN, only what says that the PIN is unchanged. Some drivers present the PUK not before this
call, so a wrong one may surface here."""

_SET_PIN = {
    "PinIncorrect": FailureCode.PIN_WRONG,
    "PinLocked": FailureCode.PIN_BLOCKED,
    "PinInvalid": FailureCode.NEW_PIN_REFUSED,
    "PinLenRange": FailureCode.NEW_PIN_REFUSED,
    "FunctionCancelled": FailureCode.PIN_PAD_CANCELLED,
    "FunctionRejected": FailureCode.PIN_PAD_CANCELLED,
    "FunctionNotSupported": FailureCode.DRIVER_UNEXPECTED,
    "TokenWriteProtected": FailureCode.DRIVER_UNEXPECTED,
    "SessionReadOnly": FailureCode.DRIVER_UNEXPECTED,
}
"""C_SetPIN, only what says that the PIN is unchanged. "Not logged in" is not among it: the card has
just taken the PIN, and no look at it could tell which PIN it has now."""

_PCSC = {
    0x8010000B: FailureCode.CARD_BUSY,  # SCARD_E_SHARING_VIOLATION
    0x80100068: FailureCode.CARD_BUSY,  # SCARD_W_RESET_CARD: by another program
    0x80100016: FailureCode.CARD_REMOVED,  # SCARD_E_NOT_TRANSACTED
    0x8010000C: FailureCode.CARD_REMOVED,  # SCARD_E_NO_SMARTCARD
    0x80100069: FailureCode.CARD_REMOVED,  # SCARD_W_REMOVED_CARD
    0x80100067: FailureCode.CARD_REMOVED,  # SCARD_W_UNPOWERED_CARD
    0x80100066: FailureCode.CARD_REMOVED,  # SCARD_W_UNRESPONSIVE_CARD
    0x80100009: FailureCode.CARD_REMOVED,  # SCARD_E_UNKNOWN_READER
    0x80100017: FailureCode.CARD_REMOVED,  # SCARD_E_READER_UNAVAILABLE
    0x8010001D: FailureCode.NO_PCSC_SERVICE,
    0x8010001E: FailureCode.NO_PCSC_SERVICE,
    0x80100013: FailureCode.NO_PCSC_SERVICE,
}
"""SCARD_* (winscard.h) of a connection to one card."""

_RESET_RETRY_COUNTER = {
    0x6700: FailureCode.NEW_PIN_REFUSED,
    0x6A80: FailureCode.NEW_PIN_REFUSED,
    0x6982: FailureCode.CARD_REFUSED_UNBLOCK,
    0x6985: FailureCode.CARD_REFUSED_UNBLOCK,
    0x6A81: FailureCode.CARD_REFUSED_UNBLOCK,
    0x6A86: FailureCode.CARD_REFUSED_UNBLOCK,
    0x6A88: FailureCode.CARD_REFUSED_UNBLOCK,
    0x6D00: FailureCode.CARD_REFUSED_UNBLOCK,
}
"""Status words (ISO/IEC 7816-4 section 5.6) that say that the PIN is unchanged."""

_CONTRADICTS_LOGIN = frozenset({"UserNotLoggedIn", "6982", "6985"})
"""Odd from a card that has just let us in: believed only where a look at it proves it."""

PIN_UNCHANGED = frozenset({FailureCode.NEW_PIN_REFUSED, FailureCode.CARD_REFUSED_UNBLOCK})

_WITH_RAW = frozenset(
    {
        FailureCode.DRIVER_UNEXPECTED,
        FailureCode.CARD_REFUSED_UNBLOCK,
        FailureCode.SIGNATURE_REFUSED_BY_CARD,
        FailureCode.PIN_SET_UNKNOWN,
        FailureCode.PIN_CHANGE_UNKNOWN,
    }
)


class DriverError(Exception):
    """A PKCS#11 call did not answer CKR_OK."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        """A class of python-pkcs11, `NotLoadable`, or the number of a vendor's own code."""


def _failure(code: FailureCode, name: str) -> Failure:
    return Failure.of(code, raw=name) if code in _WITH_RAW else Failure.of(code)


_NEEDS = "Needs "
_MISSING_LIBRARY = re.compile(
    r": (?P<name>[\w.+-]{1,80}): cannot open shared object file", re.ASCII
)


def not_loaded(text: str) -> str:
    """The name of a `DriverError` for what the loader said (Linux: dlopen(3), glibc's words)."""
    missing = _MISSING_LIBRARY.search(text)
    if missing is not None:
        return _NEEDS + missing["name"]
    return "NoPkcs11" if "undefined symbol: C_GetFunctionList" in text else "NotLoadable"


def anywhere(error: DriverError) -> Failure:
    """A call that presents nothing and writes nothing."""
    if error.name.startswith(_NEEDS):
        return Failure.of(FailureCode.DRIVER_INCOMPLETE, library=error.name.removeprefix(_NEEDS))
    return _failure(_ANYWHERE.get(error.name, FailureCode.DRIVER_UNEXPECTED), error.name)


def user_login(error: DriverError) -> Failure:
    """C_Login(CKU_USER)."""
    return _either(_USER_PIN, error)


def puk_login(error: DriverError) -> Failure:
    """C_Login(CKU_SO)."""
    return _either(_PUK, error)


def signature(error: DriverError) -> Failure:
    """C_SignInit, C_Sign, C_Login(CKU_CONTEXT_SPECIFIC)."""
    code = _ANYWHERE.get(error.name, FailureCode.SIGNATURE_REFUSED_BY_CARD)
    return _failure(code, error.name)


def init_pin(error: DriverError) -> Failure | None:
    """C_InitPIN; None where the PIN may have changed all the same."""
    code = _INIT_PIN.get(error.name)
    return None if code is None else _failure(code, error.name)


def set_pin(error: DriverError) -> Failure | None:
    """C_SetPIN; None where the PIN may have changed all the same."""
    code = _SET_PIN.get(error.name)
    return None if code is None else _failure(code, error.name)


def pcsc(code: int) -> Failure:
    """A connection to a card, before anything was presented to it."""
    raw = f"0x{code:08X}"
    known = _PCSC.get(code)
    if known is None:
        return Failure.of(FailureCode.PCSC_UNEXPECTED, raw=raw)
    return _failure(known, raw)


def tries_left(status: int) -> int | None:
    """What a status word says of the tries of a PIN or key; None where it says nothing."""
    if status == 0x6983:
        return 0
    return status & 0xF if status & 0xFFF0 == 0x63C0 else None


def reset_retry_counter(status: int) -> Failure:
    """RESET RETRY COUNTER; `PIN_SET_UNKNOWN` where the PIN may have changed all the same."""
    code = _RESET_RETRY_COUNTER.get(status, FailureCode.PIN_SET_UNKNOWN)
    return _failure(code, f"{status:04X}")


def contradicts_login(refusal: Failure) -> bool:
    """Whether what `init_pin` or `reset_retry_counter` made is no word to rely on by itself."""
    return refusal.param("raw") in _CONTRADICTS_LOGIN


def pin_pad() -> Failure:
    """A PIN from the keyboard for a reader with keys of its own, or the other way round."""
    return Failure.of(FailureCode.PIN_PAD_UNSUPPORTED)


def no_admin_key() -> Failure:
    """A card of which the card-type table knows no admin key."""
    return _failure(FailureCode.CARD_REFUSED_UNBLOCK, "no admin key")


def unknown_command(status: int) -> Failure:
    """A command that this card does not know, before anything was presented to it."""
    return _failure(FailureCode.CARD_REFUSED_UNBLOCK, f"{status:04X}")


def _either(table: dict[str, FailureCode], error: DriverError) -> Failure:
    code = table.get(error.name)
    return anywhere(error) if code is None else _failure(code, error.name)
