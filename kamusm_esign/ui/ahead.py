"""What a person will need next, got ready while nobody waits for it.

The first page with a PIN has much to bring along: its texts, its modules, and with a screen reader
all of Qt's classes. At once, that is the longest turn of the whole program; here each part has one
of its own, soon after the lights are on.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

from kamusm_esign.ui.pages.table import importers
from kamusm_esign.ui.widgets import pin_keys

PAUSE = 40
"""Milliseconds between two parts, for what came up meanwhile."""
PAGES = ("CodePage", "NewPinPage", "WorkingPage", "ResultPage")
"""Models of the pages that most journeys begin with and end on."""


class Ahead(QObject):
    """Gets one part after the other ready; lives on the window's thread."""

    def __init__(self, texts: Callable[[], object], parent: QObject) -> None:
        """Begin.

        Args:
            texts: reads those of the pages.
            parent: ends it with itself.
        """
        super().__init__(parent)
        self._parts: Iterator[Callable[[], object]] = iter(
            (texts, *importers(PAGES), pin_keys.ready_the_guard)
        )
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._next)
        self._timer.start()

    def _next(self) -> None:
        part = next(self._parts, None)
        if part is None:
            self._timer.stop()
        else:
            part()
