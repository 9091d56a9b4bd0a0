"""The field for the verification code."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from kamusm_esign.domain.verification_code import CodeProblem, VerificationCode
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets import code_cells
from kamusm_esign.ui.widgets.code_field import CodeField
from tests.ui.inputs.conftest import Shown

Key = Qt.Key
CODE = "333451779241926"


@pytest.fixture
def field(shown: Shown) -> CodeField:
    made = CodeField()
    shown(made, QLineEdit())
    return made


@pytest.fixture
def said(field: CodeField) -> list[object]:
    """Problems and completions, in order."""
    heard: list[object] = []
    field.problem_changed.connect(heard.append)
    field.completed.connect(lambda: heard.append("completed"))
    field.submitted.connect(lambda: heard.append("submitted"))
    return heard


def content(field: CodeField) -> str:
    return bytes(field._digits[: field.count]).decode()


def press(field: CodeField, *keys: Key) -> None:
    for key in keys:
        QTest.keyClick(field, key)


def write(field: CodeField, text: str) -> None:
    """Type any characters; `QTest.keyClicks` knows but Latin ones."""
    for character in text:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character)
        QCoreApplication.sendEvent(field, event)


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        ([Key.Key_9], "9"),
        ([Key.Key_Backspace], ""),
        ([Key.Key_Delete], ""),
        ([Key.Key_End, Key.Key_9], "123459"),
        ([Key.Key_Left, Key.Key_9], "123495"),
    ],
)
def test_what_is_marked_is_replaced(field: CodeField, keys: list[Key], left: str) -> None:
    write(field, "12345")
    QTest.keyClick(field, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert field.selected
    before = field.grab().toImage()
    press(field, *keys)
    assert (content(field), field.selected) == (left, False)
    assert field.grab().toImage() != before


def test_nothing_is_marked_where_nothing_is(field: CodeField) -> None:
    field.select_all()
    assert not field.selected


def test_a_paste_takes_the_place_of_what_is_marked(field: CodeField) -> None:
    write(field, "12345")
    field.select_all()
    assert field.enter("482913") is CodeProblem.MAY_BE_PIN
    assert (content(field), field.selected) == ("12345", True)
    assert field.enter(CODE) is None
    assert (content(field), field.selected) == (CODE, False)


EDITS = [
    ("digits", "12345", [], "12345"),
    ("backspace", "12345", [Key.Key_Backspace], "1234"),
    ("delete at the end does nothing", "12345", [Key.Key_Delete], "12345"),
    ("delete at the beginning", "12345", [Key.Key_Home, Key.Key_Delete], "2345"),
    ("backspace at the beginning does nothing", "12", [Key.Key_Home, Key.Key_Backspace], "12"),
    ("left and backspace", "12345", [Key.Key_Left, Key.Key_Left, Key.Key_Backspace], "1245"),
    ("insert in the middle", "1245", [Key.Key_Left, Key.Key_Left, Key.Key_3], "12345"),
    ("right stops at the end", "12", [Key.Key_Right, Key.Key_Right, Key.Key_3], "123"),
    ("left stops at the beginning", "2", [Key.Key_Left, Key.Key_Left, Key.Key_1], "12"),
    ("home and end", "23", [Key.Key_Home, Key.Key_1, Key.Key_End, Key.Key_4], "1234"),
    ("blanks and dashes are dropped", "333 451-779", [], "333451779"),
    ("letters are refused", "33a3", [], "333"),
    ("other digits are refused", "33\u0663", [], "33"),
    ("a sixteenth digit is refused", CODE + "7", [], CODE),
]


@pytest.mark.parametrize(
    ("typed", "keys", "expected"), [e[1:] for e in EDITS], ids=[e[0] for e in EDITS]
)
def test_editing(field: CodeField, typed: str, keys: list[Key], expected: str) -> None:
    write(field, typed)
    press(field, *keys)
    assert content(field) == expected
    assert bytes(field._digits[field.count :]) == bytes(15 - field.count)


PROBLEMS = [
    ("letter", "x", CodeProblem.NOT_DIGITS),
    ("other digit", "\u0663", CodeProblem.NOT_DIGITS),
    ("too many", CODE + "1", CodeProblem.TOO_LONG),
    ("enter on nothing", "\r", CodeProblem.EMPTY),
    ("enter on a PIN", "482913\r", CodeProblem.MAY_BE_PIN),
    ("enter on a long PIN", "482913482913\r", CodeProblem.MAY_BE_PIN),
    ("enter on less than a PIN", "482\r", CodeProblem.TOO_SHORT),
    ("enter on nearly all", CODE[:14] + "\r", CodeProblem.TOO_SHORT),
]


@pytest.mark.parametrize(
    ("typed", "problem"), [p[1:] for p in PROBLEMS], ids=[p[0] for p in PROBLEMS]
)
def test_what_is_wrong_is_said_and_goes_with_the_next_edit(
    field: CodeField, said: list[object], typed: str, problem: CodeProblem
) -> None:
    write(field, typed.rstrip("\r"))
    if typed.endswith("\r"):
        press(field, Key.Key_Return)
    assert [s for s in said if isinstance(s, CodeProblem)] == [problem]
    assert field.problem is problem
    assert field.state == "error"
    press(field, Key.Key_Backspace)
    assert said[-1] is None
    assert field.problem is None
    assert field.state != "error"


LEFT = [
    ("482913", Qt.FocusReason.TabFocusReason, CodeProblem.MAY_BE_PIN),
    ("482913", Qt.FocusReason.MouseFocusReason, CodeProblem.MAY_BE_PIN),
    ("48", Qt.FocusReason.TabFocusReason, CodeProblem.TOO_SHORT),
    ("482913", Qt.FocusReason.ActiveWindowFocusReason, None),
    ("482913", Qt.FocusReason.PopupFocusReason, None),
    ("", Qt.FocusReason.TabFocusReason, None),
    (CODE, Qt.FocusReason.TabFocusReason, None),
]


@pytest.mark.parametrize(("typed", "reason", "problem"), LEFT)
def test_leaving_the_field(
    field: CodeField, typed: str, reason: Qt.FocusReason, problem: CodeProblem | None
) -> None:
    write(field, typed)
    QCoreApplication.sendEvent(field, QFocusEvent(QEvent.Type.FocusOut, reason))
    assert field.problem is problem


PASTED = [
    (CODE, None),
    (" 333 451 779 241 926\r\n", None),
    ("333-451-779-241-926", None),
    ("333\u00a0451\u2013779\u2014241\t926", None),
    ("", CodeProblem.EMPTY),
    ("482913", CodeProblem.MAY_BE_PIN),
    ("4829 1348", CodeProblem.MAY_BE_PIN),
    (CODE[:14], CodeProblem.TOO_SHORT),
    (CODE + "1", CodeProblem.TOO_LONG),
    ("Kodunuz: " + CODE, CodeProblem.NOT_DIGITS),
]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
WAYS: list[Callable[[CodeField], None]] = [
    CodeField.paste,
    lambda field: QTest.keyClick(field, Key.Key_V, CTRL),
    lambda field: QTest.keyClick(field, Key.Key_Insert, SHIFT),
]


@pytest.mark.parametrize("paste", WAYS, ids=["button", "Ctrl+V", "Shift+Insert"])
@pytest.mark.parametrize(("text", "problem"), PASTED)
def test_pasting(
    field: CodeField,
    said: list[object],
    paste: Callable[[CodeField], None],
    text: str,
    problem: CodeProblem | None,
) -> None:
    write(field, "12")
    QGuiApplication.clipboard().setText(text)
    paste(field)
    assert field.problem is problem
    assert content(field) == (CODE if problem is None else "12")
    assert said == (["completed"] if problem is None else [problem])


def test_the_code_is_there_when_it_is_complete(field: CodeField, said: list[object]) -> None:
    write(field, CODE[:14])
    assert field.code() is None
    assert said == []
    write(field, CODE[14:])
    assert field.code() == VerificationCode(CODE)
    press(field, Key.Key_Enter)
    assert said == ["completed", "submitted"]
    assert field.state == "complete"
    press(field, Key.Key_Backspace)
    assert field.code() is None
    assert field.state != "complete"


def test_clearing_overwrites(field: CodeField) -> None:
    counts: list[int] = []
    field.enter(CODE)
    field.changed.connect(counts.append)
    buffer = field._digits
    field.clear()
    assert buffer is field._digits
    assert bytes(buffer) == bytes(15)
    assert counts == [0]
    field.enter(CODE)
    QTest.keyClick(field, Key.Key_Backspace, CTRL)
    assert bytes(buffer) == bytes(15)


def test_an_input_method_may_type_digits(field: CodeField) -> None:
    assert field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    assert field.inputMethodHints() & Qt.InputMethodHint.ImhDigitsOnly
    event = QInputMethodEvent()
    event.setCommitString("333 45")
    QCoreApplication.sendEvent(field, event)
    assert content(field) == "33345"
    rect = field.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    assert field.rect().contains(rect)


def test_a_click_puts_the_caret_there(field: CodeField) -> None:
    write(field, "12345")
    cell = field._cells()[2]
    where = QPoint(int(cell.left()) + 2, int(cell.center().y()))
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=where)
    press(field, Key.Key_9)
    assert content(field) == "129345"
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=field.rect().center() + QPoint(200, 0))
    press(field, Key.Key_8)
    assert content(field) == "1293458"


def test_what_is_dropped_on_it_is_not_taken(field: CodeField) -> None:
    assert not field.acceptDrops()


def test_a_screen_reader_can_read_it(field: CodeField) -> None:
    field.setAccessibleName("Doğrulama kodu")
    write(field, CODE[:11])
    interface = QAccessible.queryAccessibleInterface(field)
    assert interface.role() == QAccessible.Role.EditableText
    assert interface.text(QAccessible.Text.Name) == "Doğrulama kodu"
    assert interface.text(QAccessible.Text.Value) == "333 451 779 24"
    assert not interface.state().passwordEdit


def test_ten_thousand_keys_at_random(field: CodeField) -> None:
    source = random.Random(15)
    keys = [*range(Key.Key_0, Key.Key_9 + 1)] * 2
    keys += [Key.Key_Backspace, Key.Key_Delete, Key.Key_Left, Key.Key_Right, Key.Key_Home]
    keys += [Key.Key_End, Key.Key_A, Key.Key_Space, Key.Key_Return, Key.Key_Minus]
    text, caret = "", 0
    for _ in range(10_000):
        key = source.choice(keys)
        character = chr(key) if key < 0x100 else ""
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, character)
        QCoreApplication.sendEvent(field, event)
        if character.isdigit() and len(text) < 15:
            text, caret = text[:caret] + character + text[caret:], caret + 1
        elif key == Key.Key_Backspace and caret:
            text, caret = text[: caret - 1] + text[caret:], caret - 1
        elif key == Key.Key_Delete:
            text = text[:caret] + text[caret + 1 :]
        elif key in (Key.Key_Left, Key.Key_Right):
            caret = min(max(caret + (1 if key == Key.Key_Right else -1), 0), len(text))
        elif key in (Key.Key_Home, Key.Key_End):
            caret = 0 if key == Key.Key_Home else len(text)
        assert content(field) == text
        assert field._caret == caret
        assert 0 <= field._caret <= field.count <= 15
        if source.random() < 0.01:
            field.clear()
            text, caret = "", 0


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [300, 487, 585, 900])
def test_every_digit_is_inside_its_cell(field: CodeField, scale: float, width: int) -> None:
    from PySide6.QtGui import QFontMetricsF

    theme.set(scale=scale)
    try:
        field.resize(width, field.sizeHint().height())
        cells = field._cells()
        assert cells[0].left() == 16
        assert cells[-1].right() == pytest.approx(width - 16)
        for one, other in pairwise(cells):
            assert one.right() < other.left()
        metrics = QFontMetricsF(code_cells.digit_font(cells[0].width()))
        assert metrics.horizontalAdvance("0") <= cells[0].width()
        assert metrics.height() <= cells[0].height() + 8
    finally:
        theme.set(scale=1.0)
