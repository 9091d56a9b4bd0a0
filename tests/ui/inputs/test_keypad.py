"""The keypad on the screen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAccessible, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.tab_order import within
from kamusm_esign.ui.widgets.keypad import ORDER, Keypad
from kamusm_esign.ui.widgets.pin_field import PinField
from tests.ui.inputs.conftest import Shown, wait_until

Key = Qt.Key


@pytest.fixture
def keypad(shown: Shown) -> Keypad:
    made = Keypad(pressed_ms=1)
    made.set_texts("Tuşlar", "Temizle", "Son rakamı sil")
    shown(made)
    return made


@pytest.fixture
def heard(keypad: Keypad) -> list[int | str]:
    said: list[int | str] = []
    keypad.digit.connect(said.append)
    keypad.clear.connect(lambda: said.append("clear"))
    keypad.back.connect(lambda: said.append("back"))
    return said


@pytest.fixture
def reader() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def meaning(kind: str) -> int | str:
    return int(kind) if kind.isdigit() else kind


def click(keypad: Keypad, kind: str) -> None:
    QTest.mouseClick(keypad.keys[kind], Qt.MouseButton.LeftButton)


def test_names(keypad: Keypad) -> None:
    assert [key.objectName() for key in keypad.keys.values()] == [f"keypad.{k}" for k in ORDER]
    for kind, key in keypad.keys.items():
        interface = QAccessible.queryAccessibleInterface(key)
        expected = {"clear": "Temizle", "back": "Son rakamı sil"}.get(kind, kind)
        assert interface.role() == QAccessible.Role.Button
        assert interface.text(QAccessible.Text.Name) == expected
        assert interface.text(QAccessible.Text.Value) == ""
        assert interface.text(QAccessible.Text.Description) == ""


@pytest.mark.parametrize("kind", ORDER)
def test_mouse(keypad: Keypad, heard: list[int | str], kind: str) -> None:
    click(keypad, kind)
    assert heard == [meaning(kind)]


@pytest.mark.parametrize("kind", ORDER)
def test_space_bar(keypad: Keypad, heard: list[int | str], kind: str) -> None:
    keypad.keys[kind].setFocus()
    QTest.keyClick(keypad.keys[kind], Key.Key_Space)
    assert heard == [meaning(kind)]


def test_two_thumbs_at_once_are_two_digits(keypad: Keypad, heard: list[int | str]) -> None:
    device = QTest.createTouchDevice()
    one, other = keypad.keys["1"], keypad.keys["6"]
    window = keypad.window()

    def at(key: QWidget) -> QPoint:
        return key.mapTo(window, key.rect().center())

    QTest.touchEvent(window, device).press(0, at(one), window).commit()
    assert one.isDown()
    QTest.touchEvent(window, device).stationary(0).press(1, at(other), window).commit()
    assert other.isDown()
    QTest.touchEvent(window, device).release(0, at(one), window).stationary(1).commit()
    QTest.touchEvent(window, device).release(1, at(other), window).commit()
    assert heard == [1, 6]
    assert not one.isDown()
    assert isinstance(device, QPointingDevice)


def test_a_finger_that_slides_off_presses_nothing(keypad: Keypad, heard: list[int | str]) -> None:
    device = QTest.createTouchDevice()
    window, key = keypad.window(), keypad.keys["1"]
    QTest.touchEvent(window, device).press(
        0, key.mapTo(window, key.rect().center()), window
    ).commit()
    QTest.touchEvent(window, device).release(
        0, keypad.keys["9"].mapTo(window, QPoint(9, 9)), window
    ).commit()
    assert heard == []


def test_a_key_held_down_says_one_digit(keypad: Keypad, heard: list[int | str]) -> None:
    assert not any(key.autoRepeat() for key in keypad.keys.values())
    QTest.mousePress(keypad.keys["1"], Qt.MouseButton.LeftButton)
    QTest.qWait(5)
    QTest.mouseRelease(keypad.keys["1"], Qt.MouseButton.LeftButton)
    assert heard == [1]


def test_it_looks_pressed_for_a_moment(keypad: Keypad) -> None:
    key = keypad.keys["5"]
    before = key.grab().toImage()
    QTest.mousePress(key, Qt.MouseButton.LeftButton)
    assert key.looks_pressed
    assert key.grab().toImage() != before
    QTest.mouseRelease(key, Qt.MouseButton.LeftButton)
    wait_until(lambda: not key.looks_pressed)


def test_the_shipped_moment(app: QApplication) -> None:
    assert Keypad().keys["1"]._shown.interval() == 80


TYPED = [(Key(Key.Key_0 + n), n) for n in range(10)] + [
    (Key.Key_Backspace, "back"),
    (Key.Key_Delete, "clear"),
]


@pytest.mark.parametrize(("key", "expected"), TYPED)
def test_typing_goes_on_while_a_key_has_the_focus_and_lights_none(
    keypad: Keypad, heard: list[int | str], key: Key, expected: int | str
) -> None:
    keypad.keys["5"].setFocus()
    before = keypad.grab().toImage()
    QTest.keyClick(keypad.keys["5"], key)
    assert heard == [expected]
    assert keypad.grab().toImage() == before


def test_enter_presses_no_key(keypad: Keypad, heard: list[int | str]) -> None:
    keypad.keys["5"].setFocus()
    for key in (Key.Key_Return, Key.Key_Enter, Key.Key_Escape):
        QTest.keyClick(keypad.keys["5"], key)
    assert heard == []


ARROWS = [
    ("5", Key.Key_Up, "2"),
    ("5", Key.Key_Down, "8"),
    ("5", Key.Key_Left, "4"),
    ("5", Key.Key_Right, "6"),
    ("3", Key.Key_Right, "3"),
    ("4", Key.Key_Left, "4"),
    ("2", Key.Key_Up, "2"),
    ("0", Key.Key_Down, "0"),
    ("8", Key.Key_Down, "0"),
    ("7", Key.Key_Down, "clear"),
    ("9", Key.Key_Down, "back"),
]


@pytest.mark.parametrize(("start", "arrow", "end"), ARROWS)
def test_arrows(keypad: Keypad, start: str, arrow: Key, end: str) -> None:
    keypad.keys[start].setFocus()
    QTest.keyClick(keypad.keys[start], arrow)
    assert keypad.keys[end].hasFocus()


@pytest.mark.parametrize("shuffled", [False, True])
def test_tab_goes_row_by_row(keypad: Keypad, shuffled: bool) -> None:
    keypad.set_shuffled(shuffled)
    reached = [key.pos() for key in within(keypad)]
    assert [(p.y(), p.x()) for p in reached] == sorted((p.y(), p.x()) for p in reached)
    assert len({(p.y(), p.x()) for p in reached}) == len(ORDER)


# ---------------------------------------------------------------------------- with PIN fields
def test_a_click_types_into_the_field_that_had_the_focus_last(shown: Shown) -> None:
    one, other, keypad = PinField("pin.new"), PinField("pin.repeat"), Keypad()
    keypad.serve(one, other)
    shown(one, other, keypad)
    click(keypad, "1")
    assert one.hasFocus()
    other.setFocus()
    click(keypad, "2")
    click(keypad, "3")
    assert other.hasFocus()
    assert bytes(one.content.view()) == b"1"
    assert bytes(other.content.view()) == b"23"
    click(keypad, "back")
    assert bytes(other.content.view()) == b"2"
    click(keypad, "clear")
    assert other.count == 0
    keypad.keys["5"].setFocus()
    QTest.keyClick(keypad.keys["5"], Key.Key_Space)
    assert keypad.keys["5"].hasFocus()
    assert bytes(other.content.view()) == b"5"
    other.setEnabled(False)
    click(keypad, "7")
    assert bytes(one.content.view()) == b"17"


def test_a_click_gives_the_focus_to_no_scroll_area(shown: Shown) -> None:
    field, keypad, area = PinField("pin.new"), Keypad(), QScrollArea()
    keypad.serve(field)
    area.setWidget(keypad)
    assert area.focusPolicy() & Qt.FocusPolicy.ClickFocus
    shown(field, area)
    area.setFocus()
    QTest.mouseClick(keypad.window(), Qt.MouseButton.LeftButton)
    QTest.mouseClick(keypad.keys["1"], Qt.MouseButton.LeftButton)
    assert field.hasFocus()
    assert field.count == 1


def test_the_field_keeps_its_focus_without_a_keypad_that_serves_it(shown: Shown) -> None:
    field, keypad = PinField("pin.new"), Keypad()
    shown(field, keypad)
    click(keypad, "1")
    assert field.hasFocus()


# ---------------------------------------------------------------------------- order and sizes
def positions(keypad: Keypad) -> dict[tuple[int, int], str]:
    return {(key.x(), key.y()): kind for kind, key in keypad.keys.items()}


def test_shuffling_moves_digits_and_nothing_else(keypad: Keypad, heard: list[int | str]) -> None:
    before = positions(keypad)
    keypad.set_shuffled(True)
    after = positions(keypad)
    assert keypad.shuffled
    assert set(before) == set(after)
    assert before != after
    for place, kind in before.items():
        if not kind.isdigit():
            assert after[place] == kind
    for kind in ORDER:
        click(keypad, kind)
    assert heard == [meaning(kind) for kind in ORDER]
    keypad.set_shuffled(False)
    assert positions(keypad) == before


def test_shuffling_anew_gives_every_place_to_every_digit(keypad: Keypad) -> None:
    seen: set[tuple[int, str]] = set()
    for _ in range(400):
        keypad.set_shuffled(True)
        seen.update(enumerate(keypad._order))
    # 400 times 1 in 10: one of 100 pairs is missing once in 10^16 runs.
    assert len(seen) == 10 * 10 + 2


@pytest.mark.usefixtures("reader")
def test_nothing_is_shuffled_for_a_screen_reader(keypad: Keypad) -> None:
    keypad.set_shuffled(True)
    assert not keypad.shuffled


SIZES = [(False, 1.0, 280, 280, 88, 64), (True, 1.0, 240, 258, 76, 60)]


@pytest.mark.parametrize(("compact", "scale", "width", "height", "key_w", "key_h"), SIZES)
def test_sizes(
    keypad: Keypad, compact: bool, scale: float, width: int, height: int, key_w: int, key_h: int
) -> None:
    keypad.set_compact(compact)
    assert keypad.sizeHint() == QSize(width, height)
    keypad.resize(keypad.sizeHint())
    assert {key.size() for key in keypad.keys.values()} == {QSize(key_w, key_h)}


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("word", ["Temizle", "Clear"])
def test_a_key_is_never_smaller_than_64_by_52_nor_than_its_face(
    keypad: Keypad, compact: bool, scale: float, word: str
) -> None:
    theme.set(scale=scale)
    try:
        keypad.set_compact(compact)
        keypad.set_texts("", word, "")
        for size in (keypad.minimumSizeHint(), keypad.sizeHint(), QSize(600, 900)):
            keypad.resize(size)
            for key in keypad.keys.values():
                assert key.width() >= 64
                assert key.height() >= 52
                assert key.height() >= theme.metrics("key").height()
                assert key.width() >= theme.metrics("strong").horizontalAdvance(word) + 8
                assert keypad.rect().contains(key.geometry())
    finally:
        theme.set(scale=1.0)


def test_a_disabled_keypad_says_nothing(keypad: Keypad, heard: list[int | str]) -> None:
    keypad.setEnabled(False)
    click(keypad, "1")
    assert heard == []
