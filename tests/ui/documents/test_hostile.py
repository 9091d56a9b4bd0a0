"""A few PDFs that are out to do harm, in the window; `hostile_window.py` shows thousands."""

import pytest

from tests.equipment.hostile_pdfs import CRAFTED, damaged
from tests.equipment.pdfs import simple
from tests.ui.documents.hostile_window import Window

NAMES = ("script", "huge box", "form in itself", "picture of itself", "password")


@pytest.mark.usefixtures("app")
def test_the_window_goes_on() -> None:
    window = Window()
    made = [*(CRAFTED[name]() for name in NAMES), *map(damaged, range(25)), simple(3)]
    ends = [window.try_out(content) for content in made]
    window.stage.close()
    assert all(end == "shown" or end.startswith("IMZ-37") for end in ends)
    assert ends[NAMES.index("password")] == "IMZ-372"
    assert ends[-1] == "shown"
