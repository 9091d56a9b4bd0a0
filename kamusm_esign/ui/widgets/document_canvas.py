"""The part of the document view that scrolls: sheets under each other, only those to be seen.

What the sheets are is a `Paper`'s business. Heights may be estimates until a sheet comes near; what
is being read stays where it is while estimates become measures.
"""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.document_paper import Paper, Place
from kamusm_esign.ui.widgets.document_sheets import Sheet
from kamusm_esign.ui.widgets.scroll_area import WIDTH, SlimBar

SIDE = 24
"""Room beside the paper."""
LINE = 48
"""Pixels that an arrow key scrolls at the ordinary text size."""


class Corner(QWidget):
    """Where the two bars meet."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        paint.fill(QPainter(self), self.rect(), "surface2")


class Canvas(QAbstractScrollArea):
    """Scrolls by wheel, bar and keys; Ctrl and the wheel zoom."""

    moved = Signal()
    """Another part is seen, or in another size."""
    zoom_wanted = Signal(int)
    """Steps up or down."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBar(SlimBar(self))
        self.setHorizontalScrollBar(SlimBar(self, Qt.Orientation.Horizontal))
        self.setCornerWidget(Corner())
        self._paper: Paper | None = None
        self._sheets: dict[int, Sheet] = {}
        self._wanted_zoom: float | None = None
        self._busy = False

    # ------------------------------------------------------------------ what is shown
    def set_paper(self, paper: Paper | None, place: Place) -> None:
        """Show a document at a place; None: nothing."""
        self._drop_sheets()
        self._paper, self._wanted_zoom = paper, place.zoom
        self._arrange(place)

    def place(self) -> Place:
        """Where is being read."""
        paper = self._paper
        if paper is None or not len(paper.stack):
            return Place(zoom=self._wanted_zoom)
        y = self.verticalScrollBar().value()
        index = paper.stack.at(y)
        share = (y - paper.stack.top(index)) / max(paper.stack.height(index), 1)
        across = self.horizontalScrollBar()
        middle = (across.value() + across.pageStep() / 2) / max(self._wide(), 1)
        return Place(index, share, middle, self._wanted_zoom)

    def set_zoom(self, zoom: float | None) -> None:
        """Show it larger or smaller; what is being read stays in view."""
        self._wanted_zoom = zoom
        self._arrange(self.place())

    @property
    def wanted_zoom(self) -> float | None:
        """As it was set."""
        return self._wanted_zoom

    def current(self) -> int:
        """The sheet that is being read: the one a third down the view."""
        if self._paper is None:
            return 0
        y = self.verticalScrollBar().value() + self.viewport().height() / 3
        return self._paper.stack.at(y)

    def at_end(self) -> bool:
        """Whether the last of it is in view."""
        bar = self.verticalScrollBar()
        return self._paper is not None and bar.value() >= bar.maximum()

    def reveal(self, sheet: int, top: float, bottom: float) -> None:
        """Bring a part of a sheet (in its own pixels) into view, unless it is there already."""
        if self._paper is None:
            return
        bar, room = self.verticalScrollBar(), self.viewport().height()
        self._measure(self._paper.stack.top(sheet))
        start = self._paper.stack.top(sheet)
        if start + top < bar.value() or start + bottom > bar.value() + room:
            bar.setValue(round(start + top - room / 3))

    def again(self) -> None:
        """Lay out anew where something else has changed the paper's sizes or looks."""
        self._arrange(self.place())

    def refresh(self, sheet: int) -> None:
        """Paint a sheet anew."""
        if sheet in self._sheets:
            self._sheets[sheet].update()

    def sheets(self) -> dict[int, Sheet]:
        """The sheets that there are at present."""
        return dict(self._sheets)

    # ------------------------------------------------------------------ layout
    def _wide(self) -> int:
        return self._paper.width + 2 * SIDE if self._paper else 0

    def _arrange(self, place: Place) -> None:
        """Lay out for the present width, and go to a place."""
        paper, view = self._paper, self.viewport()
        if self._busy:
            return
        if paper is not None:
            self._drop_sheets()
            room = max(view.width() - 2 * SIDE, 64)
            paper.arrange(self._wanted_zoom, room, self.devicePixelRatioF())
        self._busy = True
        across = self.horizontalScrollBar()
        across.setPageStep(view.width())
        across.setRange(0, max(self._wide() - view.width(), 0))
        across.setValue(round(place.across * self._wide() - view.width() / 2))
        y = 0
        if paper is not None and len(paper.stack) and (place.sheet or place.share > 0):
            index = min(place.sheet, len(paper.stack) - 1)
            self._measure(paper.stack.top(index))
            y = round(paper.stack.top(index) + place.share * paper.stack.height(index))
        self._busy = False
        self._go_to(y)

    def _measure(self, y: float) -> None:
        """Find the true heights of what is around a height."""
        if self._paper is not None:
            room = self.viewport().height()
            near = self._paper.stack.between(y - room // 2, y + room + room // 2)
            self._paper.stack.measured(self._paper.measure(near))

    def _go_to(self, y: int) -> None:
        """Scroll to a height; while estimates become measures what stands there stays there."""
        if self._busy:
            return
        self._busy = True
        paper, bar, room = self._paper, self.verticalScrollBar(), self.viewport().height()
        if paper is not None and len(paper.stack):
            index = paper.stack.at(y)
            into = y - paper.stack.top(index)
            self._measure(y)
            y = paper.stack.top(index) + into
        bar.setPageStep(room)
        bar.setSingleStep(round(LINE * theme.scale))
        bar.setRange(0, max((paper.stack.total if paper else 0) - room, 0))
        bar.setValue(y)
        self._busy = False
        self._show_sheets()
        self.moved.emit()

    def _show_sheets(self) -> None:
        paper = self._paper
        if paper is None:
            return
        top, room = self.verticalScrollBar().value(), self.viewport().height()
        seen = paper.stack.between(top, top + room - 1)
        near = paper.stack.between(top - room // 2, top + room + room // 2)
        for index in self._sheets.keys() - set(near):
            self._drop(index)
        for index in near:
            if index not in self._sheets:
                self._sheets[index] = paper.sheet(index, self.viewport())
            self._put(index, top)
        spans = []
        for index in seen:
            start = top - paper.stack.top(index)
            spans.append((self._sheets[index], max(start, 0), start + room))
        paper.in_view(spans, [self._sheets[i] for i in near if i not in seen])

    def _put(self, index: int, top: int) -> None:
        paper, sheet = self._paper, self._sheets[index]
        if paper is None:
            return
        width, height = paper.width_of(index), paper.stack.height(index)
        wide = max(self._wide(), self.viewport().width())
        left = (wide - width) // 2 - self.horizontalScrollBar().value()
        sheet.setGeometry(QRect(left, paper.stack.top(index) - top, width, height))
        sheet.show()

    def _drop(self, index: int) -> None:
        sheet = self._sheets.pop(index)
        sheet.hide()
        sheet.deleteLater()

    def _drop_sheets(self) -> None:
        for index in list(self._sheets):
            self._drop(index)

    # ------------------------------------------------------------------ what happens
    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802
        if not self._busy:
            self._go_to(self.verticalScrollBar().value())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._arrange(self.place())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.again()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            if turned:
                self.zoom_wanted.emit(1 if turned > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        bar, across, key = self.verticalScrollBar(), self.horizontalScrollBar(), Qt.Key
        page = max(bar.pageStep() - round(LINE * theme.scale), 1)
        line = bar.singleStep()
        ways = {
            key.Key_PageDown: (bar, page),
            key.Key_PageUp: (bar, -page),
            key.Key_Down: (bar, line),
            key.Key_Up: (bar, -line),
            key.Key_Home: (bar, -bar.maximum()),
            key.Key_End: (bar, bar.maximum()),
            key.Key_Left: (across, -line),
            key.Key_Right: (across, line),
        }
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        way[0].setValue(way[0].value() + way[1])
        event.accept()

    # ------------------------------------------------------------------ looks
    def focus_outline(self) -> tuple[QRect, float, Role]:
        """The ring lies inside: the canvas fills its frame."""
        return self.rect().adjusted(5, 5, -5, -5), 4, "focus"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        paint.fill(QPainter(self.viewport()), self.viewport().rect(), "surface2")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(240, 160 + WIDTH)
