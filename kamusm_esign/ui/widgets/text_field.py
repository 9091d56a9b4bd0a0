"""One line of ordinary text: the typed confirmation, the code of an SMS. Never a PIN."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme

LEAST, PADDING = 48, 14


class TextField(QLineEdit):
    """A `QLineEdit` in the frame of the other fields."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._error = False
        self.setFrame(False)
        self.setTextMargins(PADDING, 0, PADDING, 0)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)

    def set_name(self, name: str) -> None:
        """Name the field for assistive technology; the visible label is the page's."""
        self.setAccessibleName(name)

    def set_error(self, error: bool) -> None:
        """Show that what stands here was refused; the sentence is the page's."""
        self._error = error
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(super().sizeHint().width(), theme.control_height(LEAST))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(super().minimumSizeHint().width(), theme.control_height(LEAST))

    def focus_outline(self) -> tuple[QRect, float, Role] | None:
        """The frame shows the focus; with an error, where the frame is red, the ring does."""
        return (self.rect(), paint.RADIUS, "focus") if self._error else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        ground: Role = "surface" if self.isEnabled() else "dis"
        edge: Role = "control" if self.isEnabled() else "line"
        if self._error:
            edge = "red"
        elif self.hasFocus():
            edge = "focus"
        strong = self._error or self.hasFocus()
        paint.box(painter, self.rect(), ground, edge, width=2 if strong else 1)
        painter.end()
        super().paintEvent(event)
