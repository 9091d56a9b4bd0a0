"""A place to drop a file, with a button for those who do not drag."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label


class DropArea(QWidget):
    """One file, dropped or chosen."""

    dropped = Signal(str)
    """Path of a file."""
    pressed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._over = self._busy = False
        self._lead, self._file = (
            Label("base", "text2"),
            Label("strong", "text", name=f"{name}.name"),
        )
        self.button = Button(name, "document")
        self.button.clicked.connect(self._press)
        words = column(spacing=4)
        words.addStretch(1)
        words.addWidget(self._file)
        words.addWidget(self._lead)
        words.addStretch(1)
        self._icon = Icon("document", 32, "teal")
        self._layout = row(self, spacing=16)
        self._layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._layout.addLayout(words, 1)
        self._layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_dense(False)

    def set_texts(self, lead: str, button: str, file_name: str) -> None:
        """Say what belongs here, or which file is here."""
        self._file.set_text(file_name)
        self._file.setVisible(bool(file_name))
        self._lead.set_text(lead)
        self.button.set_text(button)
        self.button.setAccessibleDescription(f"{lead} {file_name}".strip())

    def set_busy(self, busy: bool) -> None:
        """Take no file for a while; the button keeps the keyboard, for whoever waits there."""
        self._busy = busy

    def set_dense(self, dense: bool) -> None:
        """Take less room (narrow windows)."""
        self._icon.setVisible(not dense)
        self._layout.setContentsMargins(*((16, 8, 16, 8) if dense else (20, 16, 20, 16)))

    # ------------------------------------------------------------------ dragging
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if not self._busy and _path(event) is not None:
            event.acceptProposedAction()
            self._set_over(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self._set_over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self._set_over(over=False)
        path = _path(event)
        if path is not None and not self._busy:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _press(self) -> None:
        if not self._busy:
            self.pressed.emit()

    def _set_over(self, *, over: bool) -> None:
        self._over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        paint.box(painter, self.rect(), "teal-tint" if self._over else "surface")
        pen = QPen(theme.colour("teal" if self._over else "control"), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(inner, paint.RADIUS, paint.RADIUS)


def _path(event: QDropEvent) -> str | None:
    """The one file that is dragged; None: something else."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else None
