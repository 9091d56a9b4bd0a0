"""The code for the helpdesk: large letters, and the word to say for each."""

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import Panel, column
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.text import Label

LETTER = 52
"""Least width of a letter with its word."""

GAP, LINE_GAP = 4, 8
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
        self.dash = not word
        self.setMinimumWidth(LETTER if word else LETTER // 3)


class Letters(QWidget):
    """The letters in one line; where that is too wide, broken at the dash."""

    def __init__(self) -> None:
        super().__init__()
        self._letters: list[Letter] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_letters(self, letters: Sequence[Letter]) -> None:
        """Show these instead of those before."""
        for letter in self._letters:
            letter.hide()
            letter.deleteLater()
        self._letters = list(letters)
        for letter in letters:
            letter.setParent(self)
            letter.show()
        self.updateGeometry()
        self._place()

    def _lines(self, width: int) -> list[list[Letter]]:
        if self._least(self._letters) <= width:
            return [self._letters]
        dash = next((i for i, x in enumerate(self._letters, 1) if x.dash), len(self._letters))
        return [line for line in (self._letters[:dash], self._letters[dash:]) if line]

    @staticmethod
    def _least(line: Sequence[Letter]) -> int:
        """The narrowest that a line can be, every cell as wide as its own word."""
        return sum(x.sizeHint().width() for x in line) + GAP * max(len(line) - 1, 0)

    def _high(self) -> int:
        return max((letter.sizeHint().height() for letter in self._letters), default=0)

    # ------------------------------------------------------------------ room
    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return len(self._lines(width)) * (self._high() + LINE_GAP) - LINE_GAP

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._least(self._letters), self._high())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(max(self._least(line) for line in self._lines(0)), self._high())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._place()

    def _place(self) -> None:
        lines, high = self._lines(self.width()), self._high()
        widths = self._columns(lines)
        for row_number, line in enumerate(lines):
            x = 0.0
            for letter, width in zip(line, widths, strict=False):
                letter.setGeometry(int(x), row_number * (high + LINE_GAP), int(width), high)
                x += width + GAP

    def _columns(self, lines: Sequence[Sequence[Letter]]) -> list[float]:
        """How wide each column is: all the same, or else each as its word, what is over shared."""
        columns = [[x for x in cells if x] for cells in zip_longest(*lines)]
        needs = [max(x.sizeHint().width() for x in cells) for cells in columns]
        letters = [not cells[0].dash for cells in columns]
        count = max(sum(letters), 1)
        free = self.width() - GAP * (len(columns) - 1)
        dashes = sum(need for need, letter in zip(needs, letters, strict=True) if not letter)
        equal = (free - dashes) / count
        if all(need <= equal for need, letter in zip(needs, letters, strict=True) if letter):
            return [equal if letter else need for need, letter in zip(needs, letters, strict=True)]
        share = (free - sum(needs)) / count
        return [need + share * letter for need, letter in zip(needs, letters, strict=True)]


class IncidentCode(QWidget):
    """The panel with the letters, and the button that copies the code."""

    copy_pressed = Signal()

    def __init__(self, name: str = "result.incident", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = Panel(name=name)
        self._hint, self._private = Label("small", "text2"), Label("small", "text2")
        self.copy = Button(f"{name}.copy", "copy")
        self.copy.clicked.connect(self.copy_pressed)
        self._letters = Letters()
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
        said = iter(words)
        self._letters.set_letters(
            [Letter(letter, "" if letter in DASHES else next(said, "")) for letter in code]
        )
        self._panel.setAccessibleName(code)
        self._panel.setAccessibleDescription(" ".join(words))
