"""What became of one thing among others: the result panel in small."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.widgets.containers import Surface, column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

LOOKS: dict[str, tuple[Role, Role, Role, str]] = {
    "succeeded": ("green-tint", "green-line", "green", "check-circle"),
    "failed": ("red-tint", "red-line", "red", "x-circle"),
    "unknown": ("amber-tint", "amber-line", "amber-text", "question"),
}
"""Verdict → (ground, edge, colour of the icon, icon)."""

ICON, DENSE_ICON = 44, 32


class VerdictPanel(Surface):
    """An icon, what happened, and what follows."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__("green-tint", "green-line", name=name, parent=parent)
        self._icon = Icon("check-circle", ICON, "green")
        self._headline, self._sentence = Label("section", "text"), Label("base", "text")
        words = column()
        words.addStretch(1)
        words.addWidget(self._headline)
        words.addWidget(self._sentence)
        words.addStretch(1)
        self._layout = row(self, spacing=24)
        self._layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._layout.addLayout(words, 1)
        self.set_dense(False)

    def set_verdict(self, verdict: str, headline: str, sentence: str) -> None:
        """Show a verdict: `succeeded`, `failed` or `unknown`."""
        ground, edge, role, icon = LOOKS[verdict]
        self.set_look(ground, edge)
        self._icon.set_icon(icon, role)
        self._headline.set_text(headline)
        self._sentence.set_text(sentence)
        self._sentence.setVisible(bool(sentence))

    def set_dense(self, dense: bool) -> None:
        """Take less room (narrow windows)."""
        self._icon.set_size(DENSE_ICON if dense else ICON)
        self._layout.setSpacing(12 if dense else 24)
        self._layout.setContentsMargins(*((16, 12, 16, 12) if dense else (28, 19, 28, 19)))
