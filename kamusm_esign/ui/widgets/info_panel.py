"""The three-step panel beside the PIN screens; in narrow windows one row that opens."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import LinkButton, Pressable
from kamusm_esign.ui.widgets.containers import Line, Panel, column, row
from kamusm_esign.ui.widgets.numbered_steps import Item, NumberedSteps
from kamusm_esign.ui.widgets.picture import Drawing, Icon
from kamusm_esign.ui.widgets.text import Label

WIDTH, DRAWING = 264, 192


class InfoHeader(Pressable):
    """The one row of the closed panel."""

    kind: Kind = "small-strong"
    SIGN, CHEVRON = 20, 18

    def _beside(self) -> int:
        return 12 + theme.px(self.SIGN) + 8 + 8 + theme.px(self.CHEVRON) + 12

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        if self._hovered():
            paint.box(painter, self.rect(), "teal-tint")
        size, middle = theme.px(self.SIGN), self.height() / 2
        draw_icon(painter, 12, middle - size / 2, size, "info", "teal")
        room = self.width() - self._beside()
        height = self._block.height(room)
        self._block.draw(painter, 12 + size + 8, middle - height // 2, room, "navy")
        chevron = theme.px(self.CHEVRON)
        name = "chevron-up" if self.isChecked() else "chevron-down"
        draw_icon(painter, self.width() - 12 - chevron, middle - chevron / 2, chevron, name, "text")


class InfoPanel(Panel):
    """Drawing, title, steps, and a note at the bottom.

    `set_collapsed(True)`: one row with the title; pressing it shows and hides the rest.
    """

    def __init__(
        self, name: str = "", drawing: str = "card-into-reader", parent: QWidget | None = None
    ) -> None:
        super().__init__(name=name, parent=parent)
        self._collapsed = False
        self._drawing_wanted = True
        self._drawing = Drawing(drawing, DRAWING)
        self._title = Label("strong", "navy")
        self.header = InfoHeader(f"{name}.header")
        self.header.setCheckable(True)
        self.header.toggled.connect(self._show)
        self._steps = NumberedSteps(small=True)
        self._note_icon, self._note = (
            Icon("no-capture", 20, "text2", line="small"),
            Label("small", "text2"),
        )
        self.link: LinkButton | None = None
        self._foot = self._make_foot()
        self._inner = column(spacing=12)
        self._inner.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignHCenter)
        self._inner.addWidget(self._title)
        self._inner.addWidget(self._steps)
        self._inner.addStretch(1)
        self._inner.addWidget(self._foot)
        layout = column(self)
        layout.addWidget(self.header)
        layout.addLayout(self._inner)
        self.set_collapsed(False)

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        note = row(spacing=8)
        note.addWidget(self._note_icon, 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self._note, 1)
        layout = column(foot, spacing=12)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(Line())
        layout.addLayout(note)
        return foot

    def add_link(self, name: str, icon: str) -> LinkButton:
        """A link below the steps."""
        self.link = LinkButton(name, icon)
        place = self._inner.indexOf(self._steps) + 1
        self._inner.insertWidget(place, self.link, 0, Qt.AlignmentFlag.AlignLeft)
        return self.link

    def set_info(
        self, title: str, steps: Sequence[Item], note: str = "", note_icon: str = "no-capture"
    ) -> None:
        """Show title, steps, and what stands at the bottom."""
        self._title.set_text(title)
        self.header.set_text(title)
        self.setAccessibleName(title)
        self._steps.set_items(steps)
        self._note.set_text(note)
        self._note_icon.set_icon(note_icon, "text2")
        self._show()

    def set_drawing_shown(self, shown: bool) -> None:
        """Show the drawing where there is height for it."""
        self._drawing_wanted = shown
        self._show()

    def set_collapsed(self, collapsed: bool) -> None:
        """Be one row that opens (narrow windows), or the whole panel."""
        self._collapsed = collapsed
        self.header.setChecked(False)
        self._show()

    def _show(self) -> None:
        whole = not self._collapsed
        opened = whole or self.header.isChecked()
        self.header.setVisible(self._collapsed)
        self._title.setVisible(whole)
        self._drawing.setVisible(whole and self._drawing_wanted)
        self._steps.setVisible(opened)
        if self.link is not None:
            self.link.setVisible(opened)
        self._foot.setVisible(opened and bool(self._note.text()))
        if whole:
            self._inner.setContentsMargins(20, 20, 20, 20)
        else:
            self._inner.setContentsMargins(12, 4, 12, 12 if opened else 0)
        if not opened:
            self._inner.setContentsMargins(0, 0, 0, 0)
