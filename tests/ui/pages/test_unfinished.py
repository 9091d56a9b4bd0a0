"""Screen 13: what was left unfinished, what became of it, what the portal is told."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages import unfinished
from kamusm_esign.ui.pages.unfinished import Unfinished
from kamusm_esign.ui.presenter.intents import HandIn, OpenJob
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import clipped, nameless, spoken


def test_what_was_going_on_what_became_of_it_and_what_is_told(show: Show) -> None:
    stage = show(Unfinished(), sample("unfinished"))
    said = set(spoken(stage.page))
    assert {
        "Kilit çözme ve yeni PIN · kart no …1234",
        "PIN kodunuz değişti.",
        "Sonuç belli: PIN kodunuz değişti.",
        "…x7Qa2f",
    } <= said
    assert stage.find("pending.list").isVisible()
    assert sample("unfinished").frame.primary.intent == HandIn()
    assert nameless(stage.page) == []


def test_what_nobody_knows_leads_to_a_try_of_the_pin(show: Show) -> None:
    stage = show(Unfinished(), sample("unfinished-unknown"))
    tries = [b for b in stage.page.findChildren(QWidget, "pending.try") if b.isVisible()]
    assert len(tries) == 1
    QTest.mouseClick(tries[0], Qt.MouseButton.LeftButton)
    assert stage.intents == [OpenJob("verify-pin")]


def test_jobs_come_and_go(show: Show) -> None:
    stage = show(Unfinished(), sample("unfinished"))
    stage.render(sample("unfinished-unknown"))
    titles = [text for text in spoken(stage.page) if text == "PIN kodunuz değişmedi."]
    assert titles
    stage.render(sample("unfinished-none"))
    assert "Yarım kalan işleminiz yok." in spoken(stage.page)
    assert not [b for b in stage.page.findChildren(QWidget, "pending.try") if b.isVisible()]


def test_what_became_of_it_is_announced_once(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(unfinished, "announce", lambda _widget, text: said.append(text))
    stage = show(Unfinished(), sample("unfinished"))
    stage.render(sample("unfinished"))
    stage.render(sample("unfinished-told"))
    assert len(said) == 2
    assert "PIN kodunuz değişti." in said[0]
    assert said[1].startswith("Sonuç portala bildirildi.")


@pytest.mark.parametrize("name", ["unfinished", "unfinished-unknown"])
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(Unfinished(), sample(name, language), size=size, scale=scale)
    assert clipped(stage.area) == []
