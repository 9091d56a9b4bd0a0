"""How much is done, as a bar and in words."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.text import Label

HEIGHT = 10


class Bar(QProgressBar):
    """A `QProgressBar` to assistive technology; nothing in it moves by itself."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        whole = QRectF(self.rect())
        paint.box(painter, whole, "surface2", "control", radius=whole.height() / 2)
        share = self.value() / max(self.maximum(), 1)
        if share > 0:
            done = QRectF(whole)
            done.setWidth(max(whole.width() * share, whole.height()))
            paint.box(painter, done, "teal", radius=whole.height() / 2)


class ProgressBar(QWidget):
    """The bar, and the same in words under it."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self._text = Bar(name), Label("base", "text2", name=f"{name}.text")
        layout = column(self, spacing=8)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self.bar)
        layout.addWidget(self._text)

    def set_progress(self, done: int, total: int, text: str) -> None:
        """Show how much of it is done."""
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        self.bar.setAccessibleName(text)
        self._text.set_text(text)
