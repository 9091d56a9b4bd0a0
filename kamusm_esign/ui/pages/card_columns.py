"""How screen 10 is arranged: card, certificates and PIN, keypad.

As on the PIN screens, the keypad never scrolls as long as there is room beside the fields.
"""

from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.card_panel import CardPanel
from kamusm_esign.ui.pages.pin_columns import KeypadColumn
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import SIDE, Centred, Line, Surface, column, row
from kamusm_esign.ui.widgets.picture import Drawing
from kamusm_esign.ui.widgets.scroll_area import ScrollArea

SIDE_WIDTH, DRAWING = 304, 216


class CardColumns(Centred):
    """The card | `matter` | keypad; in smaller windows the card is above the matter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: Shape | None = None
        self._there = self._asks = False
        self.matter = column()
        self.card, self.keys = CardPanel(), KeypadColumn()
        self._beside, self._scroll, self._scrolled = ScrollArea(), ScrollArea(), QWidget()
        self._drawing = Drawing("card-into-reader", DRAWING)
        self._inside = column(self._scrolled, spacing=16)
        self._inside.addWidget(self._drawing)
        self._inside.addLayout(self.matter, 1)
        self._scroll.setWidget(self._scrolled)
        self._line, self._box = Line(upright=True), Surface()
        self._row = row(self._box)
        self._row.addWidget(self._scroll, 1)
        self._line_place = column()
        self._line_place.addWidget(self._line)
        self._row.addLayout(self._line_place)
        self._row.addWidget(self.keys)
        outer = row(self.content, spacing=24)
        outer.addWidget(self._beside)
        outer.addWidget(self._box, 1)

    def tab_stops(self) -> list[QWidget]:
        """The card comes first, where it is above the certificates too."""
        return [self.card.read_again, self.card.reveal]

    def set_card_there(self, there: bool, *, asks: bool) -> None:
        """With a card chosen, or waiting for one; keys only where its PIN is asked for."""
        self._there, self._asks = there, asks
        self.card.set_asking(asks)
        self._show()

    def set_shape(self, shape: Shape) -> None:
        """Arrange for a shape of the window."""
        self._shape = shape
        tight, bare = not shape.columns, shape.compact
        self.set_side(0 if bare else 16 if tight else SIDE)
        self.set_ends(0, 0 if bare else 12 if shape.short else 16)
        self._box.set_look("surface", None if bare else "line")
        self._row.setContentsMargins(*((0, 0, 0, 0) if bare else (1, 1, 1, 1)))
        self._inside.setContentsMargins(*((16, 12, 16, 12) if tight else (24, 20, 24, 20)))
        edge = 0 if tight else 20
        self._line_place.setContentsMargins(0, edge, 0, edge)
        self._put_card(shape)
        self._put_keypad(shape)
        self._show()

    def _put_card(self, shape: Shape) -> None:
        there = self._beside.widget() is not None
        if shape.side and not there:
            self._inside.removeWidget(self.card)
            self._beside.setWidget(self.card)
        elif not shape.side:
            if there:
                self._beside.takeWidget()
            self._inside.insertWidget(0, self.card)
        self._beside.setFixedWidth(round(SIDE_WIDTH * theme.scale))
        self.card.set_dense(not shape.side or shape.short)

    def _put_keypad(self, shape: Shape) -> None:
        beside = shape.keypad_beside
        if beside:
            self._row.addWidget(self.keys)
        else:
            self._inside.addWidget(self.keys)
        self.keys.set_shape(shape)

    def _show(self) -> None:
        shape, there = self._shape, self._there
        if shape is None:
            return
        self.card.setVisible(there)
        self._beside.setVisible(there and shape.side)
        keys = self._asks and not self.keys.on_reader
        self.keys.setVisible(keys)
        self._line.setVisible(keys and shape.keypad_beside)
        self._drawing.setVisible(not there and shape.columns)
