"""Where the pages are: one at a time, between equal margins, in a column that scrolls."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.containers import SIDE, Centred, row
from kamusm_esign.ui.widgets.scroll_area import ScrollArea

FADE = 120
"""Milliseconds."""
COMPACT_SIDE = 16


class PageArea(QWidget):
    """Shows one page; the one before is told to leave and is gone, what was typed with it."""

    arranged = Signal(object)
    """The page that is shown, after it was arranged for a shape of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page: Page | None = None
        self._holder: QWidget | None = None
        self._stack = QStackedLayout(self)

    def turn_to(self, page: Page, shape: Shape) -> None:
        """Show a page in place of the present one."""
        old_page, old_holder = self.page, self._holder
        self.page = page
        self._holder = page if page.scrolls_itself else _Scrolled(page)
        self.set_shape(shape)
        self._stack.addWidget(self._holder)
        self._stack.setCurrentWidget(self._holder)
        if old_page is not None and old_holder is not None:
            old_page.leave()
            self._stack.removeWidget(old_holder)
            old_holder.hide()
            old_holder.deleteLater()
            self._fade()

    def set_shape(self, shape: Shape) -> None:
        """Arrange the present page for the shape of the window."""
        if self.page is not None:
            self.page.set_shape(shape)
            self.arranged.emit(self.page)
        if isinstance(self._holder, _Scrolled):
            self._holder.set_shape(shape)

    def _fade(self) -> None:
        duration = theme.milliseconds(FADE)
        if duration and self.isVisible():
            from kamusm_esign.ui.veil import Veil

            Veil(self).lift(duration)


class _Scrolled(ScrollArea):
    """One page that scrolls up and down."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._centred = Centred()
        row(self._centred.content).addWidget(page)
        self.setWidget(self._centred)

    def set_shape(self, shape: Shape) -> None:
        """Leave less room around the page in small windows."""
        self._centred.set_side(COMPACT_SIDE if shape.compact else SIDE)
        self._centred.set_ends(0, 12 if shape.short else 16)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Once the bar is there, the page still ends where the bars above and below it do."""
        self._centred.set_outside(self.width() - self.viewport().width())
        super().resizeEvent(event)
