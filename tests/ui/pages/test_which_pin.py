"""Screen 10 after a PIN that works: which one is it?"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kamusm_esign.ui.pages.which_pin import WhichPin
from kamusm_esign.ui.presenter.intents import GoHome, SayTried
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import clipped, nameless, press, spoken


@pytest.mark.parametrize(
    ("keys", "new"), [((Qt.Key.Key_Space,), True), ((Qt.Key.Key_Down,), False)], ids=["new", "old"]
)
def test_the_answer_goes_out_once_it_is_chosen(
    show: Show, keys: tuple[Qt.Key, ...], new: bool
) -> None:
    stage = show(WhichPin(), sample("which-pin"))
    assert QApplication.focusWidget() is stage.find("pin.which.1")
    assert stage.primary[-1] == (False, sample("which-pin").frame.primary.reason)
    stage.page.primary_pressed()
    assert stage.intents == []
    press(*keys)
    assert stage.primary[-1] == (True, "")
    stage.page.primary_pressed()
    assert stage.intents == [SayTried(new)]


def test_what_was_chosen_stays_in_another_language(show: Show) -> None:
    stage = show(WhichPin(), sample("which-pin"))
    press(Qt.Key.Key_Down)
    stage.render(sample("which-pin", "en"))
    assert stage.find("pin.which.2").isChecked()
    assert stage.primary[-1] == (True, "")
    assert "My old PIN" in spoken(stage.page)


def test_it_says_which_job_it_is_about_and_lets_one_go(show: Show) -> None:
    model = sample("which-pin")
    stage = show(WhichPin(), model)
    assert "Kilit çözme ve yeni PIN · kart no …1234" in " ".join(spoken(stage.page))
    assert model.frame.secondary.intent == GoHome()
    assert nameless(stage.page) == []


@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(show: Show, size: tuple[int, int], scale: float, language: str) -> None:
    stage = show(WhichPin(), sample("which-pin", language), size=size, scale=scale)
    assert clipped(stage.area) == []
