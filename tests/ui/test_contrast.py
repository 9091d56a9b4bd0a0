"""Every text that is drawn, measured against the very pixels that it is drawn on (WCAG 2.2, 1.4.3).

`style/test_colours.py` computes the pairs that the design names; this finds the pairs there are.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from kamusm_esign.ui.style.colours import contrast
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.containers import Card, column
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.window import MainWindow
from tests.ui.pages.stage import TR, settle
from tests.ui.pictures import SCREENS, lights

LEAST, DISABLED = 4.5, 4.4


class Drawn(NamedTuple):
    """One piece of text as it was drawn."""

    text: str
    colour: str
    enabled: bool
    place: QRect
    """In the window."""


@pytest.fixture
def drawn(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Drawn]]:
    """Whatever is written by any painter."""
    found: list[Drawn] = []
    draw = QPainter.drawText

    def noting(painter: QPainter, where: Any, *rest: Any) -> None:
        widget, text = painter.device(), rest[-1]
        if isinstance(widget, QWidget) and text.strip():
            metrics = QFontMetricsF(painter.font())
            box = QRectF(0, 0, metrics.horizontalAdvance(text), metrics.ascent())
            if isinstance(where, QPointF):
                box.moveBottomLeft(where)
            else:
                box.moveCenter(QPointF(where.center()))
            place = QRect(
                widget.mapTo(widget.window(), box.topLeft().toPoint()), box.toRect().size()
            )
            colour = painter.pen().color().name()
            if _seen_of(widget).contains(place):
                found.append(Drawn(text, colour, widget.isEnabled(), place))
        draw(painter, where, *rest)

    monkeypatch.setattr(QPainter, "drawText", noting)
    monkeypatch.setattr(type(theme), "milliseconds", lambda _theme, _wanted: 0)
    yield found
    theme.set("light", 1.0)


def _seen_of(widget: QWidget) -> QRect:
    """The part of the window in which a widget can be seen: what is scrolled away is not."""
    seen = widget.window().rect()
    one: QWidget | None = widget
    while one is not None and not one.isWindow():
        seen &= QRect(one.mapTo(widget.window(), QPoint()), one.size())
        one = one.parentWidget()
    return seen


def ground_of(image: QImage, place: QRect) -> str:
    """The colour that most of a text's place has: letters leave more than they take."""
    across = range(place.left(), place.right() + 1, 2)
    down = range(place.top(), place.bottom() + 1, 3)
    seen = Counter(image.pixel(x, y) for x in across for y in down)
    return QColor(seen.most_common(1)[0][0]).name()


def unreadable(window: QWidget, drawn: list[Drawn]) -> list[str]:
    """What is drawn with too little contrast."""
    settle()
    drawn.clear()
    image: QImage = window.grab().toImage()
    found = []
    for text, colour, enabled, place in drawn:
        if not image.rect().contains(place):
            continue
        ground = ground_of(image, place)
        ratio = contrast(colour, ground)
        if ratio < (LEAST if enabled else DISABLED):
            found.append(f"{text!r}: {colour} on {ground} is {ratio:.2f}")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_everything_on_every_screen_can_be_read(
    drawn: list[Drawn], scheme: str, make_window: Callable[[], MainWindow]
) -> None:
    theme.set(scheme)
    window = make_window()
    seen = {}
    for name, make in SCREENS.items():
        model = make(TR)
        if model is None:
            window.show_home()
        else:
            window.show(model)
        window.set_status(lights(window.texts))
        seen[name] = unreadable(window, drawn)
        assert len(drawn) > 10, name
    assert {name: found for name, found in seen.items() if found} == {}


@pytest.fixture
def make_window() -> Iterator[Callable[[], MainWindow]]:
    made: list[MainWindow] = []

    def make() -> MainWindow:
        made.append(MainWindow(Texts("tr"), lambda: 1000.0))
        made[-1].resize(1366, 768)
        made[-1].show()
        return made[-1]

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    settle()


def test_what_cannot_be_read_is_found(drawn: list[Drawn]) -> None:
    card = Card()
    layout = column(card, margin=20)
    for role in ("text", "line"):
        label = Label("base", role)
        label.set_text(role)
        layout.addWidget(label)
    card.show()
    assert unreadable(card, drawn) == ["'line': #d5dce4 on #ffffff is 1.38"]
    card.close()
