"""`kamusm-esign decode` and `doctor --report`: offline, in both languages."""

import json
from pathlib import Path

import pytest

from kamusm_esign.cli.decode import run
from kamusm_esign.cli.main import main
from kamusm_esign.cli.report import save_report
from kamusm_esign.cli.result import Shown
from kamusm_esign.domain.check_result import fine, trouble
from kamusm_esign.domain.doctor_report import Environment
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.incident import Incident, Platform, encode
from kamusm_esign.runtime.checkup import CheckDone
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.support.checks import JournalCheck

HERE = Environment("2.0.0", "Linux", "x86_64", 64, "tr", False, 0)
TR = Shown(Catalogue.load("tr"), personal_data=False)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_code_is_decoded(language: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    shown = Shown(Catalogue.load(language), personal_data=False)
    for code in FailureCode:
        incident = Incident(9, code.value, "2.0.1", Platform.WINDOWS, 2)
        assert run(encode(incident), shown, as_json=True) == 0
        said = json.loads(capsysbinary.readouterr().out)
        assert (said["code"], said["title"] is None) == (code.value, False)
        assert said["todo"]


def test_all_that_a_code_says(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code = FailureCode.PIN_BLOCKED
    incident = Incident(9, code.value, "2.0.1", Platform.WINDOWS, 2)
    assert main(["decode", encode(incident), "--json"]) == 0
    said = json.loads(capsysbinary.readouterr().out)
    assert (said["code"], said["screen"]["number"], said["version"]) == (code.value, 9, "2.0.1")
    assert (said["platform"], said["attempts_left"]) == ("WINDOWS", 2)
    assert said["title"]
    assert said["todo"]
    assert len(said["spoken"]) == 8


@pytest.mark.parametrize(("attempts", "text"), [(None, "söylenmedi"), (0, "hiç"), (3, "3 ya da")])
def test_in_words(
    attempts: int | None, text: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    incident = Incident(6, "KRT-131", "2.0.0", Platform.LINUX, attempts)
    assert main(["decode", encode(incident).lower()]) == 0
    said = capsysbinary.readouterr().out.decode()
    assert "Ekran 6: Sonuç" in said
    assert "KRT-131: Kart okuyucudan çıkarıldı" in said
    assert f"Kalan deneme hakkı: {text}" in said


def test_a_code_of_a_newer_program(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code = encode(Incident(15, "PRT-299", "9.0.0", Platform.MACOS, None))
    assert main(["decode", code]) == 0
    assert "PRT-299: Bu sürümün bilmediği" in capsysbinary.readouterr().out.decode()
    assert main(["decode", code, "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["title"] is None


def test_a_mistake_is_recognised(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["decode", "MA9E-0AAQ"]) == 90
    said = capsysbinary.readouterr().out.decode()
    assert "SYS-916" in said
    assert "MA9E-AAAQ" in said
    assert main(["decode", "MA9E-0AAQ", "--json"]) == 90
    answer = json.loads(capsysbinary.readouterr().out)
    assert answer["failure"]["code"] == "SYS-916"
    assert answer["suggestions"] == ["MA9E-AAAQ"]


def findings(tmp_path: Path) -> list[CheckDone]:
    wrong = trouble(Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    return [
        CheckDone(0, JournalCheck(tmp_path), wrong, 3),
        CheckDone(1, JournalCheck(tmp_path), fine(), 3),
    ]


def test_a_report_is_shown_line_by_line_as_it_is_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rapor.txt"
    assert save_report(file, findings(tmp_path), HERE, TR) == str(file)
    shown = capsys.readouterr().err
    saved = file.read_text("utf-8")
    assert saved
    assert shown.startswith(saved)
    assert "İşlem kaydı: Sorun var · SYS-910" in saved


@pytest.mark.parametrize(
    ("name", "code"),
    [("rapor.pdf", FailureCode.USAGE), ("gone/rapor.zip", FailureCode.FILE_NOT_SAVED)],
)
def test_a_report_that_cannot_be_saved(tmp_path: Path, name: str, code: FailureCode) -> None:
    with pytest.raises(FailedError) as error:
        save_report(tmp_path / name, findings(tmp_path), HERE, TR)
    assert error.value.failure.code is code
