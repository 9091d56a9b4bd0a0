"""How the PIN screens are arranged: steps, what is chosen and typed, keypad.

The keypad never scrolls as long as there is room beside the fields; what is typed into does, and
the field in use is kept in view.
"""

import re
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from kamusm_esign.ui.presenter.models import KeypadTexts
from kamusm_esign.ui.presenter.pieces import Step
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import SIDE, Centred, Line, Surface, column, row
from kamusm_esign.ui.widgets.info_panel import WIDTH, InfoPanel
from kamusm_esign.ui.widgets.keypad import Keypad
from kamusm_esign.ui.widgets.numbered_steps import Item
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from kamusm_esign.ui.widgets.switch import Switch
from kamusm_esign.ui.widgets.text import Label, Span

HINT_GAP, SWITCH_GAP, FOLD_GAP = 12, 8, 16
FIXED = (QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)


def _gap(layout: QVBoxLayout) -> QSpacerItem:
    """Add a space to a layout that can be changed later."""
    gap = QSpacerItem(0, 0, *FIXED)
    layout.addItem(gap)
    return gap


def _spans(text: str, strong: Sequence[str]) -> tuple[Span, ...]:
    """A text in pieces, those that stand out marked."""
    names = sorted((name for name in strong if name), key=len, reverse=True)
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", text) if names else [text]
    return tuple((piece, piece in names) for piece in pieces if piece)


class KeypadColumn(QWidget):
    """The keypad, with its hint and the switch for shuffling where there is room for them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bare = False
        self.on_reader = False
        """The reader has keys of its own: these are not shown."""
        self.keypad = Keypad()
        self.hint = Label("small", "text2")
        self.shuffle = Switch("keypad.shuffle")
        self.shuffle.toggled.connect(self.keypad.set_shuffled)
        self.shuffle.setChecked(Keypad.begins_shuffled)
        self._layout = column(self)
        self._layout.addWidget(self.hint)
        self._above = _gap(self._layout)
        self._layout.addWidget(self.keypad)
        self._below = _gap(self._layout)
        self._layout.addWidget(self.shuffle, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addStretch(1)

    def set_texts(self, texts: KeypadTexts) -> None:
        """Say everything in the person's language."""
        self.hint.set_text(texts.hint)
        self.keypad.set_texts(texts.hint, texts.clear, texts.back)
        self.shuffle.set_text(texts.shuffle)
        self.on_reader = texts.pad is not None
        self.setVisible(not self.on_reader)

    def set_shape(self, shape: Shape) -> None:
        """Smaller keys in narrow windows, nothing but keys in compact ones."""
        self._bare = shape.compact
        self.keypad.set_compact(not shape.columns)
        edge = (24, 20, 24, 20) if shape.columns else (16, 16, 16, 16)
        edge = (9, 9, 9, 9) if shape.compact else edge
        self._layout.setContentsMargins(*(edge if shape.keypad_beside else (0, 0, 0, 0)))
        self._show_what_fits()

    def _around(self) -> QSize:
        margins = self._layout.contentsMargins()
        return QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _show_what_fits(self) -> None:
        around, keys = self._around(), self.keypad.sizeHint()
        width = max(self.width() - around.width(), 1)
        wanted = keys.height() + HINT_GAP + SWITCH_GAP + around.height()
        wanted += self.hint.heightForWidth(width) + self.shuffle.sizeHint().height()
        fits = not self._bare and self.height() >= wanted
        self.hint.setVisible(fits)
        self.shuffle.setVisible(fits)
        self._above.changeSize(0, HINT_GAP if fits else 0, *FIXED)
        self._below.changeSize(0, SWITCH_GAP if fits else 0, *FIXED)
        self._layout.invalidate()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        # Hint and switch go before the keys get smaller, so they count for nothing here.
        keys, least = self.keypad.sizeHint(), self.keypad.minimumSizeHint()
        return QSize(keys.width(), least.height()) + self._around()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._show_what_fits()
        super().resizeEvent(event)


class PinColumns(QWidget):
    """Steps | `matter` | keypad; in smaller windows the steps are a row above the matter.

    Nothing that may hold a PIN is ever moved to another parent: a field that is hidden is wiped.
    """

    def __init__(self, parent: QWidget | None = None, *, drawn: bool = True) -> None:
        """`drawn`: with the drawing of card and reader, where there is room for it."""
        super().__init__(parent)
        self._drawn = drawn
        self._keypad_beside = False
        self.matter = column()
        self.keys = KeypadColumn()
        self.info = InfoPanel("pin.info")
        self._outer = Centred()
        self._beside, self.area = ScrollArea(), ScrollArea()
        self._scrolled = QWidget()
        self._inside = column(self._scrolled)
        self._gap = _gap(self._inside)
        self._inside.addLayout(self.matter, 1)
        self.area.setWidget(self._scrolled)
        self._line = Line(upright=True)
        self._card = Surface()
        self._card_row = row(self._card)
        self._card_row.addWidget(self.area, 1)
        self._line_place = column()
        self._line_place.addWidget(self._line)
        self._card_row.addLayout(self._line_place)
        self._card_row.addWidget(self.keys)
        beside = row(self._outer.content, spacing=24)
        beside.addWidget(self._beside)
        beside.addWidget(self._card, 1)
        column(self).addWidget(self._outer)

    def set_info(
        self, title: str, steps: tuple[Step, ...], note: str, strong: Sequence[str]
    ) -> None:
        """Say what to do; the words of `strong` (names of fields) stand out."""
        items = [Item("", _spans(step.name, strong), step.state) for step in steps]
        self.info.set_info(title, items, note)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What is to be done comes first, wherever it stands."""
        return (self.info.header,)

    def set_shape(self, shape: Shape) -> None:
        """Arrange for a shape of the window."""
        tight, bare = not shape.columns, shape.compact
        self._outer.set_side(0 if bare else 16 if tight else SIDE)
        self._outer.set_ends(0, 0 if bare else 12 if shape.short else 16)
        self._card.set_look("surface", None if bare else "line")
        self._card_row.setContentsMargins(*((0, 0, 0, 0) if bare else (1, 1, 1, 1)))
        self._inside.setContentsMargins(*((16, 12, 16, 12) if tight else (24, 20, 24, 20)))
        edge = 0 if tight else 20
        self._line_place.setContentsMargins(0, edge, 0, edge)
        self._put_info(shape)
        self._put_keypad(shape)

    def _put_info(self, shape: Shape) -> None:
        info, beside = self.info, self._beside.widget() is not None
        if shape.side and not beside:
            self._inside.removeWidget(info)
            self._beside.setWidget(info)
        elif not shape.side and (beside or info.parentWidget() is None):
            self._beside.takeWidget()
            self._inside.insertWidget(0, info)
        info.show()
        info.set_collapsed(not shape.side)
        info.set_drawing_shown(self._drawn and not shape.short)
        self._gap.changeSize(0, 0 if shape.side else FOLD_GAP, *FIXED)
        self._beside.setVisible(shape.side)
        self._beside.setFixedWidth(round(WIDTH * theme.scale))

    def _put_keypad(self, shape: Shape) -> None:
        beside = shape.keypad_beside
        (self._card_row if beside else self._inside).addWidget(self.keys)
        self._keypad_beside = beside
        self._line.setVisible(beside and not self.keys.on_reader)
        self.keys.set_shape(shape)

    def set_keypad(self, texts: KeypadTexts) -> None:
        """Say what stands on the keys, or take them away where the reader has its own."""
        self.keys.set_texts(texts)
        self._line.setVisible(self._keypad_beside and not self.keys.on_reader)
