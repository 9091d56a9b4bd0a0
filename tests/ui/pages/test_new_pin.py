"""Screens 4 and 9: what goes out, what is wiped and when, and that nothing else is ever lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.ui.pages.new_pin import NewPin
from kamusm_esign.ui.presenter.intents import (
    ChooseToken,
    EnterNewPin,
    EnterPins,
    Intent,
    NewCode,
    OpenJob,
)
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.pin_field import PinField
from kamusm_esign.ui.window import MainWindow
from tests.ui.pages.conftest import Show
from tests.ui.pages.models import (
    MINE,
    OTHER,
    SEAL,
    change_page,
    change_without_card,
    code_page,
    new_pin_page,
    no_card_page,
)
from tests.ui.pages.stage import (
    EN,
    LOOKS,
    SIZES,
    TR,
    WORDS,
    Stage,
    clipped,
    name_of,
    nameless,
    press,
    settle,
    spoken,
    type_digits,
    wait_until,
)

Key = Qt.Key
ENTER = Key.Key_Return
PIN, CURRENT = "71938264", "8064"
FIELDS = ("pin.current", "pin.new", "pin.repeat")


def field(stage: Stage, name: str) -> PinField:
    found = stage.find(name)
    assert isinstance(found, PinField)
    return found


def counts(stage: Stage) -> tuple[int, ...]:
    return tuple(field(stage, name).count for name in FIELDS)


def assert_wiped(stage: Stage) -> None:
    for name in FIELDS:
        assert bytes(field(stage, name).content._buffer) == bytes(12)


def click(stage: Stage, name: str) -> None:
    QTest.mouseClick(stage.find(name), Qt.MouseButton.LeftButton)


# ---------------------------------------------------------------------------- what goes out
def test_a_new_pin_by_keyboard_alone(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    assert field(stage, "pin.new").hasFocus()
    type_digits(PIN)
    press(ENTER)
    assert field(stage, "pin.repeat").hasFocus()
    assert stage.primary[-1] == (False, TR("new_pin.incomplete"))
    type_digits(PIN)
    assert stage.primary[-1] == (True, "")
    press(ENTER)
    (sent,) = stage.intents
    assert isinstance(sent, EnterNewPin)
    assert bytes(sent.new_pin.view()) == PIN.encode()
    assert_wiped(stage)
    assert stage.primary[-1] == (False, TR("new_pin.incomplete"))


def test_a_new_pin_by_keypad_alone(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    for digit in PIN[:5] + "5":
        click(stage, f"keypad.{digit}")
    click(stage, "keypad.back")
    for digit in PIN[5:]:
        click(stage, f"keypad.{digit}")
    click(stage, "pin.repeat")
    click(stage, "keypad.1")
    click(stage, "keypad.clear")
    for digit in PIN:
        click(stage, f"keypad.{digit}")
    assert field(stage, "pin.repeat").hasFocus()
    stage.page.primary_pressed()
    (sent,) = stage.intents
    assert bytes(sent.new_pin.view()) == PIN.encode()
    assert_wiped(stage)


def test_a_change_by_keyboard_alone(show: Show) -> None:
    stage = show(NewPin(), change_page(TR))
    assert field(stage, "pin.current").hasFocus()
    for pin in (CURRENT, PIN, PIN):
        assert stage.primary[-1][0] is False
        type_digits(pin)
        press(ENTER)
    (sent,) = stage.intents
    assert isinstance(sent, EnterPins)
    assert bytes(sent.current.view()) == CURRENT.encode()
    assert sent.new_pin is not None
    assert bytes(sent.new_pin.view()) == PIN.encode()
    assert sent.last_try is False
    assert_wiped(stage)


def test_a_change_by_keypad_alone(show: Show) -> None:
    stage = show(NewPin(), change_page(TR))
    for name, pin in zip(FIELDS, (CURRENT, PIN, PIN), strict=True):
        click(stage, name)
        for digit in pin:
            click(stage, f"keypad.{digit}")
    stage.page.primary_pressed()
    assert bytes(stage.intents[0].current.view()) == CURRENT.encode()


@pytest.mark.parametrize("words", ["SON HAK", "son hak", "  Son  Hak "])
def test_the_last_try_is_confirmed_in_words(show: Show, words: str) -> None:
    stage = show(NewPin(), change_page(TR, PinState.FINAL_TRY))
    type_digits(CURRENT)
    press(ENTER)
    box = stage.find("pin.lastTry")
    assert box.hasFocus()
    QTest.keyClicks(box, "SON")
    press(ENTER)
    for _ in range(2):
        type_digits(PIN)
        press(ENTER)
    assert stage.intents == []
    assert stage.primary[-1] == (False, TR("my_card.confirm-first"))
    box.clear()
    QTest.keyClicks(box, words)
    assert stage.primary[-1] == (True, "")
    stage.page.primary_pressed()
    assert stage.intents[0].last_try is True
    assert box.text() == ""


def test_no_digit_gets_into_the_confirmation(show: Show) -> None:
    stage = show(NewPin(), change_page(TR, PinState.FINAL_TRY))
    box = stage.find("pin.lastTry")
    QTest.keyClicks(box, "7S1O9N")
    assert box.text() == "SON"
    QGuiApplication.clipboard().setText(PIN)
    box.paste()
    QGuiApplication.clipboard().clear()
    assert box.text() == "SON"


def test_the_confirmation_is_there_at_the_last_try_only(show: Show) -> None:
    stage = show(NewPin(), change_page(TR))
    assert not stage.find("pin.lastTry").isVisible()
    assert stage.text("pin.attempts") == TR("my_card.attempts-ok")
    stage.render(change_page(TR, PinState.FINAL_TRY))
    assert stage.find("pin.lastTry").isVisible()
    assert stage.text("pin.attempts") == TR("my_card.attempts", count=1)


# New PIN, its repetition; which field is red and what is said.
JUDGED: list[tuple[str, str, str, str]] = [
    ("123456", "", "pin.new", "problem.run"),
    ("121212", "", "pin.new", "problem.repetition"),
    ("147258", "", "pin.new", "problem.columns"),
    ("345177", "", "pin.new", "problem.verification-code"),
    ("7193", "7", "pin.new", "problem.too-short"),
    (PIN, "71938265", "pin.repeat", "problem.different"),
    (PIN, "7193", "", ""),
    (PIN, PIN, "", ""),
]


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize(("new", "repeat", "red", "key"), JUDGED)
def test_the_judge_is_heard_at_every_key(
    show: Show, new: str, repeat: str, red: str, key: str, language: str
) -> None:
    words = WORDS[language]
    stage = show(NewPin(), new_pin_page(words))
    type_digits(new)
    if repeat:
        press(ENTER)
        type_digits(repeat)
    said = words(key, minimum=6, maximum=12) if key else ""
    for name in ("pin.new", "pin.repeat"):
        assert (field(stage, name).state == "error") is (name == red)
        assert stage.text(f"{name}.problem") == (said if name == red else "")
    ready = new == repeat
    assert stage.primary[-1] == (ready, "" if ready else said or words("new_pin.incomplete"))
    stage.page.primary_pressed()
    assert len(stage.intents) == ready


def test_rules_tick_and_are_spoken(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    rule = TR("rule.equal")
    assert TR("rule_state.open", rule=rule) in spoken(stage.find("pin.rules"))
    type_digits(PIN)
    press(ENTER)
    type_digits(PIN)
    assert TR("rule_state.ok", rule=rule) in spoken(stage.find("pin.rules"))


def test_the_present_pin_is_no_new_one(show: Show) -> None:
    stage = show(NewPin(), change_page(TR))
    for _ in range(3):
        type_digits(PIN)
        press(ENTER)
    assert stage.intents == []
    assert stage.text("pin.new.problem") == TR("problem.same-as-current")


def test_the_present_pin_comes_first(show: Show) -> None:
    stage = show(NewPin(), change_page(TR))
    assert stage.primary[-1] == (False, TR("new_pin.current-first"))
    type_digits(CURRENT)
    assert stage.primary[-1] == (False, TR("new_pin.incomplete"))


# ---------------------------------------------------------------------------- refusals
@pytest.mark.parametrize("text", ["719382", "333 451 779 241 926"], ids=["a PIN", "a code"])
def test_nothing_is_pasted(show: Show, text: str) -> None:
    reason = "paste-refused"
    stage = show(NewPin(), new_pin_page(TR))
    way = stage.find("pin.codeWay")
    assert not way.isVisible()
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(stage.find("pin.new"), Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QGuiApplication.clipboard().clear()
    assert counts(stage) == (0, 0, 0)
    assert stage.text("pin.new.problem") == TR(f"refusal.{reason}")
    stage.render(new_pin_page(EN))
    assert stage.text("pin.new.problem") == EN(f"refusal.{reason}")
    assert way.isVisible()
    type_digits("7")
    assert stage.text("pin.new.problem") == ""
    assert not way.isVisible()


@pytest.mark.parametrize(
    ("make", "field", "wanted"),
    [(new_pin_page, "pin.new", NewCode()), (change_page, "pin.current", OpenJob("code"))],
    ids=["with a code", "without"],
)
def test_who_has_a_code_in_mind_is_led_to_where_it_belongs(
    show: Show, make: Callable[..., Any], field: str, wanted: Intent
) -> None:
    stage = show(NewPin(), make(TR))
    stage.find(field).setFocus()
    type_digits("333451779241926")
    assert stage.text(f"{field}.problem") == TR("refusal.code-typed")
    QTest.mouseClick(stage.find("pin.codeWay"), Qt.MouseButton.LeftButton)
    assert stage.intents == [wanted]


def test_a_code_typed_for_a_pin(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    type_digits("719382640517")
    assert stage.text("pin.new.problem") == ""
    type_digits("2")
    assert stage.text("pin.new.problem") == TR("refusal.full")
    type_digits("93")
    assert stage.text("pin.new.problem") == TR("refusal.code-typed")
    assert field(stage, "pin.new").state == "error"


def test_more_than_there_is_room_for_is_not_sent(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    for name in FIELDS[1:]:
        field(stage, name).setFocus()
        type_digits("7193826405172")
    assert stage.primary[-1] == (False, TR("refusal.full"))
    stage.page.primary_pressed()
    assert stage.intents == []


# ---------------------------------------------------------------------------- nothing is lost
def test_another_language_or_look_loses_nothing(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    type_digits(PIN)
    press(ENTER)
    type_digits(PIN[:4])
    for model in (
        new_pin_page(EN),
        new_pin_page(EN, MINE, SEAL, OTHER),
        new_pin_page(EN, MINE),
        new_pin_page(TR, MINE, SEAL),
    ):
        stage.render(model)
        assert counts(stage) == (0, 8, 4)
        assert field(stage, "pin.repeat").hasFocus()
    type_digits(PIN[4:])
    press(ENTER)
    assert bytes(stage.intents[0].new_pin.view()) == PIN.encode()


def test_no_shape_of_the_window_loses_anything(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    type_digits(PIN)
    press(ENTER)
    type_digits(PIN)
    for size in (*SIZES, (640, 360), (500, 900), (1366, 688), (1366, 768)):
        stage.resize(size)
        assert counts(stage) == (0, 8, 8), size
        assert field(stage, "pin.repeat").hasFocus(), size
    press(ENTER)
    assert len(stage.intents) == 1


def test_the_place_is_kept(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR), size=(683, 384))
    bar = stage.page._columns.area.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    stage.render(new_pin_page(EN))
    assert abs(bar.value() - bar.maximum()) <= 40


# ---------------------------------------------------------------------------- wiping
def typed(show: Show, idle_ms: int = 60_000) -> Stage:
    """A page with something in every field."""
    stage = show(NewPin(idle_ms=idle_ms), change_page(TR, PinState.FINAL_TRY))
    for name in FIELDS:
        field(stage, name).setFocus()
        type_digits(PIN)
    QTest.keyClicks(stage.find("pin.lastTry"), "SON HAK")
    return stage


def test_leaving_wipes(show: Show) -> None:
    stage = typed(show)
    stage.page.leave()
    assert_wiped(stage)
    assert stage.find("pin.lastTry").text() == ""


def test_a_pulled_card_wipes(show: Show) -> None:
    stage = typed(show)
    stage.render(change_without_card(TR))
    assert_wiped(stage)
    assert stage.find("pin.lastTry").text() == ""


def test_waiting_for_the_portal_wipes(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    type_digits(PIN)
    stage.render(new_pin_page(TR, authorizing=True))
    assert_wiped(stage)


def test_another_card_wipes(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR, MINE, OTHER))
    type_digits(PIN)
    stage.render(new_pin_page(TR, MINE, OTHER, chosen=OTHER))
    assert_wiped(stage)


def test_hiding_wipes(show: Show) -> None:
    stage = typed(show)
    stage.page.hide()
    assert_wiped(stage)


def test_after_a_while_everything_is_wiped_and_said(show: Show) -> None:
    stage = typed(show, idle_ms=60)
    wait_until(lambda: not any(counts(stage)))
    assert_wiped(stage)
    said = [stage.text(f"{name}.problem") for name in FIELDS]
    assert said.count(TR("refusal.timed-out")) == 1
    assert said.count("") == 2
    type_digits("7")
    assert stage.text("pin.repeat.problem") == ""


def test_typing_into_one_field_keeps_the_others(show: Show) -> None:
    stage = show(NewPin(idle_ms=2000), new_pin_page(TR))
    type_digits(PIN)
    press(ENTER)
    for digit in PIN[:6]:
        QTest.qWait(400)
        type_digits(digit)
    assert counts(stage) == (0, 8, 6)


def test_a_page_that_is_left_says_nothing_of_the_next_ones_button(app: QApplication) -> None:
    window = MainWindow(Texts("tr"), lambda: 1000.0)
    window.show()
    window.show(new_pin_page(TR))
    window.activateWindow()
    settle()
    for _ in range(2):
        type_digits(PIN)
        press(ENTER)
    for name in FIELDS[1:]:
        window.findChildren(PinField, name)[0].setFocus()
        type_digits(PIN)
    (button,) = window.findChildren(QPushButton, "button.primary")
    assert button.isEnabled()
    window.show(code_page(TR))
    settle()
    assert not button.isEnabled()
    assert button.accessibleDescription() == TR("code.incomplete")
    window.close()
    window.deleteLater()
    settle()


def test_everything_is_said_to_a_screen_reader_without_a_word_from_qt(show: Show) -> None:
    QAccessible.setActive(True)
    try:
        stage = typed(show)
        field(stage, "pin.new").setFocus()
        type_digits("99999999999")
        stage.page.primary_pressed()
        stage.render(change_without_card(EN))
        stage.render(change_page(TR))
    finally:
        QAccessible.setActive(False)


# ---------------------------------------------------------------------------- waiting
def test_without_a_card_everything_is_off(show: Show) -> None:
    stage = show(NewPin(), no_card_page(TR))
    assert FailureCode.NO_CARD.value in stage.text("page.problem")
    assert not any(field(stage, name).isEnabled() for name in FIELDS)
    assert not stage.find("keypad.5").isEnabled()
    assert stage.primary[-1] == (False, TR("new_pin.waiting-title"))
    stage.render(new_pin_page(TR))
    assert field(stage, "pin.new").hasFocus()
    assert stage.find("keypad.5").isEnabled()


def test_the_portal_is_asked_and_refuses(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR))
    for _ in range(2):
        type_digits(PIN)
        press(ENTER)
    stage.render(new_pin_page(TR, authorizing=True))
    assert not field(stage, "pin.new").isEnabled()
    assert stage.primary[-1] == (False, TR("new_pin.authorizing"))
    stage.page.primary_pressed()
    assert len(stage.intents) == 1
    stage.render(new_pin_page(TR))
    assert field(stage, "pin.new").hasFocus()


def test_a_wrong_present_pin_is_said(show: Show) -> None:
    stage = show(NewPin(), change_page(TR))
    stage.render(change_page(TR, PinState.LOW, refused=FailureCode.PIN_WRONG))
    assert FailureCode.PIN_WRONG.value in stage.text("page.problem")


# ---------------------------------------------------------------------------- the cards
def test_a_card_is_chosen_once(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR, MINE, OTHER, SEAL, chosen=None))
    assert stage.find("token.list.1").hasFocus()
    press(Key.Key_Down)
    assert stage.intents == [ChooseToken(OTHER.serial)]
    stage.render(new_pin_page(TR, MINE, OTHER, SEAL, chosen=OTHER))
    assert stage.find("token.list.2").hasFocus()
    click(stage, "token.list.2")
    assert len(stage.intents) == 1


def test_what_cannot_be_chosen_is_reached_and_says_why(show: Show) -> None:
    stage = show(NewPin(), new_pin_page(TR, MINE, SEAL))
    stage.find("token.list.1").setFocus()
    press(Key.Key_Down)
    seal = stage.find("token.list.2")
    assert seal.hasFocus()
    press(Key.Key_Space)
    click(stage, "token.list.2")
    assert stage.intents == []
    assert TR("new_pin.other-kind") in seal.accessibleDescription()


# ---------------------------------------------------------------------------- who cannot see
def test_every_control_has_a_name(show: Show) -> None:
    for model in (new_pin_page(TR), change_page(EN, PinState.FINAL_TRY)):
        assert nameless(show(NewPin(), model).page) == []


def test_names_of_the_fields(show: Show) -> None:
    stage = show(NewPin(), change_page(TR))
    keys = ("new_pin.current", "new_pin.new", "new_pin.repeat")
    assert [name_of(stage.find(name)) for name in FIELDS] == [TR(key) for key in keys]


def test_no_digit_for_assistive_technology(show: Show) -> None:
    stage = typed(show)
    said = spoken(stage.area)
    pieces = {PIN[i : i + 3] for i in range(len(PIN) - 2)}
    assert not [text for text in said if any(piece in text for piece in pieces)]
    assert any(TR("new_pin.typed", count=len(PIN)) in text for text in said)


# ---------------------------------------------------------------------------- what is seen
@pytest.mark.parametrize(("size", "scale", "language", "scheme"), LOOKS)
def test_nothing_is_clipped(
    show: Show, size: tuple[int, int], scale: float, language: str, scheme: str
) -> None:
    words = WORDS[language]
    for model in (
        new_pin_page(words),
        no_card_page(words),
        replace(change_page(words, PinState.FINAL_TRY), notice=no_card_page(words).notice),
    ):
        stage = show(NewPin(), model, size=size, scale=scale, scheme=scheme)
        assert clipped(stage.area) == []
        if field(stage, "pin.new").isEnabled():
            field(stage, "pin.new").setFocus()
            type_digits("123456")
        stage.find("pin.info.header").setChecked(True)
        settle()
        assert clipped(stage.area) == []
        stage.area.hide()


@pytest.mark.parametrize("size", [(683, 384), (640, 360), (1000, 700)])
@pytest.mark.parametrize("name", FIELDS)
def test_the_field_in_use_is_in_view_beside_the_whole_keypad(
    show: Show, size: tuple[int, int], name: str
) -> None:
    stage = show(NewPin(), change_page(TR, PinState.FINAL_TRY), size=size)
    used = field(stage, name)
    used.setFocus()
    settle()
    assert used.visibleRegion().boundingRect() == used.rect()
    for key in stage.page.keypad.keys.values():
        assert key.visibleRegion().boundingRect() == key.rect()
        assert key.width() >= 64
        assert key.height() >= 52
