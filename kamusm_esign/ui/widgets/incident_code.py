"""The code for the helpdesk: large letters, and the word to say for each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import Panel, column
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.text import Label

LETTER = 52
"""Least width of a letter with its word."""

DASHES = "-–"


class Letter(QWidget):
    """A letter and its word; a dash has none."""

    def __init__(self, letter: str, word: str) -> None:
        super().__init__()
        large = Label("letter", "navy", centred=True)
        large.set_text(letter.replace("-", "–"))
        small = Label("small", "text2", centred=True)
        small.set_text(word or "\u00a0")
        layout = column(self)
        layout.addWidget(large)
        layout.addWidget(small)
        self.setMinimumWidth(LETTER if word else LETTER // 3)


class IncidentCode(QWidget):
    """The panel with the letters, and the button that copies the code."""

    copy_pressed = Signal()

    def __init__(self, name: str = "result.incident", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = Panel(name=name)
        self._hint, self._private = Label("small", "text2"), Label("small", "text2")
        self.copy = Button(f"{name}.copy", "copy")
        self.copy.clicked.connect(self.copy_pressed)
        self._letters = Flow(gap=4, line_gap=4, spread=True)
        head = Flow(gap=24, line_gap=0, spread=True)
        head.add(self._hint)
        head.add(self._private)
        inside = column(self._panel, spacing=4)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(head)
        inside.addWidget(self._letters)
        layout = column(self, spacing=12)
        layout.addWidget(self._panel)
        layout.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)

    def set_texts(self, hint: str, private: str, copy: str) -> None:
        """Say what it is, that it holds nothing personal, and what the button does."""
        self._hint.set_text(hint)
        self._private.set_text(private)
        self.copy.set_text(copy)

    def set_code(self, code: str, words: Sequence[str]) -> None:
        """Show a code (`K7M4-SAHB`) with one word for each character that is not a dash."""
        self._letters.clear()
        said = iter(words)
        for letter in code:
            self._letters.add(Letter(letter, "" if letter in DASHES else next(said, "")))
        self._panel.setAccessibleName(code)
        self._panel.setAccessibleDescription(" ".join(words))
