"""One application for the tests of the window, and an ear for what Qt says meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from kamusm_esign.ui.style.focus import FocusRing
from kamusm_esign.ui.style.theme import ARGUMENTS, theme

HARMLESS = ("This plugin does not support",)
"""What the platform without a screen says of itself."""


def application() -> QApplication:
    """Return the one application of this process; made at the first call."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    made = QApplication(["tests", *ARGUMENTS])
    theme.start("light")
    return made


def focus_ring(app: QApplication) -> FocusRing:
    """Return the application's focus ring; made at the first call."""
    return app.findChild(FocusRing) or FocusRing(app)


@contextmanager
def silence() -> Iterator[None]:
    """Fail on anything that Qt warns of."""
    said: list[str] = []

    def heard(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if not text.startswith(HARMLESS):
            said.append(text)

    before = qInstallMessageHandler(heard)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
    if said:
        raise AssertionError(said)
