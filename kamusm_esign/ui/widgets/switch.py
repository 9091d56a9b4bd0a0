"""On or off, at once: a switch with its text."""

from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import TARGET
from kamusm_esign.ui.widgets.text import TextBlock

WIDTH, HEIGHT, KNOB, GAP = 36, 20, 12, 12


class Switch(QCheckBox):
    """A `QCheckBox` to assistive technology; `toggled` is Qt's."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._block = TextBlock("small")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_text(self, text: str) -> None:
        """Show a text; it is the accessible name too."""
        if self._block.set_text(text):
            self.setText(text.replace("&", "&&"))
            self.updateGeometry()
            self.update()

    def _left(self) -> int:
        return theme.px(WIDTH) + GAP

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return max(TARGET, self._block.height(max(width - self._left(), 1)))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._left() + self._block.natural_width() + GAP, TARGET)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._left() + self._block.least_width(), TARGET)

    def text_fits(self) -> bool:
        """Whether the whole text is inside."""
        room = self.width() - self._left()
        return room >= self._block.least_width() and self.height() >= self._block.height(room)

    def hitButton(self, pos: QPoint) -> bool:  # noqa: N802
        return self.rect().contains(pos)

    def focus_outline(self) -> tuple[QRect, float, Role]:
        track = self._track()
        return track, track.height() / 2, "focus"

    def _track(self) -> QRect:
        width, height = theme.px(WIDTH), theme.px(HEIGHT)
        return QRect(0, (self.height() - height) // 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        track, knob = self._track(), theme.px(KNOB)
        fill: Role = "teal" if self.isChecked() else "surface"
        edge: Role = "teal" if self.isChecked() or self.underMouse() else "control"
        sign: Role = "surface" if self.isChecked() else "control"
        if not self.isEnabled():
            fill, edge, sign = "dis", "line", "dis-text"
        paint.box(painter, track, fill, edge, width=1.5, radius=track.height() / 2)
        away = track.height() / 2
        x = track.width() - away if self.isChecked() else away
        paint.disc(painter, QPointF(x, track.center().y() + 0.5), knob, sign)
        room = self.width() - self._left()
        height = self._block.height(room)
        role: Role = "text" if self.isEnabled() else "dis-text"
        self._block.draw(painter, self._left(), (self.height() - height) // 2, room, role)
