"""A text on the page."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.text_block import Span, TextBlock


class Label(QLabel):
    """Words in their line height, broken into lines and never shortened.

    Plain text always: what comes from a card or a portal is no markup.
    """

    def __init__(
        self,
        kind: Kind = "base",
        role: Role = "text",
        *,
        name: str = "",
        strong: Role | None = None,
        centred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self._role: Role = role
        self.centred = centred
        """Whether its lines stand in the middle."""
        self._block = TextBlock(kind, strong=strong, centred=centred)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_text(self, text: str) -> None:
        """Show a text."""
        self.set_spans(((text, False),))

    def set_spans(self, spans: Sequence[Span]) -> None:
        """Show words of which some stand out."""
        if self._block.set_spans(spans):
            self.setText(self._block.text)
            self.updateGeometry()
            self.update()

    def set_role(self, role: Role) -> None:
        """Use another colour."""
        self._role = role
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """Use another kind of type."""
        self._block.set_kind(kind)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return self._block.height(width)

    def sizeHint(self) -> QSize:  # noqa: N802
        width = self._block.natural_width()
        return QSize(width, self._block.height(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._block.least_width(), theme.line_height(self._block.kind))

    def fits(self, width: int, lines: int) -> bool:
        """Whether the words would stand in a width on at most so many lines."""
        return width >= self._block.least_width() and self._block.line_count(width) <= lines

    def text_fits(self) -> bool:
        """Whether every word is inside the label as it is now."""
        return self.width() >= self._block.least_width() and (
            self.height() >= self._block.height(self.width())
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        rect: QRect = self.contentsRect()
        spare = max(rect.height() - self._block.height(rect.width()), 0) // 2
        self._block.draw(painter, rect.x(), rect.y() + spare, rect.width(), self._role)


__all__ = ["Label", "Span", "TextBlock"]
