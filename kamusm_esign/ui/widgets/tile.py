"""A job on the home screen."""

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import Pressable
from kamusm_esign.ui.widgets.text import TextBlock

PADDING, SQUARE, ICON, DISC, ARROW = 25, 56, 32, 40, 24
COMFORTABLE = 320
"""Width that a tile asks for; it takes less, down to its longest word."""


class Tile(Pressable):
    """One large button: icon, title, a sentence, and what is needed for it.

    The first one of the screen has the amber round arrow.
    """

    def __init__(
        self, name: str, icon: str, *, first: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, icon, parent=parent)
        self._first = first
        self._dense = False
        self._title, self._body = TextBlock("section"), TextBlock("base")
        self._needs = TextBlock("small", strong="text")
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    def set_texts(self, title: str, body: str, needs_word: str, needs: str) -> None:
        """Say what it is for, and what is needed (`needs_word` stands out: "Gereken:")."""
        self._title.set_text(title)
        self._body.set_text(body)
        self._needs.set_spans(((needs_word, True), (" " + needs, False)))
        self.setEnabled(True)
        self._tell()

    def set_disabled(self, reason: str) -> None:
        """Switch it off and say why, where it said what is needed."""
        self._needs.set_text(reason)
        self.setEnabled(False)
        self._tell()

    def set_dense(self, dense: bool) -> None:
        """Take less room: icon beside the title (short or narrow windows)."""
        self._dense = dense
        self.updateGeometry()
        self.update()

    def _tell(self) -> None:
        self.setAccessibleName(self._title.text)
        self.setAccessibleDescription(f"{self._body.text} {self._needs.text}".strip())
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------------ room
    def _metrics(self) -> tuple[int, int, int]:
        """Padding, side of the icon square, width kept at the right for the arrow."""
        if self._dense:
            return 16, theme.px(40), theme.px(DISC) + 8
        return PADDING, theme.px(SQUARE), 0

    def _text_box(self, width: int) -> tuple[int, int, int]:
        """Left edge, top and width of the words."""
        padding, square, arrow = self._metrics()
        if self._dense:
            left = padding + square + 16
            return left, padding, max(width - left - padding - arrow, 1)
        return padding, padding + square + 16, max(width - 2 * padding, 1)

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        padding, square, _ = self._metrics()
        _, top, room = self._text_box(width)
        words = self._title.height(room) + 4 + self._body.height(room)
        words += 12 + self._needs.height(room)
        return max(top + words, padding + square) + padding

    def sizeHint(self) -> QSize:  # noqa: N802
        width = max(self.minimumSizeHint().width(), COMFORTABLE)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        blocks = (self._title, self._body, self._needs)
        words = max(block.least_width() for block in blocks)
        return QSize(words + self._beside(), theme.px(SQUARE) + 2 * PADDING)

    def _beside(self) -> int:
        return 10_000 - self._text_box(10_000)[2]

    def _face(self) -> QRect:
        return self.rect()

    def text_fits(self) -> bool:
        """Whether every word is inside the tile as it is now."""
        room = self._text_box(self.width())[2]
        least = max(b.least_width() for b in (self._title, self._body, self._needs))
        return room >= least and self.height() >= self.heightForWidth(self.width())

    # ------------------------------------------------------------------ looks
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        on = self.isEnabled()
        edge: Role = "teal" if self._hovered() or (on and self.isDown()) else "line"
        paint.box(painter, self.rect(), "surface" if on and not self.isDown() else "surface2", edge)
        self._draw_icon(painter)
        left, y, room = self._text_box(self.width())
        y += self._title.draw(painter, left, y, room, "navy" if on else "dis-text") + 4
        self._body.draw(painter, left, y, room, "text2" if on else "dis-text")
        y = self.height() - self._metrics()[0] - self._needs.height(room)
        self._needs.draw(painter, left, y, room, "text2")
        if on:
            self._draw_arrow(painter)

    def _draw_icon(self, painter: QPainter) -> None:
        padding, square, _ = self._metrics()
        tint: Role = "amber-tint" if self._first else "teal-tint"
        role: Role = "amber-text" if self._first else "teal"
        if not self.isEnabled():
            tint, role = "dis", "dis-text"
        place = QRect(padding, padding, square, square)
        paint.box(painter, place, tint, "line" if theme.contrast else None)
        size = theme.px(24 if self._dense else ICON)
        corner = padding + (square - size) / 2
        draw_icon(painter, corner, corner, size, self._icon, role)

    def _draw_arrow(self, painter: QPainter) -> None:
        disc, size = theme.px(DISC), theme.px(ARROW)
        padding, square, _ = self._metrics()
        centre = QPointF(self.width() - (padding - 4) - disc / 2, padding + square / 2)
        if self._first:
            paint.disc(painter, centre, disc, "amber")
        role: Role = "on-amber" if self._first else "navy"
        draw_icon(painter, centre.x() - size / 2, centre.y() - size / 2, size, "arrow-right", role)
