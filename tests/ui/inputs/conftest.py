"""One application for these tests, and no word from Qt that a test did not ask for."""

import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kamusm_esign.ui.style.theme import theme

HARMLESS = ("This plugin does not support",)
"""What the platform without a screen says of itself."""

Shown = Callable[..., QWidget]


def wait_until(happened: Callable[[], bool]) -> None:
    """Let Qt work until something has happened, five seconds at most."""
    for _ in range(1000):
        if happened():
            return
        QTest.qWait(5)
    raise AssertionError("it did not happen")


@pytest.fixture(scope="session")
def app() -> QApplication:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    application = QApplication(["inputs"])
    theme.start("light")
    return application


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    said: list[str] = []

    def heard(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if not text.startswith(HARMLESS):
            said.append(text)

    before = qInstallMessageHandler(heard)
    yield
    qInstallMessageHandler(before)
    assert said == []


@pytest.fixture
def shown(app: QApplication) -> Iterator[Shown]:
    """Puts widgets into a window, shows it, and gives the first one the focus."""
    windows: list[QWidget] = []

    def show(*widgets: QWidget) -> QWidget:
        window = QWidget()
        layout = QVBoxLayout(window)
        for widget in widgets:
            layout.addWidget(widget)
        window.show()
        window.activateWindow()
        widgets[0].setFocus()
        app.processEvents()
        windows.append(window)
        return window

    yield show
    for window in windows:
        window.close()
        window.deleteLater()
    app.processEvents()
