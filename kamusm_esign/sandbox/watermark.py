"""The watermark of practice mode: over everything, in the way of nothing.

A mark lies over its window and lets the mouse through. It is drawn only where no text, field or
button is, so it costs no text any contrast, whatever the colours; there it is as strong as can be
seen at a glance. What is written in which colour: see `mark_colour`.
"""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QRegion,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.veil import Veil
from kamusm_esign.ui.widgets.containers import Bar, Centred, Line, Surface
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from kamusm_esign.ui.widgets.text import Label

NAME = "practice.watermark"
ANGLE = -24.0
GAP, LINE = 28, 26
"""Between two words of a row, and between two rows, in pixels at the ordinary text size."""
COVERED = 0.3
"""Share of a word that something may lie on; where it is more, the word is left out."""
ROOM = 3
"""Pixels around texts and controls that stay free."""
STRENGTH = {"light": 0.3, "dark": 0.22, "contrast": 0.3}
"""Share of the mark's colour, the rest being what is below; on dark ground less is as much."""

POINTS = 9
"""Of a row of points by which a word is judged."""

Word = tuple[QRect, QRect]
"""A word's place before it is turned, and what it covers of the window."""

_GROUNDS = (Surface, Bar, Centred, Line, Veil, ScrollArea)
"""Painted, and nothing that is read or pressed."""


def mark_colour() -> QColor:
    """Of the mark: a warning's in light and dark, the text's own in high contrast."""
    colour = QColor(theme.colour("text" if theme.contrast else "amber-line"))
    colour.setAlphaF(STRENGTH[theme.shown])
    return colour


class Watermark(QWidget):
    """Lies over one window, as large as it."""

    def __init__(self, host: QWidget, text: str) -> None:
        """Lay it over `host`, which is a window."""
        super().__init__(host)
        self._host = host
        self._text = text
        self._busy: QRegion | None = None
        self._kept: tuple[tuple[int, ...], QRegion, list[Word]] | None = None
        self.setObjectName(NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._settle = QTimer(self, interval=0, singleShot=True)
        self._settle.timeout.connect(self._come_up)
        host.installEventFilter(self)
        theme.changed.connect(self._theme_changed)
        self.setGeometry(host.rect())
        self.show()

    def _theme_changed(self) -> None:
        self.update()

    def set_text(self, text: str) -> None:
        """Say it in another language."""
        if text != self._text:
            self._text = text
            self.update()

    @property
    def words_seen(self) -> int:
        """How many words were drawn last, or parts of them."""
        return 0 if self._kept is None else len(self._kept[2])

    # ------------------------------------------------------------------ its place
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
        elif event.type() in (QEvent.Type.ChildAdded, QEvent.Type.LayoutRequest):
            self._settle.start()
        return False

    def _come_up(self) -> None:
        """Above what has come since; and drawn anew, because what is free has changed."""
        self.raise_()
        self.update()

    # ------------------------------------------------------------------ what is free
    def free(self) -> QRegion:
        """Where nothing is read or pressed."""
        if self._busy is None:
            self._busy = self._find_busy()
            QTimer.singleShot(0, self._forget)  # within one event nothing moves
        return QRegion(self.rect()).subtracted(self._busy)

    def _forget(self) -> None:
        self._busy = None

    def _find_busy(self) -> QRegion:
        busy, host = QRegion(), self._host
        for widget in host.findChildren(QWidget):
            if not widget.isVisible() or widget.window() is not host or not _is_busy(widget):
                continue
            place = _inked(widget).translated(widget.mapTo(host, QPoint(0, 0)))
            seen = widget.visibleRegion().boundingRect()
            seen.translate(widget.mapTo(host, QPoint(0, 0)))
            busy += place.intersected(seen).adjusted(-ROOM, -ROOM, ROOM, ROOM)
        return busy

    # ------------------------------------------------------------------ looks
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        free = self.free()
        painter = QPainter(self)
        painter.setClipRegion(event.region().intersected(free))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(theme.font("section"))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(mark_colour())
        metrics = painter.fontMetrics()
        turned = QTransform().translate(self.width() / 2, self.height() / 2).rotate(ANGLE)
        wide, high = metrics.horizontalAdvance(self._text), metrics.height()
        words = self._words(free, turned, wide, high)
        painter.setTransform(turned, True)
        for place, seen in words:
            if event.region().intersects(seen):
                painter.drawText(QRectF(place), Qt.AlignmentFlag.AlignCenter, self._text)

    def _words(self, free: QRegion, turned: QTransform, wide: int, high: int) -> list[Word]:
        """The words that are drawn; reckoned anew only where something else is free."""
        key = (self.width(), self.height(), wide, high)
        if self._kept is None or self._kept[0] != key or self._kept[1] != free:
            window = QRect(0, 0, self.width(), self.height())
            words = []
            for place in self._places(wide, high):
                seen = turned.mapRect(place)
                if seen.intersects(window) and _mostly_free(place, turned, free, window):
                    words.append((place, seen))
            self._kept = (key, free, words)
        return self._kept[2]

    def _places(self, wide: int, high: int) -> Iterator[QRect]:
        """Where the words stand, row by row, before they are turned."""
        across, down = wide + round(GAP * theme.scale), high + round(LINE * theme.scale)
        reach = round((self.width() ** 2 + self.height() ** 2) ** 0.5 / 2) + wide
        for row, y in enumerate(range(-reach, reach, down)):
            for x in range(-reach - (row % 2) * across // 2, reach, across):
                yield QRect(x, y, wide + 2, high)


def _mostly_free(place: QRect, turned: QTransform, free: QRegion, window: QRect) -> bool:
    """Whether enough of a word would be seen, by a few of its points: slices say nothing."""
    inside = covered = 0
    for row in (1, 3, 5):
        y = place.y() + place.height() * row // 6
        for column in range(POINTS):
            point = turned.map(QPoint(place.x() + place.width() * column // (POINTS - 1), y))
            if window.contains(point):
                inside += 1
                covered += not free.contains(point)
    return covered <= COVERED * inside


def _is_busy(widget: QWidget) -> bool:
    """Whether something is read or pressed on the widget itself."""
    if widget.objectName() in (NAME, "focus.ring") or isinstance(widget, _GROUNDS):
        return False
    paints = type(widget).paintEvent is not QWidget.paintEvent
    return paints and type(widget) is not QWidget


def _inked(widget: QWidget) -> QRect:
    """The part of a widget that is drawn on: of a line of text, no more than the text."""
    rect = widget.rect()
    if isinstance(widget, Label) and not widget.centred:
        rect.setWidth(min(rect.width(), widget.sizeHint().width()))
    return rect
