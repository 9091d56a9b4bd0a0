"""Every component at once: nothing clipped, everything named, nothing said by Qt."""

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.action_bar import ActionBar
from kamusm_esign.ui.widgets.containers import Card
from kamusm_esign.ui.widgets.status_strip import StatusStrip
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.top_bar import TopBar
from tests.ui import gallery

Sheet = Callable[..., QWidget]


@pytest.fixture
def sheet() -> Iterator[Sheet]:
    made: list[QWidget] = []

    def make(language: str = "tr", scale: float = 1.0, width: int = gallery.WIDE) -> QWidget:
        theme.set(scale=scale)
        made.append(gallery.sheet(language, width))
        gallery.lay_out(made[-1], width)
        return made[-1]

    yield make
    for widget in made:
        shiboken6.delete(widget)


def shown(sheet: QWidget) -> list[QWidget]:
    return [w for w in sheet.findChildren(QWidget) if w.isVisible()]


@pytest.mark.parametrize("width", [640, 900, 1366])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("language", ["tr", "en"])
def test_no_word_is_clipped(sheet: Sheet, language: str, scale: float, width: int) -> None:
    made = sheet(language, scale, width)
    measured = [w for w in shown(made) if hasattr(w, "text_fits")]
    assert len(measured) > 150
    assert [describe(w) for w in measured if not w.text_fits()] == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_reaches_out_of_its_parent(sheet: Sheet, scale: float) -> None:
    out = []
    for widget in shown(sheet("tr", scale)):
        parent = widget.parentWidget()
        if parent is not None and not parent.rect().contains(widget.geometry()):
            out.append(f"{describe(widget)} {widget.geometry()} in {parent.rect()}")
    assert out == []


def describe(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.objectName()} {text!r} {widget.size().toTuple()}"


@pytest.mark.parametrize("language", ["tr", "en"])
def test_everything_fits_into_the_smallest_window(sheet: Sheet, language: str) -> None:
    """640 pixels with letters of twice the size; pages keep 16 at each side."""
    bars = (TopBar, ActionBar, StatusStrip)
    too_wide = [
        describe(widget)
        for widget in shown(sheet(language, 2.0, 640))
        if type(widget).__module__.startswith("kamusm_esign.ui.widgets")
        and not isinstance(widget, Card)
        and widget.minimumSizeHint().width() > (640 if isinstance(widget, bars) else 608)
    ]
    assert too_wide == []


def test_a_label_knows_when_it_is_clipped(app: QApplication) -> None:
    label = Label()
    label.set_text("Kartınızı takmadan da başlayabilirsiniz")
    label.resize(label.sizeHint())
    assert label.text_fits()
    label.resize(label.width() // 2, label.height())
    assert not label.text_fits()
    label.resize(label.width(), label.heightForWidth(label.width()))
    assert label.text_fits()


@pytest.mark.parametrize("language", ["tr", "en"])
def test_whatever_takes_the_focus_has_a_name(sheet: Sheet, language: str) -> None:
    focusable = [w for w in shown(sheet(language)) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(focusable) > 40
    nameless = []
    for widget in focusable:
        found = QAccessible.queryAccessibleInterface(widget)
        if not isinstance(widget, QLineEdit) and not found.text(QAccessible.Text.Name):
            nameless.append(describe(widget))
    assert nameless == []


def test_every_text_is_plain(sheet: Sheet) -> None:
    made = sheet()
    labels = made.findChildren(Label)
    assert len(labels) > 80
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_what_is_pressed_is_large_enough(sheet: Sheet) -> None:
    small = [
        describe(button)
        for button in shown(sheet())
        if isinstance(button, QAbstractButton) and min(button.size().toTuple()) < 44
    ]
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_every_scheme_is_painted(sheet: Sheet, scheme: str) -> None:
    theme.set(scheme)
    image = sheet().grab(QRect(0, 0, 1366, 900)).toImage()
    corner = image.pixelColor(2, 2).name()
    assert corner == theme.colour("page").name()
    seen = {image.pixelColor(x, y).name() for x in range(40, 1300, 3) for y in range(60, 500, 3)}
    assert theme.colour("amber").name() in seen
    assert theme.colour("control").name() in seen
