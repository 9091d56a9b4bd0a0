"""The window: which page is shown, and what is pressed.

It knows models and intents by name only: before the first paint neither is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from kamusm_esign.ui.bars import Bars, Presses
from kamusm_esign.ui.page_area import PageArea
from kamusm_esign.ui.pages.home import Home
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.shape import shape_of
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.containers import column

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent

SMALLEST, FIRST_SIZE = (640, 360), (1280, 760)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
AROUND = (16, 48)
"""What the desktop's title bar and edges take of the screen."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MainWindow(QWidget):
    """One page at a time between the bars."""

    intent = Signal(object)
    """What the person wants, from a page or from the bars."""
    language_chosen = Signal(str)
    first_painted = Signal()

    def __init__(self, texts: Texts, steady: Callable[[], float]) -> None:
        """Make it with the home screen.

        Args:
            texts: what bars and home screen say.
            steady: seconds on the clock that `Frame.ends_at` counts on.
        """
        super().__init__()
        self.texts = texts
        self.portal_page = texts("guide.address")
        self.may_close: Callable[[], bool] = lambda: True
        """Asked before the window closes."""
        self._painted = self._rendering = False
        self._model: Any = None
        self._frame: Any = None
        self._primary = (False, "")
        self._area = PageArea()
        presses = Presses(self._press_primary, self._press_secondary, lambda: self._wish("NewCode"))
        self._bars = Bars(column(self), self._area, texts, steady, presses)
        self._connect()
        self.setMinimumSize(*SMALLEST)
        self.resize((self.screen().availableSize() - QSize(*AROUND)).boundedTo(QSize(*FIRST_SIZE)))
        self._reshape()
        self._bars.set_texts(texts)
        self.show_home()

    def _connect(self) -> None:
        bars = self._bars
        bars.strip.fix_pressed.connect(self._press_fix)
        bars.top.home_pressed.connect(lambda: self._wish("GoHome"))
        bars.top.language_pressed.connect(self.switch_language)
        bars.top.phone_pressed.connect(lambda: self._help("copy_phone"))
        bars.top.status_pressed.connect(lambda: bars.open_lights(not bars.lights_open))
        top = bars.top
        top.menu_pressed.connect(lambda: self._help("show_menu", top.menu, self._frame))
        top.settings_pressed.connect(lambda: self._help("open_settings", top.settings, self._frame))
        theme.changed.connect(self._reshape)

    # ------------------------------------------------------------------ pages
    def show(self, model: object = None) -> None:
        """Show a page model; without one, show the window (as Qt has it)."""
        if model is None:
            super().show()
        elif type(model).__name__ == "HomePage":
            self.show_home()
        else:
            self._show_page(model)

    def show_home(self) -> None:
        """Show screen 1."""
        home = Home()
        home.intent.connect(self.intent)
        home.guide_wanted.connect(lambda: self._help("show_guide"))
        home.set_texts(self.texts, self.portal_page)
        self._model = None
        self._show_frame(None)
        self._turn_to(home)

    def _show_page(self, model: Any) -> None:
        from kamusm_esign.ui.pages.table import page_for

        make, page = page_for(model), self._area.page
        fresh = type(page) is not make
        if fresh or page is None:
            page = self._made(make)
        button = model.frame.primary
        self._primary = (button.enabled, button.reason) if button else (False, "")
        self._rendering, self._model = True, model
        page.render(model)
        self._rendering = False
        self._show_frame(model.frame)
        if fresh:
            self._turn_to(page)

    def _made(self, make: type[Page]) -> Page:
        page = make()
        page.intent.connect(self.intent)
        page.primary_state_changed.connect(self._set_primary_state)
        page.set_shape(self._shape)
        return page

    def _turn_to(self, page: Page) -> None:
        if self._area.page is not None:
            # What is wiped there from now on concerns no button here.
            self._area.page.blockSignals(True)
        self.set_notice(None)
        self._bars.open_lights(False)
        self._area.turn_to(page, self._shape)
        first = page.first_focus()
        if first is None:
            from kamusm_esign.ui.tab_order import within

            first = next(within(self._area), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ around the page
    @property
    def screen_number(self) -> int:
        """Number of the screen that is shown."""
        return int(self._frame.screen) if self._frame is not None else 1

    def _show_frame(self, frame: Any) -> None:
        self._frame = frame
        self._bars.show_frame(frame)
        name = self.texts("frame.name")
        self.setWindowTitle(name if frame is None else f"{frame.title} – {name}")
        if frame is not None:
            self._bars.show_primary(frame.primary, *self._primary)
            if frame.banner:
                self.set_practice(frame.banner)

    def _set_primary_state(self, enabled: bool, reason: str) -> None:
        self._primary = (enabled, reason)
        if not self._rendering and self._frame is not None:
            self._bars.show_primary(self._frame.primary, enabled, reason)

    def set_texts(self, texts: Texts) -> None:
        """Say everything of the bars and the home screen in another language."""
        if self.portal_page == self.texts("guide.address"):
            self.portal_page = texts("guide.address")
        self.texts = texts
        self.set_notice(None)
        self._bars.set_texts(texts)
        self._say_home()

    def set_portal_page(self, url: str) -> None:
        """Lead to another portal than the real one."""
        self.portal_page = url
        self._say_home()

    def _say_home(self) -> None:
        if isinstance(self._area.page, Home):
            self._area.page.set_texts(self.texts, self.portal_page)
            self._show_frame(None)

    def set_status(self, status: Any) -> None:
        """Show the four lights; a `pieces.Status`."""
        self._bars.set_status(status)

    def set_practice(self, text: str) -> None:
        """Say on every screen that this is not the real world; empty: it is."""
        self._bars.show_practice(text)

    def set_notice(self, notice: Any) -> None:
        """Show a `pieces.Notice` above the page until another page is shown; None: none."""
        self._bars.show_notice(notice)

    # ------------------------------------------------------------------ what is pressed
    def _wish(self, name: str) -> None:
        from kamusm_esign.ui.presenter import intents

        self.intent.emit(getattr(intents, name)())

    def _press_primary(self) -> None:
        button = self._frame.primary if self._frame is not None else None
        if button is None or not self._primary[0] or self._area.page is None:
            return
        if button.intent is None:
            self._area.page.primary_pressed()
        else:
            self.intent.emit(button.intent)

    def _press_secondary(self) -> None:
        button = self._frame.secondary if self._frame is not None else None
        if button is not None and button.enabled:
            self.intent.emit(button.intent)

    def _press_fix(self, place: int) -> None:
        if (fix := self._bars.fix(place)) is not None:
            self.intent.emit(fix)

    def switch_language(self) -> None:
        """Turkish or English, whichever it is not now."""
        self.language_chosen.emit("en" if self.texts.language == "tr" else "tr")

    def _help(self, what: str, *more: Any) -> None:
        from kamusm_esign.ui import window_help

        getattr(window_help, what)(self, *more)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, page = event.key(), self._area.page
        if key == Qt.Key.Key_F1:
            self._help("open_help", self._model)
        elif key == Qt.Key.Key_Escape and self._bars.lights_open:
            self._bars.open_lights(False)
        elif key == Qt.Key.Key_Escape:
            self._press_secondary()
        elif key in ENTER and page is not None and page.enter_is_primary:
            self._press_primary()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        from kamusm_esign.ui.tab_order import neighbour

        found = neighbour(self._bars.tab_order(), QApplication.focusWidget(), forward)
        if found is not None:
            reasons = Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.TabFocusReason
            found.setFocus(reasons[forward])
        return found is not None

    # ------------------------------------------------------------------ the window itself
    def open_address(self, url: str) -> None:
        """Open a web page in the browser; where there is none, its address can be pasted."""
        self._help("open_address", url)

    def come_forward(self) -> None:
        """Another start asks for this window."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

    def close_program(self) -> None:
        """Close the window and end."""
        self.close()

    def _reshape(self) -> None:
        """Arrange everything for the size of the window and of the text."""
        self._shape = shape_of(self.width(), self.height(), theme.scale)
        self._bars.set_shape(self._shape)
        self._area.set_shape(self._shape)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if shape_of(self.width(), self.height(), theme.scale) != self._shape:
            self._reshape()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._finish)

    def _finish(self) -> None:
        """What nobody misses in the first picture."""
        self.first_painted.emit()
        from PySide6.QtGui import QIcon

        from kamusm_esign.resource_files import resource
        from kamusm_esign.ui.style.focus import FocusRing

        self.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
        application: Any = QApplication.instance()
        self._ring = FocusRing(application)
        application.focusChanged.emit(None, application.focusWidget())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self.may_close():
            event.ignore()
            self._help("stay_open")
        elif self._area.page is not None:
            self._area.page.leave()
