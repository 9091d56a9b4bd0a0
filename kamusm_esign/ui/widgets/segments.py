"""Few values, one of them chosen: language, theme, text size."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import TARGET
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.text import TextBlock

PADDING, GAP, RADIO = 14, 8, 18
_STEPS: dict[int, int] = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}


class Segment(QRadioButton):
    """One value."""

    def __init__(self, owner: "Segments") -> None:
        super().__init__(owner)
        self._owner = owner
        self.value = ""
        self._block = TextBlock("base")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_option(self, value: str, text: str) -> None:
        """Stand for a value."""
        self.value = value
        if self._block.set_text(text):
            self.setText(text.replace("&", "&&"))
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def _left(self) -> int:
        return PADDING + theme.px(RADIO) + GAP

    def sizeHint(self) -> QSize:  # noqa: N802
        width = self._left() + self._block.natural_width() + PADDING
        return QSize(width, max(TARGET, theme.control_height(TARGET)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._left() + self._block.least_width() + PADDING, self.sizeHint().height())

    def text_fits(self) -> bool:
        """Whether the whole text is inside."""
        room = self.width() - self._left() - PADDING
        return room >= self._block.least_width() and self.height() >= self._block.height(room)

    # ------------------------------------------------------------------ what is pressed
    def hitButton(self, pos: QPointF) -> bool:  # type: ignore[override]  # noqa: N802
        return True

    def nextCheckState(self) -> None:  # noqa: N802
        self._owner.choose(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not self._owner.key_pressed(self, event.key()):
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ looks
    def focus_outline(self) -> tuple[QRect, float, Role]:
        return self.rect(), paint.RADIUS, "focus"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        on, can = self.isChecked(), self.isEnabled()
        edge: Role = "teal" if can and (on or self.underMouse()) else "line"
        paint.box(painter, self.rect(), "surface" if can else "dis", edge, width=2 if on else 1)
        self._draw_radio(painter, on=on, can=can)
        room = self.width() - self._left() - PADDING
        top = (self.height() - self._block.height(room)) // 2
        self._block.draw(painter, self._left(), top, room, "text" if can else "dis-text")

    def _draw_radio(self, painter: QPainter, *, on: bool, can: bool) -> None:
        side = theme.px(RADIO)
        centre = QPointF(PADDING + side / 2, self.height() / 2)
        sign: Role = "teal" if can else "dis-text"
        paint.disc(painter, centre, side, "surface" if can else "dis", sign if on else "control")
        if on:
            paint.disc(painter, centre, side / 2, sign)


class Segments(QWidget):
    """Tab enters once; arrows go through the values and choose them."""

    chosen = Signal(str)
    """The value that the person chose."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._items: list[Segment] = []
        self._flow = Flow(gap=8, line_gap=8)
        column(self).addWidget(self._flow)

    def set_name(self, name: str) -> None:
        """Name the group."""
        self.setAccessibleName(name)

    def set_options(self, options: Sequence[tuple[str, str]], chosen: str) -> None:
        """Show (value, text) pairs; says nothing back."""
        while len(self._items) > len(options):
            self._items.pop()
            self._flow.remove_last()
        while len(self._items) < len(options):
            item = Segment(self)
            self._items.append(item)
            self._flow.add(item)
        for item, (value, text) in zip(self._items, options, strict=True):
            item.setObjectName(f"{self.objectName()}.{value or 'none'}")
            item.set_option(value, text)
            self._check(item, on=value == chosen)
        self._set_tab_stop()

    @property
    def items(self) -> tuple[Segment, ...]:
        """The values, in order."""
        return tuple(self._items)

    @staticmethod
    def _check(item: Segment, *, on: bool) -> None:
        item.setAutoExclusive(False)
        item.setChecked(on)

    def _set_tab_stop(self) -> None:
        stop = next((item for item in self._items if item.isChecked()), None)
        stop = stop or next(iter(self._items), None)
        for item in self._items:
            policy = Qt.FocusPolicy.StrongFocus if item is stop else Qt.FocusPolicy.ClickFocus
            item.setFocusPolicy(policy)
        if stop is not None:
            self.setFocusProxy(stop)

    def choose(self, item: Segment) -> None:
        """Choose a value, as by pressing it."""
        if item.isChecked():
            return
        for each in self._items:
            self._check(each, on=each is item)
        self._set_tab_stop()
        self.chosen.emit(item.value)

    def key_pressed(self, item: Segment, key: int) -> bool:
        """Go through the values; returns whether the key was meant for it."""
        step = _STEPS.get(key)
        if step is None:
            return False
        place = self._items.index(item) + step
        there = self._items[min(max(place, 0), len(self._items) - 1)]
        there.setFocus(Qt.FocusReason.TabFocusReason)
        self.choose(there)
        return True
