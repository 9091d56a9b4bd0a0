"""How many tries a PIN has left."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

DOT, GAP = 14, 6
LOOKS: tuple[tuple[Role, Role], ...] = (
    ("red", "red"),
    ("red", "red"),
    ("amber-text", "amber-text"),
)
"""Left → (dots, text) below three."""


class Dots(QWidget):
    """One dot for each try; those that are used are hollow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.total = 0, 3
        self.role: Role = "green"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        side = theme.px(DOT)
        return QSize(self.total * (side + GAP) - GAP, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        side = theme.px(DOT)
        for place in range(self.total):
            centre = QPointF(place * (side + GAP) + side / 2, self.height() / 2)
            full = place < self.left
            paint.disc(
                painter, centre, side, *((self.role, self.role) if full else (None, "control"))
            )


class AttemptsLeft(QWidget):
    """Dots and a sentence; a question mark where the card does not say."""

    def __init__(self, name: str = "pin.attempts", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dots, self._unknown = Dots(), Icon("question", 20, "text2")
        self._text = Label("strong", "text", name=name)
        layout = row(self, spacing=12)
        layout.addWidget(self._dots)
        layout.addWidget(self._unknown)
        layout.addWidget(self._text, 1)

    def set_attempts(self, left: int | None, text: str, total: int = 3) -> None:
        """Show what is left (None: the card did not say) and the sentence on it; empty: no card."""
        self._dots.setVisible(left is not None)
        self._unknown.setVisible(left is None and bool(text))
        self._text.set_text(text)
        if left is None:
            self._text.set_role("text2")
            return
        self._dots.left, self._dots.total = left, max(total, left)
        low = left < len(LOOKS)
        self._dots.role, text_role = LOOKS[left] if low else ("green", "text")
        self._text.set_role(text_role)
        self._dots.updateGeometry()
        self._dots.update()
