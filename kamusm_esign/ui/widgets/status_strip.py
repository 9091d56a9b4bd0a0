"""The four lights at the bottom of every screen: reader, driver, card, portal."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import SmallButton
from kamusm_esign.ui.widgets.containers import Bar, Line, row
from kamusm_esign.ui.widgets.marked_text import ICON, MarkedText
from kamusm_esign.ui.widgets.text import Label, TextBlock

STATES: dict[str, tuple[str, Role]] = {
    "ok": ("check-circle", "green"),
    "warn": ("alert", "amber-text"),
    "bad": ("x-circle", "red"),
    "running": ("hourglass", "text2"),
}
"""State → (icon, its colour)."""

NAMES = ("status.reader", "status.driver", "status.token", "status.portal")
HEIGHT, SPACING = 48, 16


class LightText(MarkedText):
    """Icon, name and sentence of one light."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        block = TextBlock("small", strong="text")
        super().__init__(block, QSizePolicy.Policy.Maximum, parent)
        self.setObjectName(name)
        self._icon, self._role = STATES["running"]

    def set_state(self, state: str, name: str, sentence: str) -> None:
        """Show how it stands: `ok`, `warn`, `bad` or `running`."""
        self._icon, self._role = STATES[state]
        self._block.set_spans(((f"{name}:", True), (f" {sentence}", False)))
        self.setText(self._block.text)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        size = theme.px(ICON)
        draw_icon(painter, 0, (self.height() - size) / 2, size, self._icon, self._role)
        room = self.width() - self._beside()
        spare = (self.height() - self._block.height(room)) // 2
        self._block.draw(painter, self._beside(), spare, room, "text2")


class Light(QWidget):
    """One light, with a button where there is something to do about it."""

    fix_pressed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = LightText(name)
        self._fix: SmallButton | None = None
        self._layout = row(self, spacing=12)
        self._layout.addWidget(self.text)
        self._layout.addStretch(1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        width = self.text.minimumSizeHint().width()
        if self._fix is not None and not self._fix.isHidden():
            width += self._layout.spacing() + self._fix.minimumSizeHint().width()
        return QSize(width, self._layout.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._keep_whole()

    def _keep_whole(self) -> None:
        """The sentence takes a second line before the button does."""
        if self._fix is not None:
            wanted = self._fix.sizeHint().width()
            room = self.width() - self._layout.spacing() - wanted
            self._fix.setMinimumWidth(wanted if self.text.fits(room, 2) else 0)

    def set_light(self, state: str, name: str, sentence: str, fix: str = "") -> None:
        """Show a state (`ok`, `warn`, `bad`, `running`) with its sentence; `fix` is a button."""
        self.text.set_state(state, name, sentence)
        if fix and self._fix is None:
            self._fix = SmallButton(self.text.objectName() + ".fix")
            self._fix.clicked.connect(self.fix_pressed)
            self._layout.insertWidget(1, self._fix)
        if self._fix is not None:
            self._fix.set_text(fix)
            self._fix.setAccessibleDescription(self.text.text())
            self._fix.setVisible(bool(fix))
            self._keep_whole()


class StatusStrip(Bar):
    """Four lights in columns and the number of the screen.

    The columns are equal as long as each light has room enough in its own.

    `set_stacked(True)` puts them one under the other, for the narrow window's list.
    """

    fix_pressed = Signal(int)
    """Place (0 to 3) of the light whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface2", Qt.Edge.TopEdge, parent)
        self.setMinimumHeight(HEIGHT)
        self.number = Label("small", "text2", name="page.number")
        self.number.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.lights = tuple(Light(name) for name in NAMES)
        self._rule = Line(upright=True)
        self._wanted = False
        self._layout = row(self.content, spacing=SPACING)
        for place, light in enumerate(self.lights):
            light.fix_pressed.connect(lambda at=place: self.fix_pressed.emit(at))
            self._layout.addWidget(light, 1)
        self._layout.addWidget(self._rule, 0, Qt.AlignmentFlag.AlignVCenter)
        self._layout.addWidget(self.number)
        self.set_ends(1, 0)

    def set_light(self, place: int, state: str, name: str, sentence: str, fix: str = "") -> None:
        """Show one light (0 reader, 1 driver, 2 card, 3 portal)."""
        self.lights[place].set_light(state, name, sentence, fix)
        self._stack()

    def set_number(self, text: str) -> None:
        """Show the number of the screen: "Ekran 4"."""
        self.number.set_text(text)

    def set_stacked(self, stacked: bool) -> None:
        """Put the lights one under the other, or side by side where there is room."""
        self._wanted = stacked
        self._stack()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._stack()
        super().resizeEvent(event)

    def _stack(self) -> None:
        least = sum(light.minimumSizeHint().width() for light in self.lights)
        wanted = [light.sizeHint().width() for light in self.lights]
        room = self.content.width() - self.number.sizeHint().width() - 5 * SPACING
        stacked = self._wanted or least > room
        equal = 4 * max(wanted) <= room
        for place, width in enumerate(wanted):
            self._layout.setStretch(place, 1 if equal else width)
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.TopToBottom if stacked else direction.LeftToRight)
        self._layout.setSpacing(4 if stacked else SPACING)
        self._rule.setVisible(not stacked)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        widest = max(light.minimumSizeHint().width() for light in self.lights)
        return QSize(widest + 2 * self.side, super().minimumSizeHint().height())
