"""A page that scrolls, and keeps what is being used in view."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QScrollBar, QWidget

from kamusm_esign.ui.style import paint

MARGIN = 48
"""Room kept around the field in use."""

WIDTH, SHORTEST = 10, 32


class SlimBar(QScrollBar):
    """A scroll bar without arrows: a thumb on a quiet ground."""

    def __init__(
        self,
        parent: QWidget | None = None,
        way: Qt.Orientation = Qt.Orientation.Vertical,
    ) -> None:
        super().__init__(way, parent)
        self._upright = way is Qt.Orientation.Vertical
        self._grip: float | None = None

    def sizeHint(self) -> QSize:  # noqa: N802
        size = QSize(WIDTH, 2 * SHORTEST)
        return size if self._upright else size.transposed()

    def _along(self, point: QPointF) -> float:
        return point.y() if self._upright else point.x()

    def _span(self) -> tuple[float, float]:
        """Where the thumb begins, and how long it is."""
        span = self.maximum() - self.minimum()
        whole, room = span + self.pageStep(), self.height() if self._upright else self.width()
        length = max(room * self.pageStep() / max(whole, 1), SHORTEST)
        begins = (room - length) * (self.value() - self.minimum()) / span if span else 0
        return begins + 2, length - 4

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        paint.fill(painter, self.rect(), "surface2")
        begins, length = self._span()
        thumb = QRectF(2, begins, self.width() - 4, length)
        if not self._upright:
            thumb = QRectF(begins, 2, length, self.height() - 4)
        paint.box(painter, thumb, "control", radius=3)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = self._along(event.position())
        begins, length = self._span()
        if begins <= at <= begins + length:
            self._grip = at - begins
        else:
            step = self.pageStep() if at > begins else -self.pageStep()
            self.setValue(self.value() + step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._grip is None:
            return
        room = self.height() if self._upright else self.width()
        way = room - self._span()[1] - 4
        begins = self._along(event.position()) - self._grip - 2
        span = self.maximum() - self.minimum()
        self.setValue(round(self.minimum() + span * begins / max(way, 1)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._grip = None


class ScrollArea(QScrollArea):
    """Scrolls up and down only. Whatever gets the focus comes into view, with room around it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(SlimBar(self))
        # One of our own: asked for its own one, PySide first loads every kind of widget there is.
        view = QWidget()
        self.setViewport(view)
        view.setAutoFillBackground(False)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def setWidget(self, widget: QWidget) -> None:  # noqa: N802
        super().setWidget(widget)
        widget.setAutoFillBackground(False)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.isAncestorOf(new):
            self.keep_in_view(new)

    def keep_in_view(self, widget: QWidget) -> None:
        """Scroll until a widget inside is wholly in view, if it fits, with `MARGIN` around it."""
        inside = self.widget()
        if inside is None or not inside.isAncestorOf(widget):
            return
        top = widget.mapTo(inside, QPoint(0, 0)).y()
        bottom, room = top + widget.height(), self.viewport().height()
        margin = max(min(MARGIN, (room - widget.height()) // 2), 0)
        bar, now = self.verticalScrollBar(), self.verticalScrollBar().value()
        if top - margin < now or widget.height() > room:
            bar.setValue(top - margin)
        elif bottom + margin > now + room:
            bar.setValue(bottom + margin - room)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._focus_moved(None, self.focusWidget())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        inside = self.widget()
        width = inside.minimumSizeHint().width() if inside is not None else 0
        return QSize(width + WIDTH, 2 * SHORTEST)
