"""A box to tick, with its text: "okudum"."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import TARGET
from kamusm_esign.ui.widgets.text import TextBlock

BOX, CHECK, GAP, RADIUS = 22, 16, 12, 4


class TickBox(QCheckBox):
    """A `QCheckBox` to assistive technology; `clicked` is Qt's. The space bar ticks it."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._block = TextBlock("base")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_text(self, text: str) -> None:
        """Show a text; it is the accessible name too."""
        if self._block.set_text(text):
            self.setText(text.replace("&", "&&"))
            self.updateGeometry()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes on as everywhere; only the space bar ticks."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ room
    def _left(self) -> int:
        return theme.px(BOX) + GAP

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return max(TARGET, self._block.height(max(width - self._left(), 1)))

    def sizeHint(self) -> QSize:  # noqa: N802
        width = self._left() + self._block.natural_width() + 1
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._left() + self._block.least_width(), TARGET)

    def text_fits(self) -> bool:
        """Whether the whole text is inside."""
        room = self.width() - self._left()
        return room >= self._block.least_width() and self.height() >= self._block.height(room)

    def hitButton(self, pos: QPoint) -> bool:  # noqa: N802
        return self.rect().contains(pos)

    # ------------------------------------------------------------------ looks
    def _box(self) -> QRect:
        side = theme.px(BOX)
        return QRect(0, (self.height() - side) // 2, side, side)

    def focus_outline(self) -> tuple[QRect, float, Role]:
        return self._box(), RADIUS, "focus"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        box, on = self._box(), self.isChecked()
        fill: Role = "teal" if on else "surface"
        edge: Role = "teal" if on or self.underMouse() else "control"
        if not self.isEnabled():
            fill, edge = "dis", "line"
        paint.box(painter, box, fill, edge, width=1.5, radius=RADIUS)
        if on:
            size = theme.px(CHECK)
            corner = box.x() + (box.width() - size) / 2, box.y() + (box.height() - size) / 2
            draw_icon(
                painter, *corner, size, "check", "surface" if self.isEnabled() else "dis-text"
            )
        room = self.width() - self._left()
        role: Role = "text" if self.isEnabled() else "dis-text"
        height = self._block.height(room)
        self._block.draw(painter, self._left(), (self.height() - height) // 2, room, role)
