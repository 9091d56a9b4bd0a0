"""The menu of compact windows: what the bars have no room for."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

Entry = tuple[str, Callable[[], None]]
"""Text (empty: left out), and what it does."""


def show_menu(below: QWidget, entries: Iterable[Entry]) -> None:
    """Open a menu below a button; it is gone once it was used."""
    menu = QMenu(below)
    menu.setObjectName("top.menu.entries")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for text, do in entries:
        if text:
            menu.addAction(text.replace("&", "&&")).triggered.connect(do)
    menu.popup(below.mapToGlobal(QPoint(0, below.height())))
