"""Screen 5: what is being done, that it may take longer, and calm."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages import working
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.working import Working
from kamusm_esign.ui.style.theme import Theme
from kamusm_esign.ui.widgets.running_mark import RunningMark
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import EN, clipped, name_of, nameless, wait_until

SLOW_MS = 300


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was announced."""
    said: list[str] = []

    def heard(_widget: QWidget, text: str, *, at_once: bool = False) -> None:
        said.append(text)

    monkeypatch.setattr(working, "announce", heard)
    return said


def turning(page: Page) -> list[RunningMark]:
    return [mark for mark in page.findChildren(RunningMark) if mark.turns]


def test_it_says_not_to_remove_the_card_and_what_is_done(show: Show, spoken: list[str]) -> None:
    stage = show(Working(), sample("working"))
    assert stage.text("working.headline") == "Kartı çıkarmayınız"
    assert spoken == ["Yeni PIN karta yazılıyor", "Kartı çıkarmayınız"]
    names = {name_of(label) for label in stage.page.findChildren(QWidget)}
    assert {"Portaldan izin alındı: tamam", "Yeni PIN karta yazılıyor: sürüyor"} <= names
    assert nameless(stage.page) == []


def test_the_shipped_wait_is_eight_seconds() -> None:
    assert working.SLOW_MS == 8000


def test_after_a_while_it_says_that_it_may_take_longer(show: Show, spoken: list[str]) -> None:
    model = sample("working")
    stage = show(Working(slow_ms=SLOW_MS), model)
    wait_until(lambda: stage.text("working.slow"))
    assert stage.text("working.slow") == model.slow
    assert spoken[-1] == model.slow


def test_another_step_begins_the_wait_anew(show: Show) -> None:
    stage = show(Working(slow_ms=SLOW_MS), sample("working"))
    wait_until(lambda: stage.text("working.slow"))
    stage.render(sample("working-reporting"))
    assert stage.text("working.slow") == ""
    wait_until(lambda: stage.text("working.slow"))
    assert stage.text("working.slow") == sample("working-reporting").slow


def test_another_language_begins_no_wait_anew(show: Show, spoken: list[str]) -> None:
    stage = show(Working(slow_ms=SLOW_MS), sample("working"))
    wait_until(lambda: stage.text("working.slow"))
    stage.render(sample("working", "en"))
    assert stage.text("working.slow") == EN("working.slow")
    assert stage.text("working.headline") == "Do not remove the card"


def test_who_is_to_act_is_not_told_to_wait(show: Show) -> None:
    stage = show(Working(slow_ms=0), sample("working"))
    wait_until(lambda: stage.text("working.slow"))
    stage.render(sample("working-checking"))
    assert stage.text("working.slow") == ""
    stage.render(replace(sample("working-checking"), headline="…"))
    assert stage.text("working.slow") == ""


@pytest.mark.parametrize("allowed", [200, 0], ids=["motion", "stillness"])
def test_only_what_is_under_way_moves_and_only_where_motion_is_allowed(
    show: Show, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    monkeypatch.setattr(Theme, "milliseconds", lambda _self, wanted: min(wanted, allowed))
    stage = show(Working(), sample("working"))
    assert len(turning(stage.page)) == (1 if allowed else 0)


def test_nothing_moves_or_waits_once_it_was_left(show: Show, spoken: list[str]) -> None:
    stage = show(Working(slow_ms=SLOW_MS), sample("working"))
    stage.page.leave()
    stage.area.hide()
    assert turning(stage.page) == []
    assert not any(timer.isActive() for timer in stage.page.findChildren(QTimer))


@pytest.mark.parametrize("name", ["working", "working-checking"])
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(Working(slow_ms=0), sample(name, language), size=size, scale=scale)
    if sample(name).slow:
        wait_until(lambda: stage.text("working.slow"))
    assert clipped(stage.area) == []
