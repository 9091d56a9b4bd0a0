"""Names and values side by side: the summary of a job, what a card is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kamusm_esign.ui.widgets.text import Label


class Facts(QWidget):
    """Names in one column, values in the other."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._labels: list[tuple[Label, Label]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show (name, value) pairs."""
        while len(self._labels) > len(facts):
            for label in self._labels.pop():
                label.deleteLater()
        while len(self._labels) < len(facts):
            place = len(self._labels)
            pair = (Label("base", "text2"), Label("base", "text"))
            self._grid.addWidget(pair[0], place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(pair[1], place, 1, Qt.AlignmentFlag.AlignTop)
            self._labels.append(pair)
        for (name, value), (left, right) in zip(facts, self._labels, strict=True):
            left.set_text(name)
            right.set_text(value)
            right.setAccessibleDescription(name)
