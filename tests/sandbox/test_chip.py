"""The virtual card on the wire, command by command; the real stack is in tests/journeys."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from kamusm_esign.card.drivers import historical_bytes
from kamusm_esign.sandbox.chip.apdu import Command
from kamusm_esign.sandbox.chip.chip import ATR, Chip
from kamusm_esign.sandbox.chip.troubles import GoneError, Troubles
from kamusm_esign.sandbox.virtual_card import CardContents, VirtualCard
from tests.equipment.softhsm import NEW_PIN, PIN, PUK
from tests.equipment.test_ca import TestCa

ADMIN_KEY = bytes(range(32))
ISSUED = TestCa().issue("nes", "p384")


@pytest.fixture
def card(tmp_path: Path) -> VirtualCard:
    contents = CardContents("0123456789abcdef", "SIGN0", PUK, PIN, (ISSUED,), admin_key=ADMIN_KEY)
    return VirtualCard.make(tmp_path / "card.json", contents)


def send(chip: Chip, header: str, data: bytes = b"") -> str:
    raw = bytes.fromhex(header) + (bytes([len(data)]) + data if data else b"")
    command = Command.parse(raw)
    assert command is not None
    return chip.do(command).hex()


def padded(*secrets: str) -> bytes:
    return b"".join(s.encode().ljust(8, b"\xff") for s in secrets)


def cryptogram(challenge: bytes, key: bytes = ADMIN_KEY) -> bytes:
    mac = CMAC(AES(key))
    mac.update(challenge)
    return mac.finalize()


def challenge(chip: Chip) -> bytes:
    said = bytes.fromhex(send(chip, "00840000"))
    assert said[-2:] == b"\x90\x00"
    return said[:-2]


def test_the_atr_is_whole() -> None:
    check = 0
    for byte in ATR[1:]:
        check ^= byte
    assert check == 0
    assert historical_bytes(ATR) == b"MyEID"


def test_tries_are_lowered_before_the_comparison_and_survive(card: VirtualCard) -> None:
    chip = Chip(card)
    assert send(chip, "00200001") == "63c3"
    assert send(chip, "00200001", padded("999111")) == "63c2"
    assert VirtualCard(card.path).pin_tries == 2
    again = Chip(VirtualCard(card.path))
    assert send(again, "00200001", padded("999111")) == "63c1"
    assert send(again, "00200001", padded("999111")) == "6983"
    assert send(again, "00200001", padded(PIN)) == "6983"
    assert send(again, "002c0001", padded("00000000", NEW_PIN)) == "63c2"
    assert send(again, "002c0001", padded(PUK, NEW_PIN)) == "9000"
    assert send(again, "00200001", padded(NEW_PIN)) == "9000"
    assert send(again, "00200001") == "9000"
    again.reset()
    assert send(again, "00200001") == "63c3"


def test_change(card: VirtualCard) -> None:
    chip = Chip(card)
    assert send(chip, "00240001", padded("999111", NEW_PIN)) == "63c2"
    assert send(chip, "00240001", padded(PIN, "12")) == "6a80"
    assert send(chip, "00240001", padded(PIN, NEW_PIN)) == "9000"
    assert card.is_pin(memoryview(NEW_PIN.encode()))


def test_the_admin_key_opens_the_way_to_one_pin(card: VirtualCard) -> None:
    chip = Chip(card)
    assert send(chip, "002c0201", padded(NEW_PIN)) == "6982"
    assert send(chip, "00820081") == "63c3"
    assert send(chip, "00820081", cryptogram(challenge(chip))) == "9000"
    assert send(chip, "002c0201", padded(NEW_PIN)) == "9000"
    assert send(chip, "002c0201", padded(PIN)) == "6982"
    assert VirtualCard(card.path).is_pin(memoryview(NEW_PIN.encode()))


def test_a_challenge_is_good_for_one_answer(card: VirtualCard) -> None:
    chip = Chip(card)
    first = challenge(chip)
    assert send(chip, "00820081", bytes(16)) == "63c2"
    assert send(chip, "00820081", cryptogram(first)) == "6985"  # nothing was judged
    assert card.admin_tries == 2
    assert send(chip, "00820081", cryptogram(challenge(chip))) == "9000"
    assert card.admin_tries == 3


def test_the_third_wrong_cryptogram_ends_the_admin_key(card: VirtualCard) -> None:
    chip = Chip(card)
    for said in ("63c2", "63c1", "6983"):
        challenge(chip)
        assert send(chip, "00820081", bytes(16)) == said
    assert send(chip, "00820081", cryptogram(challenge(chip))) == "6983"
    assert send(chip, "002c0201", padded(NEW_PIN)) == "6982"
    assert card.puk_tries == 3


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("00ff0000", "6d00"),
        ("00200009", "6a88"),
        ("002c0009", "6a88"),
        ("00820001", "6a88"),
        ("00ca0000", "6a88"),
        ("00b00000", "6982"),
        ("002a9e9a", "6982"),
    ],
)
def test_what_it_does_not_know(card: VirtualCard, header: str, said: str) -> None:
    assert send(Chip(card), header) == said


@pytest.mark.parametrize("raw", ["", "00a404", "00a40400020102030405"])
def test_what_is_no_command(raw: str) -> None:
    assert Command.parse(bytes.fromhex(raw)) is None


def test_troubles_come_when_they_are_due(card: VirtualCard, tmp_path: Path) -> None:
    path = tmp_path / "troubles"
    path.write_text("20 2 status 6581\n20+ 1 status-after 6f00 # a remark\n\n2C 1 gone\n")
    troubles, chip = Troubles(path), Chip(card)

    def do(header: str, data: bytes = b"") -> str:
        raw = bytes.fromhex(header) + (bytes([len(data)]) + data if data else b"")
        command = Command.parse(raw)
        assert command is not None
        return troubles.around(command, lambda: chip.do(command)).hex()

    assert do("00200001") == "63c3"
    assert do("00200001") == "6581"
    assert do("00200001", padded("999111")) == "6f00"
    assert card.pin_tries == 2  # it was judged all the same
    assert do("00200001") == "63c2"
    with pytest.raises(GoneError):
        do("002c0201", padded(NEW_PIN))


def test_the_command_makes_a_card_that_the_portal_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kamusm_esign.sandbox import card as command
    from kamusm_esign.sandbox.portal.commands import open_portal
    from kamusm_esign.sandbox.portal.tables import Card

    monkeypatch.setattr(command, "_PATIENCE", 0.0)
    url, path = f"sqlite:///{tmp_path / 'portal.db'}", tmp_path / "card.json"
    words = ["--vpcd", "127.0.0.1:1", "--database", url, "--file", str(path), "--state", "new"]
    assert command.main(words) == 2  # nobody listens there
    made = VirtualCard(path)
    assert (made.has_pin, made.has_admin_key) == (False, True)
    portal = open_portal(url)
    with portal.database.read() as db:
        assert db.get(Card, made.serial) is not None
    chip = Chip(made)
    answer = cryptogram(challenge(chip), portal.keys.admin_key(made.serial))
    assert send(chip, "00820081", answer) == "9000"
    portal.database.close()


def test_the_log_shows_no_pin(card: VirtualCard) -> None:
    """What `--log` prints, and everything else that the process says."""
    script = (
        "import socket, sys, json\n"
        "from pathlib import Path\n"
        "from kamusm_esign.sandbox import card\n"
        "sys.exit(card.main(json.loads(sys.argv[1])))\n"
    )
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        words = ["--vpcd", f"127.0.0.1:{port}", "--file", str(card.path), "--log"]
        process = subprocess.Popen(
            [sys.executable, "-c", script, json.dumps(words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        server.settimeout(60)
        reader, _ = server.accept()
        with reader:
            command = bytes.fromhex("0020000108") + padded(PIN)
            reader.sendall(len(command).to_bytes(2) + command)
            assert reader.recv(4) == b"\x00\x02\x90\x00"
        process.terminate()
        said = process.communicate(timeout=30)[0]
    assert "00 20 00 01 (8) -> 9000 (0)" in said
    assert PIN not in said
    assert PIN.encode().hex() not in said.replace(" ", "")
