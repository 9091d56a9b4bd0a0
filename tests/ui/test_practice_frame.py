"""What practice lays around the window: on every screen, in the way of nothing."""

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from kamusm_esign.sandbox.practice_frame import Practice, PracticeFrame
from kamusm_esign.sandbox.situations import BY_NAME, PRACTICE_PIN
from kamusm_esign.sandbox.watermark import NAME, Watermark, mark_colour
from kamusm_esign.ui.style.colours import contrast
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.window import MainWindow
from tests.ui.pages.stage import TR, settle
from tests.ui.pictures import SCREENS, lights
from tests.ui.test_contrast import Drawn, drawn

__all__ = ["drawn"]

pytestmark = pytest.mark.usefixtures("app")

SOME = list(SCREENS)[::7]


def screen_of(name: str) -> int:
    """Its number, as the program counts them."""
    model = SCREENS[name](TR)
    return 1 if model is None else int(model.frame.screen)


EACH = {screen_of(name): name for name in SCREENS}
"""Screen number → one that shows it."""
SIZES = [((1366, 768), 1.0), ((683, 384), 1.0), ((1366, 768), 2.0), ((683, 384), 2.0)]
CODE, OTP = "123456789012345", "271828"
LEAST_SEEN = 1.15
"""Contrast of the mark to what is below: seen at a glance, and nothing that is read against it."""


class StillHand:
    """A portal that has told its code and its SMS."""

    def __init__(self, code: Callable[[str], None], sms: Callable[[str], None]) -> None:
        self._tell = code, sms
        self.codes = 0
        self.closed = False

    def new_code(self) -> None:
        self.codes += 1

    def look(self) -> None:
        self._tell[1](OTP)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def window() -> Iterator[MainWindow]:
    window = MainWindow(Texts("tr"), lambda: 1000.0)
    window.resize(1366, 768)
    yield window
    window.close()
    window.deleteLater()
    settle()
    theme.set("light", 1.0)


def framed(window: MainWindow, name: str = "blocked", pin: str = PRACTICE_PIN) -> PracticeFrame:
    hands: list[StillHand] = []

    def open_hand(code: Callable[[str], None], sms: Callable[[str], None]) -> StillHand:
        hands.append(StillHand(code, sms))
        code(CODE)
        return hands[0]

    frame = PracticeFrame(window, Practice(BY_NAME[name], pin, open_hand))  # type: ignore[arg-type]
    window.show()
    settle()
    return frame


def mark_of(window: QWidget) -> Watermark:
    (found,) = window.findChildren(Watermark, NAME)
    return found


def show(window: MainWindow, name: str) -> None:
    model = SCREENS[name](TR)
    if model is None:
        window.show_home()
    else:
        window.show(model)
    window.set_status(lights(window.texts))
    settle()


def until(true: Callable[[], bool]) -> None:
    """Wait for the frame's next look around."""
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        QTest.qWait(20)
    assert true()


def different(one: QImage, other: QImage, place: QRect) -> bool:
    return one.copy(place) != other.copy(place)


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_no_text_of_any_screen_is_touched_by_the_mark(
    drawn: list[Drawn], scheme: str, window: MainWindow
) -> None:
    theme.set(scheme)
    framed(window)
    touched, bare = {}, []
    assert sorted(EACH) == list(range(1, 16))
    for name in (*EACH.values(), *SOME) if scheme == "light" else SOME:
        show(window, name)
        mark = mark_of(window)
        mark.show()
        drawn.clear()
        marked = window.grab().toImage()
        texts = [d for d in drawn if d.text != "EĞİTİM MODU"]
        assert len(texts) > 10, name
        assert mark.words_seen, name
        mark.hide()
        plain = window.grab().toImage()
        if marked == plain:
            bare.append(name)
        found = [d.text for d in texts if different(marked, plain, d.place)]
        if found:
            touched[name] = found
    assert touched == {}
    assert bare == []


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_every_screen_says_so_in_every_size(
    window: MainWindow, size: tuple[int, int], scale: float
) -> None:
    theme.set("light", scale)
    framed(window)
    window.resize(*size)
    for name in SOME:
        show(window, name)
        mark = mark_of(window)
        assert mark.isVisible(), name
        assert mark.rect() == window.rect(), name
        line = window.findChild(QLabel, "page.practice")
        assert line is not None, name
        assert line.isVisible(), name
        narrow = size[0] < 560 * scale
        assert line.text() == ("EĞİTİM MODU" if narrow else "EĞİTİM MODU · Kilitli PIN")
        assert line.text_fits(), (name, line.size())  # type: ignore[attr-defined]


def test_the_mouse_goes_through(window: MainWindow) -> None:
    framed(window)
    pressed = []
    button = QPushButton(window)
    button.setGeometry(300, 300, 200, 60)
    button.clicked.connect(lambda: pressed.append(1))
    button.show()
    settle()
    mark = mark_of(window)
    assert window.childAt(QPoint(400, 330)) is button
    assert mark.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert mark.focusPolicy() == Qt.FocusPolicy.NoFocus
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(400, 330))
    assert pressed == [1]


def test_what_comes_later_lies_below_it(window: MainWindow) -> None:
    framed(window)
    late = QWidget(window)
    late.show()
    settle()
    children = window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert children[-1].objectName() == NAME


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_it_is_seen_on_every_ground(window: MainWindow, scheme: str) -> None:
    theme.set(scheme)
    mark, strength = mark_colour(), mark_colour().alphaF()
    for ground in ("page", "surface", "surface2", "rail", "amber-tint", "red-tint"):
        below = theme.colour(ground)
        mixed = QColor(
            *(
                round(a * strength + b * (1 - strength))
                for a, b in zip(mark.getRgb()[:3], below.getRgb()[:3], strict=True)  # type: ignore[index]
            )
        )
        assert contrast(mixed.name(), below.name()) >= LEAST_SEEN, ground


def test_the_line_has_code_sms_and_pin_where_there_is_room(window: MainWindow) -> None:
    framed(window)
    facts = window.findChild(QLabel, "practice.facts")
    assert facts is not None
    until(lambda: OTP in facts.text())
    assert facts.text() == f"Kod: 123 456 789 012 345 · SMS: {OTP} · PIN: {PRACTICE_PIN}"
    assert facts.isVisible()
    window.resize(683, 384)
    settle()
    assert not facts.isVisible()


def test_the_task_is_a_button_away_and_speaks_the_windows_language(window: MainWindow) -> None:
    framed(window, "new-card", pin="")
    button = window.findChild(QPushButton, "practice.taskButton")
    assert button is not None
    assert "ilk PIN" in button.accessibleDescription()
    button.click()
    settle()
    dialog = window.findChild(QDialog, "practice.task")
    assert dialog is not None
    said = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert any("123 456 789 012 345" in text for text in said)
    assert any("KRT-124" in text for text in said)
    assert not any("PIN'i:" in text for text in said)
    window.set_texts(Texts("en"))
    line = window.findChild(QLabel, "page.practice")
    assert line is not None
    until(lambda: line.text() == "PRACTICE · New card")
    said = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert "New card" in said
    copy = dialog.findChild(QPushButton, "practice.copy")
    assert copy is not None
    copy.click()
    assert QApplication.clipboard().text() == CODE
    QApplication.clipboard().clear()
    other = dialog.findChild(QPushButton, "practice.other")
    assert other is not None
    other.click()
    settle()
    assert not window.isVisible()


def test_dialogs_carry_the_mark_too(window: MainWindow, app: QApplication) -> None:
    framed(window)
    dialog = QDialog(window)
    button = QPushButton("x", dialog)
    dialog.show()
    app.focusChanged.emit(None, button)
    settle()
    assert mark_of(dialog).isVisible()
    dialog.close()
