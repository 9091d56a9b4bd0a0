"""What has to be noticed: a banner on the page, a sentence under a field."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import LinkButton
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

BANNERS: dict[str, tuple[Role, Role, Role, str]] = {
    "info": ("teal-tint", "teal", "teal", "info"),
    "ok": ("green-tint", "green", "green", "check-circle"),
    "warn": ("amber-tint", "amber", "amber-text", "alert"),
    "bad": ("red-tint", "red", "red", "x-circle"),
}
"""Kind → (ground, edge, icon's colour, icon)."""

MESSAGES: dict[str, tuple[Role, str]] = {
    "muted": ("text2", "info"),
    "ok": ("green", "check-circle"),
    "warn": ("amber-text", "alert"),
    "bad": ("red", "x-circle"),
}
"""Kind → (colour, icon)."""

LEFT_EDGE = 4


class Banner(QWidget):
    """Kinds: `info`, `ok`, `warn`, `bad`."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = "info"
        self._icon = Icon("info", 24, "teal", line="base")
        self._text = Label("base", "text", name=name)
        layout = row(self, spacing=16)
        layout.setContentsMargins(20, 17, 21, 17)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        self._row, self._words = layout, column()

    def add(self, below: LinkButton) -> None:
        """Show a link below the text; its words begin where those of the text do."""
        self._row.removeWidget(self._text)
        self._words.addWidget(self._text)
        self._row.addLayout(self._words, 1)
        line = row()
        line.addSpacing(-below.before)
        line.addWidget(below)
        line.addStretch(1)
        self._words.addLayout(line)

    def set_banner(self, kind: str, title: str, text: str = "", code: str = "") -> None:
        """Show a title that stands out, a text and the failure's code."""
        self._kind = kind
        _, _, role, icon = BANNERS[kind]
        self._icon.set_icon(icon, role)
        rest = " ".join(part for part in (text, code) if part)
        self._text.set_spans(((title, True), (f" {rest}" if rest else "", False)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        ground, edge, _, _ = BANNERS[self._kind]
        edge = "text" if theme.contrast else edge
        paint.box(painter, self.rect(), ground, edge)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), paint.RADIUS, paint.RADIUS)
        painter.setClipPath(shape)
        bar = QRectF(QPointF(0, 0), QPointF(LEFT_EDGE, self.height()))
        paint.fill(painter, bar, edge)


class Message(QWidget):
    """A sentence with its icon, under a field. Kinds: `muted`, `ok`, `warn`, `bad`."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon("info", 18, "text2", line="small")
        self.label = Label("small", "text2", name=name)
        layout = row(self, spacing=6)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1, Qt.AlignmentFlag.AlignTop)

    def set_message(self, kind: str, text: str) -> None:
        """Show a sentence; an empty one takes no room."""
        role, icon = MESSAGES[kind]
        self._icon.set_icon(icon, role)
        self.label.set_role(role)
        self.label.set_kind("small" if kind == "muted" else "small-strong")
        self.label.set_text(text)
        self.setVisible(bool(text))
