"""Checks and how they came out: the pre-flight list, what a job is doing, the doctor's list."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import SmallButton
from kamusm_esign.ui.widgets.containers import Line, column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

LOOKS: dict[str, tuple[str, Role, Role]] = {
    "ok": ("check-circle", "green", "text2"),
    "warn": ("alert", "amber-text", "text2"),
    "bad": ("x-circle", "red", "red"),
    "running": ("hourglass", "text2", "text2"),
    "skipped": ("minus", "text2", "text2"),
    "locked": ("lock", "amber-text", "text2"),
    "noted": ("alert", "amber-text", "text2"),
}
"""State → (icon, its colour, the sentence's)."""

ICON, NAME, ROW, NARROW = 22, 104, 47, 380


class Check(NamedTuple):
    """One check."""

    name: str
    state: str
    """A key of `LOOKS`."""
    sentence: str
    more: str = ""
    """What to do about it, under the sentence; empty: nothing."""
    fix: str = ""
    """Text of the button; empty: none."""
    icon: str = ""
    """An icon other than the state's own."""


class CheckRow(QWidget):
    """Icon, name, sentence, button."""

    fix_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon = Icon("hourglass", ICON, "text2")
        self.name, self._sentence = Label("strong", "text"), Label("small", "text2")
        self._more = Label("small", "text")
        self._fix: SmallButton | None = None
        texts = column()
        texts.addWidget(self._sentence)
        texts.addWidget(self._more)
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._words.setSpacing(12)
        self._words.addWidget(self.name)
        self._words.addLayout(texts, 1)
        self._layout = row(self, spacing=12)
        self._layout.setContentsMargins(0, 6, 0, 6)
        self._layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._layout.addLayout(self._words, 1)
        self.setMinimumHeight(ROW)

    def set_check(self, check: Check, name: str) -> None:
        """Show a check."""
        icon, mark, role = LOOKS[check.state]
        self._icon.set_icon(check.icon or icon, mark)
        self.name.set_text(check.name)
        self._sentence.set_text(check.sentence)
        self._sentence.set_role(role)
        self._sentence.set_kind("small-strong" if check.state == "bad" else "small")
        self._more.set_text(check.more)
        self._more.setVisible(bool(check.more))
        self.setAccessibleName(f"{check.name}: {check.sentence}")
        if check.fix and self._fix is None:
            self._fix = SmallButton(name)
            self._fix.clicked.connect(self.fix_pressed)
            self._layout.addWidget(self._fix)
        if self._fix is not None:
            self._fix.set_text(check.fix)
            self._fix.setAccessibleDescription(f"{check.name}: {check.sentence}")
            self._fix.setVisible(bool(check.fix))

    def set_narrow(self, narrow: bool) -> None:
        """Put the sentence under the name, or beside it."""
        direction = QBoxLayout.Direction
        self._words.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._words.setSpacing(0 if narrow else 12)

    def set_name_width(self, width: int) -> None:
        """Line the sentences up."""
        self.name.setMinimumWidth(width)


class CheckList(QWidget):
    """Rows with a line between them; names in one column, sentences in the next."""

    fix_pressed = Signal(int)
    """Place of the row whose button was pressed."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._rows: list[CheckRow] = []
        self._lines: list[Line] = []
        self._layout = column(self)

    def set_name(self, name: str) -> None:
        """Name the list."""
        self.setAccessibleName(name)

    def set_checks(self, checks: Sequence[Check]) -> None:
        """Show checks; the rows that stay are changed in place and keep the focus."""
        while len(self._rows) > len(checks):
            self._rows.pop().deleteLater()
            self._lines.pop().deleteLater()
        while len(self._rows) < len(checks):
            self._add()
        for place, (line, check) in enumerate(zip(self._rows, checks, strict=True), 1):
            line.set_check(check, f"{self.objectName()}.{place}.fix")
        self._line_up()

    def _add(self) -> None:
        added, place = CheckRow(), len(self._rows)
        added.fix_pressed.connect(lambda: self.fix_pressed.emit(place))
        self._lines.append(Line())
        self._layout.addWidget(self._lines[-1])
        self._layout.addWidget(added)
        self._rows.append(added)

    def _line_up(self) -> None:
        narrow = self.width() < NARROW * theme.scale
        widest = max((line.name.sizeHint().width() for line in self._rows), default=0)
        for line in self._rows:
            line.set_narrow(narrow)
            line.set_name_width(0 if narrow else max(widest, NAME))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._line_up()
        super().resizeEvent(event)
