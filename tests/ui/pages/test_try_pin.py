"""Screen 10: the card, its certificates, and one try of the PIN."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from kamusm_esign.ui.pages.try_pin import TryPin
from kamusm_esign.ui.presenter.intents import ChooseToken, EnterPins, LookAgain, OpenJob
from kamusm_esign.ui.presenter.my_card_intents import AskForPin
from kamusm_esign.ui.tab_order import within
from kamusm_esign.ui.widgets.pin_field import IDLE_MS
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import (
    Stage,
    clipped,
    nameless,
    press,
    spoken,
    type_digits,
    wait_until,
)

PIN = "739105"
ENTER = Qt.Key.Key_Return


def held(stage: Stage) -> bytes:
    """The whole buffer behind the field."""
    return bytes(stage.find("pin.current")._content._buffer)


def empty(stage: Stage) -> bool:
    return not any(held(stage))


def messages(stage: Stage) -> str:
    return stage.text("pin.problem")


# ---------------------------------------------------------------------------- what is shown
def test_facts_and_certificates_to_the_second(show: Show) -> None:
    stage = show(TryPin(), sample("card"))
    model = sample("card")
    said = [label.text() for label in stage.page.findChildren(QLabel) if label.isVisible()]
    assert {"A*** Y*****", "…1234", "PIN kullanıma hazır"} <= set(said)
    ends = [fact.value for row in model.certificates for fact in row.facts[:2]]
    assert len(ends) == 4
    assert set(ends) <= set(said)
    assert all(value.count(":") == 2 for value in ends)
    assert {"Geçerli", "Yenileme dönemi", "Henüz başlamadı"} <= set(said)
    assert nameless(stage.page) == []


@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (640, 360)])
def test_the_card_opens_at_its_top_and_asks_for_nothing(show: Show, size: tuple[int, int]) -> None:
    stage = show(TryPin(), sample("card"), size=size)
    for name in ("pin.current", "keypad"):
        assert not stage.find(name).isVisible(), name
    bars = [area.verticalScrollBar().value() for area in stage.page.findChildren(QScrollArea)]
    assert not any(bars)
    assert next(within(stage.area)) is stage.find("card.readAgain")
    assert stage.primary[-1] == (True, "")
    frame = sample("card").frame
    assert (frame.primary.text, frame.primary.intent) == ("PIN'imi dene", AskForPin())


def test_nothing_scrolls_beside_the_certificates_of_a_usual_window(show: Show) -> None:
    for name in ("card", "try"):
        stage = show(TryPin(), sample(name))
        panel = next(a for a in stage.page.findChildren(QScrollArea) if a.width() < 400)
        assert panel.isVisible()
        assert panel.verticalScrollBar().maximum() == 0, name


def test_the_focus_goes_to_a_card_that_comes(show: Show) -> None:
    stage = show(TryPin(), sample("try-none"))
    stage.area.setFocus()
    stage.page.render(sample("card"))
    wait_until(lambda: QApplication.focusWidget() is stage.find("card.readAgain"))
    stage.find("card.reveal").setFocus()
    for name in ("try-none", "card"):
        stage.page.render(sample(name))
    assert QApplication.focusWidget() is not stage.find("pin.current")


def test_asking_takes_the_place_of_the_certificates_and_the_focus(show: Show) -> None:
    stage = show(TryPin(), sample("card"))
    stage.page.render(sample("try"))
    wait_until(lambda: QApplication.focusWidget() is stage.find("pin.current"))
    assert not stage.find("certificate.list").isVisible()
    assert stage.find("keypad").isVisible()


def test_attempts_are_shown_before_the_pin_is_asked_for(show: Show) -> None:
    for name, words in (
        ("try", "Deneme haklarınız tam"),
        ("try-wrong", "PIN en az bir kez yanlış girilmiş"),
        ("try-last", "Kalan deneme hakkı: 1"),
    ):
        assert show(TryPin(), sample(name)).text("pin.attempts") == words


@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (640, 360)])
def test_the_field_and_what_is_left_are_in_view_at_once(show: Show, size: tuple[int, int]) -> None:
    stage = show(TryPin(), sample("try"), size=size)
    assert QApplication.focusWidget() is stage.find("pin.current")
    for name in ("pin.current", "pin.attempts", "keypad.5"):
        widget = stage.find(name)
        assert widget.visibleRegion().boundingRect().height() == widget.height(), name


def test_without_a_card_there_is_nothing_to_type_into(show: Show) -> None:
    stage = show(TryPin(), sample("try-none"))
    assert not stage.find("pin.current").isVisible()
    assert not stage.find("keypad").isVisible()
    assert stage.text("page.problem").startswith("Okuyucuda kart yok")
    assert stage.primary[-1] == (False, "Kartınızı takınız")


def test_one_of_several_cards_is_chosen(show: Show) -> None:
    stage = show(TryPin(), sample("try-choose"))
    first = stage.find("token.list").items[0]
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert stage.intents == [ChooseToken("1357901234")]
    assert not show(TryPin(), sample("try")).find("token.list").isVisible()


def test_the_card_can_be_read_again(show: Show) -> None:
    stage = show(TryPin(), sample("try"))
    QTest.mouseClick(stage.find("card.readAgain"), Qt.MouseButton.LeftButton)
    assert stage.intents == [LookAgain()]


# ---------------------------------------------------------------------------- what is typed
@pytest.mark.parametrize("road", ["keyboard", "keypad"])
def test_the_pin_is_handed_over_once(show: Show, road: str) -> None:
    stage = show(TryPin(), sample("try"))
    assert stage.primary[-1] == (False, "PIN kodunuzu giriniz")
    if road == "keyboard":
        type_digits(PIN)
        assert stage.primary[-1] == (True, "")
        press(ENTER)
    else:
        for digit in PIN:
            QTest.mouseClick(stage.find(f"keypad.{digit}"), Qt.MouseButton.LeftButton)
        stage.page.primary_pressed()
    (sent,) = stage.intents
    assert isinstance(sent, EnterPins)
    assert (sent.new_pin, sent.last_try) == (None, False)
    assert bytes(sent.current.view()) == PIN.encode()
    assert empty(stage)
    stage.page.primary_pressed()
    assert len(stage.intents) == 1
    sent.current.wipe()


def test_too_few_digits_are_not_sent(show: Show) -> None:
    stage = show(TryPin(), sample("try"))
    type_digits(PIN[:3])
    press(ENTER)
    assert stage.intents == []
    assert messages(stage) == "PIN kodunuzu giriniz"
    type_digits(PIN[3:])
    assert messages(stage) == "4–12 rakam. Yapıştırma kapalıdır."


def test_a_verification_code_is_recognised(show: Show) -> None:
    stage = show(TryPin(), sample("try"))
    type_digits("333451779241926")
    assert messages(stage) == sample("try").keypad.refusals["code-typed"]
    assert stage.primary[-1][0] is False
    press(ENTER)
    assert stage.intents == []


def test_a_pasted_code_is_refused_with_its_reason(show: Show) -> None:
    stage = show(TryPin(), sample("try"))
    QGuiApplication.clipboard().setText("333 451 779 241 926")
    QTest.keyClick(stage.find("pin.current"), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert messages(stage) == sample("try").keypad.refusals["paste-refused"]
    assert empty(stage)
    QTest.mouseClick(stage.find("pin.codeWay"), Qt.MouseButton.LeftButton)
    assert stage.intents == [OpenJob("code")]


def test_the_last_try_wants_its_word(show: Show) -> None:
    stage = show(TryPin(), sample("try-last"))
    type_digits(PIN)
    assert stage.primary[-1] == (False, "Onay kutusuna SON HAK yazınız")
    press(ENTER)
    assert stage.intents == []
    word = stage.find("pin.lastTry")
    QTest.keyClicks(word, "son hak")
    assert stage.primary[-1] == (True, "")
    QTest.keyClick(word, ENTER)
    (sent,) = stage.intents
    assert sent.last_try is True
    assert word.text() == ""
    sent.current.wipe()


# ---------------------------------------------------------------------------- what is kept
@pytest.mark.parametrize("language", ["tr", "en"])
def test_rendering_again_keeps_what_is_typed_the_focus_and_the_place(
    show: Show, language: str
) -> None:
    stage = show(TryPin(), sample("try"), size=(683, 384))
    type_digits(PIN)
    field: QWidget = stage.find("pin.current")
    before = field.mapTo(stage.area, QPoint(0, 0))
    stage.render(sample("try", language))
    assert held(stage).startswith(PIN.encode())
    assert field.hasFocus()
    assert field.visibleRegion().boundingRect().height() == field.height()
    assert language == "en" or field.mapTo(stage.area, QPoint(0, 0)) == before
    assert stage.primary[-1] == (True, "")
    count = {"tr": "6. hane girildi", "en": "6 digits entered"}[language]
    assert count in " ".join(spoken(stage.page))


@pytest.mark.parametrize("after", ["try-none", "try-choose"])
def test_what_is_typed_goes_with_the_card(show: Show, after: str) -> None:
    stage = show(TryPin(), sample("try"))
    type_digits(PIN)
    stage.render(sample(after))
    assert empty(stage)


def test_what_is_typed_goes_with_the_page(show: Show) -> None:
    stage = show(TryPin(), sample("try"))
    type_digits(PIN)
    stage.page.leave()
    assert empty(stage)


def test_what_is_typed_goes_after_a_minute(show: Show) -> None:
    assert IDLE_MS == 60_000
    stage = show(TryPin(idle_ms=30), sample("try"))
    type_digits(PIN)
    wait_until(lambda: empty(stage))
    assert messages(stage) == sample("try").keypad.refusals["timed-out"]
    assert stage.primary[-1][0] is False


def test_no_digit_reaches_assistive_technology(show: Show) -> None:
    stage = show(TryPin(), sample("try"))
    type_digits(PIN)
    runs = {PIN[i : i + 3] for i in range(4)}
    assert [text for text in spoken(stage.page) for run in runs if run in text] == []


# ---------------------------------------------------------------------------- room
@pytest.mark.parametrize("name", ["try", "try-wrong", "try-last", "try-none"])
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(TryPin(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []


def test_resizing_the_window_keeps_what_is_typed(show: Show) -> None:
    stage = show(TryPin(), sample("try"))
    type_digits(PIN)
    for size in ((683, 384), (500, 800), (1000, 700), (1366, 768)):
        stage.resize(size)
        assert held(stage).startswith(PIN.encode()), size
        assert clipped(stage.area) == []
