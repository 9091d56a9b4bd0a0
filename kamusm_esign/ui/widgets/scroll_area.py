"""A page that scrolls, and keeps what is being used in view."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QScrollBar, QWidget

from kamusm_esign.ui.style import paint

MARGIN = 48
"""Room kept around the field in use."""

WIDTH, SHORTEST = 10, 32


class SlimBar(QScrollBar):
    """A scroll bar without arrows: a thumb on a quiet ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._grip: float | None = None

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDTH, 2 * SHORTEST)

    def _thumb(self) -> QRectF:
        """Where the thumb is."""
        span = self.maximum() - self.minimum()
        whole = span + self.pageStep()
        length = max(self.height() * self.pageStep() / max(whole, 1), SHORTEST)
        way = self.height() - length
        top = way * (self.value() - self.minimum()) / span if span else 0
        return QRectF(2, top + 2, self.width() - 4, length - 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        paint.fill(painter, self.rect(), "surface2")
        paint.box(painter, self._thumb(), "control", radius=3)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        y, thumb = event.position().y(), self._thumb()
        if thumb.top() <= y <= thumb.bottom():
            self._grip = y - thumb.top()
        else:
            step = self.pageStep() if y > thumb.bottom() else -self.pageStep()
            self.setValue(self.value() + step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._grip is None:
            return
        thumb = self._thumb()
        way = self.height() - thumb.height() - 4
        top = event.position().y() - self._grip - 2
        self.setValue(round(self.minimum() + (self.maximum() - self.minimum()) * top / max(way, 1)))

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
