"""How one of several things stands, and that one of them is under way."""

from PySide6.QtCore import QRectF, QSize, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme

STATES: dict[str, tuple[str, Role]] = {
    "ok": ("check-circle", "green"),
    "warn": ("alert", "amber-text"),
    "bad": ("x-circle", "red"),
    "running": ("hourglass", "teal"),
    "skipped": ("circle", "control"),
}
"""State → (icon, its colour)."""

ICON, STROKE = 24, 3
STEP_MS, STEP = 500, 45
"""A quiet turn: degrees, and milliseconds between two steps."""


class RunningMark(QWidget):
    """An icon for a state; `running` is a ring that turns in steps, or stands still."""

    def __init__(self, size: int = ICON, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._state, self._angle = size, "running", 0
        self._turn = QTimer(self, interval=STEP_MS)
        self._turn.timeout.connect(self._step)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, state: str) -> None:
        """Show `ok`, `warn`, `bad`, `running` or `skipped`."""
        self._state = state
        self._follow()
        self.update()

    @property
    def turns(self) -> bool:
        """Whether it moves now."""
        return self._turn.isActive()

    def _follow(self) -> None:
        moving = self._state == "running" and self.isVisible() and bool(theme.milliseconds(STEP_MS))
        if moving and not self._turn.isActive():
            self._turn.start()
        elif not moving:
            self._turn.stop()

    def _step(self) -> None:
        self._angle = (self._angle + STEP) % 360
        self.update()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        self._turn.stop()

    def sizeHint(self) -> QSize:  # noqa: N802
        side = theme.px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        if not self.turns:
            icon, role = STATES[self._state]
            draw_icon(painter, 0, 0, theme.px(self._size), icon, role)
            return
        paint.begin(painter)
        half = STROKE / 2 + 1
        face = QRectF(self.rect()).adjusted(half, half, -half, -half)
        if not theme.contrast:  # there, ring and arc would have one colour
            painter.setPen(QPen(theme.colour("line"), STROKE))
            painter.drawEllipse(face)
        painter.setPen(QPen(theme.colour("teal"), STROKE))
        painter.drawArc(face, (90 - self._angle) * 16, -90 * 16)
