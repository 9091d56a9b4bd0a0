"""Child process of `softhsm`: makes one SoftHSM2 token and prints its serial number.

Run as a script (standard library only) with an order as JSON on standard input, so that no PIN
stands in an argument, in the environment or in a file. A process of its own, because SoftHSM2 reads
its configuration once and its OpenSSL does not like to be loaded twice. ctypes, because neither
`softhsm2-util` (asks a terminal) nor python-pkcs11 (has no C_InitToken) can do it.

PKCS#11 v2.40 sections 5.4 to 5.7.
"""

import ctypes
import json
import sys
from typing import Any

CKU_SO, CKU_USER = 0, 1
CKF_TOKEN_INITIALIZED = 0x400
CKF_RW_SESSION, CKF_SERIAL_SESSION = 0x2, 0x4
TOKEN_INFO_SIZE = 512
"""Bytes; CK_TOKEN_INFO has about 200."""


class Attribute(ctypes.Structure):
    """CK_ATTRIBUTE."""

    _fields_ = (("type", ctypes.c_ulong), ("value", ctypes.c_void_p), ("length", ctypes.c_ulong))


class Cryptoki:
    """The few calls that are needed; a CK_RV other than CKR_OK ends the process."""

    def __init__(self, library: str) -> None:
        self._library = ctypes.CDLL(library)
        self.call("C_Initialize", None)

    def call(self, name: str, *arguments: object) -> None:
        result = getattr(self._library, name)(*arguments)
        if result:
            sys.exit(f"{name}: CKR 0x{result:X}")

    def free_slot(self) -> ctypes.c_ulong:
        """The slot whose token is not initialised yet; SoftHSM2 always has one."""
        count = ctypes.c_ulong()
        self.call("C_GetSlotList", ctypes.c_ubyte(1), None, ctypes.byref(count))
        slots = (ctypes.c_ulong * count.value)()
        self.call("C_GetSlotList", ctypes.c_ubyte(1), slots, ctypes.byref(count))
        for number in slots:
            slot = ctypes.c_ulong(number)
            info = self.token_info(slot)
            if not int.from_bytes(info[96:104], sys.byteorder) & CKF_TOKEN_INITIALIZED:
                return slot
        sys.exit("no free slot")

    def token_info(self, slot: ctypes.c_ulong) -> bytes:
        """CK_TOKEN_INFO: label 32, manufacturer 32, model 16, serial 16, flags."""
        info = ctypes.create_string_buffer(TOKEN_INFO_SIZE)
        self.call("C_GetTokenInfo", slot, info)
        return info.raw

    def create_object(self, session: ctypes.c_ulong, attributes: list[tuple[int, str]]) -> None:
        """C_CreateObject; values come as hex."""
        template = (Attribute * len(attributes))()
        for row, (kind, value) in zip(template, attributes, strict=True):
            data = bytes.fromhex(value)
            buffer = ctypes.create_string_buffer(data, max(len(data), 1))
            row.type, row.length = kind, len(data)
            row.value = ctypes.cast(buffer, ctypes.c_void_p)
        handle = ctypes.c_ulong()
        count = ctypes.c_ulong(len(attributes))
        self.call("C_CreateObject", session, template, count, ctypes.byref(handle))


def make_token(order: dict[str, Any]) -> str:
    """Initialise a token, set its PIN if one is given, put the objects on it; its serial."""
    cryptoki = Cryptoki(order["library"])
    puk = order["puk"].encode()
    label = order["label"].encode()[:32].ljust(32)
    slot = cryptoki.free_slot()
    cryptoki.call("C_InitToken", slot, puk, ctypes.c_ulong(len(puk)), label)
    session = ctypes.c_ulong()
    flags = ctypes.c_ulong(CKF_RW_SESSION | CKF_SERIAL_SESSION)
    cryptoki.call("C_OpenSession", slot, flags, None, None, ctypes.byref(session))
    if order["pin"] is not None:
        pin = order["pin"].encode()
        pin_length = ctypes.c_ulong(len(pin))
        cryptoki.call("C_Login", session, ctypes.c_ulong(CKU_SO), puk, ctypes.c_ulong(len(puk)))
        cryptoki.call("C_InitPIN", session, pin, pin_length)
        cryptoki.call("C_Logout", session)
        cryptoki.call("C_Login", session, ctypes.c_ulong(CKU_USER), pin, pin_length)
    for attributes in order["objects"]:
        cryptoki.create_object(session, attributes)
    serial = cryptoki.token_info(slot)[80:96].rstrip(b" \0").decode("ascii")
    cryptoki.call("C_Finalize", None)
    return serial


if __name__ == "__main__":
    print(make_token(json.load(sys.stdin)))
