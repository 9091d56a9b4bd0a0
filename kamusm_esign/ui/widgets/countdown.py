"""The time that a code has left: a ring and m:ss."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import TARGET, LinkButton
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.text import Label, TextBlock

SIZE, COMPACT_SIZE, STROKE = 44, 36, 4
WARN, URGENT = 60, 15
"""Seconds below which the colour says so."""

SPOKEN = (120, 60, 30, 10)
"""Seconds at which the time is spoken."""


class Ring(QWidget):
    """What is left of the whole, clockwise from the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part, self.size_ = 1.0, SIZE
        self.role: Role = "teal"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        side = theme.px(self.size_)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        half = STROKE / 2
        face = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.setPen(QPen(theme.colour("dis" if theme.contrast else "line"), STROKE))
        painter.drawEllipse(face)
        pen = QPen(theme.colour(self.role), STROKE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(face, 90 * 16, -round(max(self.part, 0.002) * 360 * 16))


class Again(LinkButton):
    """Time is up: says so, and is the link to a new code, in the room of label and time."""

    before, after = 0, 0

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._expired = TextBlock("small")

    def set_expired(self, text: str) -> None:
        """Say that time is up."""
        self._expired.set_text(text)
        self.setAccessibleDescription(text)
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        words = self._expired.height(width) + self._block.height(width)
        return max(words, TARGET)

    def sizeHint(self) -> QSize:  # noqa: N802
        width = max(self._expired.natural_width(), self._block.natural_width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        width = max(self._expired.least_width(), self._block.least_width())
        return QSize(width, TARGET)

    def text_fits(self) -> bool:
        """Whether both lines are inside."""
        least = max(self._expired.least_width(), self._block.least_width())
        return self.width() >= least and self.height() >= self.heightForWidth(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        width = self.width()
        above, below = self._expired.height(width), self._block.height(width)
        y = (self.height() - above - below) // 2
        self._expired.draw(painter, 0, y, width, "text2")
        self._block.draw(painter, 0, y + above, width, "red")
        step = theme.line_height(self.kind)
        for line in range(self._block.line_count(width)):
            base = y + above + (line + 1) * step - round(step * 0.12)
            paint.rule(painter, 0, base, self._block.line_width(line, width), "red")


class Countdown(QWidget):
    """Told the seconds by its page; says when it passes a mark, and when time is up.

    It has no clock of its own: `set_seconds` is called once a second.
    """

    announced = Signal(int)
    """Seconds left, at each of `SPOKEN` and at 0: the page speaks them."""
    new_code_pressed = Signal()

    def __init__(self, name: str = "countdown", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._seconds, self._total = -1, 1
        self._name = self._expired = ""
        self._ring = Ring()
        self._label = Label("small", "text2")
        self._time = Label("time", "navy")
        self._again = Again(f"{name}.again")
        self._again.clicked.connect(self.new_code_pressed)
        self._again.hide()
        texts = column()
        texts.addStretch(1)
        texts.addWidget(self._label)
        texts.addWidget(self._time)
        texts.addWidget(self._again)
        texts.addStretch(1)
        layout = row(self, spacing=12)
        layout.addWidget(self._ring)
        layout.addLayout(texts)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def set_texts(self, name: str, expired: str, again: str) -> None:
        """Say "Kalan Süre", "Kodun süresi doldu" and "Yeni kod gir"."""
        self._name, self._expired = name, expired
        self._again.set_text(again)
        self._again.set_expired(expired)
        self._show()

    def set_total(self, seconds: int) -> None:
        """Set how long the whole ring lasts."""
        self._total = max(seconds, 1)

    def set_seconds(self, seconds: int) -> None:
        """Set what is left; below zero counts as zero."""
        before, self._seconds = self._seconds, max(seconds, 0)
        self._show()
        for mark in (*SPOKEN, 0):
            if self._seconds <= mark < before:
                self.announced.emit(self._seconds)
                return

    def set_compact(self, compact: bool) -> None:
        """Use the smaller ring."""
        self._ring.size_ = COMPACT_SIZE if compact else SIZE
        self._ring.updateGeometry()

    def _show(self) -> None:
        left = max(self._seconds, 0)
        over = self._seconds == 0
        role: Role = "red" if left <= URGENT else "amber-text" if left <= WARN else "teal"
        text = f"{left // 60}:{left % 60:02d}"
        self._ring.part, self._ring.role = min(left / self._total, 1.0), role
        self._ring.update()
        self._label.set_text(self._name)
        self._label.setVisible(not over)
        self._time.set_text(text)
        self._time.set_role("navy" if role == "teal" else role)
        self._time.setVisible(not over)
        self._again.setVisible(over)
        self.setAccessibleName(self._expired if over else f"{self._name} {text}")
