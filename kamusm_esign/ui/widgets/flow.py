"""A row that goes on in the next line when it is full: chips, buttons, letters."""

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Flow(QWidget):
    """Left to right, then the next line; the widgets of a line are centred on it."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        gap: int = 8,
        line_gap: int = 8,
        spread: bool = False,
    ) -> None:
        """`spread`: a line takes the whole width, spare room goes between its widgets."""
        super().__init__(parent)
        self._gap, self._line_gap, self._spread = gap, line_gap, spread
        self._widgets: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end."""
        widget.setParent(self)
        self._widgets.append(widget)
        widget.show()
        self.updateGeometry()
        self._place()

    def clear(self) -> None:
        """Take everything out."""
        for widget in self._widgets:
            widget.hide()
            widget.deleteLater()
        self._widgets.clear()
        self.updateGeometry()

    def remove_last(self) -> None:
        """Take the last widget out."""
        widget = self._widgets.pop()
        widget.hide()
        widget.deleteLater()
        self.updateGeometry()

    # ------------------------------------------------------------------ room
    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        heights = [max(size.height() for _, size in line) for line in self._lines(width)]
        return sum(heights) + self._line_gap * max(len(heights) - 1, 0)

    def sizeHint(self) -> QSize:  # noqa: N802
        sizes = [widget.sizeHint() for widget in self._shown()]
        width = sum(s.width() for s in sizes) + self._gap * max(len(sizes) - 1, 0)
        return QSize(width, max((s.height() for s in sizes), default=0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        least = [_least(widget) for widget in self._shown()]
        width = max((size.width() for size in least), default=0)
        return QSize(width, max((size.height() for size in least), default=0))

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _lines(self, width: int) -> list[list[tuple[QWidget, QSize]]]:
        lines: list[list[tuple[QWidget, QSize]]] = []
        x = 0
        for widget in self._shown():
            size = _size(widget, width)
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((widget, size))
            x += size.width() + self._gap
        return lines

    # ------------------------------------------------------------------ placing
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._place()

    def _place(self) -> None:
        y = 0
        for line in self._lines(self.width()):
            height = max(size.height() for _, size in line)
            gap, x = self._gap_of(line), 0.0
            for widget, size in line:
                top = y + (height - size.height()) // 2
                widget.setGeometry(QRect(round(x), top, size.width(), size.height()))
                x += size.width() + gap
            y += height + self._line_gap

    def _gap_of(self, line: list[tuple[QWidget, QSize]]) -> float:
        if not self._spread or len(line) < 2:
            return self._gap
        return (self.width() - sum(size.width() for _, size in line)) / (len(line) - 1)


def _least(widget: QWidget) -> QSize:
    return widget.minimumSizeHint().expandedTo(widget.minimumSize())


def _size(widget: QWidget, width: int) -> QSize:
    wanted = widget.sizeHint().expandedTo(widget.minimumSize())
    if wanted.width() <= width or not widget.hasHeightForWidth():
        return wanted
    narrow = max(width, _least(widget).width())
    return QSize(narrow, widget.heightForWidth(narrow))
