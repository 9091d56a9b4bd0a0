"""What the card does with each command, in the manner of MyEID, which OpenSC's `myeid` speaks to.

Beside it: EXTERNAL AUTHENTICATE with an AES key of the card's own (AES-CMAC over the challenge),
after which RESET RETRY COUNTER takes a new PIN without a PUK.
"""

import secrets
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.hazmat.primitives.serialization import load_der_private_key

from kamusm_esign.sandbox.chip import apdu, pkcs15
from kamusm_esign.sandbox.chip.apdu import Command, answer, tries_left
from kamusm_esign.sandbox.virtual_card import VirtualCard

ATR = bytes.fromhex("3BF59600008131FE454D7945494414")
"""Historical bytes `MyEID`; TA3 and TB3 (FE 45) have to be there, or the first of them is eaten."""

_VERSION = bytes([4, 5, 5])
_FEATURES_RSA_EC = 0x0009
_APPLET_INFO, _CAPABILITIES = 0x01A0, 0x01AA
_SIGN, _SIGN_ALL = 0x9E9A, 0x41B6
_CHAINED = 0x10
_PKCS1, _RAW, _ECDSA = 0x02, 0x00, 0x04
_CHALLENGE_BYTES = 16
_LONGEST = 1024


class Chip:
    """One card under power; what it has to remember is in `VirtualCard`'s file."""

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self._keys = [(der, load_der_private_key(key, None)) for der, key in card.pairs()]
        facts = [pkcs15.KeyFacts.of(der, key) for der, key in self._keys]
        self._files = pkcs15.files(card.serial, card.label, facts)
        self.reset()

    def reset(self) -> None:
        """After power-up or a reset: nobody is logged in."""
        self._verified: set[int] = set()
        self._challenge: bytes | None = None
        self._selected = pkcs15.MF
        self._environment: tuple[int, int] | None = None
        self._chain = b""

    def do(self, command: Command) -> bytes:
        """The card's answer: data and status word."""
        work = _INSTRUCTIONS.get(command.ins)
        return answer(apdu.UNKNOWN_INSTRUCTION) if work is None else work(self, command)

    # ------------------------------------------------------------------------ files
    def _select(self, command: Command) -> bytes:
        if command.p1 == 4:
            found = pkcs15.APPLICATION if command.data == pkcs15.AID else None
        else:
            found = self._known(int.from_bytes(command.data[-2:])) if command.data else pkcs15.MF
        if found is None:
            return answer(apdu.NO_FILE)
        self._selected = found
        silent = command.p2 & 0x0C == 0x0C
        return answer(apdu.OK, b"" if silent else self._control_information(found))

    def _known(self, file: int) -> int | None:
        keys = {pkcs15.key_file(i) for i in range(len(self._keys))}
        there = file in self._files or file in keys or file in (pkcs15.MF, pkcs15.APPLICATION)
        return file if there else None

    def _control_information(self, file: int) -> bytes:
        folder = file in (pkcs15.MF, pkcs15.APPLICATION)
        kind = 0x38 if folder else 0x01 if file in self._files else 0x11
        size = len(self._files.get(file, b""))
        parts = (
            b"\x80\x02" + size.to_bytes(2),
            bytes([0x82, 1, kind]),
            b"\x83\x02" + file.to_bytes(2),
            b"\x86\x03\x0f\xff\x00" if not folder else b"\x86\x03\xff\xf0\x00",
            b"\x8a\x01\x07",  # activated
        )
        content = b"".join(parts)
        return bytes([0x6F, len(content)]) + content

    def _read_binary(self, command: Command) -> bytes:
        content = self._files.get(self._selected)
        if content is None:
            return answer(apdu.NOT_ALLOWED)
        if command.reference > len(content):
            return answer(apdu.OUT_OF_FILE)
        return answer(apdu.OK, content[command.reference :][:256])

    def _get_data(self, command: Command) -> bytes:
        if command.reference == _APPLET_INFO:
            serial = bytes.fromhex(self._card.serial)[:10].ljust(10, b"\0")
            return answer(apdu.OK, b"MyEID" + _VERSION + serial + b"\0\0")
        if command.reference == _CAPABILITIES:
            numbers = (_FEATURES_RSA_EC, 2048, 0, 0, 384)
            return answer(apdu.OK, b"\1" + b"".join(n.to_bytes(2) for n in numbers))
        return answer(apdu.NO_REFERENCE)

    # ------------------------------------------------------------------------ PIN and PUK
    def _verify(self, command: Command) -> bytes:
        if command.p2 not in (pkcs15.PIN, pkcs15.PUK):
            return answer(apdu.NO_REFERENCE)
        if not command.data:
            verified = command.p2 in self._verified
            return answer(apdu.OK if verified else tries_left(self._tries(command.p2)))
        return self._present(command.p2, command.data) or answer(apdu.OK)

    def _present(self, reference: int, padded: bytes) -> bytes | None:
        """None where the PIN or PUK is right, else the answer."""
        self._verified.discard(reference)
        secret = memoryview(_unpadded(padded))
        card = self._card
        right = card.present_pin(secret) if reference == pkcs15.PIN else card.present_puk(secret)
        if not right:
            return answer(tries_left(self._tries(reference)))
        self._verified.add(reference)
        return None

    def _tries(self, reference: int) -> int:
        if reference == pkcs15.PUK:
            return self._card.puk_tries
        return self._card.pin_tries if self._card.has_pin else 0

    def _change(self, command: Command) -> bytes:
        if command.reference != pkcs15.PIN or len(command.data) != 2 * pkcs15.STORED_LENGTH:
            return answer(apdu.WRONG_DATA)
        old, new = command.data[: pkcs15.STORED_LENGTH], command.data[pkcs15.STORED_LENGTH :]
        return self._present(pkcs15.PIN, old) or self._write(new)

    def _reset_counter(self, command: Command) -> bytes:
        """P1 00: PUK and new PIN; 02: the new PIN alone, from somebody who is let in already."""
        if command.p2 != pkcs15.PIN:
            return answer(apdu.NO_REFERENCE)
        if command.p1 == 0 and len(command.data) == 2 * pkcs15.STORED_LENGTH:
            puk, new = command.data[: pkcs15.STORED_LENGTH], command.data[pkcs15.STORED_LENGTH :]
            return self._present(pkcs15.PUK, puk) or self._write(new)
        if command.p1 != 2:
            return answer(apdu.WRONG_DATA)
        if not self._verified & {pkcs15.PUK, pkcs15.ADMIN_KEY}:
            return answer(apdu.NOT_ALLOWED)
        self._verified.discard(pkcs15.ADMIN_KEY)  # good for one PIN
        return self._write(command.data)

    def _write(self, padded: bytes) -> bytes:
        pin = _unpadded(padded)
        if not pkcs15.SHORTEST <= len(pin) <= pkcs15.STORED_LENGTH:
            return answer(apdu.WRONG_DATA)
        self._verified.discard(pkcs15.PIN)
        written = self._card.write_pin(memoryview(pin))
        return answer(apdu.OK if written else apdu.WRONG_DATA)

    def _logout(self, _command: Command) -> bytes:
        self._verified.clear()
        return answer(apdu.OK)

    # ------------------------------------------------------------------------ the admin key
    def _get_challenge(self, _command: Command) -> bytes:
        self._challenge = secrets.token_bytes(_CHALLENGE_BYTES)
        return answer(apdu.OK, self._challenge)

    def _external_authenticate(self, command: Command) -> bytes:
        if command.p2 != pkcs15.ADMIN_KEY or not self._card.has_admin_key:
            return answer(apdu.NO_REFERENCE)
        if not command.data:
            return answer(tries_left(self._card.admin_tries))
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            return answer(apdu.CONDITIONS)
        if not self._card.present_cryptogram(challenge, command.data):
            return answer(tries_left(self._card.admin_tries))
        self._verified.add(pkcs15.ADMIN_KEY)
        return answer(apdu.OK)

    # ------------------------------------------------------------------------ signatures
    def _manage_environment(self, command: Command) -> bytes:
        if command.reference != _SIGN_ALL:
            return answer(apdu.NO_REFERENCE)
        values, data = {}, command.data
        while len(data) > 2:
            values[data[0]], data = data[2 : 2 + data[1]], data[2 + data[1] :]
        algorithm, file = values.get(0x80, b"\0"), values.get(0x81, b"")
        self._environment = (algorithm[0], int.from_bytes(file))
        return answer(apdu.OK)

    def _security_operation(self, command: Command) -> bytes:
        if command.reference != _SIGN:
            return answer(apdu.UNKNOWN_INSTRUCTION)
        data, self._chain = self._chain + command.data, b""
        if command.cla & _CHAINED:
            self._chain = data[:_LONGEST]
            return answer(apdu.OK)
        if pkcs15.PIN not in self._verified:
            return answer(apdu.NOT_ALLOWED)
        key = self._key()
        if key is None:
            return answer(apdu.CONDITIONS)
        try:
            return answer(apdu.OK, _sign(key, self._environment[0], data))  # type: ignore[index]
        except ValueError:
            return answer(apdu.WRONG_DATA)

    def _key(self) -> Any:
        """The one that was named; None where none was."""
        file = None if self._environment is None else self._environment[1]
        named = (k for i, (_, k) in enumerate(self._keys) if pkcs15.key_file(i) == file)
        return next(named, None)


_Instruction = Callable[[Chip, Command], bytes]
_INSTRUCTIONS: dict[int, _Instruction] = {
    0x20: Chip._verify,
    0x22: Chip._manage_environment,
    0x24: Chip._change,
    0x2A: Chip._security_operation,
    0x2C: Chip._reset_counter,
    0x2E: Chip._logout,
    0x82: Chip._external_authenticate,
    0x84: Chip._get_challenge,
    0xA4: Chip._select,
    0xB0: Chip._read_binary,
    0xCA: Chip._get_data,
}


def _unpadded(padded: bytes) -> bytes:
    return padded.rstrip(bytes([pkcs15.PADDING]))


def _sign(key: Any, algorithm: int, data: bytes) -> bytes:
    """DER of an ECDSA-Sig-Value, or PKCS#1 v1.5 around data that was prepared outside.

    Raises:
        ValueError: the key cannot take it.
    """
    if isinstance(key, ec.EllipticCurvePrivateKey):
        if algorithm != _ECDSA:
            raise ValueError("algorithm")
        by_size = {32: hashes.SHA256(), 48: hashes.SHA384(), 64: hashes.SHA512()}
        if len(data) not in by_size:
            raise ValueError("digest")
        return key.sign(data, ec.ECDSA(utils.Prehashed(by_size[len(data)])))
    if algorithm == _PKCS1:
        return bytes(key.sign(data, padding.PKCS1v15(), utils.NoDigestInfo()))
    if algorithm != _RAW:
        raise ValueError("algorithm")
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    value = int.from_bytes(data)
    if value >= modulus:
        raise ValueError("too large")
    return int(pow(value, numbers.d, modulus)).to_bytes(key.key_size // 8)
