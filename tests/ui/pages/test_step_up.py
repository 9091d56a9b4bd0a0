"""Screen 3: the SMS code goes out as a secret and leaves nothing behind."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.ui.pages.step_up import StepUp
from kamusm_esign.ui.presenter.intents import EnterOtp, ResendOtp
from tests.ui.pages.conftest import Show
from tests.ui.pages.models import step_up_page
from tests.ui.pages.stage import EN, LOOKS, TR, WORDS, clipped, nameless, press, spoken, type_digits

ENTER = Qt.Key.Key_Return
OTP = "719382"


def held(field: object) -> bytes:
    """The whole buffer behind the field."""
    return bytes(field._content._buffer)  # type: ignore[attr-defined]


def test_typed_and_sent_by_keyboard_alone(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    type_digits(OTP[:5])
    press(ENTER)
    assert stage.intents == []
    assert stage.text("session.problem") == TR("step_up.incomplete")
    type_digits(OTP[5])
    assert stage.text("session.problem") == ""
    assert stage.primary[-1] == (True, "")
    press(ENTER)
    (sent,) = stage.intents
    assert isinstance(sent, EnterOtp)
    assert bytes(sent.otp.view()) == OTP.encode()
    assert held(stage.find("session.otp")) == bytes(6)
    assert stage.primary[-1] == (False, TR("step_up.incomplete"))


def test_typed_on_the_keypad_alone(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    field = stage.find("session.otp")

    def tap(*keys: str) -> None:
        for key in keys:
            QTest.mouseClick(stage.find(f"keypad.{key}"), Qt.MouseButton.LeftButton)

    tap(*OTP[:5], "5", "back")
    assert field.count == 5
    assert field.hasFocus()
    tap("clear", *OTP)
    assert stage.primary[-1] == (True, "")
    stage.page.primary_pressed()
    (sent,) = stage.intents
    assert isinstance(sent, EnterOtp)
    assert bytes(sent.otp.view()) == OTP.encode()
    stage.render(replace(step_up_page(TR), busy=True))
    assert not stage.find("keypad.1").isEnabled()


PASTED = [(OTP, True), ("719 382\n", True), ("71938", False), ("7193824", False), ("719x82", False)]


@pytest.mark.parametrize(("text", "taken"), [*PASTED, ("1" * 60, False)])
def test_pasting(show: Show, text: str, taken: bool) -> None:
    stage = show(StepUp(), step_up_page(TR))
    QGuiApplication.clipboard().setText(text)
    stage.find("session.otp").paste()
    assert stage.find("session.otp").count == (6 if taken else 0)
    assert (stage.text("session.problem") == "") is taken
    QGuiApplication.clipboard().clear()


def test_keys_that_are_no_digits(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    type_digits("71")
    press(Qt.Key.Key_X)
    assert stage.text("session.problem") == TR("step_up.incomplete")
    press(Qt.Key.Key_Backspace)
    assert held(stage.find("session.otp")) == b"7" + bytes(5)
    press(Qt.Key.Key_Delete)
    assert stage.find("session.otp").count == 0


def test_another_language_loses_nothing(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    type_digits("719")
    stage.render(step_up_page(EN))
    field = stage.find("session.otp")
    assert field.count == 3
    assert field.hasFocus()
    type_digits("382")
    press(ENTER)
    assert len(stage.intents) == 1


def test_busy_and_wrong(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    type_digits(OTP)
    press(ENTER)
    stage.render(step_up_page(TR, checking=True))
    assert not stage.find("session.otp").isEnabled()
    assert not stage.find("session.resend").isEnabled()
    assert stage.primary[-1] == (False, TR("step_up.busy"))
    stage.render(step_up_page(TR, failure=FailureCode.OTP_WRONG))
    assert FailureCode.OTP_WRONG.value in stage.text("page.problem")
    assert stage.find("session.otp").hasFocus()


def test_sent_again(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    stage.find("session.resend").click()
    assert stage.intents == [ResendOtp()]


def test_leaving_wipes(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    type_digits(OTP)
    stage.page.leave()
    assert held(stage.find("session.otp")) == bytes(6)


def test_names_and_no_digits_for_assistive_technology(show: Show) -> None:
    stage = show(StepUp(), step_up_page(TR))
    type_digits(OTP)
    assert nameless(stage.page) == []
    said = spoken(stage.page)
    assert not [text for text in said if "719" in text or "382" in text]
    assert any("6 / 6" in text for text in said)


@pytest.mark.parametrize(("size", "scale", "language", "scheme"), LOOKS)
def test_nothing_is_clipped(
    show: Show, size: tuple[int, int], scale: float, language: str, scheme: str
) -> None:
    model = step_up_page(WORDS[language], failure=FailureCode.OTP_WRONG)
    stage = show(StepUp(), model, size=size, scale=scale, scheme=scheme)
    press(ENTER)
    assert clipped(stage.area) == []
