"""Screen 12: what can be changed, what cannot and why, and how the keyboard gets there."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from kamusm_esign.domain.accounts import Account
from kamusm_esign.ui.pages.settings import Settings
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.tab_order import within
from tests.ui.pages.conftest import Show
from tests.ui.pages.samples import FITS, sample
from tests.ui.pages.stage import Stage, clipped, nameless, press, spoken
from tests.ui.settings_samples import SETTINGS

LEFT = Qt.MouseButton.LeftButton
TEXTS = [
    ("settings", "settings.timeStampUrl", "time_stamp_url", "http://zd.example"),
    ("settings-manual", "settings.proxyAddress", "proxy_address", "http://other:3128"),
    ("settings-manual", "settings.proxyUser", "proxy_user", "fatma"),
    ("settings-manual", "settings.proxyExceptions", "proxy_exceptions", "localhost"),
    ("settings-manual", "settings.timeStampUser", "time_stamp_user", "7654321"),
]


def click(stage: Stage, name: str) -> None:
    QTest.mouseClick(stage.find(name), LEFT, pos=QPoint(10, 20))


def words(stage: Stage) -> str:
    return " ".join(w.text() for w in stage.page.findChildren(QLabel) if w.isVisible())


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("settings.language.en", "language", "en"),
        ("settings.theme.dark", "theme", "dark"),
        ("settings.scale.150", "scale", "150"),
        ("settings.proxyMode.manual", "proxy_mode", "manual"),
        ("settings.timeStampMethod.basic", "time_stamp_method", "basic"),
        ("settings.keypadShuffle", "keypad_shuffle", "true"),
    ],
)
def test_a_choice_is_a_change_at_once(show: Show, name: str, key: str, value: str) -> None:
    stage = show(Settings(), sample("settings"))
    click(stage, name)
    assert stage.intents == [intents.ChangeSetting(key, value)]
    click(stage, name)
    assert len(stage.intents) == (1 if key != "keypad_shuffle" else 2)


def test_no_account_is_a_value_too(show: Show) -> None:
    stage = show(Settings(), sample("settings-manual"))
    click(stage, "settings.timeStampMethod.none")
    assert stage.intents == [intents.ChangeSetting("time_stamp_method", "")]


@pytest.mark.parametrize(("model", "name", "key", "text"), TEXTS)
def test_a_text_is_taken_when_one_leaves_the_field(
    show: Show, model: str, name: str, key: str, text: str
) -> None:
    stage = show(Settings(), sample(model))
    field = stage.find(name)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, f" {text} ")
    assert stage.intents == []
    press(Qt.Key.Key_Return)
    assert stage.intents == [intents.ChangeSetting(key, text)]
    press(Qt.Key.Key_Return)
    assert len(stage.intents) == 1
    field.selectAll()
    press(Qt.Key.Key_Delete)
    stage.find("settings.language.tr").setFocus()
    assert stage.intents[-1] == intents.ChangeSetting(key, "")


def test_what_is_being_typed_stays_when_something_else_changes(show: Show) -> None:
    stage = show(Settings(), sample("settings-manual"))
    field = stage.find("settings.proxyAddress")
    field.setFocus()
    field.setText("http://half")
    stage.render(sample("settings-refused"))
    assert field.text() == "http://half"
    assert field.hasFocus()
    assert "Kaydedilmedi" in stage.text("settings.proxyAddress.problem")


def test_a_password_goes_into_the_key_store_and_is_never_shown(show: Show) -> None:
    stage = show(Settings(), sample("settings-manual"))
    field = stage.find("settings.proxyPassword")
    keep = stage.find("settings.proxyPassword.keep")
    assert field.text() == ""
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert not keep.isEnabled()
    QTest.keyClicks(field, "gizli s")
    assert "gizli" not in " ".join(spoken(stage.page))
    keep.click()
    (wish,) = stage.intents
    assert (wish.account, wish.password.reveal()) == (Account.PROXY, "gizli s")
    assert "gizli" not in repr(wish)
    assert field.text() == ""
    stage.find("settings.proxyPassword.forget").click()
    assert stage.intents[-1] == intents.KeepPassword(Account.PROXY, None)


def test_a_password_that_was_typed_is_forgotten_with_the_page(show: Show) -> None:
    stage = show(Settings(), sample("settings-manual"))
    field = stage.find("settings.proxyPassword")
    QTest.keyClicks(field, "gizli")
    stage.page.leave()
    assert field.text() == ""


def test_what_has_no_meaning_now_is_not_shown(show: Show) -> None:
    stage = show(Settings(), sample("settings"))
    for name in ("proxyAddress", "proxyPac", "proxyPassword", "timeStampPassword"):
        assert not stage.find(f"settings.{name}").isVisible(), name
    stage.render(sample("settings-locked"))
    assert stage.find("settings.proxyPac").isVisible()


def test_a_locked_setting_says_who_locked_it(show: Show) -> None:
    stage = show(Settings(), sample("settings-locked"))
    for name in ("settings.language", "settings.keypadShuffle", "settings.proxyPac"):
        control = stage.find(name)
        assert not control.isEnabled(), name
        assert "/etc/kamusm-esign/policy.toml" in control.accessibleDescription()
    click(stage, "settings.scale.200")
    assert stage.intents == []
    assert "yöneticisi belirledi" in words(stage)
    assert stage.find("settings.theme").isEnabled()


def test_advanced_settings_open_and_take_a_file(show: Show, tmp_path: Any) -> None:
    stage = show(Settings(), sample("settings"))
    assert not stage.find("settings.portal").isVisible()
    opener = stage.find("settings.group5.open")
    opener.setFocus()
    opener.click()
    portal = stage.find("settings.portal")
    assert portal.isVisible()
    assert portal.hasFocus()
    assert not opener.isVisible()
    stage.find("settings.module.choose").click()
    (dialog,) = stage.page.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "akis.so"))
    dialog.reject()
    assert stage.intents == [intents.ChangeSetting("module", str(tmp_path / "akis.so"))]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("settings-manual", "Portala ulaşıldı."),
        ("settings-refused", "PRT-207"),
        ("settings-locked", "Portala bağlanılıyor…"),
    ],
)
def test_what_came_of_the_trial_is_said(show: Show, name: str, said: str) -> None:
    stage = show(Settings(), sample(name))
    assert said in stage.text("settings.tested")
    button = stage.find("settings.test")
    assert button.isEnabled() == (name != "settings-locked")
    button.click()
    assert stage.intents == ([intents.TryConnection()] if name != "settings-locked" else [])


def test_lines_that_do_not_count_are_told_with_file_and_line(show: Show) -> None:
    stage = show(Settings(), sample("settings-ignored", "en"))
    first = stage.text("settings.notice1")
    for part in ("settings.toml", "line 4", "colour", "there is no such setting", "SYS-961"):
        assert part in first
    assert "SYS-912" in stage.text("settings.notice2")


def test_the_keyboard_enters_a_choice_once_and_arrows_go_through_it(show: Show) -> None:
    stage = show(Settings(), sample("settings"))
    order = [widget.objectName() for widget in within(stage.page)]
    assert order[:4] == [
        "settings.language.tr",
        "settings.theme.system",
        "settings.scale.100",
        "settings.keypadShuffle",
    ]
    stage.find("settings.theme.system").setFocus()
    press(Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left)
    values = [wish.value for wish in stage.intents]
    assert values == ["light", "dark", "light"]
    press(Qt.Key.Key_Tab)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_control_has_a_name(show: Show, name: str) -> None:
    stage = show(Settings(), sample(name))
    stage.find("settings.group5.open").click()
    assert nameless(stage.page) == []


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize(("size", "scale", "language"), FITS)
def test_nothing_is_clipped(
    show: Show, name: str, size: tuple[int, int], scale: float, language: str
) -> None:
    stage = show(Settings(), sample(name, language), size=size, scale=scale)
    stage.find("settings.group5.open").click()
    assert clipped(stage.area) == []
