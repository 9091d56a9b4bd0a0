"""The sealed PUK: the fixed vector, and everything that must not open."""

import base64
import json
from typing import Any

import pytest

from kamusm_esign.card.seal import PUBLIC_KEY_SIZE, NotOpenedError, SealKey
from kamusm_esign.domain.portal_session import unblock_info
from kamusm_esign.resource_files import resource
from tests.equipment.puk_seal import grant_for

VECTOR: dict[str, Any] = json.loads(resource("selftest", "hpke-vector.json").read_text())
SEALED = base64.b64decode(VECTOR["sealed_puk"])
SESSION, SERIAL = "s_0123456789abcdef0123456789abcdef", "08C9150800160012"


@pytest.fixture(scope="module")
def key() -> SealKey:
    return SealKey(
        bytes.fromhex(VECTOR["mlkem_seed_hex"]), bytes.fromhex(VECTOR["x25519_private_hex"])
    )


def test_the_vector_opens(key: SealKey) -> None:
    assert key.public == base64.b64decode(VECTOR["seal_key"])
    assert unblock_info(SESSION, SERIAL) == VECTOR["info"].encode()
    assert key.open(SEALED, unblock_info(SESSION, SERIAL)) == VECTOR["plaintext_ascii"].encode()


@pytest.mark.parametrize("position", [0, 1087, 1088, 1119, 1120, 1127, 1128, len(SEALED) - 1])
def test_a_flipped_bit_does_not(key: SealKey, position: int) -> None:
    spoiled = bytearray(SEALED)
    spoiled[position] ^= 1
    with pytest.raises(NotOpenedError):
        key.open(bytes(spoiled), unblock_info(SESSION, SERIAL))


@pytest.mark.parametrize(
    ("session", "serial"),
    [(SESSION[:-1] + "e", SERIAL), (SESSION, SERIAL[:-1] + "3"), (SESSION, SERIAL.lower())],
)
def test_another_session_or_serial_does_not(key: SealKey, session: str, serial: str) -> None:
    with pytest.raises(NotOpenedError):
        key.open(SEALED, unblock_info(session, serial))


@pytest.mark.parametrize("sealed", [b"", SEALED[:-1], SEALED + b"\0", SEALED[:1120]])
def test_another_length_does_not(key: SealKey, sealed: bytes) -> None:
    with pytest.raises(NotOpenedError):
        key.open(sealed, unblock_info(SESSION, SERIAL))


@pytest.mark.parametrize(("puk", "opens"), [("70416538", True), ("", False), ("7041653ı", False)])
def test_what_is_no_puk_is_not_used(puk: str, opens: bool) -> None:
    key = SealKey()
    assert len(key.public) == PUBLIC_KEY_SIZE
    sealed = grant_for(key.public, puk, SESSION, SERIAL).sealed_puk or b""
    if opens:
        assert key.open(sealed, unblock_info(SESSION, SERIAL)) == puk.encode()
    else:
        with pytest.raises(NotOpenedError):
            key.open(sealed, unblock_info(SESSION, SERIAL))


def test_another_key_does_not_open() -> None:
    sealed = grant_for(SealKey().public, "70416538", SESSION, SERIAL).sealed_puk or b""
    with pytest.raises(NotOpenedError):
        SealKey().open(sealed, unblock_info(SESSION, SERIAL))
