"""One situation in the chooser: an icon, its name, and what is the matter in one line."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situations import Situation
from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import Pressable
from kamusm_esign.ui.widgets.text import TextBlock

PADDING, SQUARE, ICON, GAP = 12, 40, 24, 12
COMFORTABLE = 280


class SituationTile(Pressable):
    """A button over the whole width of its column."""

    def __init__(
        self, situation: Situation, *, first: bool = False, parent: QWidget | None = None
    ) -> None:
        """Make it; `first`: the one to begin with."""
        super().__init__(f"situation.{situation.name}", situation.icon, parent=parent)
        self._situation, self._first = situation, first
        self._title, self._line = TextBlock("strong"), TextBlock("small")

    def say(self, texts: SituationTexts) -> None:
        """Say everything in one language."""
        self._title.set_text(texts.title(self._situation))
        self._line.set_text(texts.line(self._situation))
        self.setText(self._title.text.replace("&", "&&"))
        self.setAccessibleName(self._title.text)
        self.setAccessibleDescription(f"{self._line.text} {texts.task(self._situation)}")
        self.setToolTip(texts.task(self._situation))
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------------ room
    def _words(self, width: int) -> tuple[int, int]:
        """Left edge and width of the words."""
        left = PADDING + theme.px(SQUARE) + GAP
        return left, max(width - left - PADDING, 1)

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        _, room = self._words(width)
        words = self._title.height(room) + self._line.height(room)
        return max(words, theme.px(SQUARE)) + 2 * PADDING

    def sizeHint(self) -> QSize:  # noqa: N802
        width = max(self.minimumSizeHint().width(), COMFORTABLE)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        words = max(self._title.least_width(), self._line.least_width())
        left, _ = self._words(0)
        return QSize(left + words + PADDING, theme.px(SQUARE) + 2 * PADDING)

    def _face(self) -> QRect:
        return self.rect()

    def text_fits(self) -> bool:
        """Whether every word is inside the tile as it is now."""
        _, room = self._words(self.width())
        least = max(self._title.least_width(), self._line.least_width())
        return room >= least and self.height() >= self.heightForWidth(self.width())

    # ------------------------------------------------------------------ looks
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        on = self.isEnabled()
        edge: Role = "teal" if on and (self._hovered() or self.isDown()) else "line"
        ground: Role = "surface" if on and not self.isDown() else "surface2"
        paint.box(painter, self.rect(), ground, edge)
        square, icon = theme.px(SQUARE), theme.px(ICON)
        top = (self.height() - square) // 2
        tint: Role = "amber-tint" if self._first else "teal-tint"
        sign: Role = "amber-text" if self._first else "teal"
        if not on:
            tint, sign = "dis", "dis-text"
        place = QRect(PADDING, top, square, square)
        paint.box(painter, place, tint, "line" if theme.contrast else None)
        away = (square - icon) / 2
        draw_icon(painter, PADDING + away, top + away, icon, self._situation.icon, sign)
        left, room = self._words(self.width())
        words = self._title.height(room) + self._line.height(room)
        y = (self.height() - words) // 2
        y += self._title.draw(painter, left, y, room, "navy" if on else "dis-text")
        self._line.draw(painter, left, y, room, "text2" if on else "dis-text")
