"""The application, silent; the theme goes back to what it was."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from kamusm_esign.ui.style.theme import theme
from tests.ui.equipment import application, silence


@pytest.fixture(scope="session")
def app() -> QApplication:
    return application()


@pytest.fixture(autouse=True)
def quiet(app: QApplication) -> Iterator[None]:
    with silence():
        yield
    theme.set_system_palette(None)
    theme.set("light", 1.0)
