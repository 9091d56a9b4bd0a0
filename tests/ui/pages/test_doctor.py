"""Screen 11: every check, what it found and what to do."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kamusm_esign.domain.check_result import trouble
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.remedies import REMEDIES
from kamusm_esign.ui.pages import doctor, doctor_panels
from kamusm_esign.ui.pages.doctor import Doctor
from kamusm_esign.ui.presenter.doctor import Findings, present_doctor
from kamusm_esign.ui.presenter.intents import (
    DecodeIncident,
    LookAgain,
    OpenAddress,
    OpenJob,
    PrepareReport,
    SaveReport,
    StartService,
)
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import EN, TR, Stage, clipped, nameless
from tests.ui.samples import CHECKS


def visible(stage: Stage, check: str) -> list[str]:
    """What one check says."""
    labels = stage.find(f"doctor.{check}").findChildren(QLabel)
    return [label.text() for label in labels if label.isVisible()]


def test_each_check_has_its_line(show: Show) -> None:
    stage = show(Doctor(), sample("doctor"))
    assert stage.find("doctor.list").isVisible()
    assert all(len(visible(stage, check)) >= 2 for check in CHECKS)
    assert visible(stage, "reader") == ["Kart okuyucu", "ACS ACR39U ICC Reader 00 00"]
    assert visible(stage, "journal") == ["İşlem kaydı", "Sorun yok"]
    assert visible(stage, "pcsc-service")[1] == "çalışıyor"
    headings = [row.group for row in sample("doctor").rows if row.group]
    shown = {label.text() for label in stage.page.findChildren(QLabel) if label.isVisible()}
    assert headings == [TR(f"check_group.{group}") for group in dict.fromkeys(CHECKS.values())]
    assert set(headings) <= shown
    assert stage.text("doctor.verdict") == "1 sorun bulundu"
    assert nameless(stage.page) == []


def test_what_is_wrong_is_explained_with_its_code_and_a_way_out(show: Show) -> None:
    stage = show(Doctor(), sample("doctor"))
    said = visible(stage, "driver")
    assert "KRT-104" in said
    assert any(text.startswith("Bilgisayarınızda kurulu kart sürücüsü") for text in said)
    assert any("akisp11.dll" in text for text in said)
    fixes = [b for b in stage.page.findChildren(QWidget, "doctor.fix") if b.isVisible()]
    for fix in fixes:
        QTest.mouseClick(fix, Qt.MouseButton.LeftButton)
    assert stage.intents[0] == OpenAddress("https://kamusm.gov.tr")
    assert len(stage.intents) == 2
    assert "SYS-918" in visible(stage, "clock")


def test_results_stream_in_and_are_announced_at_the_end(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(doctor, "announce", lambda _widget, text: said.append(text))
    stage = show(Doctor(), sample("doctor-running"))
    assert visible(stage, "driver") == ["Kart sürücüsü", "Denetleniyor…"]
    focus = QApplication.focusWidget()
    assert said == []
    stage.render(sample("doctor"))
    assert said[0].startswith("1 sorun bulundu. Kart sürücüsü: ")
    assert QApplication.focusWidget() is focus
    stage.render(sample("doctor-fine"))
    assert said[1:] == ["Sorun bulunmadı"]
    assert visible(stage, "driver") == ["Kart sürücüsü", "Sorun yok"]


def test_while_it_looks_it_cannot_be_asked_to_look_again() -> None:
    primary = sample("doctor-running").frame.primary
    assert (primary.intent, primary.enabled, primary.reason) == (
        *(LookAgain(), False),
        "Denetleniyor…",
    )
    assert sample("doctor").frame.primary.enabled


@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(show: Show, size: tuple[int, int], scale: float, language: str) -> None:
    stage = show(Doctor(), sample("doctor", language), size=size, scale=scale)
    assert clipped(stage.area) == []


FIXES = {
    FailureCode.NO_PCSC_SERVICE: StartService(),
    FailureCode.DRIVER_MISSING: OpenAddress("https://kamusm.gov.tr"),
    FailureCode.CAPTIVE_PORTAL: OpenAddress("http://portal.example/"),
    FailureCode.PIN_BLOCKED: OpenJob("code"),
    FailureCode.CERTIFICATE_EXPIRED: OpenAddress("https://portal.example/"),
    FailureCode.NO_CARD: LookAgain(),
    FailureCode.PIN_LOW: None,
}


@pytest.mark.parametrize("code", FIXES, ids=lambda code: code.name)
def test_what_the_program_can_do_has_a_button(code: FailureCode) -> None:
    found = trouble(Failure.of(code), address="http://portal.example/")
    findings = Findings((("card", "card"),), {"card": found})
    (row,) = present_doctor(findings, TR, "https://portal.example/").rows
    assert (None if row.fix is None else row.fix.intent) == FIXES[code]
    assert "http:" not in row.explanation
    assert row.check.todo


def test_every_remedy_has_a_button_in_both_languages() -> None:
    for code in REMEDIES:
        findings = Findings((("card", "card"),), {"card": trouble(Failure.of(code))})
        for words in (TR, EN):
            (row,) = present_doctor(findings, words, "https://portal.example/").rows
            assert row.fix is not None
            assert row.fix.text


# ---------------------------------------------------------------------------- report, incident code
def press(stage: Stage, name: str) -> None:
    QTest.mouseClick(stage.find(name), Qt.MouseButton.LeftButton)


def test_the_report_is_shown_line_by_line_before_it_goes_anywhere(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = show(Doctor(), sample("doctor"))
    assert not stage.find("doctor.preview").isVisible()
    press(stage, "doctor.report")
    assert stage.intents == [PrepareReport()]
    shown = sample("doctor-report")
    stage.render(shown)
    assert stage.find("doctor.zip").hasFocus()
    labels = [label.text() for label in stage.find("doctor.lines").findChildren(QLabel)]
    assert labels == [text for name, value, _ in shown.report.lines for text in (name, value)]
    saved = "".join(f"{name}: {value}\n" for name, value, _ in shown.report.lines)
    assert shown.report.text == saved
    press(stage, "doctor.copy")
    assert QApplication.clipboard().text() == saved
    asked: list[str] = []

    def ask(_parent: QWidget, _title: str, name: str, chosen: Callable[[str], None]) -> None:
        asked.append(name)
        chosen(f"/tmp/{name}")

    monkeypatch.setattr(doctor_panels, "ask_where", ask)
    press(stage, "doctor.zip")
    press(stage, "doctor.txt")
    assert asked == ["e-imza-raporu.zip", "e-imza-raporu.txt"]
    assert stage.intents[1:] == [
        SaveReport("/tmp/e-imza-raporu.zip", "zip"),
        SaveReport("/tmp/e-imza-raporu.txt", "txt"),
    ]
    assert nameless(stage.page) == []


def test_an_incident_code_is_decoded_on_the_screen(show: Show) -> None:
    stage = show(Doctor(), sample("doctor"))
    press(stage, "doctor.decode")
    assert stage.intents == [DecodeIncident("")]
    findings = Findings(decoding="")
    stage.render(present_doctor(findings, TR, "https://portal.example/"))
    field = stage.find("doctor.code")
    assert field.hasFocus()
    QTest.keyClicks(field, "ma9e aaar")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert stage.intents[-1] == DecodeIncident("ma9e aaar")
    stage.render(sample("doctor-misheard"))
    press(stage, "doctor.meant.1")
    assert stage.intents[-1] == DecodeIncident("MA9E-AAAQ")
    stage.render(sample("doctor-decoded"))
    said = [label.text() for label in stage.find("doctor.facts").findChildren(QLabel)]
    assert "KRT-131: Kart okuyucudan çıkarıldı" in said
    assert "6 · Sonuç" in said
    assert nameless(stage.page) == []


@pytest.mark.parametrize("name", ["doctor-report", "doctor-decoded", "doctor-misheard"])
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_of_the_panels_is_clipped(
    show: Show, size: tuple[int, int], scale: float, language: str, name: str
) -> None:
    stage = show(Doctor(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []
