"""Screen 11, first version: every check, what it found and what to do."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kamusm_esign.ui.pages import doctor
from kamusm_esign.ui.pages.doctor import Doctor
from kamusm_esign.ui.presenter.intents import LookAgain, OpenAddress
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import Stage, clipped, nameless
from tests.ui.samples import CHECKS


def visible(stage: Stage, check: str) -> list[str]:
    """What one check says."""
    labels = stage.find(f"doctor.{check}").findChildren(QLabel)
    return [label.text() for label in labels if label.isVisible()]


def test_each_check_has_its_line(show: Show) -> None:
    stage = show(Doctor(), sample("doctor"))
    assert stage.find("doctor.list").isVisible()
    assert all(len(visible(stage, check)) >= 2 for check in CHECKS)
    assert visible(stage, "reader") == ["Kart okuyucu", "Sorun yok"]
    assert stage.text("doctor.verdict") == "1 sorun bulundu"
    assert nameless(stage.page) == []


def test_what_is_wrong_is_explained_with_its_code_and_a_way_out(show: Show) -> None:
    stage = show(Doctor(), sample("doctor"))
    said = visible(stage, "driver")
    assert "KRT-104" in said
    assert any(text.startswith("Bilgisayarınızda kurulu kart sürücüsü") for text in said)
    (fix,) = [b for b in stage.page.findChildren(QWidget, "doctor.fix") if b.isVisible()]
    QTest.mouseClick(fix, Qt.MouseButton.LeftButton)
    assert stage.intents == [OpenAddress("https://kamusm.gov.tr")]
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
