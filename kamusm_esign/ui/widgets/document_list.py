"""The documents of a session: which one is shown, and which were read."""

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.choice_list import ICON, SQUARE, Choice, ChoiceItem, ChoiceList

EDGE, GAP, MARK = 12, 12, 22
READ = "read"
"""Kind of a chip that stands for the mark; what it says is spoken, not shown."""


class DocumentItem(ChoiceItem):
    """A document; a check where it was read."""

    def _show_chips(self) -> None:
        """The mark is painted; nothing else stands there."""

    def _read(self) -> bool:
        return any(kind == READ for kind, _, _ in self.choice.chips)

    def _left(self) -> int:
        return EDGE + theme.px(SQUARE) + GAP

    def _fitting(self, width: int) -> list[Chip]:
        return []

    def _words(self, width: int) -> tuple[int, list]:  # type: ignore[type-arg]
        room = width - self._left() - EDGE - theme.px(MARK) - GAP
        return max(room, 1), [self._title, self._line]

    def sizeHint(self) -> QSize:  # noqa: N802
        words = max(self._title.natural_width(), self._line.natural_width())
        width = self._left() + words + GAP + theme.px(MARK) + EDGE
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        words = max(self._title.least_width(), self._line.least_width())
        width = self._left() + words + GAP + theme.px(MARK) + EDGE
        return QSize(width, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        edge: Role = "teal" if self.isChecked() or self.underMouse() else "line"
        paint.box(painter, self.rect(), "surface", edge, width=2 if self.isChecked() else 1)
        square, icon, middle = theme.px(SQUARE), theme.px(ICON), self.height() / 2
        place = QRect(EDGE, round(middle - square / 2), square, square)
        paint.box(painter, place, "teal-tint", "line" if theme.contrast else None)
        corner = QPointF(place.topLeft()) + QPointF((square - icon) / 2, (square - icon) / 2)
        draw_icon(painter, corner.x(), corner.y(), icon, self.choice.icon, "teal")
        self._draw_words(painter)
        if self._read():
            mark = theme.px(MARK)
            x = self.width() - EDGE - mark
            draw_icon(painter, x, middle - mark / 2, mark, "check-circle", "green")


class DocumentList(ChoiceList):
    """As every list to choose from: Tab enters it once, arrows go through it."""

    item_type = DocumentItem

    def __init__(self, name: str = "document.list", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)


def document_choice(key: str, title: str, line: str, *, read: bool) -> Choice:
    """What a line shows; that it was read is in `line` as well."""
    return Choice(key, title, line, "document", ((READ, "", ""),) if read else ())
