"""The navy bar at the top: who this is, where one is, and the tools."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import Pressable
from kamusm_esign.ui.widgets.containers import SIDE, Bar, column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.status_strip import STATES
from kamusm_esign.ui.widgets.text import Label

if TYPE_CHECKING:
    from kamusm_esign.ui.widgets.step_rail import StepRail

HEIGHT, COMPACT_HEIGHT, BRAND = 64, 48, 248
COMPACT_SIDE, LEAST_WIDTH = 12, 320


class Tool(Pressable):
    """A button on the navy bar."""

    kind: Kind = "small-strong"
    before, after = 10, 10

    def focus_outline(self) -> tuple[QRect, float, Role]:
        return self.rect().adjusted(4, 4, -4, -4), paint.RADIUS, "amber"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        lit = self._hovered() or self.isDown()
        if lit:
            paint.box(painter, self.rect().adjusted(0, 4, 0, -4), None, "on-rail2")
        self._draw_contents(painter, self.rect(), "on-rail" if lit else "on-rail2")


class Crumb(Tool):
    """The home screen in the breadcrumb."""

    kind: Kind = "step"


class Breadcrumb(QWidget):
    """The way back to the home screen, and what this screen is."""

    home_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home = Crumb("top.home", "home")
        self._home.clicked.connect(self.home_pressed)
        self._here = Label("step-now", "on-rail")
        layout = row(self, spacing=0)
        layout.addWidget(self._home)
        layout.addWidget(Icon("chevron-right", 16, "on-rail2"))
        layout.addSpacing(8)
        layout.addWidget(self._here)

    def set_texts(self, home: str, here: str) -> None:
        """Name the home screen and this one."""
        self._home.set_text(home)
        self._here.set_text(here)


class TopBar(Bar):
    """Brand, step rail or breadcrumb, phone, language, settings.

    Compact (`set_compact`): title and "Adım 2 / 4", the four lights as one button, a menu button.
    """

    overhang = 12

    phone_pressed = Signal()
    language_pressed = Signal()
    settings_pressed = Signal()
    home_pressed = Signal()
    status_pressed = Signal()
    menu_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rail", Qt.Edge.BottomEdge, parent)
        self._compact, self._wanted = True, False
        self._brand_texts, self._where = ("", ""), ("", "")
        self._mark = Icon("app-mark", 40, "on-rail")
        self._title, self._under = Label("brand", "on-rail"), Label("small", "on-rail2")
        self._brand = self._make_brand()
        self._rail: StepRail | None = None
        self._crumb: Breadcrumb | None = None
        self.phone = self._tool("top.phone", "phone", self.phone_pressed)
        self.language = self._tool("top.language", "globe", self.language_pressed)
        self.settings = self._tool("top.settings", "gear", self.settings_pressed)
        self.status = self._tool("top.status", "hourglass", self.status_pressed, "chevron-down")
        self.menu = self._tool("top.menu", "menu", self.menu_pressed)
        self._layout = row(self.content)
        self._layout.addWidget(self._brand)
        self._layout.addStretch(1)
        for tool in (self.phone, self.language, self.settings, self.status, self.menu):
            self._layout.addWidget(tool)
        self._arrange_parts(True)

    def _make_brand(self) -> QWidget:
        brand = QWidget()
        texts = column()
        texts.setContentsMargins(0, 4, 0, 4)
        texts.addStrut(BRAND - 40 - 12)
        texts.addStretch(1)
        texts.addWidget(self._title)
        texts.addWidget(self._under)
        texts.addStretch(1)
        layout = row(brand, spacing=12)
        layout.addWidget(self._mark)
        layout.addLayout(texts, 1)
        brand.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        return brand

    @staticmethod
    def _tool(name: str, icon: str, pressed: SignalInstance, after: str = "") -> Tool:
        tool = Tool(name, icon, after)
        tool.clicked.connect(pressed)
        return tool

    def _line_role(self) -> Role:
        return "rail" if theme.shown == "light" else "line"

    # ------------------------------------------------------------------ what it says
    def set_brand(self, name: str, organisation: str) -> None:
        """Name the program and whose it is."""
        self._brand_texts = (name, organisation)
        self._show_brand()

    def set_phone(self, number: str, name: str) -> None:
        """Show the helpdesk's number; `name` says what it is."""
        _label(self.phone, number.replace(" ", "\u00a0"), name)

    def set_language(self, code: str, name: str) -> None:
        """Show the language (TR); `name` says what pressing does."""
        _label(self.language, code, name)

    def set_settings(self, name: str) -> None:
        """Name the button of the settings."""
        _label(self.settings, "", name)

    def set_menu(self, name: str) -> None:
        """Name the compact bar's menu button."""
        _label(self.menu, "", name)

    def set_status(self, state: str, text: str, name: str) -> None:
        """Sum up the lights for the compact bar: state, "4 / 4 hazır", and what pressing does."""
        self.status.set_icon(STATES[state][0])
        _label(self.status, text, f"{text}. {name}")

    def set_steps(self, steps: Sequence[tuple[str, str]], position: str) -> None:
        """Show the steps of a job: (name, state) as in `StepRail`; position: "Adım 2 / 4"."""
        from kamusm_esign.ui.widgets.step_rail import StepRail  # home has no steps

        self._drop_crumb()
        now = next((name for name, state in steps if state == "now"), "")
        if self._rail is None:
            self._rail = StepRail("top.steps")
            self._insert(self._rail, stretch=True)
        self._rail.set_steps(steps, f"{position}: {now}")
        self._where = (now, position)
        self._fit()
        self._show_brand()

    def set_place(self, home: str, here: str) -> None:
        """Show "Ana sayfa › here"; here empty: this is the home screen, nothing is shown."""
        self._drop_rail()
        if here and self._crumb is None:
            self._crumb = Breadcrumb()
            self._crumb.home_pressed.connect(self.home_pressed)
            self._insert(self._crumb, stretch=False)
        if self._crumb is not None and here:
            self._crumb.set_texts(home, here)
        elif not here:
            self._drop_crumb()
        self._where = (here, "")
        self._fit()
        self._show_brand()

    def _insert(self, widget: QWidget, *, stretch: bool) -> None:
        if stretch:
            self._layout.insertStretch(1, 1)
            self._layout.insertWidget(2, widget)
        else:
            self._layout.insertWidget(1, widget)
        # Only now: shown before it is inside, it would be a window and take the keyboard away.
        widget.setVisible(not self._compact)

    def _drop_rail(self) -> None:
        if self._rail is not None:
            self._layout.takeAt(1)
            self._discard(self._rail)
            self._rail = None

    def _drop_crumb(self) -> None:
        if self._crumb is not None:
            self._discard(self._crumb)
            self._crumb = None

    def _discard(self, widget: QWidget) -> None:
        self._layout.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    # ------------------------------------------------------------------ room
    def set_compact(self, compact: bool) -> None:
        """Use the low bar of narrow, short windows, and wherever the high one does not fit."""
        self._wanted = compact
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        compact = self._wanted or self.width() < self._width_in_full()
        if compact != self._compact:
            self._compact = compact
            self._arrange_parts(compact)

    def _width_in_full(self) -> int:
        middle = self._rail or self._crumb
        parts = (self.phone, self.language, self.settings)
        tools = sum(tool.sizeHint().width() for tool in parts)
        between = middle.minimumSizeHint().width() if middle is not None else 0
        title = theme.advance("brand", self._brand_texts[0])
        brand = max(BRAND, theme.px(40) + 12 + round(title) + 1)
        return brand + between + tools + 2 * SIDE - self.overhang

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def _arrange_parts(self, compact: bool) -> None:
        self.setMinimumHeight(COMPACT_HEIGHT if compact else HEIGHT)
        self.set_side(COMPACT_SIDE if compact else SIDE)
        for tool in (self.phone, self.language, self.settings):
            tool.setVisible(not compact)
        for tool in (self.status, self.menu):
            tool.setVisible(compact)
        for middle in (self._rail, self._crumb):
            if middle is not None:
                middle.setVisible(not compact)
        self._mark.set_size(32 if compact else 40)
        self._show_brand()

    def _show_brand(self) -> None:
        title, under = self._brand_texts
        if self._compact and self._where[0]:
            title, under = self._where
        self._title.set_kind("step-now" if self._compact else "brand")
        self._title.set_text(title)
        self._under.set_text(under)
        self._under.setVisible(bool(under))


def _label(tool: Tool, text: str, name: str) -> None:
    tool.set_text(text)
    tool.setAccessibleName(name)
    tool.setToolTip(name)
