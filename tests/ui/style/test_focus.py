"""The focus ring: there for the keyboard, around what has the focus, gone with it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kamusm_esign.ui.style.focus import Ring
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from tests.ui.equipment import focus_ring

Window = tuple[QWidget, list[Button]]


@pytest.fixture
def window(app: QApplication) -> Iterator[Window]:
    focus_ring(app)
    made = QWidget()
    layout = QVBoxLayout(made)
    buttons = [Button(f"b{number}") for number in range(3)]
    for button in buttons:
        button.set_text("Geri")
        layout.addWidget(button)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made, buttons
    made.close()
    made.deleteLater()


def ring_in(window: QWidget) -> QRect | None:
    """Where the ring is, in the window's coordinates; None: there is none to be seen."""
    for ring in window.findChildren(Ring):
        if ring.isVisible():
            return QRect(ring.mapTo(window, QPoint(0, 0)), ring.size())
    return None


def around(widget: Button, window: QWidget) -> QRect:
    face = widget.focus_outline()[0]
    return QRect(widget.mapTo(window, face.topLeft()), face.size()).adjusted(-4, -4, 4, 4)


def test_it_goes_with_the_tab_key(window: Window) -> None:
    shown, buttons = window
    for button in (buttons[1], buttons[2], buttons[0]):
        QTest.keyClick(shown.focusWidget() or shown, Qt.Key.Key_Tab)
        assert button.hasFocus()
        assert ring_in(shown) == around(button, shown)


def test_it_stays_away_from_the_mouse_and_comes_back(window: Window) -> None:
    shown, buttons = window
    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert ring_in(shown) is None
    QTest.keyClick(buttons[1], Qt.Key.Key_Tab)
    assert ring_in(shown) == around(buttons[2], shown)


def test_it_moves_with_its_widget(window: Window) -> None:
    shown, buttons = window
    QTest.keyClick(shown, Qt.Key.Key_Tab)
    focused = next(button for button in buttons if button.hasFocus())
    shown.resize(500, 400)
    QApplication.processEvents()
    assert ring_in(shown) == around(focused, shown)
    focused.hide()
    QApplication.processEvents()
    assert ring_in(shown) != around(focused, shown)


def test_it_survives_the_end_of_its_widget(window: Window) -> None:
    shown, buttons = window
    QTest.keyClick(shown, Qt.Key.Key_Tab)
    focused = next(button for button in buttons if button.hasFocus())
    focused.deleteLater()
    QTest.qWait(1)
    QTest.keyClick(shown, Qt.Key.Key_Tab)
    left = next(button for button in buttons if button is not focused and button.hasFocus())
    assert ring_in(shown) == around(left, shown)


def test_the_focused_field_comes_into_view(app: QApplication) -> None:
    focus_ring(app)
    area, inside = ScrollArea(), QWidget()
    layout = QVBoxLayout(inside)
    buttons = [Button() for _ in range(30)]
    for button in buttons:
        button.set_text("Geri")
        layout.addWidget(button)
    area.setWidget(inside)
    area.resize(300, 360)
    area.show()
    area.activateWindow()
    assert QTest.qWaitForWindowActive(area)
    for place in (20, 29, 3, 0):
        buttons[place].setFocus()
        top = buttons[place].mapTo(area.viewport(), QPoint(0, 0)).y()
        above, below = top, area.viewport().height() - top - buttons[place].height()
        at_an_end = area.verticalScrollBar().value() in (0, area.verticalScrollBar().maximum())
        assert min(above, below) >= (0 if at_an_end else 48)
        ring = ring_in(inside)
        assert ring is not None
        assert ring.contains(buttons[place].geometry())
    area.close()
    area.deleteLater()
