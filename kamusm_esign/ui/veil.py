"""The change of pages: a veil over the new page that vanishes."""

from PySide6.QtCore import Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style.theme import theme


class Veil(QWidget):
    """Lies over a new page in the colour of the ground and vanishes.

    Not `QGraphicsOpacityEffect`, which blurs text, and no picture of the old page, which would
    outlive what was wiped on it.
    """

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(area.rect())
        self._colour = QColor(theme.colour("page"))
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.valueChanged.connect(self._set_strength)
        self._animation.finished.connect(self._lifted)

    def lift(self, duration: int) -> None:
        """Vanish within `duration` milliseconds."""
        self._animation.setDuration(duration)
        self._animation.start()
        self.show()
        self.raise_()

    def _lifted(self) -> None:
        self.deleteLater()

    def _set_strength(self, strength: float) -> None:
        self._colour.setAlphaF(strength)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(self.rect(), self._colour)
