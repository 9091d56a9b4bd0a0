"""The card as it lies on the table: what it is, its chip, whose it is."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.text import TextBlock

RADIUS, PADDING = 12, 20
WIDTH, HEIGHT = 262, 154
CHIP = QSize(43, 32)


class PlasticCard(QWidget):
    """Decoration: everything on it stands beside it in words, so nobody needs to read it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._type = TextBlock("strong"), TextBlock("small")
        self._holder, self._serial = TextBlock("strong"), TextBlock("small")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_card(self, kind: str, type_: str, holder: str, serial: str) -> None:
        """Show what stands on it."""
        for block, text in (
            (self._kind, kind),
            (self._type, type_),
            (self._holder, holder),
            (self._serial, serial),
        ):
            block.set_text(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        grown = theme.line_height("strong") - 22
        return QSize(WIDTH, HEIGHT + 3 * max(grown, 0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        edge: Role | None = "line" if theme.shown != "light" else None
        paint.box(painter, self.rect(), "rail", edge, radius=RADIUS)
        room = self.width() - 2 * PADDING
        type_width = self._type.natural_width()
        top = PADDING
        if self._kind.natural_width() + type_width + 16 <= room:
            x = self.width() - PADDING - type_width
            self._type.draw(painter, x, top + 1, type_width, "on-rail2")
        self._kind.draw(painter, PADDING, top, room, "on-rail")
        self._draw_chip(painter, QPointF(PADDING, top + theme.line_height("strong") + 14))
        bottom = self.height() - PADDING + 4
        serial, holder = self._serial.height(room), self._holder.height(room)
        self._serial.draw(painter, PADDING, bottom - serial, room, "on-rail2")
        self._holder.draw(painter, PADDING, bottom - serial - holder, room, "on-rail")

    def _draw_chip(self, painter: QPainter, corner: QPointF) -> None:
        width, height = CHIP.width(), CHIP.height()
        chip = QRectF(corner.x(), corner.y(), width, height)
        paint.box(painter, chip, "amber", radius=5)
        painter.setPen(QPen(theme.colour("on-amber"), 1.5))
        left, right, top = chip.left(), chip.right(), chip.top()
        for part in (1, 2):
            y = top + height * part / 3
            painter.drawLine(QPointF(left, y), QPointF(left + width / 3, y))
            painter.drawLine(QPointF(right - width / 3, y), QPointF(right, y))
            x = left + width * part / 3
            painter.drawLine(QPointF(x, top), QPointF(x, chip.bottom()))
