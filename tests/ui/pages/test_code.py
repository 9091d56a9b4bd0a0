"""Screen 2: the code goes out once, and nothing that is typed is lost on the way."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.verification_code import CodeProblem, VerificationCode
from kamusm_esign.ui.pages.code import Code
from kamusm_esign.ui.presenter.intents import EnterCode, OpenAddress, OpenJob
from kamusm_esign.ui.presenter.pieces import Light
from tests.ui.pages.conftest import Show
from tests.ui.pages.models import CODE, code_page
from tests.ui.pages.stage import EN, LOOKS, TR, WORDS, clipped, nameless, press, spoken, type_digits

ENTER = Qt.Key.Key_Return


def test_typed_and_sent_by_keyboard_alone(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    assert stage.primary[-1] == (False, TR("code.incomplete"))
    type_digits(CODE[:14])
    assert stage.primary[-1] == (False, TR("code.incomplete"))
    assert stage.text("code.problem") == TR("code.progress", count=14)
    type_digits(CODE[14])
    assert stage.primary[-1] == (True, "")
    assert stage.text("code.problem") == TR("code.complete")
    press(ENTER)
    assert stage.intents == [EnterCode(VerificationCode(CODE))]
    assert CODE not in repr(stage.intents)


def test_an_unfinished_code_is_not_sent(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    type_digits(CODE[:14])
    stage.page.primary_pressed()
    press(ENTER)
    assert stage.intents == []
    assert stage.text("code.problem") == TR("code_problem.too-short")


def test_after_a_refusal_the_next_code_takes_the_place_of_the_old_one(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    type_digits(CODE)
    stage.render(code_page(TR, FailureCode.CODE_UNKNOWN))
    assert stage.text("code.problem") == TR("code.replaces")
    assert stage.primary[-1] == (True, "")
    other = CODE[::-1]
    type_digits(other)
    press(ENTER)
    assert stage.intents == [EnterCode(VerificationCode(other))]


PASTED: list[tuple[str, CodeProblem | None]] = [
    (CODE, None),
    ("333 451-779\r\n241 926\n", None),
    ("482913", CodeProblem.MAY_BE_PIN),
    ("33345177924192", CodeProblem.TOO_SHORT),
    (CODE + "0", CodeProblem.TOO_LONG),
    ("kod 333451779241926", CodeProblem.NOT_DIGITS),
    ("", CodeProblem.EMPTY),
]


@pytest.mark.parametrize("words", [TR, EN], ids=["tr", "en"])
@pytest.mark.parametrize(("text", "problem"), PASTED)
def test_the_paste_button(
    show: Show, text: str, problem: CodeProblem | None, words: object
) -> None:
    assert words in (TR, EN)
    say = TR if words is TR else EN
    stage = show(Code(), code_page(say))
    QGuiApplication.clipboard().setText(text)
    QTest.mouseClick(stage.find("code.paste"), Qt.MouseButton.LeftButton)
    if problem is None:
        assert stage.text("code.problem") == say("code.complete")
        assert stage.primary[-1] == (True, "")
        stage.page.primary_pressed()
        assert stage.intents == [EnterCode(VerificationCode(CODE))]
    else:
        assert stage.text("code.problem") == say(f"code_problem.{problem.value}")
        assert stage.find("code.field").state == "error"
        assert stage.primary[-1][0] is False
    assert stage.find("code.field").hasFocus()
    QGuiApplication.clipboard().clear()


def test_another_language_or_light_loses_nothing(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    type_digits("33345")
    for model in (code_page(EN), code_page(EN, portal=Light("Portal", "bad", "not reached"))):
        stage.render(model)
        assert stage.find("code.field").count == 5
        assert stage.find("code.field").hasFocus()
        assert stage.text("code.problem") == EN("code.progress", count=5)
    type_digits(CODE[5:])
    press(ENTER)
    assert stage.intents == [EnterCode(VerificationCode(CODE))]


def test_a_refusal_is_said_in_the_new_language_too(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    type_digits("482913")
    press(Qt.Key.Key_Tab)
    assert stage.text("code.problem") == TR("code_problem.may-be-pin")
    stage.render(code_page(EN))
    assert stage.text("code.problem") == EN("code_problem.may-be-pin")


def test_a_link_fills_the_field_once(show: Show) -> None:
    filled = code_page(TR, filled=CODE)
    stage = show(Code(), filled)
    field = stage.find("code.field")
    assert field.count == 15
    assert stage.primary[-1] == (True, "")
    field.clear()
    stage.render(filled)
    stage.render(code_page(TR))
    assert field.count == 0


def test_busy_and_back(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    type_digits(CODE)
    stage.render(code_page(TR, busy=True))
    assert not stage.find("code.field").isEnabled()
    assert not stage.find("code.paste").isEnabled()
    assert stage.primary[-1] == (False, TR("code.busy"))
    stage.page.primary_pressed()
    assert stage.intents == []
    stage.render(code_page(TR, FailureCode.CODE_UNKNOWN))
    assert FailureCode.CODE_UNKNOWN.value in stage.text("page.problem")
    assert stage.find("code.field").hasFocus()
    assert stage.find("code.field").count == 15


def test_a_version_that_is_too_old_leads_to_the_newer_one(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    stage.render(code_page(TR, FailureCode.CLIENT_TOO_OLD))
    assert FailureCode.CLIENT_TOO_OLD.value in stage.text("page.problem")
    way = stage.find("code.way")
    assert way.isVisible()
    assert way.text() == TR("button.update")
    way.click()
    assert stage.intents == [OpenJob("about")]
    stage.render(code_page(TR, FailureCode.CODE_EXPIRED))
    assert not way.isVisible()


@pytest.mark.parametrize(("size", "scale", "language", "scheme"), LOOKS)
def test_nothing_of_that_is_clipped(
    show: Show, size: tuple[int, int], scale: float, language: str, scheme: str
) -> None:
    model = code_page(WORDS[language], FailureCode.CLIENT_TOO_OLD)
    stage = show(Code(), model, size=size, scale=scale, scheme=scheme)
    assert clipped(stage.page) == []
    assert nameless(stage.page) == []


def test_the_portal_page(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    stage.find("code.portal").click()
    assert stage.intents == [OpenAddress("https://portal.example/")]


VERDICTS = [("ok", "ready"), ("running", "running"), ("bad", "not-ready"), ("warn", "not-ready")]


@pytest.mark.parametrize(("state", "verdict"), VERDICTS)
def test_what_the_checks_come_to(show: Show, state: str, verdict: str) -> None:
    stage = show(Code(), code_page(TR, portal=Light("Portal", state, "…")))
    assert stage.text("code.ready") == TR(f"code.{verdict}")


def test_leaving_wipes(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    type_digits("482913")
    stage.page.leave()
    assert bytes(stage.find("code.field")._digits) == bytes(15)


def test_every_control_has_a_name(show: Show) -> None:
    stage = show(Code(), code_page(TR))
    assert nameless(stage.page) == []
    type_digits("4829")
    press(Qt.Key.Key_Tab)
    assert any(TR("code_problem.may-be-pin") in text for text in spoken(stage.find("code.field")))


@pytest.mark.parametrize(("size", "scale", "language", "scheme"), LOOKS)
def test_nothing_is_clipped(
    show: Show, size: tuple[int, int], scale: float, language: str, scheme: str
) -> None:
    model = code_page(WORDS[language], FailureCode.CODE_UNKNOWN)
    stage = show(Code(), model, size=size, scale=scale, scheme=scheme)
    type_digits("4829")
    press(Qt.Key.Key_Tab)
    assert clipped(stage.area) == []
    stage.find("code.checks.header").setChecked(True)
    stage.resize(size)
    assert clipped(stage.area) == []
