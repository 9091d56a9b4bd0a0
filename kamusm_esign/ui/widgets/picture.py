"""Icons and drawings that stand for themselves; assistive technology passes them by."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.icons import draw_icon, drawing
from kamusm_esign.ui.style.theme import theme


class Icon(QWidget):
    """An icon of `resources/icons` that grows with the text beside it."""

    def __init__(
        self,
        name: str,
        size: int,
        role: Role = "text2",
        *,
        line: Kind | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`line`: stand in the middle of the first line of a text of that kind."""
        super().__init__(parent)
        self._name, self._size = name, size
        self._line: Kind | None = line
        self._role: Role = role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, role: Role) -> None:
        """Show another icon, or the same one in another colour."""
        self._name, self._role = name, role
        self.update()

    def set_size(self, size: int) -> None:
        """Change its size at the ordinary text size."""
        if size != self._size:
            self._size = size
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        side = theme.px(self._size)
        line = theme.line_height(self._line) if self._line else 0
        return QSize(side, max(side, line))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        side = theme.px(self._size)
        x, y = (self.width() - side) / 2, (self.height() - side) / 2
        draw_icon(QPainter(self), x, y, side, self._name, self._role)


class Drawing(QWidget):
    """A drawing of `resources/drawings`."""

    def __init__(self, name: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._width = name, width
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_drawing(self, name: str) -> None:
        """Show another drawing."""
        self._name = name
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        pixmap = drawing(self._name, self._width, self.devicePixelRatioF())
        return pixmap.deviceIndependentSize().toSize()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        pixmap = drawing(self._name, self._width, self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, pixmap)
