"""The files of a PKCS#15 card (ISO/IEC 7816-15), as OpenSC's driver `myeid` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AID = bytes.fromhex("A000000063504B43532D3135")
MF, APPLICATION = 0x3F00, 0x5015
_DIR, _ODF, _TOKEN_INFO = 0x2F00, 0x5031, 0x5032
_AODF, _PRKDF, _CDF = 0x4401, 0x4402, 0x4403
_FIRST_CERTIFICATE, _FIRST_KEY = 0x4301, 0x4B01

PIN, PUK, ADMIN_KEY = 1, 2, 0x81
"""References of VERIFY, RESET RETRY COUNTER and EXTERNAL AUTHENTICATE."""
STORED_LENGTH, PADDING, SHORTEST = 8, 0xFF, 4
"""PIN and PUK are padded to so many bytes."""

# Bits of pinFlags, key usage, access and object flags (ISO/IEC 7816-15 section 8).
_INITIALIZED, _NEEDS_PADDING, _UNBLOCKING, _SO = 4, 5, 6, 7
_SIGN, _NON_REPUDIATION = 2, 9
_SENSITIVE, _NEVER_EXTRACTABLE = 0, 3
_PRIVATE, _MODIFIABLE = 0, 1
_ASCII_NUMERIC = 1


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What the directory says of one certificate and its key."""

    certificate: bytes
    """DER."""
    bits: int
    elliptic: bool

    @classmethod
    def of(cls, certificate: bytes, key: Any) -> "KeyFacts":
        """From a certificate in DER and its private key."""
        return cls(certificate, key.key_size, hasattr(key, "curve"))


def key_file(number: int) -> int:
    """Where the key of the card's nth certificate is, from 0."""
    return _FIRST_KEY + number


def files(serial: str, label: str, keys: list[KeyFacts]) -> Mapping[int, bytes]:
    """Every file that can be read, by its identifier; identifiers are unique on this card.

    Args:
        serial: an even number of hex digits, at most 16: what the driver shows.
        label: of the token.
        keys: in the order of their files.
    """
    certificates = {_FIRST_CERTIFICATE + i: k.certificate for i, k in enumerate(keys)}
    return certificates | {
        _DIR: _tlv(0x61, _tlv(0x4F, AID) + _tlv(0x51, _identifier(MF) + _identifier(APPLICATION))),
        _ODF: _tlv(0xA0, _path(_PRKDF)) + _tlv(0xA4, _path(_CDF)) + _tlv(0xA8, _path(_AODF)),
        _TOKEN_INFO: _token_info(serial, label),
        _AODF: _authentication_objects(),
        _PRKDF: b"".join(_private_key(i, k) for i, k in enumerate(keys)),
        _CDF: b"".join(_certificate(i) for i in range(len(keys))),
    }


def _token_info(serial: str, label: str) -> bytes:
    return _sequence(
        _integer(0)
        + _octets(bytes.fromhex(serial))
        + _tlv(0x0C, b"Sandbox")
        + _tlv(0x80, label.encode())
        + _bits()
    )


def _authentication_objects() -> bytes:
    """The PIN, unblocked by the PUK, and the PUK, which is the security officer's PIN as well."""
    common = (_INITIALIZED, _NEEDS_PADDING)
    return _pin_object("PIN", PIN, common, unblocked_by=_octets(bytes([PUK]))) + _pin_object(
        "PUK", PUK, (*common, _UNBLOCKING, _SO)
    )


def _pin_object(
    label: str, reference: int, flags: tuple[int, ...], unblocked_by: bytes = b""
) -> bytes:
    attributes = _sequence(
        _bits(*flags)
        + _tlv(0x0A, bytes([_ASCII_NUMERIC]))
        + _integer(SHORTEST)
        + _integer(STORED_LENGTH)
        + _integer(STORED_LENGTH)
        + _tlv(0x80, bytes([reference]))
        + _octets(bytes([PADDING]))
    )
    common = _sequence(_tlv(0x0C, label.encode()) + _bits(_PRIVATE) + unblocked_by)
    return _sequence(common + _sequence(_octets(bytes([reference]))) + _tlv(0xA1, attributes))


def _private_key(number: int, key: KeyFacts) -> bytes:
    common = _sequence(
        _tlv(0x0C, f"Key {number + 1}".encode())
        + _bits(_PRIVATE, _MODIFIABLE)
        + _octets(bytes([PIN]))
    )
    of_class = _sequence(
        _octets(_object_id(number))
        + _bits(_SIGN, _NON_REPUDIATION)
        + _tlv(0x01, b"\xff")
        + _bits(_SENSITIVE, _NEVER_EXTRACTABLE)
        + _integer(0)
    )
    attributes = _sequence(_path(key_file(number)) + _integer(key.bits))
    return _tlv(0xA0 if key.elliptic else 0x30, common + of_class + _tlv(0xA1, attributes))


def _certificate(number: int) -> bytes:
    common = _sequence(_tlv(0x0C, f"Certificate {number + 1}".encode()))
    attributes = _sequence(_path(_FIRST_CERTIFICATE + number))
    return _sequence(common + _sequence(_octets(_object_id(number))) + _tlv(0xA1, attributes))


def _object_id(number: int) -> bytes:
    return bytes([0x40 + number])


def _identifier(file: int) -> bytes:
    return file.to_bytes(2)


def _path(file: int) -> bytes:
    return _sequence(_octets(_identifier(MF) + _identifier(APPLICATION) + _identifier(file)))


def _sequence(content: bytes) -> bytes:
    return _tlv(0x30, content)


def _octets(content: bytes) -> bytes:
    return _tlv(0x04, content)


def _integer(value: int) -> bytes:
    return _tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def _bits(*positions: int) -> bytes:
    """A BIT STRING of named bits: no trailing zeros."""
    length = max(positions, default=-1) + 1
    unused = -length % 8
    value = sum(1 << (length - 1 - p) for p in positions) << unused
    return _tlv(0x03, bytes([unused]) + value.to_bytes((length + 7) // 8))


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    long_form = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(long_form)]) + long_form + content
