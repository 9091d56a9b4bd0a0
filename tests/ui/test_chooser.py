"""The chooser of practice mode: thirteen choices, by keyboard, in both languages and all sizes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton

from kamusm_esign.sandbox.chooser_window import Chooser
from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situations import ALL_WELL, BY_NAME, Situation
from kamusm_esign.ui.style.theme import theme
from tests.ui.pages.stage import settle
from tests.ui.test_contrast import Drawn, drawn, unreadable

__all__ = ["drawn"]

pytestmark = pytest.mark.usefixtures("app")

NAMES = [f"situation.{name}" for name in BY_NAME]
TOOLS = ["chooser.language", "chooser.look", "chooser.close"]


class Shown:
    """A chooser and what it was told."""

    def __init__(self) -> None:
        self.chosen: list[tuple[Situation, str]] = []
        self.window = Chooser("tr", lambda *choice: self.chosen.append(choice))
        self.window.show()
        self.window.activateWindow()
        settle()

    def tile(self, name: str) -> QPushButton:
        found = self.window.findChild(QPushButton, f"situation.{name}")
        assert found is not None
        return found

    def tool(self, name: str) -> QPushButton:
        found = self.window.findChild(QPushButton, f"chooser.{name}")
        assert found is not None
        return found

    def said(self) -> str:
        banner = self.window.findChild(QLabel, "page.problem")
        assert banner is not None
        return banner.text()


@pytest.fixture
def shown() -> Iterator[Shown]:
    theme.set("light", 1.0)
    shown = Shown()
    yield shown
    shown.window.hide()
    shown.window.deleteLater()
    settle()
    theme.set("light", 1.0)


def test_tab_leads_through_all_of_them_in_order(shown: Shown) -> None:
    shown.tile(ALL_WELL.name).setFocus()
    passed = []
    for _ in range(len(NAMES) + len(TOOLS)):
        focused = QApplication.focusWidget()
        assert focused is not None
        passed.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert [name for name in passed if name in NAMES] == NAMES
    assert {name for name in passed if name in TOOLS} == set(TOOLS)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_key_chooses_once(shown: Shown, key: Qt.Key) -> None:
    QTest.keyClick(shown.tile("blocked"), key)
    QTest.keyClick(shown.tile("expired"), key)
    assert shown.chosen == [(BY_NAME["blocked"], "tr")]
    assert shown.said().strip() == "Hazırlanıyor: Kilitli PIN"


def test_it_goes_and_comes_back_with_the_focus_where_it_was(shown: Shown) -> None:
    shown.tile("blocked").click()
    shown.window.heard("opened")
    assert not shown.window.isVisible()
    shown.window.heard("back")
    settle()
    assert shown.window.isVisible()
    assert "Kilitli PIN" in shown.said()
    assert shown.window.focusWidget() is shown.tile("blocked")
    shown.tile("blocked").click()
    shown.window.heard("failed")
    assert "açılamadı" in shown.said()
    assert shown.tile("expired").isEnabled()


@pytest.mark.parametrize("language", ["tr", "en"])
def test_each_has_its_name_what_is_the_matter_and_what_to_do(shown: Shown, language: str) -> None:
    if language == "en":
        shown.tool("language").click()
    texts = SituationTexts(language)
    for situation in BY_NAME.values():
        tile = shown.tile(situation.name)
        assert tile.accessibleName() == texts.title(situation)
        assert tile.accessibleDescription() == f"{texts.line(situation)} {texts.task(situation)}"
    assert shown.window.windowTitle() == texts("chooser.name")


def test_everything_that_is_pressed_has_a_name(shown: Shown) -> None:
    for button in shown.window.findChildren(QPushButton):
        assert button.accessibleName() or button.text(), button.objectName()


@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (640, 360)])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("language", ["tr", "en"])
def test_nothing_is_clipped(
    shown: Shown, size: tuple[int, int], scale: float, language: str
) -> None:
    if language == "en":
        shown.tool("language").click()
    theme.set("light", scale)
    shown.window.resize(*size)
    settle()
    assert (shown.window.width(), shown.window.height()) == size
    clipped = [
        part.objectName()
        for part in (*shown.window.findChildren(QPushButton), *shown.window.findChildren(QLabel))
        if part.isVisible() and hasattr(part, "text_fits") and not part.text_fits()
    ]
    assert clipped == []


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_everything_can_be_read(drawn: list[Drawn], shown: Shown, scheme: str) -> None:
    theme.set(scheme)
    assert [line for line in unreadable(shown.window, drawn) if "EĞİTİM MODU" not in line] == []
    assert len(drawn) > 20


def test_theme_and_text_size_have_a_menu(shown: Shown) -> None:
    shown.tool("look").click()
    settle()
    menu = shown.window.findChild(QMenu, "chooser.menu")
    assert menu is not None
    actions = [action for action in menu.actions() if action.text()]
    assert len(actions) == 9
    actions[2].trigger()
    actions[-1].trigger()
    assert (theme.wanted, theme.scale) == ("dark", 2.0)
    menu.close()
