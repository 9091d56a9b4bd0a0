"""A small label with an icon: how something stands, in one or two words."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.text import TextBlock

LOOKS: dict[str, tuple[Role, Role, Role, str]] = {
    "ok": ("green-tint", "green", "green-line", "check"),
    "warn": ("amber-tint", "amber-text", "amber-line", "alert"),
    "bad": ("red-tint", "red", "red-line", "x"),
    "info": ("teal-tint", "teal", "teal", "info"),
    "mute": ("surface2", "text2", "control", "info"),
}
"""Kind → (fill, text, edge where it has one, icon)."""

LEFT, RIGHT, GAP, ICON, LEAST = 6, 8, 4, 16, 24


class Chip(QLabel):
    """Kinds: `ok`, `warn`, `bad`, `info`, `mute`."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._kind, self._icon, self._outlined = "mute", "info", False
        self._block = TextBlock("small-strong")
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_chip(self, kind: str, text: str, icon: str = "", *, outlined: bool = False) -> None:
        """Show a text of a kind, with an icon other than the kind's if one is named.

        Outlined is for chips that lie on a tint.
        """
        self._kind, self._icon = kind, icon or LOOKS[kind][3]
        self._outlined = outlined
        self._block.set_text(text)
        self.setText(text)
        self.updateGeometry()
        self.update()

    def _beside(self) -> int:
        return LEFT + theme.px(ICON) + GAP + RIGHT

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        words = self._block.height(max(width - self._beside(), 1))
        return max(words + 4, LEAST)

    def sizeHint(self) -> QSize:  # noqa: N802
        width = self._beside() + self._block.natural_width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        width = self._beside() + self._block.least_width()
        return QSize(width, theme.line_height("small-strong") + 4)

    def text_fits(self) -> bool:
        """Whether the whole text is inside the chip as it is now."""
        room = self.width() - self._beside()
        return room >= self._block.least_width() and self.height() >= self._block.height(room)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        fill, text, edge, _ = LOOKS[self._kind]
        height = self.heightForWidth(self.width())
        top = (self.height() - height) // 2
        face = self.rect().adjusted(0, top, 0, 0)
        face.setHeight(height)
        radius = (theme.line_height("small-strong") + 4) / 2
        if self._outlined or theme.contrast:
            paint.box(painter, face, "surface", edge, radius=radius)
        else:
            paint.box(painter, face, fill, radius=radius)
        size = theme.px(ICON)
        draw_icon(painter, LEFT, top + (height - size) / 2, size, self._icon, text)
        room = self.width() - self._beside()
        words = self._block.height(room)
        x = LEFT + size + GAP
        self._block.draw(painter, x, top + (height - words) // 2, room, text)
