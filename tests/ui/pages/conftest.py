"""One application for the pages, and no word from Qt that a test did not ask for."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.style.focus import FocusRing
from kamusm_esign.ui.style.theme import theme
from tests.ui.pages.stage import Stage

HARMLESS = ("This plugin does not support",)
"""What the platform without a screen says of itself."""

Show = Callable[..., Stage]


@pytest.fixture(scope="session")
def app() -> QApplication:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    application = QApplication(["pages"])
    theme.start("light")
    FocusRing(application)
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
def show(app: QApplication) -> Iterator[Show]:
    """Shows a page with a model; `scale` and `scheme` as in the settings."""
    stages: list[Stage] = []

    def shown(
        page: Page,
        model: Any,
        *,
        size: tuple[int, int] = (1366, 768),
        scale: float = 1.0,
        scheme: str = "light",
    ) -> Stage:
        theme.set(scheme, scale)
        stages.append(Stage(page, model, size))
        return stages[-1]

    yield shown
    for stage in stages:
        stage.close()
    theme.set("light", 1.0)
