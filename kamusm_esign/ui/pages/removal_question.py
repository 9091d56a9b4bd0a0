"""The second question before something that was given is removed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.presenter.sign_models import RemovalQuestion
from kamusm_esign.ui.widgets.containers import Surface, column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.tick_box import TickBox


class RemovalPanel(Surface):
    """What will be gone, and a box to tick."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", "amber-line", name="removal.question", parent=parent)
        self._title, self._text = Label("section", "text"), Label("base", "text")
        self.box = TickBox("removal.accept")
        self.box.toggled.connect(lambda _on: self.changed.emit())
        words = column(spacing=8)
        words.addWidget(self._title)
        words.addWidget(self._text)
        words.addSpacing(8)
        words.addWidget(self.box)
        layout = row(self, margin=24, spacing=16)
        icon = Icon("alert", 32, "amber-text")
        layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    def set_question(self, question: RemovalQuestion) -> None:
        """Ask it."""
        self._title.set_text(question.title)
        self._text.set_text(question.text)
        self.box.set_text(question.understood)
        self.box.setAccessibleDescription(f"{question.title}. {question.text}")

    def forget(self) -> None:
        """Ask anew next time."""
        self.box.setChecked(False)
