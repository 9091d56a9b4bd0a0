"""A list to choose one from: cards, certificates."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.text import TextBlock

PADDING, GAP, RADIO, SQUARE, ICON, CHIP_GAP = 17, 12, 20, 40, 24, 8
HEIGHT, DENSE_HEIGHT = 64, 56


class Choice(NamedTuple):
    """One thing to choose."""

    key: str
    """What `chosen` names; never shown."""
    title: str
    line: str
    icon: str
    chips: tuple[tuple[str, str, str], ...] = ()
    """(kind, text, icon or empty) as in `Chip.set_chip`; the first ones stay longest."""
    reason: str = ""
    """Why it cannot be chosen; empty: it can."""
    reason_icon: str = ""


class ChoiceItem(QRadioButton):
    """One line of the list. One that cannot be chosen is reached all the same, and says why."""

    def __init__(self, owner: "ChoiceList") -> None:
        super().__init__(owner)
        self._owner = owner
        self.choice = Choice("", "", "", "card")
        self._dense = False
        self._title, self._line = TextBlock("strong"), TextBlock("small")
        self._reason = TextBlock("small")
        self._chips: list[Chip] = []
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_choice(self, choice: Choice, *, dense: bool) -> None:
        """Show a choice."""
        self.choice, self._dense = choice, dense
        self._title.set_text(choice.title)
        self._line.set_text(choice.line)
        self._reason.set_text(choice.reason)
        self.setText(choice.title.replace("&", "&&"))
        self.setAccessibleName(choice.title)
        states = [text for _, text, _ in choice.chips if text]
        self.setAccessibleDescription(", ".join((choice.line, *states, choice.reason)).rstrip(", "))
        self._show_chips()
        self.updateGeometry()
        self.update()

    def set_chosen(self, chosen: bool) -> None:
        """Mark it, or take the mark away (an exclusive button keeps its mark otherwise)."""
        self.setAutoExclusive(False)
        self.setChecked(chosen)
        self.setAutoExclusive(True)

    def _show_chips(self) -> None:
        wanted = self.choice.chips or (
            (("mute", self.choice.reason, self.choice.reason_icon),) if self.choice.reason else ()
        )
        while len(self._chips) > len(wanted):
            gone = self._chips.pop()
            gone.hide()
            gone.deleteLater()
        while len(self._chips) < len(wanted):
            self._chips.append(Chip(parent=self))
        for chip, (kind, text, icon) in zip(self._chips, wanted, strict=True):
            chip.set_chip(kind, text, icon)
            chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._place_chips()

    # ------------------------------------------------------------------ room
    def _left(self) -> int:
        return PADDING + theme.px(RADIO) + GAP + theme.px(SQUARE) + GAP

    def _fitting(self, width: int) -> list[Chip]:
        """The chips for which there is room beside the two lines."""
        natural = max(self._title.natural_width(), self._line.natural_width())
        room = width - self._left() - PADDING - natural
        fitting: list[Chip] = []
        for chip in self._chips:
            room -= chip.sizeHint().width() + (CHIP_GAP if fitting else GAP)
            if room < 0:
                break
            fitting.append(chip)
        return fitting

    def _words(self, width: int) -> tuple[int, list[TextBlock]]:
        """Width for the words, and which lines there are."""
        chips = self._fitting(width)
        taken = sum(chip.sizeHint().width() + CHIP_GAP for chip in chips)
        room = max(width - self._left() - PADDING - (taken + GAP - CHIP_GAP if chips else 0), 1)
        reason_shown = bool(self._chips) and not self.choice.chips and bool(chips)
        lines = [self._title, self._line]
        return room, lines if reason_shown or not self.choice.reason else [*lines, self._reason]

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        room, lines = self._words(width)
        least = DENSE_HEIGHT if self._dense else HEIGHT
        around = 10 if self._dense else 18
        return max(sum(line.height(room) for line in lines) + around, least)

    def sizeHint(self) -> QSize:  # noqa: N802
        chips = sum(chip.sizeHint().width() + CHIP_GAP for chip in self._chips)
        words = max(self._title.natural_width(), self._line.natural_width())
        width = self._left() + words + GAP + chips + PADDING
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        blocks = (self._title, self._line, self._reason)
        width = self._left() + max(block.least_width() for block in blocks) + PADDING
        return QSize(width, DENSE_HEIGHT if self._dense else HEIGHT)

    def text_fits(self) -> bool:
        """Whether every word is inside."""
        room, lines = self._words(self.width())
        return self.height() >= self.heightForWidth(self.width()) and all(
            room >= line.least_width() for line in lines
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._place_chips()
        super().resizeEvent(event)

    def _place_chips(self) -> None:
        fitting = self._fitting(self.width())
        x = self.width() - PADDING + 1
        for chip in self._chips:
            chip.setVisible(chip in fitting)
        for chip in reversed(fitting):
            size = chip.sizeHint()
            x -= size.width()
            chip.setGeometry(QRect(x, (self.height() - size.height()) // 2, *size.toTuple()))
            x -= CHIP_GAP

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
        can = not self.choice.reason
        edge: Role = "teal" if self.isChecked() or (can and self.underMouse()) else "line"
        ground: Role = "surface" if can else "surface2"
        paint.box(painter, self.rect(), ground, edge, width=2 if self.isChecked() else 1)
        self._draw_radio(painter, can=can)
        square, icon = theme.px(SQUARE), theme.px(ICON)
        x, middle = PADDING + theme.px(RADIO) + GAP, self.height() / 2
        place = QRect(x, round(middle - square / 2), square, square)
        tint_edge: Role | None = "line" if theme.contrast else None
        paint.box(painter, place, "teal-tint" if can else "dis", tint_edge)
        corner = QPointF(place.topLeft()) + QPointF((square - icon) / 2, (square - icon) / 2)
        role: Role = "teal" if can else "dis-text"
        draw_icon(painter, corner.x(), corner.y(), icon, self.choice.icon, role)
        self._draw_words(painter)

    def _draw_radio(self, painter: QPainter, *, can: bool) -> None:
        side = theme.px(RADIO)
        centre = QPointF(PADDING + side / 2, self.height() / 2)
        if not can:
            paint.disc(painter, centre, side, "dis", "dis-text" if theme.contrast else "line")
            return
        paint.disc(painter, centre, side, "surface", "teal" if self.isChecked() else "control")
        if self.isChecked():
            paint.disc(painter, centre, side / 2, "teal")

    def _draw_words(self, painter: QPainter) -> None:
        room, lines = self._words(self.width())
        y = (self.height() - sum(line.height(room) for line in lines)) // 2
        for line in lines:
            y += line.draw(painter, self._left(), y, room, "text" if line is lines[0] else "text2")


class ChoiceList(QWidget):
    """Tab enters the list once; arrows, Home and End go through it and choose what they can."""

    chosen = Signal(str)
    """Key of what the person chose."""
    item_type: type[ChoiceItem] = ChoiceItem

    def __init__(self, name: str = "token.list", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._items: list[ChoiceItem] = []
        self._layout = column(self, spacing=8)

    def set_name(self, name: str) -> None:
        """Name the list."""
        self.setAccessibleName(name)

    def set_choices(
        self, choices: Sequence[Choice], chosen: str = "", *, dense: bool = False
    ) -> None:
        """Show what there is; `chosen` is the key of the chosen one. Says nothing back."""
        while len(self._items) > len(choices):
            self._items.pop().deleteLater()
        while len(self._items) < len(choices):
            self._items.append(self.item_type(self))
            self._layout.addWidget(self._items[-1])
        for item, choice in zip(self._items, choices, strict=True):
            item.set_choice(choice, dense=dense)
            item.set_chosen(bool(chosen) and choice.key == chosen)
            item.setObjectName(f"{self.objectName()}.{self._items.index(item) + 1}")
        self._set_tab_stop()

    @property
    def items(self) -> tuple[ChoiceItem, ...]:
        """The lines, in order."""
        return tuple(self._items)

    def _set_tab_stop(self) -> None:
        can = [item for item in self._items if not item.choice.reason]
        checked = [item for item in self._items if item.isChecked()]
        stop = next(iter((*checked, *can, *self._items)), None)
        for item in self._items:
            policy = Qt.FocusPolicy.StrongFocus if item is stop else Qt.FocusPolicy.ClickFocus
            item.setFocusPolicy(policy)
        if stop is not None:
            self.setFocusProxy(stop)

    def choose(self, item: ChoiceItem) -> None:
        """Choose a line, as by pressing it; one that cannot be chosen stays as it is."""
        if item.choice.reason or item.isChecked():
            return
        item.setChecked(True)
        self._set_tab_stop()
        self.chosen.emit(item.choice.key)

    def key_pressed(self, item: ChoiceItem, key: int) -> bool:
        """Go through the list; returns whether the key was meant for it."""
        place, last = self._items.index(item), len(self._items) - 1
        targets = {
            Qt.Key.Key_Down: place + 1,
            Qt.Key.Key_Right: place + 1,
            Qt.Key.Key_Up: place - 1,
            Qt.Key.Key_Left: place - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(Qt.Key(key))
        if target is None:
            return False
        there = self._items[min(max(target, 0), last)]
        there.setFocus(Qt.FocusReason.TabFocusReason)
        self.choose(there)
        return True
