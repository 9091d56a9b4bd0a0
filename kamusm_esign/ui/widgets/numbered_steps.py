"""What to do, one thing after the other: "Ne yapmalısınız?"."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.text import Label, Span, TextBlock

MARK, ICON, CHECK, GAP = 28, 24, 16, 12

MARKS: dict[str, tuple[Role, Role, Role]] = {
    "done": ("green-tint", "green", "green"),
    "now": ("navy", "navy", "surface"),
    "next": ("surface", "control", "navy"),
}
"""State → (disc, its edge, what is on it)."""


class Item(NamedTuple):
    """One thing to do or to know."""

    title: str
    """Stands out; empty: the text alone."""
    text: str | tuple[Span, ...] = ""
    state: str = "next"
    """`done`, `now` or `next`."""
    icon: str = ""
    """An icon in place of the number."""


class Mark(QWidget):
    """The number, the check, or an icon."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._roles, self._icon = "next", MARKS["next"], ""
        self._number = TextBlock("step-now")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_mark(self, number: int, state: str, icon: str) -> None:
        """Show a number in a state, or an icon."""
        self._number.set_text(str(number))
        self._state, self._roles, self._icon = state, MARKS[state], icon
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        side = theme.px(MARK)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        centre = QPointF(self.width() / 2, self.height() / 2)
        ground, edge, on = self._roles
        if self._icon or self._state == "done":
            size = theme.px(ICON if self._icon else CHECK)
            if not self._icon:
                paint.disc(painter, centre, self.width(), ground, edge)
            corner = centre - QPointF(size / 2, size / 2)
            role: Role = "teal" if self._icon else on
            draw_icon(painter, corner.x(), corner.y(), size, self._icon or "check", role)
            return
        paint.disc(painter, centre, self.width(), ground, edge)
        width = self._number.natural_width()
        height = self._number.height(width)
        self._number.draw(painter, centre.x() - (width - 1) / 2, centre.y() - height / 2, width, on)


class StepRow(QWidget):
    """One thing to do."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._mark = Mark()
        self._title = Label(kind, "text")
        self._text = Label(kind, "text2")
        texts = column()
        texts.setContentsMargins(0, 3, 0, 0)
        texts.addWidget(self._title)
        texts.addWidget(self._text)
        texts.addStretch(1)
        layout = row(self, spacing=GAP)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)

    def set_item(self, number: int, item: Item) -> None:
        """Show a thing to do."""
        self._mark.set_mark(number, item.state, item.icon)
        self._title.set_spans(((item.title, True),))
        self._title.setVisible(bool(item.title))
        spans = ((item.text, False),) if isinstance(item.text, str) else item.text
        self._text.set_spans(spans)
        self._text.set_role("text2" if item.title else "text")
        self._text.setVisible(bool(item.text))


class NumberedSteps(QWidget):
    """Numbered things to do, or facts with an icon each; `small` in side panels."""

    def __init__(
        self, name: str = "", *, small: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._kind: Kind = "small" if small else "base"
        self._rows: list[StepRow] = []
        self._layout: QVBoxLayout = column(self, spacing=12 if small else 16)

    def set_items(self, items: Sequence[Item]) -> None:
        """Show things to do, in order."""
        while len(self._rows) > len(items):
            self._rows.pop().deleteLater()
        while len(self._rows) < len(items):
            self._rows.append(StepRow(self._kind))
            self._layout.addWidget(self._rows[-1])
        for number, (line, item) in enumerate(zip(self._rows, items, strict=True), 1):
            line.set_item(number, item)
