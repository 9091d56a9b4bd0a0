from collections.abc import Callable

import pkcs11.exceptions
import pytest

from kamusm_esign.card import translate
from kamusm_esign.card.translate import DriverError
from kamusm_esign.domain.failures import Failure, FailureCode

C = FailureCode


@pytest.mark.parametrize(
    ("call", "name", "code"),
    [
        (translate.anywhere, "DeviceRemoved", C.CARD_REMOVED),
        (translate.anywhere, "TokenNotPresent", C.CARD_REMOVED),
        (translate.anywhere, "SessionHandleInvalid", C.CARD_REMOVED),
        (translate.anywhere, "SessionClosed", C.CARD_REMOVED),
        (translate.anywhere, "TokenNotRecognised", C.TOKEN_NOT_RECOGNISED),
        (translate.anywhere, "NotLoadable", C.DRIVER_NOT_LOADABLE),
        (translate.anywhere, "GeneralError", C.DRIVER_UNEXPECTED),
        (translate.anywhere, "0x80000001", C.DRIVER_UNEXPECTED),
        (translate.anywhere, "PinIncorrect", C.DRIVER_UNEXPECTED),
        (translate.user_login, "PinIncorrect", C.PIN_WRONG),
        (translate.user_login, "PinInvalid", C.PIN_WRONG),
        (translate.user_login, "PinLenRange", C.PIN_WRONG),
        (translate.user_login, "PinLocked", C.PIN_BLOCKED),
        (translate.user_login, "UserPinNotInitialized", C.PIN_UNSET),
        (translate.user_login, "DeviceRemoved", C.CARD_REMOVED),
        (translate.puk_login, "PinIncorrect", C.PUK_REFUSED),
        (translate.puk_login, "PinLenRange", C.PUK_REFUSED),
        (translate.puk_login, "PinLocked", C.PUK_BLOCKED),
        (translate.puk_login, "GeneralError", C.DRIVER_UNEXPECTED),
        (translate.init_pin, "PinIncorrect", C.PUK_REFUSED),
        (translate.init_pin, "PinLocked", C.PUK_BLOCKED),
        (translate.init_pin, "PinInvalid", C.NEW_PIN_REFUSED),
        (translate.init_pin, "PinLenRange", C.NEW_PIN_REFUSED),
        (translate.init_pin, "FunctionNotSupported", C.CARD_REFUSED_UNBLOCK),
        (translate.init_pin, "TokenWriteProtected", C.CARD_REFUSED_UNBLOCK),
        (translate.init_pin, "DeviceRemoved", None),
        (translate.init_pin, "GeneralError", None),
        (translate.init_pin, "0x80000001", None),
        (translate.set_pin, "PinIncorrect", C.PIN_WRONG),
        (translate.set_pin, "PinLocked", C.PIN_BLOCKED),
        (translate.set_pin, "PinLenRange", C.NEW_PIN_REFUSED),
        (translate.set_pin, "FunctionNotSupported", C.DRIVER_UNEXPECTED),
        (translate.set_pin, "UserNotLoggedIn", None),
        (translate.set_pin, "DeviceError", None),
        (translate.signature, "DeviceRemoved", C.CARD_REMOVED),
        (translate.signature, "FunctionFailed", C.SIGNATURE_REFUSED_BY_CARD),
    ],
)
def test_answers(
    call: Callable[[DriverError], Failure | None], name: str, code: FailureCode | None
) -> None:
    failure = call(DriverError(name))
    assert (None if failure is None else failure.code) is code
    if code in (C.DRIVER_UNEXPECTED, C.CARD_REFUSED_UNBLOCK, C.SIGNATURE_REFUSED_BY_CARD):
        assert failure is not None
        assert failure.param("raw") == name


@pytest.mark.parametrize(
    "table",
    [
        translate._ANYWHERE,
        translate._USER_PIN,
        translate._PUK,
        translate._INIT_PIN,
        translate._SET_PIN,
    ],
)
def test_every_name_exists(table: dict[str, FailureCode]) -> None:
    for name in table.keys() - {"NotLoadable", "NoPkcs11"}:
        assert issubclass(getattr(pkcs11.exceptions, name), pkcs11.exceptions.PKCS11Error)
