"""Every test of the window: one application without a screen, and no word from Qt."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.equipment import application, silence


@pytest.fixture(scope="session")
def app() -> QApplication:
    return application()


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with silence():
        yield
