"""Screen 15: the offer of a newer version, and the licences."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from kamusm_esign.ui.pages.about import About
from kamusm_esign.ui.presenter import about_intents
from tests.ui.about_samples import ABOUT, COMPONENTS
from tests.ui.pages.conftest import Show
from tests.ui.pages.stage import LOOKS, TR, WORDS, clipped, nameless

PRIMARY = {
    "off": None,
    "looking": None,
    "none": about_intents.LookForUpdate(),
    "unknown": about_intents.LookForUpdate(),
    "offered": about_intents.DownloadUpdate(),
    "downloading": None,
    "ready": about_intents.OpenInstaller(),
    "opened": None,
}


def model(name: str, language: str = "tr") -> Any:
    return ABOUT[name](WORDS[language])


@pytest.mark.parametrize(("phase", "intent"), PRIMARY.items())
def test_the_one_way_forward(phase: str, intent: object) -> None:
    primary = model(f"about-{phase}").frame.primary
    assert (primary.intent if primary else None) == intent


def test_a_licence_is_read_and_left(show: Show) -> None:
    stage = show(About(), model("about-none"))
    assert stage.text("about.update") == TR("about.none-text")
    QTest.mouseClick(stage.find("about.licence2"), Qt.MouseButton.LeftButton)
    assert stage.intents == [about_intents.ShowLicence(COMPONENTS[1].name)]
    stage.render(model("about-licence"))
    text = stage.page.findChild(QPlainTextEdit, "about.text")
    assert text is not None
    assert text.isVisible()
    assert text.toPlainText().startswith("The MIT License")
    assert text.isReadOnly()
    assert not stage.find("about.licence2").isVisible()
    assert model("about-licence").frame.secondary.intent == about_intents.ShowLicence("")
    stage.render(model("about-none"))
    assert not text.isVisible()
    assert stage.find("about.licence2").isVisible()


def test_a_refused_announcement_says_why(show: Show) -> None:
    stage = show(About(), model("about-refused"))
    assert "SYS-942" in stage.text("page.problem")


@pytest.mark.parametrize("name", ABOUT)
@pytest.mark.parametrize(("size", "scale", "language", "scheme"), LOOKS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str, scheme: str
) -> None:
    stage = show(About(), model(name, language), size=size, scale=scale, scheme=scheme)
    assert clipped(stage.page) == []
    assert nameless(stage.page) == []
