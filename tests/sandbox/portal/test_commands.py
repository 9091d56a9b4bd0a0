"""`kamusm-esign-sandbox`: enrol, code, revoke, maintenance; what is refused, and how."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.__main__ import main
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.portal.services.puk_store import holders
from tests.sandbox.portal.browser import Browser
from tests.sandbox.portal.desk import OTP, SERIAL, Desk, enrol, make_desk
from tests.sandbox.portal.server_process import command, database_url

OTHER = "MM-1"


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A folder with a NES as DER and a Mali Mühür as PEM."""
    ca = SandboxCa()
    nes = ca.issue(CertificateKind.NES, "p256").certificate_der
    seal = ca.issue(CertificateKind.MALI_MUHUR, "p256").certificate_der
    pem = x509.load_der_x509_certificate(seal).public_bytes(Encoding.PEM)
    (tmp_path / "nes.der").write_bytes(nes)
    (tmp_path / "seal.pem").write_bytes(pem)
    other = ca.issue(CertificateKind.OTHER, "p256").certificate_der
    (tmp_path / "other.der").write_bytes(other)
    return tmp_path


@dataclass
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


Enrol = Callable[..., Done]


@pytest.fixture
def enrolled(
    certificates: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Enrol:
    """Runs `enrol` with something on standard input."""

    def run(serial: str, file: str, secrets: str = "70416538\n", *more: str) -> Done:
        (certificates / "stdin").write_bytes(secrets.encode())
        words = ["enrol", "--serial", serial, "--certificate", str(certificates / file)]
        words += ["--secrets-stdin", *more, "--database", database_url(certificates)]
        with (certificates / "stdin").open() as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            return Done(main(words), *capsys.readouterr())

    return run


def test_cards_are_enrolled_from_der_and_pem_and_again(certificates: Path, enrolled: Enrol) -> None:
    for serial, file, secrets in (
        (SERIAL, "nes.der", "11111111\n"),
        (OTHER, "seal.pem", "22222222\r\nwhat follows is not ours\n"),
        (SERIAL, "nes.der", "70416538"),
    ):
        done = enrolled(serial, file, secrets)
        assert (done.status, done.out) == (0, "")
        assert serial not in done.err or len(serial) <= 4
    desk = make_desk(certificates)
    known = holders(desk.portal)
    desk.portal.database.close()
    assert {(h.kind, h.serials) for h in known} == {
        ("nes", (SERIAL,)),
        ("mali-muhur", (OTHER,)),
    }


@pytest.mark.parametrize(
    ("file", "secrets", "reason"),
    [
        ("none.der", "70416538\n", "No such file"),
        ("other.der", "70416538\n", "no kind that signs"),
        ("nes.der", "", "PUK"),
        ("nes.der", "12\n", "PUK"),
        ("nes.der", "1" * 400, "too long"),
    ],
)
def test_a_bad_enrolment_says_why(enrolled: Enrol, file: str, secrets: str, reason: str) -> None:
    done = enrolled(SERIAL, file, secrets)
    assert (done.status, done.out) == (2, "")
    assert reason in done.err
    assert not secrets.strip() or secrets.strip() not in done.err


def test_the_first_pin_of_a_card_is_the_second_line(certificates: Path, enrolled: Enrol) -> None:
    for serial, file in ((SERIAL, "nes.der"), (OTHER, "seal.pem")):
        assert enrolled(serial, file, "70416538\n482915\r\nnot ours\n", "--first-pin").status == 0
    desk = make_desk(certificates)
    desk.clock.now = time.time()
    browser = Browser(desk).sign_in()
    browser.go("/pin-bilgisi/nes")
    assert "482915" not in browser.text
    browser.send("/pin-bilgisi/nes/goster")
    assert "482915" in browser.text
    desk.portal.database.close()


@pytest.mark.parametrize("first_pin", ["", "123", "12345a", "1" * 13, "1" * 400])
def test_a_first_pin_that_is_none_enrols_nothing(
    certificates: Path, enrolled: Enrol, first_pin: str
) -> None:
    done = enrolled(SERIAL, "nes.der", f"70416538\n{first_pin}\n", "--first-pin")
    assert done.status == 2
    assert "first PIN" in done.err
    assert "70416538" not in done.err
    desk = make_desk(certificates)
    assert holders(desk.portal) == []
    desk.portal.database.close()


@pytest.mark.parametrize(
    "words",
    [
        ["enrol", "--serial", "S", "--certificate", "F"],
        ["portal", "--port", "99999"],
        ["portal", "--port", "-1"],
        ["code", "--job", "other"],
        [],
    ],
)
def test_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: kamusm-esign-sandbox" in capsys.readouterr().err


@pytest.fixture
def two_cards(tmp_path: Path) -> Desk:
    """A portal that knows a NES and a Mali Mühür card; commands use it by its file."""
    desk = make_desk(tmp_path)
    enrol(desk)
    desk.clock.now += 1
    enrol(desk, OTHER, CertificateKind.MALI_MUHUR)
    desk.clock.now = datetime.now(UTC).timestamp()
    return desk


CODES: list[tuple[list[str], dict[str, Any]]] = [
    (["--serial", SERIAL], {"certificate_kind": "nes", "eligible_token_serials": [SERIAL]}),
    (["--serial", OTHER], {"certificate_kind": "mali-muhur", "eligible_token_serials": [OTHER]}),
    ([], {"certificate_kind": "nes", "eligible_token_serials": []}),
    (["--kind", "mali-muhur"], {"certificate_kind": "mali-muhur", "eligible_token_serials": []}),
    (["--kind", "e-muhur"], {"certificate_kind": "e-muhur"}),
    (["--method", "challenge-response"], {"unblock_methods": ["challenge-response"]}),
    (["--step-up", OTP], {"step_up": {"masked_phone": "05** *** 12 34"}}),
]


@pytest.mark.parametrize(("words", "expected"), CODES)
def test_codes_stand_for_what_was_asked(
    two_cards: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    expected: dict[str, Any],
) -> None:
    url = database_url(tmp_path)
    assert main(["code", "--job", "pin-create", "--database", url, *words]) == 0
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert printed.out.count("\n") == 1
    assert printed.err == ""
    assert sorted(answer) == ["code", "expires_at"]
    left = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=290) < left <= timedelta(seconds=300)
    view = two_cards.exchange(answer["code"]).json
    assert view["purpose"] == "pin-create"
    assert {name: view[name] for name in expected} == expected


def test_a_login_code_tells_its_two_digits(
    two_cards: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["code", "--job", "login", "--database", database_url(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    view = two_cards.exchange(answer["code"]).json
    assert view["origin"]["match_number"] == answer["match_number"]
    assert view["holder"] is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--serial", "X"], "Enrol it first"),
        (["--serial", SERIAL, "--kind", "e-muhur"], "leave --kind out"),
        (["--step-up", "12345"], "6 digits"),
        (["--step-up", "١٢٣٤٥٦"], "6 digits"),
    ],
)
def test_bad_codes(
    two_cards: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    reason: str,
) -> None:
    assert main(["code", "--job", "login", "--database", database_url(tmp_path), *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert reason in printed.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["revoke", "--serial", "X"], "nothing was changed"),
        (["maintenance", "on", "--retry-after", "0"], "1 to 86400"),
        (["portal", "--host", "192.0.2.1", "--port", "0"], "cannot listen"),
    ],
)
def test_other_refusals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], reason: str
) -> None:
    assert main([*words, "--database", database_url(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert reason in printed.err


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////no/such/folder/portal.db"])
def test_a_database_that_cannot_be_used(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", "--job", "login", "--database", url]) == 2
    assert "--database" in capsys.readouterr().err


def test_the_default_database_is_the_users_own(isolated_environment: Path) -> None:
    done = command("code", "--job", "login")
    assert done.returncode == 0, done.stderr
    folder = isolated_environment / ".DATA_HOME" / "kamusm-esign-sandbox"
    assert (folder / "portal.db").exists()
    assert folder.stat().st_mode & 0o077 == 0


def test_the_key_file_can_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMUSM_SANDBOX_KEY_FILE", str(tmp_path / "key"))
    assert main(["code", "--job", "login", "--database", database_url(tmp_path)]) == 0
    assert (tmp_path / "key").stat().st_size == 32
    assert not (tmp_path / "portal.db.key").exists()
