"""Practice cards are real PKCS#11 tokens; judged by OpenSC's tool, not by our own card host."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from kamusm_esign.sandbox import softhsm
from kamusm_esign.sandbox.softhsm import SoftHsm, SoftHsmMissingError, TokenContent
from tests.equipment.card_contract import verify_signature
from tests.equipment.test_ca import TestCa

PUK, PIN = "90246813", "135790"


def tool(hsm: SoftHsm, *arguments: str) -> str:
    child = subprocess.run(
        ["pkcs11-tool", "--module", str(hsm.library), *arguments],
        env=os.environ | hsm.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return child.stdout


@pytest.mark.parametrize(("key", "mechanism"), [("rsa2048", "SHA256-RSA-PKCS"), ("p384", "ECDSA")])
def test_key_and_certificate_belong_together(tmp_path: Path, key: str, mechanism: str) -> None:
    hsm = SoftHsm(tmp_path)
    issued = TestCa().issue("mali-muhur", key)
    serial = hsm.make_token("KART", puk=PUK, pin=PIN, contents=[TokenContent(issued)])
    assert f"serial num         : {serial}" in tool(hsm, "-L")
    digest = hashlib.sha256(b"data").digest()
    data, signature = tmp_path / "data", tmp_path / "signature"
    data.write_bytes(digest if mechanism == "ECDSA" else b"data")
    files = ("-i", str(data), "-o", str(signature))
    form = ("--signature-format", "openssl")
    login = ("--token-label", "KART", "--login", "--pin", PIN)
    tool(hsm, *login, "--sign", "--id", "01", "-m", mechanism, *files, *form)
    verify_signature(issued.certificate_der, digest, "sha256", signature.read_bytes())
    read = tmp_path / "read"
    tool(hsm, *login[:2], "--read-object", "--type", "cert", "--id", "01", "-o", str(read))
    assert read.read_bytes() == issued.certificate_der


def test_a_new_card_has_no_pin(tmp_path: Path) -> None:
    hsm = SoftHsm(tmp_path)
    contents = [TokenContent(TestCa().issue("nes", "p256"), with_key=False)]
    hsm.make_token("YENİ", puk=PUK, pin=None, contents=contents)
    assert "PIN initialized" not in tool(hsm, "-L", "--slot-index", "0").split("Slot 1")[0]
    objects = tool(hsm, "-O", "--slot-index", "0")
    assert objects.count("Certificate Object") == 1
    assert "Key Object" not in objects


def test_tokens_of_one_folder_stay(tmp_path: Path) -> None:
    first = SoftHsm(tmp_path).make_token("BİR", puk=PUK, pin=PIN)
    second = SoftHsm(tmp_path).make_token("İKİ", puk=PUK, pin=PIN)
    listed = tool(SoftHsm(tmp_path), "-L")
    assert first != second
    assert all(serial in listed for serial in (first, second))


def test_a_puk_that_softhsm_refuses(tmp_path: Path) -> None:
    with pytest.raises(SoftHsmMissingError, match="C_InitToken"):
        SoftHsm(tmp_path).make_token("KART", puk="1", pin=PIN)


def test_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(softhsm, "LIBRARIES", ())
    with pytest.raises(SoftHsmMissingError, match="not installed"):
        SoftHsm(tmp_path)


def test_another_library_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = softhsm.find_library()
    assert library is not None
    monkeypatch.setattr(softhsm, "LIBRARIES", ())
    monkeypatch.setenv(softhsm.ENVIRONMENT_LIBRARY, str(library))
    assert SoftHsm(tmp_path).library == library
