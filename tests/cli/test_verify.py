"""`kamusm-esign verify`: every word in both languages, the JSON, the exit status."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import pytest

from kamusm_esign.cli.main import main
from kamusm_esign.cli.result import Shown
from kamusm_esign.cli.verify import check_text
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.verification import Checked, FileKind, Finding, Point, Reason, Verdict
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.support.paths import user_folders
from tests.equipment.test_ca import TestCa
from tests.signing.conftest import AT, PDF, TEXT, builder
from tests.signing.software_card import SoftwareCard

LANGUAGES = pytest.mark.parametrize("language", ["tr", "en"])
TABLES: dict[str, type[Enum]] = {
    "verify_kind": FileKind,
    "verify_verdict": Verdict,
    "verify_good": Point,
    "verify_bad": Point,
    "verify_not-checked": Point,
}


@LANGUAGES
def test_every_word_is_there(language: str) -> None:
    catalogue = Catalogue.load(language, "verify")
    for table, words in TABLES.items():
        for word in words:
            assert catalogue.text(f"{table}.{word.value}")
    shown = Shown(catalogue, personal_data=False)
    for finding in Finding:
        for reason in Reason:
            said = check_text(Checked(Point.CHAIN, finding, reason), shown)
            assert (": " in said) is (reason is not Reason.NONE)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes], str]:
    def write(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return write


CA = TestCa()
CARD = SoftwareCard(CA.issue("nes", "p256", not_after=datetime(2035, 1, 1, tzinfo=UTC)))
P7S = builder().sign(TEXT, SignatureFormat.CADES_BES_DETACHED, CARD, AT)
SIGNED = builder().sign(PDF, SignatureFormat.PADES_B_B, CARD, AT)


def run(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(["--language", "en", "verify", *words])
    return status, capfd.readouterr().out


def test_a_signed_pdf(
    file: Callable[[str, bytes], str], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "trust").mkdir()
    for number, der in enumerate(CA.sandbox_ca.chain_der):
        (tmp_path / "trust" / f"{number}.cer").write_bytes(der)
    words = [file("signed.pdf", SIGNED), "--trust", str(tmp_path / "trust")]
    status, out = run(capfd, *words, "--json")
    found = json.loads(out)
    assert (status, found["command"], found["outcome"], found["failure"]) == (
        0,
        "verify",
        "succeeded",
        None,
    )
    assert (found["file"]["kind"], found["file"]["verdict"]) == ("signed-pdf", "trusted")
    (signature,) = found["file"]["signatures"]
    assert signature["kind"] == "nes"
    assert signature["signed_at"] == "2031-03-04T05:06:07Z"
    assert {c["id"]: c["result"] for c in signature["checks"]} == {
        "document": "good",
        "signature": "good",
        "whole-file": "good",
        "chain": "good",
        "time": "not-checked",
        "revocation": "not-checked",
    }
    assert "AYŞE" not in out
    status, out = run(capfd, *words, "--show-personal-data")
    assert status == 0
    assert "AYŞE" in out
    assert "+ The document is the one that was signed\n" in out
    assert "? Revocation was not checked: it is not looked at offline\n" in out


def test_a_signature_beside_its_document(
    file: Callable[[str, bytes], str], capfd: pytest.CaptureFixture[str]
) -> None:
    status, out = run(capfd, file("a.p7s", P7S), file("a.txt", TEXT))
    assert status == 0
    assert "? The certificate's root was not checked: no trust folder was given\n" in out
    status, out = run(capfd, file("a.p7s", P7S), file("a.txt", TEXT + b" "), "--json")
    found = json.loads(out)
    assert (status, found["failure"]["code"], found["file"]["verdict"]) == (30, "IMZ-341", "broken")


@pytest.mark.parametrize(
    ("content", "document", "status", "code"),
    [
        (P7S, None, 30, "IMZ-342"),
        (TEXT, TEXT, 30, "IMZ-340"),
        (None, None, 2, "IMZ-344"),
        (P7S, "/no/such/file", 2, "IMZ-344"),
    ],
)
def test_what_cannot_be_verified(
    content: bytes | None,
    document: bytes | str | None,
    status: int,
    code: str,
    file: Callable[[str, bytes], str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    words = ["/no/such/file" if content is None else file("a", content)]
    if document is not None:
        words.append(document if isinstance(document, str) else file("b", document))
    ended, out = run(capfd, *words, "--json")
    found = json.loads(out)
    assert (ended, found["failure"]["code"], found["file"]) == (status, code, None)


def test_the_administrators_folder_goes_before_the_users(
    file: Callable[[str, bytes], str],
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine, signed = tmp_path / "machine", file("signed.pdf", SIGNED)
    monkeypatch.setattr("kamusm_esign.cli.world.MACHINE_TRUST", machine)

    def verdict() -> str:
        _, out = run(capfd, signed, "--json")
        return str(json.loads(out)["file"]["verdict"])

    assert verdict() == "intact"
    own = user_folders().trust
    own.mkdir(parents=True)
    for number, der in enumerate(CA.sandbox_ca.chain_der):
        (own / f"{number}.cer").write_bytes(der)
    assert verdict() == "trusted"
    machine.mkdir()
    for number, der in enumerate(SandboxCa().chain_der):
        (machine / f"{number}.cer").write_bytes(der)
    assert verdict() != "trusted"


def test_a_trust_folder_that_is_not_there(
    file: Callable[[str, bytes], str], capfd: pytest.CaptureFixture[str]
) -> None:
    status, out = run(capfd, file("signed.pdf", SIGNED), "--trust", "/no/such", "--json")
    assert (status, json.loads(out)["failure"]["code"]) == (2, "IMZ-343")
