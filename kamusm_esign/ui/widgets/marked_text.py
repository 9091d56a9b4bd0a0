"""A mark and a text beside it, which may take several lines."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.text import TextBlock

ICON, GAP = 18, 8


class MarkedText(QLabel):
    """Has the room that its words need; who inherits it says what is painted."""

    def __init__(
        self, block: TextBlock, across: QSizePolicy.Policy, parent: QWidget | None = None
    ) -> None:
        """Take the words, and how wide the label wants to be."""
        super().__init__(parent)
        self._block = block
        policy = QSizePolicy(across, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _beside(self) -> int:
        return theme.px(ICON) + GAP

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return self._block.height(max(width - self._beside(), 1))

    def sizeHint(self) -> QSize:  # noqa: N802
        width = self._beside() + self._block.natural_width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        width = self._beside() + self._block.least_width()
        return QSize(width, theme.line_height("small"))

    def fits(self, width: int, lines: int) -> bool:
        """Whether the words would stand in a width on at most so many lines."""
        room = width - self._beside()
        return room >= self._block.least_width() and self._block.line_count(room) <= lines

    def text_fits(self) -> bool:
        """Whether the whole text is inside."""
        room = self.width() - self._beside()
        return room >= self._block.least_width() and self.height() >= self._block.height(room)
