"""Everything that is pressed: the primary pill, secondary, link, icon and small buttons.

All are `QPushButton`s (assistive technology sees a button), painted here because a style sheet
knows neither a pill whose height follows its text nor an outline with an offset.
`setText` and `clicked` are Qt's; Enter and the space bar press the one that has the focus.
"""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.text import TextBlock

TARGET = 44
"""Smallest height and width of what is pressed, in logical pixels."""


class Pressable(QPushButton):
    """A button that wraps its text and asks for the room that it takes."""

    kind: Kind = "strong"
    least = TARGET
    before, after, gap = 16, 16, 8
    """Space left and right of the contents, and between icon and text."""
    icon_size = 20

    def __init__(
        self, name: str = "", icon: str = "", after: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icon, self._after = icon, after
        self._block = TextBlock(self.kind)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAutoDefault(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_text(self, text: str) -> None:
        """Show a text; it is the accessible name too."""
        if self._block.set_text(text):
            self.setText(text.replace("&", "&&"))
            self.updateGeometry()
            self.update()

    def set_icon(self, icon: str) -> None:
        """Show an icon of `resources/icons`; empty: none."""
        if icon != self._icon:
            self._icon = icon
            self.updateGeometry()
            self.update()

    # ------------------------------------------------------------------ room
    def _beside(self) -> int:
        """Width of everything but the text."""
        gap = self.gap if self._block.text else 0
        icons = sum(theme.px(self.icon_size) + gap for icon in (self._icon, self._after) if icon)
        return self.before + self.after + icons

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        lines = max(self._block.line_count(max(width - self._beside(), 1)), 1)
        return theme.control_height(self.least, self.kind) + (lines - 1) * theme.line_height(
            self.kind
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        width = max(self._beside() + self._block.natural_width(), TARGET)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        width = max(self._beside() + self._block.least_width(), TARGET)
        return QSize(width, theme.control_height(self.least, self.kind))

    def text_fits(self) -> bool:
        """Whether the whole text is inside the button as it is now."""
        inside = self.width() - self._beside()
        return inside >= self._block.least_width() and (self.height() >= self._block.height(inside))

    # ------------------------------------------------------------------ looks
    def _face(self) -> QRect:
        """What is painted: as high as the text needs, in the middle of whatever there is."""
        height = min(self.heightForWidth(self.width()), self.height())
        return QRect(0, (self.height() - height) // 2, self.width(), height)

    def focus_outline(self) -> tuple[QRect, float, Role]:
        return self._face(), paint.RADIUS, "focus"

    def _hovered(self) -> bool:
        return self.isEnabled() and self.underMouse() and not self.isDown()

    def _draw_contents(self, painter: QPainter, box: QRect, role: Role) -> None:
        """Icon, text and second icon, together in the middle of a box."""
        size, gap = theme.px(self.icon_size), self.gap if self._block.text else 0
        beside = sum(size + gap for icon in (self._icon, self._after) if icon)
        room = box.width() - self.before - self.after - beside
        text = min(self._block.natural_width(), room) if self._block.text else 0
        x = box.x() + (box.width() - beside - text) / 2
        middle = box.center().y() + 1
        if self._icon:
            draw_icon(painter, x, middle - size / 2, size, self._icon, role)
            x += size + gap
        height = self._block.height(text)
        self._block.draw(painter, round(x), middle - height // 2, text, role)
        if self._after:
            draw_icon(painter, x + text + gap, middle - size / 2, size, self._after, role)


class PrimaryButton(Pressable):
    """The one way forward: an amber pill that ends in a round cap whose icon says the kind."""

    kind: Kind = "primary"
    least = 48
    before, after, gap = 24, 6, 16

    def __init__(
        self,
        name: str = "button.primary",
        icon: str = "arrow-right",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, icon, parent=parent)

    def _cap(self) -> int:
        return theme.control_height(self.least, self.kind) - 2 * self.after

    def _beside(self) -> int:
        return self.before + self.gap + self._cap() + self.after

    def focus_outline(self) -> tuple[QRect, float, Role]:
        return self._face(), self._radius(), "focus"

    def _radius(self) -> float:
        return theme.control_height(self.least, self.kind) / 2

    def _roles(self) -> tuple[Role, Role, Role, Role, Role]:
        """Ground, edge, text, cap and the icon on it."""
        if not self.isEnabled():
            cap: Role = "dis" if theme.contrast else "line"
            return "dis", "line", "dis-text", cap, "dis-text"
        if self.isDown():
            return "amber-down", "amber-line", "on-amber", "amber-cap", "on-cap"
        ground: Role = "amber-hover" if self._hovered() else "amber"
        return ground, "amber-line", "on-amber", "amber-cap", "on-cap"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        face = self._face()
        fill, edge, text, cap, sign = self._roles()
        paint.box(painter, face, fill, edge, radius=self._radius())
        size, icon = self._cap(), theme.px(self.icon_size)
        centre = QPointF(self.width() - self.after - size / 2, self.height() / 2)
        paint.disc(painter, centre, size, cap)
        corner = centre - QPointF(icon / 2, icon / 2)
        draw_icon(painter, corner.x(), corner.y(), icon, self._icon, sign)
        room = self.width() - self._beside()
        height = self._block.height(room)
        self._block.draw(painter, self.before, (self.height() - height) // 2, room, text)


class Button(Pressable):
    """A secondary button: an edge, and an icon where it helps."""

    def _roles(self) -> tuple[Role, Role, Role]:
        """Ground, edge and text."""
        if not self.isEnabled():
            return "dis", "line", "dis-text"
        if self.isDown():
            return "surface2", "navy", "navy"
        return ("teal-tint", "teal", "navy") if self._hovered() else ("surface", "control", "navy")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        face = self._face()
        fill, edge, text = self._roles()
        paint.box(painter, face, fill, edge)
        self._draw_contents(painter, face, text)


class SmallButton(Button):
    """A button within a line of text: drawn 32 pixels high, pressed within 44."""

    kind: Kind = "small-strong"
    before, after = 12, 12
    face = 32

    def _face(self) -> QRect:
        spare = TARGET - self.face
        return super()._face().adjusted(0, spare // 2, 0, -(spare - spare // 2))

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        spare = TARGET - self.face
        lines = max(self._block.line_count(max(width - self._beside(), 1)), 1)
        return max(lines * theme.line_height(self.kind) + 10, self.face) + spare

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        width = max(self._beside() + self._block.least_width(), TARGET)
        return QSize(width, self.heightForWidth(self.sizeHint().width()))


class LinkButton(Pressable):
    """Looks like a link: underlined, no edge."""

    before, after = 8, 8

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        face = self._face()
        role: Role = "teal" if self.isEnabled() else "dis-text"
        if self._hovered() or self.isDown():
            paint.box(painter, face, "surface2" if self.isDown() else "teal-tint")
        self._draw_contents(painter, face, role)

    def _draw_contents(self, painter: QPainter, box: QRect, role: Role) -> None:
        super()._draw_contents(painter, box, role)
        size = theme.px(self.icon_size)
        icons = [size + self.gap if icon else 0 for icon in (self._icon, self._after)]
        room = box.width() - self.before - self.after - sum(icons)
        width = min(self._block.natural_width(), room)
        x = round(box.x() + (box.width() - sum(icons) - width) / 2) + icons[0]
        step = theme.line_height(self.kind)
        count = self._block.line_count(width)
        top = box.center().y() + 1 - count * step // 2
        for line in range(count):
            base = top + (line + 1) * step - round(step * 0.12)
            paint.rule(painter, x, base, self._block.line_width(line, width), role)


class IconButton(Pressable):
    """An icon alone; its name is for those who cannot see it, and for the tool tip."""

    before, after = 10, 10

    def __init__(
        self,
        name: str = "",
        icon: str = "",
        *,
        edge: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, icon, parent=parent)
        self._edge = edge

    def set_name(self, name: str) -> None:
        """Say what it does."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        face = self._face()
        role: Role = "navy" if self.isEnabled() else "dis-text"
        if self._hovered():
            paint.box(painter, face, "teal-tint", "teal")
        elif self.isDown():
            paint.box(painter, face, "surface2", "navy")
        elif self._edge:
            paint.box(painter, face, "surface", "control")
        self._draw_contents(painter, face, role)
