"""Screen 8: with which certificate, and the PIN."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.sign_pin import SignPin
from kamusm_esign.ui.pages.try_pin import TryPin
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.intents import EnterSigningPin
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

PIN, ENTER = "739105", Qt.Key.Key_Return


def held(stage: Stage) -> bytes:
    """The whole buffer behind the field."""
    return bytes(stage.find("pin.current")._content._buffer)


def empty(stage: Stage) -> bool:
    return not any(held(stage))


# ---------------------------------------------------------------------------- what is shown
def test_certificates_to_the_second_and_why_others_cannot_sign(show: Show) -> None:
    stage = show(SignPin(), sample("sign-pin"))
    items = stage.find("certificate.list").items
    assert [bool(item.choice.reason) for item in items] == [False, True, True]
    assert items[0].isChecked()
    lines = [item.choice.line for item in items]
    assert all(line.count(":") == 2 for line in lines)
    assert "başlangıç" in lines[1]
    assert [item.choice.reason for item in items[1:]] == [
        "Henüz başlamadı",
        "E-Onay için kullanılmaz",
    ]
    assert all(item.choice.reason in item.accessibleDescription() for item in items)
    assert nameless(stage.page) == []


def test_what_is_signed_stands_beside_the_pin(show: Show) -> None:
    stage = show(SignPin(), sample("sign-pin"))
    said = " ".join(x.text() for x in stage.page.findChildren(QLabel) if x.isVisible())
    for part in ("E-Onay Beyanı", "E-Onay verir. PIN kodunuzu değiştirmez.", "Kamu Sertif"):
        assert part in said
    QTest.mouseClick(stage.find("sign.documents"), Qt.MouseButton.LeftButton)
    assert stage.intents == [intents.LookBack()]


@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (640, 360)])
def test_the_field_and_what_is_left_are_in_view_at_once(show: Show, size: tuple[int, int]) -> None:
    stage = show(SignPin(), sample("sign-pin"), size=size)
    assert QApplication.focusWidget() is stage.find("pin.current")
    for name in ("pin.current", "pin.attempts", "keypad.5"):
        widget = stage.find(name)
        assert widget.visibleRegion().boundingRect().height() == widget.height(), name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sign-pin-none", "Kartınızı takınız"),
        ("sign-pin-removed", "Kartınızı takınız"),
        ("sign-pin-choose", "Önce sertifikanızı seçiniz"),
        ("sign-pin-blocked", "Bu kartın PIN kodu kullanılamıyor"),
    ],
)
def test_nothing_is_typed_before_it_is_known_for_what(show: Show, name: str, reason: str) -> None:
    stage = show(SignPin(), sample(name))
    assert not stage.find("pin.current").isEnabled()
    assert stage.primary[-1] == (False, reason)
    stage.page.primary_pressed()
    assert stage.intents == []


def test_one_of_several_certificates_is_chosen(show: Show) -> None:
    stage = show(SignPin(), sample("sign-pin-choose"))
    model: Any = sample("sign-pin-choose")
    second = stage.find("certificate.list").items[1]
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    row = model.certificates[1]
    assert stage.intents == [intents.ChooseCertificate(row.serial, row.sha256)]


def test_a_blocked_pin_offers_the_journey_that_mends_it(show: Show) -> None:
    stage = show(SignPin(), sample("sign-pin-blocked"))
    assert "KRT-123" in stage.text("page.problem")
    QTest.mouseClick(stage.find("pin.unblock"), Qt.MouseButton.LeftButton)
    assert stage.intents == [intents.OpenJob("code")]


# ---------------------------------------------------------------------------- what is typed
@pytest.mark.parametrize("road", ["keyboard", "keypad"])
def test_the_pin_is_handed_over_once(show: Show, road: str) -> None:
    stage = show(SignPin(), sample("sign-pin"))
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
    assert isinstance(sent, EnterSigningPin)
    assert sent.last_try is False
    assert bytes(sent.pin.view()) == PIN.encode()
    assert empty(stage)
    stage.page.primary_pressed()
    assert len(stage.intents) == 1
    sent.pin.wipe()


def test_a_wrong_pin_keeps_the_place_and_says_what_is_left(show: Show) -> None:
    stage = show(SignPin(), sample("sign-pin"))
    stage.render(sample("sign-pin-wrong"))
    assert stage.text("pin.problem") == "PIN kodu yanlış (KRT-121)"
    assert "en az bir kez yanlış" in stage.text("pin.attempts")
    assert stage.text("pin.advice").startswith("PIN kodunuzu hatırlamıyor musunuz?")
    assert QApplication.focusWidget() is stage.find("pin.current")
    type_digits("7")
    assert "rakam" in stage.text("pin.problem")


def test_the_last_try_wants_its_word(show: Show) -> None:
    stage = show(SignPin(), sample("sign-pin-last"))
    type_digits(PIN)
    assert stage.primary[-1] == (False, "Onay kutusuna SON HAK yazınız")
    press(ENTER)
    assert stage.intents == []
    word = stage.find("pin.lastTry")
    QTest.keyClicks(word, "son hak")
    QTest.keyClick(word, ENTER)
    (sent,) = stage.intents
    assert sent.last_try is True
    sent.pin.wipe()


# ---------------------------------------------------------------------------- what is kept
@pytest.mark.parametrize("language", ["tr", "en"])
def test_rendering_again_keeps_what_is_typed(show: Show, language: str) -> None:
    stage = show(SignPin(), sample("sign-pin"))
    type_digits(PIN)
    stage.render(sample("sign-pin", language))
    assert held(stage).startswith(PIN.encode())
    assert stage.find("pin.current").hasFocus()
    assert stage.primary[-1] == (True, "")


@pytest.mark.parametrize("after", ["sign-pin-none", "sign-pin-choose", "sign-pin-blocked"])
def test_what_is_typed_goes_with_the_certificate(show: Show, after: str) -> None:
    stage = show(SignPin(), sample("sign-pin"))
    type_digits(PIN)
    stage.render(sample(after))
    assert empty(stage)


def test_what_is_typed_goes_with_the_page_and_after_a_minute(show: Show) -> None:
    stage = show(SignPin(idle_ms=30), sample("sign-pin"))
    type_digits(PIN)
    wait_until(lambda: empty(stage))
    assert stage.primary[-1][0] is False
    other = show(SignPin(), sample("sign-pin"))
    type_digits(PIN)
    other.page.leave()
    assert empty(other)


def test_no_digit_reaches_assistive_technology(show: Show) -> None:
    stage = show(SignPin(), sample("sign-pin"))
    type_digits(PIN)
    runs = {PIN[i : i + 3] for i in range(4)}
    assert [text for text in spoken(stage.page) for run in runs if run in text] == []


# ---------------------------------------------------------------------------- room
NAMES = ("sign-pin-wrong", "sign-pin-blocked")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(SignPin(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []


@pytest.mark.parametrize(("page", "name"), [(SignPin, "sign-pin"), (TryPin, "try")])
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_that_the_reader_asks_is_in_view_while_the_button_is_on(
    show: Show, page: type[Page], name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    model: Any = sample(f"{name}-on-reader", language)
    stage = show(page(), model, size=size, scale=scale)
    assert stage.primary[-1][0]
    (note,) = [x for x in (stage.find("pin.pad"), stage.find("pin.padNote")) if x.isVisible()]
    assert note.visibleRegion().boundingRect() == note.rect()
    assert note.text().startswith(model.keypad.pad.title)
    assert clipped(stage.area) == []
