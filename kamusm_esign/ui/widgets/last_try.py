"""The typed confirmation before a PIN's last try."""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import Surface, column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.text_field import TextField

LONGEST = 20


class LastTry(Surface):
    """What a wrong PIN would do, and a field for the words that say "all the same"."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, name: str = "pin.lastTry", parent: QWidget | None = None) -> None:
        super().__init__("surface", "red", parent=parent)
        self._word = ""
        self._title, self._text = Label("section", "navy"), Label("base", "text")
        self._name = Label("strong", "text")
        self.field = TextField(name)
        self.field.setMaxLength(LONGEST)
        # No digit gets in: somebody might take it for the field of the PIN.
        letters = QRegularExpression(r"[^0-9]*")
        self.field.setValidator(QRegularExpressionValidator(letters, self))
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        self.field.returnPressed.connect(self.submitted)
        head = row(spacing=8)
        head.addWidget(Icon("alert", 24, "red"), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._title, 1)
        said, typed = column(), column(spacing=6)
        said.addWidget(self._text)
        said.addStretch(1)
        typed.addWidget(self._name)
        typed.addWidget(self.field)
        typed.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._layout.addLayout(said, 3)
        self._layout.addLayout(typed, 2)
        layout = column(self, spacing=4)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addLayout(head)
        layout.addLayout(self._layout)
        self.set_narrow(False)

    def set_texts(self, title: str, text: str, name: str, word: str) -> None:
        """Say what it is about, and what has to be typed (in either case)."""
        self._word = word
        self._title.set_text(title)
        self._text.set_text(text)
        self._name.set_text(name)
        self.field.set_name(name)
        self.field.setAccessibleDescription(f"{title}. {text}")

    def set_narrow(self, narrow: bool) -> None:
        """Put the field under the text, or beside it."""
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._layout.setSpacing(round((12 if narrow else 20) * theme.scale))

    @property
    def confirmed(self) -> bool:
        """Whether the very words were typed."""
        typed = " ".join(self.field.text().split())
        return bool(self._word) and typed.casefold() == self._word.casefold()

    def clear(self) -> None:
        """Forget what was typed."""
        self.field.clear()
