"""Lines of the frame that are seldom there: what went wrong, and that this is practice."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.containers import SIDE, Bar, Centred, row
from kamusm_esign.ui.widgets.text import Label


class NoticeRow(Centred):
    """A banner between title and page, for what concerns the whole program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = Banner("frame.problem")
        row(self.content).addWidget(self._banner)
        self.set_ends(12, 4)

    def set_notice(self, notice: Any) -> None:
        """Show a `pieces.Notice`."""
        self._banner.set_banner(notice.kind, notice.title, notice.text, notice.code)
        announce(self, f"{notice.title}. {notice.text}", at_once=notice.kind == "bad")

    def set_shape(self, shape: Shape) -> None:
        """Keep the margins of the page."""
        self.set_side(16 if shape.compact else SIDE)


class PracticeLine(Bar):
    """Says on every screen that this is not the real world."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("amber-tint", Qt.Edge.BottomEdge, parent)
        self._text = Label("small-strong", "amber-text", name="page.practice", centred=True)
        row(self.content).addWidget(self._text)
        self.set_ends(4, 5)

    def set_text(self, text: str) -> None:
        """Say which world it is."""
        self._text.set_text(text)


class Notices:
    """Makes both lines when they are first needed, above a widget of the window's layout."""

    def __init__(self, layout: QVBoxLayout, above: QWidget) -> None:
        self._layout, self._above = layout, above
        self._notice: NoticeRow | None = None
        self._practice: PracticeLine | None = None

    def show_notice(self, notice: Any, shape: Shape) -> None:
        """Show a `pieces.Notice`; None: none."""
        if notice is not None:
            if self._notice is None:
                self._notice = NoticeRow()
                self._layout.insertWidget(self._layout.indexOf(self._above), self._notice)
            self._notice.set_shape(shape)
            self._notice.set_notice(notice)
        if self._notice is not None:
            self._notice.setVisible(notice is not None)

    def show_practice(self, text: str) -> None:
        """Say which world this is; empty: the real one."""
        if text and self._practice is None:
            self._practice = PracticeLine()
            self._layout.insertWidget(1, self._practice)
        if self._practice is not None:
            self._practice.set_text(text)
            self._practice.setVisible(bool(text))
