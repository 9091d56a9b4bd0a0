"""The PIN field: what it takes, what it refuses, and when it forgets."""

import gc
import random
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import delete

from kamusm_esign.domain.secret import Secret
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.pin_field import PinField, PinRefusal
from tests.ui.inputs.conftest import Shown, wait_until

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def digits(text: str) -> list[tuple[Key, Qt.KeyboardModifier]]:
    return [(Key(Key.Key_0 + int(digit)), NONE) for digit in text]


def press(field: QWidget, *keys: Key) -> None:
    for key in keys:
        QTest.keyClick(field, key)


def type_digits(field: QWidget, text: str) -> None:
    press(field, *(key for key, _ in digits(text)))


def held(field: PinField) -> bytes:
    """The whole buffer behind the field."""
    return bytes(field.content._buffer)


@pytest.fixture
def field(shown: Shown) -> PinField:
    made = PinField("pin.new")
    shown(made, QLineEdit())
    return made


@pytest.fixture
def refusals(field: PinField) -> list[PinRefusal]:
    heard: list[PinRefusal] = []
    field.refused.connect(heard.append)
    return heard


# Keys, and what is in the field afterwards.
TYPED: list[tuple[str, list[tuple[Key, Qt.KeyboardModifier]], bytes]] = [
    ("nothing", [], b""),
    ("digits", digits("0123456789"), b"0123456789"),
    ("as many as there is room for", digits("135790246813"), b"135790246813"),
    ("backspace", [*digits("135"), (Key.Key_Backspace, NONE)], b"13"),
    ("backspace on nothing", [(Key.Key_Backspace, NONE), *digits("7")], b"7"),
    ("delete clears", [*digits("135"), (Key.Key_Delete, NONE), *digits("8")], b"8"),
    ("ctrl backspace clears", [*digits("135"), (Key.Key_Backspace, CTRL)], b""),
    ("the number pad", [(Key.Key_5, Qt.KeyboardModifier.KeypadModifier)], b"5"),
    ("digits that need shift (French)", [(Key.Key_4, SHIFT)], b"4"),
    ("no caret but the end", [*digits("13"), (Key.Key_Left, NONE), *digits("5")], b"135"),
    ("nor the beginning", [*digits("13"), (Key.Key_Home, NONE), *digits("5")], b"135"),
    ("commands are no digits", [(Key.Key_5, CTRL), (Key.Key_6, ALT)], b""),
    ("no undo", [*digits("13"), (Key.Key_Backspace, NONE), (Key.Key_Z, CTRL)], b"1"),
    ("no cut", [*digits("13"), (Key.Key_A, CTRL), (Key.Key_X, CTRL)], b"13"),
    ("letters", [*digits("1"), (Key.Key_A, NONE), (Key.Key_Space, NONE)], b"1"),
    ("escape", [*digits("12"), (Key.Key_Escape, NONE)], b"12"),
]


@pytest.mark.parametrize(("keys", "expected"), [t[1:] for t in TYPED], ids=[t[0] for t in TYPED])
def test_keys(
    field: PinField, keys: list[tuple[Key, Qt.KeyboardModifier]], expected: bytes
) -> None:
    for key, modifier in keys:
        QTest.keyClick(field, key, modifier)
    assert bytes(field.content.view()) == expected
    assert field.count == len(expected)
    assert held(field) == expected.ljust(12, b"\0")


REFUSED = [
    ("a letter", [(Key.Key_A, NONE)], [PinRefusal.NOT_DIGIT]),
    ("a blank", [(Key.Key_Space, NONE)], [PinRefusal.NOT_DIGIT]),
    ("a digit of another script", [(0x661, NONE)], [PinRefusal.NOT_DIGIT]),
    ("a thirteenth digit", digits("1" * 13), [PinRefusal.FULL]),
    (
        "a whole verification code",
        digits("333451779241926"),
        [PinRefusal.FULL, PinRefusal.FULL, PinRefusal.CODE_TYPED],
    ),
    ("Ctrl+C", [(Key.Key_C, CTRL)], []),
    ("Escape", [(Key.Key_Escape, NONE)], []),
]


@pytest.mark.parametrize(
    ("keys", "expected"), [t[1:] for t in REFUSED], ids=[t[0] for t in REFUSED]
)
def test_refusals(
    field: PinField,
    refusals: list[PinRefusal],
    keys: list[tuple[int, Qt.KeyboardModifier]],
    expected: list[PinRefusal],
) -> None:
    for key, modifier in keys:
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifier)
        QCoreApplication.sendEvent(field, event)
    assert refusals == expected


class Watched(QMimeData):
    """Something to paste that notes whoever looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_at: list[str] = []

    def formats(self) -> list[str]:
        self.looked_at.append("formats")
        return ["text/plain"]

    def hasFormat(self, mimetype: str) -> bool:  # noqa: N802
        self.looked_at.append(mimetype)
        return True

    def retrieveData(self, mimetype: str, _kind: object) -> str:  # noqa: N802
        self.looked_at.append(mimetype)
        return "482913"


@pytest.fixture
def pasted(app: QApplication) -> Iterator[Watched]:
    made = Watched()
    QGuiApplication.clipboard().setMimeData(made)
    yield made
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize(("key", "modifier"), [(Key.Key_V, CTRL), (Key.Key_Insert, SHIFT)])
def test_a_paste_is_refused_unseen(
    field: PinField,
    refusals: list[PinRefusal],
    pasted: Watched,
    key: Key,
    modifier: Qt.KeyboardModifier,
) -> None:
    pasted.looked_at.clear()
    type_digits(field, "12")
    QTest.keyClick(field, key, modifier)
    assert refusals == [PinRefusal.PASTE_REFUSED]
    assert bytes(field.content.view()) == b"12"
    assert pasted.looked_at == []
    assert QGuiApplication.clipboard().text() == "482913"
    assert pasted.looked_at  # whoever looks is noted


def test_what_is_more_than_a_pin_is_not_handed_in(
    field: PinField, refusals: list[PinRefusal]
) -> None:
    submitted: list[bool] = []
    field.submitted.connect(lambda: submitted.append(True))
    type_digits(field, "1234567890123")
    press(field, Key.Key_Return)
    assert field.overfull
    assert submitted == []
    assert refusals == [PinRefusal.FULL, PinRefusal.FULL]
    press(field, Key.Key_Backspace, Key.Key_Enter)
    assert not field.overfull
    assert submitted == [True]
    assert field.count == 11


def test_tab_leaves_and_enter_and_escape_go_where_they_should(field: PinField) -> None:
    seen: list[int] = []

    class Listener(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                seen.append(event.key())
            return False

    listener = Listener()
    field.window().installEventFilter(listener)
    press(field, Key.Key_Escape, Key.Key_F1, Key.Key_5)
    assert seen == [Key.Key_Escape, Key.Key_F1]
    press(field, Key.Key_Tab)
    assert not field.hasFocus()


def test_a_shortcut_of_the_window_takes_no_digit(field: PinField, app: QApplication) -> None:
    from PySide6.QtGui import QKeySequence, QShortcut

    taken: list[bool] = []
    for keys in ("5", "Backspace", "Ctrl+V"):
        QShortcut(QKeySequence(keys), field.window()).activated.connect(lambda: taken.append(True))
    handle = field.window().windowHandle()
    for key, modifier in ((Key.Key_5, NONE), (Key.Key_6, NONE), (Key.Key_Backspace, NONE)):
        QTest.keyClick(handle, key, modifier)
    QTest.keyClick(handle, Key.Key_V, CTRL)
    assert taken == []
    assert field.count == 1


@pytest.mark.parametrize(("pause", "count"), [(1, 2), (300, 1)])
def test_a_key_that_is_held_down_enters_one_digit(field: PinField, pause: int, count: int) -> None:
    for at, repeated in ((1000, False), (1000 + pause, True)):
        event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_5, NONE, "5", repeated)
        event.setTimestamp(at)
        QCoreApplication.sendEvent(field, event)
    assert field.count == count


# ---------------------------------------------------------------------------- forgetting
def hide(field: PinField) -> None:
    field.hide()


def leave_the_page(field: PinField) -> None:
    field.window().hide()


FORGET: list[Callable[[PinField], object]] = [
    PinField.wipe,
    hide,
    leave_the_page,
    lambda field: field.take().wipe(),
    lambda field: press(field, Key.Key_Delete),
]


@pytest.mark.parametrize("forget", FORGET)
def test_nothing_stays_in_the_buffer(field: PinField, forget: Callable[[PinField], object]) -> None:
    type_digits(field, "4829135071")
    field.set_complete(True)
    assert held(field) == b"4829135071\0\0"
    forget(field)
    assert held(field) == bytes(12)
    assert field.count == 0
    assert field.state != "complete"


def test_a_window_that_is_only_minimised_forgets_nothing(field: PinField) -> None:
    type_digits(field, "482")
    field.window().showMinimized()
    QApplication.processEvents()
    assert field.count == 3


def test_the_field_wipes_when_qt_deletes_it(app: QApplication) -> None:
    window = QWidget()
    field = PinField("pin.new", parent=window)
    type_digits(field, "482913")
    content = field.content
    delete(window)
    assert bytes(content._buffer) == bytes(12)


def test_taking_hands_over_and_leaves_nothing(field: PinField) -> None:
    type_digits(field, "482913")
    counts: list[int] = []
    field.changed.connect(counts.append)
    taken = field.take()
    assert isinstance(taken, Secret)
    assert bytes(taken.view()) == b"482913"
    assert field.count == 0
    assert held(field) == bytes(12)
    assert counts == []
    type_digits(field, "7")
    assert bytes(taken.view()) == b"482913"


def test_nothing_for_too_long_and_it_is_wiped(shown: Shown) -> None:
    field = PinField("pin.new", idle_ms=1)
    shown(field)
    told: list[int] = []
    field.timed_out.connect(lambda: told.append(-1))
    field.changed.connect(told.append)
    field.push(4)
    wait_until(lambda: -1 in told)
    assert told == [1, 0, -1]
    assert held(field) == bytes(12)
    QTest.qWait(20)
    assert told == [1, 0, -1]


def test_the_shipped_time_is_a_minute_from_the_last_digit(field: PinField) -> None:
    assert field._idle.interval() == 60_000
    assert not field._idle.isActive()
    field.push(1)
    assert field._idle.isActive()
    field.pop()
    assert not field._idle.isActive()


def test_ten_thousand_keys_at_random(field: PinField) -> None:
    source = random.Random(4)
    keys = [*range(Key.Key_0, Key.Key_9 + 1)] * 2
    keys += [Key.Key_Backspace, Key.Key_A, Key.Key_Left, Key.Key_Home, Key.Key_Z, Key.Key_Insert]
    modifiers = [NONE] * 12 + [SHIFT, CTRL, ALT]
    expected = bytearray()
    for _ in range(10_000):
        key, modifier = source.choice(keys), source.choice(modifiers)
        if source.random() < 0.01:
            key = Key.Key_Delete
        QCoreApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, key, modifier))
        plain = modifier in (NONE, SHIFT)
        if Key.Key_0 <= key <= Key.Key_9 and plain and len(expected) < 12:
            expected.append(key)
        elif key == Key.Key_Delete or (key == Key.Key_Backspace and not plain):
            expected.clear()
        elif key == Key.Key_Backspace:
            del expected[-1:]
        assert held(field) == bytes(expected).ljust(12, b"\0")
        assert field.count == len(expected)


def test_a_smaller_field_takes_no_more(shown: Shown) -> None:
    field = PinField("session.otp", minimum=6, maximum=6)
    shown(field)
    type_digits(field, "12345678")
    assert field.count == 6
    assert field.overfull
    field.set_limits(4, 20)
    assert (field.minimum, field.maximum) == (4, 12)


# ---------------------------------------------------------------------------- what others see
def accessible(field: PinField) -> list[str]:
    interface = QAccessible.queryAccessibleInterface(field)
    return [
        interface.text(kind)
        for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value)
    ]


def test_a_screen_reader_gets_the_count_and_nothing_else(field: PinField) -> None:
    field.setAccessibleName("Yeni PIN Kodu")
    field.setAccessibleDescription("Rakamlar")
    field.set_count_text(lambda count: f"{'i' * count} girildi")
    type_digits(field, "9876")
    assert accessible(field) == ["Yeni PIN Kodu", "Rakamlar · iiii girildi", "iiii girildi"]
    interface = QAccessible.queryAccessibleInterface(field)
    assert interface.role() == QAccessible.Role.EditableText
    assert interface.state().passwordEdit
    assert interface.state().focusable
    assert interface.textInterface() is None


def test_a_screen_reader_keeps_no_field_alive(app: QApplication) -> None:
    window = QWidget()
    field = PinField("pin.new", parent=window)
    QAccessible.queryAccessibleInterface(field).state()
    gone = weakref.ref(field)
    content = field.content
    del field
    delete(window)
    gc.collect()
    assert gone() is None
    assert content is not None


def test_no_input_method_is_asked(field: PinField) -> None:
    assert not field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    hints = field.inputMethodHints()
    assert hints & Qt.InputMethodHint.ImhSensitiveData
    assert hints & Qt.InputMethodHint.ImhNoPredictiveText
    assert not field.acceptDrops()
    assert field.contextMenuPolicy() == Qt.ContextMenuPolicy.PreventContextMenu


class Bus(QObject):
    """Sees the keys that Qt's accessibility bridge would send to the bus."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if event.type() in kinds and event.spontaneous() and isinstance(event, QKeyEvent):
            self.keys.append(event.key())
        return False


@pytest.mark.parametrize("reader_runs", [False, True])
def test_no_digit_reaches_the_accessibility_bus(
    app: QApplication, shown: Shown, reader_runs: bool
) -> None:
    bus = Bus()
    app.installEventFilter(bus)
    QAccessible.setActive(reader_runs)
    try:
        field, other = PinField("pin.new"), PinField("pin.repeat")
        window = shown(field, other)
        handle = window.windowHandle()
        for key in (Key.Key_1, Key.Key_2, Key.Key_Backspace, Key.Key_3, Key.Key_Tab, Key.Key_4):
            QTest.keyClick(handle, key)
        assert bytes(field.content.view()) == b"13"
        assert bytes(other.content.view()) == b"4"
        assert (bus.keys == []) is reader_runs
        window.hide()
        elsewhere = shown(QLineEdit())
        bus.keys.clear()
        QTest.keyClick(elsewhere.windowHandle(), Key.Key_1)
        assert bus.keys
    finally:
        QAccessible.setActive(False)
        app.removeEventFilter(bus)


STATES = [
    ("normal", dict(focus=False)),
    ("focused", {}),
    ("complete", dict(complete=True)),
    ("error", dict(error=True, complete=True)),
    ("disabled", dict(enabled=False)),
]


@pytest.mark.parametrize(("state", "how"), STATES)
@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_states_look_different(
    field: PinField, state: str, how: dict[str, bool], scheme: str
) -> None:
    plain = "disabled" if state == "focused" else "focused"
    theme.set(scheme)
    try:
        field.setEnabled(plain != "disabled")
        before = field.grab().toImage()
        field.setEnabled(how.get("enabled", True))
        if field.isEnabled():
            field.setFocus()
        if not how.get("focus", True):
            field.clearFocus()
        field.set_complete(how.get("complete", False))
        field.set_error(how.get("error", False))
        assert field.state == state
        assert field.grab().toImage() != before
        assert (field.focus_outline() is not None) == (state == "error")
    finally:
        theme.set("light")


def test_what_is_typed_cannot_be_seen(field: PinField) -> None:
    type_digits(field, "111111")
    one = field.grab().toImage()
    field.wipe()
    type_digits(field, "975310")
    assert field.grab().toImage() == one


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [200, 279, 500])
def test_every_dot_is_inside(field: PinField, scale: float, width: int) -> None:
    theme.set(scale=scale)
    try:
        field.setFixedSize(width, field.sizeHint().height())
        type_digits(field, "135790246813")
        field.clearFocus()
        image = field.grab().toImage()
        navy, right = theme.colour("navy").name(), 0
        for x in range(image.width()):
            if image.pixelColor(x, image.height() // 2).name() == navy:
                right = x
        assert 0 < right < width - 16 - theme.px(20)
    finally:
        theme.set(scale=1.0)
