"""What protects the portal's secrets: the key file, the sealed PUKs, the audit log, the vector."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from kamusm_esign.domain.portal_session import unblock_info
from kamusm_esign.resource_files import resource
from kamusm_esign.sandbox.portal.database import Database, DatabaseError
from kamusm_esign.sandbox.portal.keys import (
    KeyFileError,
    PortalKeys,
    cryptogram,
    load_or_create,
)
from kamusm_esign.sandbox.portal.services import puk_store
from kamusm_esign.sandbox.portal.services.puk_store import EnrolmentError
from kamusm_esign.sandbox.portal.tables import AuditRow, Card
from tests.sandbox.portal.desk import PUK, SERIAL, Desk, SealKey

ON_BOTH = True
VECTOR = json.loads(resource("selftest", "hpke-vector.json").read_text())


def vector_key() -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(VECTOR["mlkem_seed_hex"])),
        x25519.X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["x25519_private_hex"])),
    )


def test_a_release_opens_as_the_vector_does(desk: Desk) -> None:
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    session = VECTOR["info"].split("|")[1]
    info = unblock_info(session, SERIAL)
    assert info.decode() == VECTOR["info"]
    known = base64.b64decode(VECTOR["sealed_puk"])
    with desk.portal.database.read() as db:
        card = db.get_one(Card, SERIAL)
    own = puk_store.release(desk.portal, card, base64.b64decode(VECTOR["seal_key"]), session)
    for sealed in (known, own):
        assert len(sealed) == 1120 + len(PUK) + 16
        assert suite.decrypt(sealed, vector_key(), info=info) == PUK


@pytest.mark.parametrize("wrong", ["session", "serial", "bit", "key"])
def test_a_release_is_for_one_session_card_and_key(desk: Desk, wrong: str) -> None:
    mine, other = SealKey(), SealKey()
    with desk.portal.database.read() as db:
        card = db.get_one(Card, SERIAL)
    sealed = bytearray(puk_store.release(desk.portal, card, mine.public, "s_1"))
    sealed[-1] ^= wrong == "bit"
    info = unblock_info(
        "s_2" if wrong == "session" else "s_1", "X" if wrong == "serial" else SERIAL
    )
    with pytest.raises(InvalidTag):
        (other if wrong == "key" else mine).open(bytes(sealed), info)


def test_a_stored_puk_belongs_to_its_card(desk: Desk) -> None:
    """Moved to another card's row it does not open, nor under another key."""
    with desk.portal.database.read() as db:
        stored = db.get_one(Card, SERIAL).puk
    keys = desk.portal.keys
    assert keys.unseal(f"puk|{SERIAL}", stored) == PUK
    for opener, use in ((keys, "puk|OTHER"), (PortalKeys.of(bytes(32)), f"puk|{SERIAL}")):
        with pytest.raises(ValueError, match="sealed value"):
            opener.unseal(use, stored)


@pytest.mark.parametrize("sealed", [b"", b"x" * 11, b"x" * 27, b"x" * 28, b"x" * 60])
def test_garbage_is_not_unsealed(desk: Desk, sealed: bytes) -> None:
    with pytest.raises(ValueError, match="sealed value"):
        desk.portal.keys.unseal("cookie", sealed)


def test_enrolment_wipes_the_puk_and_may_be_repeated(desk: Desk) -> None:
    with desk.portal.database.read() as db:
        before = db.get_one(Card, SERIAL)
    puk = bytearray(b"99999999")
    puk_store.enrol(desk.portal, SERIAL + "  \0", before.certificate, puk)
    assert puk == bytes(8)
    with desk.portal.database.read() as db:
        after = db.get_one(Card, SERIAL)
    assert desk.portal.keys.unseal(f"puk|{SERIAL}", after.puk) == b"99999999"


@pytest.mark.parametrize(
    ("serial", "certificate", "puk", "reason"),
    [
        ("", None, b"12345678", "serial"),
        ("A\nB", None, b"12345678", "serial"),
        ("A", b"", b"12345678", "cannot be read"),
        ("A", b"-----BEGIN CERTIFICATE-----\n", b"12345678", "not PEM"),
        ("A", None, b"", "PUK"),
        ("A", None, b"123", "PUK"),
        ("A", None, b"1234 678", "PUK"),
        ("A", None, "çççççç".encode(), "PUK"),
    ],
)
def test_what_cannot_be_enrolled(
    desk: Desk, serial: str, certificate: bytes | None, puk: bytes, reason: str
) -> None:
    with desk.portal.database.read() as db:
        own = db.get_one(Card, SERIAL).certificate
    given = bytearray(puk)
    with pytest.raises(EnrolmentError, match=reason):
        puk_store.enrol(desk.portal, serial, own if certificate is None else certificate, given)
    assert given == bytes(len(puk))


def test_the_derivations_are_as_written_down() -> None:
    """Fixed values: a card that was personalised once must stay usable."""
    keys = PortalKeys.of(bytes(range(32)))
    # NIST SP 800-108r1 counter mode by hand: two CMAC blocks over counter, label, 0, context, bits.
    fixed = b"kamusm-esign admin key v1\0" + SERIAL.encode() + (256).to_bytes(4, "big")
    by_hand = b"".join(
        cryptogram(keys.admin_master, counter.to_bytes(4, "big") + fixed) for counter in (1, 2)
    )
    assert keys.admin_key(SERIAL) == by_hand
    # NIST SP 800-38B, AES-256, example of 16 bytes.
    key = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
    text = bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")
    assert cryptogram(key, text).hex() == "28a7023f452e8f82bd4bf28d8c37c35c"
    one_block = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(text)
    assert one_block != cryptogram(key, text)


def test_all_processes_agree_on_one_key_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(load_or_create, [tmp_path / "key"] * 8))
    assert len({keys.mac_key for keys in found}) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_key_file_of_another_length_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(KeyFileError, match="32 bytes"):
        load_or_create(tmp_path / "key")


def test_every_release_is_in_the_audit_log(desk: Desk) -> None:
    live = desk.open()
    key = base64.b64encode(SealKey().public).decode()
    assert live.unblock(methods=["so-pin"], seal_key=key).status == 200
    assert live.unblock(methods=["so-pin"], seal_key=key).status == 409
    assert live.outcome("failed", puk_attempt_spent=True).status == 204
    with desk.portal.database.read() as db:
        lines = db.query(AuditRow).filter_by(session_id=live.view["id"]).order_by(AuditRow.id)
        rows = [(line.event, line.serial, line.detail) for line in lines]
    assert rows == [
        ("session-opened", None, "pin-unblock"),
        ("sms-sent", None, ""),
        ("puk-released", SERIAL, ""),
        ("outcome", SERIAL, "failed puk-spent"),
    ]


def test_many_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(Database, [url] * 6))
    for database in opened:
        database.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://localhost/x"]
)
def test_what_is_no_database(url: str) -> None:
    with pytest.raises(DatabaseError, match="sqlite:///"):
        Database(url)
