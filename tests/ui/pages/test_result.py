"""Screen 6: the verdict, what to do next, and what the helpdesk needs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kamusm_esign.domain.incident import decode
from kamusm_esign.ui.pages import result
from kamusm_esign.ui.pages.result import Result
from kamusm_esign.ui.presenter.intents import CloseProgram, OpenJob
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import clipped, name_of, nameless, press, spoken

ENDS = ["result-succeeded", "result-failed", "result-unknown", "result-succeeded-later"]


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("result-succeeded", "İşleminiz Başarılıdır.", "PIN kodunuz başarıyla değiştirildi."),
        ("result-failed", "PIN kodunuz değişmedi.", "PIN değişmedi: kart işi tamamlamadı."),
        (
            "result-unknown",
            "PIN kodunuzun değişip değişmediği bilinmiyor.",
            "Yeni PIN karta yazılırken karttan açık bir yanıt gelmedi",
        ),
        ("result-right", "PIN kodunuz doğru.", "Kartınız PIN kodunuzu kabul etti."),
    ],
)
def test_it_says_what_happened_and_why(show: Show, name: str, title: str, body: str) -> None:
    stage = show(Result(), sample(name))
    assert stage.text("result.title") == title
    assert stage.text("result.body").startswith(body)
    closes = isinstance(sample(name).frame.primary.intent, CloseProgram)
    assert stage.find("result.close").isVisible() is not closes
    assert nameless(stage.page) == []


def test_a_failure_has_codes_to_be_spoken_and_no_summary(show: Show) -> None:
    stage = show(Result(), sample("result-failed"))
    assert stage.text("result.code") == "KRT-139"
    incident = stage.find("result.incident")
    assert incident.isVisible()
    code = name_of(incident)
    assert decode(code).failure == "KRT-139"
    words = sample("result-failed").support.spoken
    assert set(words) <= set(spoken(stage.page))
    assert not stage.find("result.summary").isVisible()


def test_a_success_has_a_summary_and_no_codes(show: Show) -> None:
    stage = show(Result(), sample("result-succeeded"))
    said = spoken(stage.page)
    assert {"Kilit çözme ve yeni PIN", "A*** Y*****", "…1234", "Portala bildirildi"} <= set(said)
    assert not stage.find("result.code").isVisible()
    assert not stage.find("result.incident").isVisible()


@pytest.mark.parametrize("name", ENDS)
def test_it_is_announced_once_and_read_from_the_top(
    show: Show, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    said: list[tuple[str, bool]] = []

    def heard(_widget: QWidget, text: str, *, at_once: bool = False) -> None:
        said.append((text, at_once))

    monkeypatch.setattr(result, "announce", heard)
    stage = show(Result(), sample(name), size=(683, 384))
    stage.render(sample(name, "en"))
    model = sample(name)
    assert said == [(f"{model.headline} {model.sentence}", True)]
    focused = QApplication.focusWidget()
    assert focused is stage.page.first_focus()
    assert focused is not None
    # Seen at once, also where most of the page has to be scrolled to.
    assert stage.find("result.title").visibleRegion().boundingRect().height() > 0


@pytest.mark.parametrize(
    ("name", "button", "copied"),
    [
        ("result-failed", "result.incident.copy", "KRT-139 "),
        ("result-succeeded", "result.copy", "İşleminiz Başarılıdır."),
    ],
)
def test_codes_and_summary_can_be_copied(show: Show, name: str, button: str, copied: str) -> None:
    stage = show(Result(), sample(name))
    QTest.mouseClick(stage.find(button), Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text.startswith(copied)
    assert "1357901234" not in text
    assert "YILMAZ" not in text


def test_the_ways_out(show: Show) -> None:
    stage = show(Result(), sample("result-failed"))
    for name in ("result.close", "result.help"):
        QTest.mouseClick(stage.find(name), Qt.MouseButton.LeftButton)
    assert stage.intents == [CloseProgram(), OpenJob("doctor")]


def test_enter_pressed_once_too_often_closes_nothing(show: Show) -> None:
    stage = show(Result(), sample("result-succeeded"))
    press(Qt.Key.Key_Return)
    assert stage.intents == []
    assert not Result.enter_is_primary


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(Result(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []


@pytest.mark.parametrize("scheme", ["dark", "contrast"])
def test_other_colours_need_no_more_room(show: Show, scheme: str) -> None:
    stage = show(Result(), sample("result-failed"), scheme=scheme)
    assert clipped(stage.area) == []
