"""Settings in the running program: what is changed holds at once and at the next start."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from kamusm_esign.app import production_ports
from kamusm_esign.cli.world import World
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.incident import decode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.domain.tokens import PinState, TokenTarget
from kamusm_esign.portal_client.address import portal_base_url
from kamusm_esign.ports import CardGateway, PortalGateway, Ports, SecretStore, TokenWatcher
from kamusm_esign.support.paths import folders_below
from kamusm_esign.support.settings import settings_of
from kamusm_esign.support.settings_keeper import FileSettings
from kamusm_esign.ui.pages.crash_dialog import CrashDialog
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.program import OpenedWorld, Program, Start
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.keypad import Keypad
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.window import MainWindow
from tests.equipment.card_contract import secret
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import SERVER_TIME, overview, token
from tests.ui.pages.stage import wait_until


class Running:
    """A window with its program; files in a folder, the rest of the world written down."""

    banner: str | None = None

    def __init__(self, folder: Path, **arguments: str) -> None:
        self.folders, self.arguments = folders_below(folder), arguments
        self.world = RecordingWorld()
        self.world.card.seen = overview(token(pin=PinState.OK))
        self.opened: list[Ports] = []
        self._closed = False
        self.window = MainWindow(Texts(arguments.get("language", "tr")), lambda: 1000.0)
        self.window.resize(1366, 768)
        self.window.show()
        self.program = Program(self.window, Start(self._open, None, "test", ""))
        wait_until(lambda: self.program._desk is not None)

    def _load(self) -> Any:
        return settings_of(self.folders, None, self.arguments)

    def _open(self) -> OpenedWorld:
        settings = self._load()
        url = settings.portal.value or ""
        ports = replace(self.world.ports(), portal_url=url, banner=self.banner)
        self.opened.append(ports)
        return OpenedWorld(
            *(settings.language.value or "tr", ports, lambda _url: self.world.portal),
            *(lambda _look: (), lambda *_: b"%PDF"),
            verifier=lambda: None,  # type: ignore[arg-type, return-value]
            settings=settings,
            keeper=FileSettings(
                self.folders.settings_file,
                self._load,
                self.world.secrets,
                {"portal": portal_base_url},
            ),
        )

    def find(self, name: str) -> Any:
        found = [w for w in self.window.findChildren(QWidget, name) if w.isVisible()]
        return found[0] if found else None

    def open_settings(self) -> None:
        self.find("top.settings").click()
        wait_until(lambda: self.find("settings.language") is not None)

    def wish(self, *wishes: intents.Intent) -> None:
        for wish in wishes:
            self.window.intent.emit(wish)

    @property
    def file(self) -> str:
        file = self.folders.settings_file
        return file.read_text() if file.exists() else ""

    def menu(self) -> list[QAction]:
        (menu,) = [m for m in self.window.findChildren(QMenu) if m.isVisible()]
        return [action for action in menu.actions() if action.text()]

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.program.end()
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def start(app: QApplication, tmp_path: Path) -> Iterator[Any]:
    made: list[Running] = []

    def begin(policy: str = "", user: str = "", **arguments: str) -> Running:
        folders = folders_below(tmp_path)
        for path, text in ((folders.policy_file, policy), (folders.settings_file, user)):
            if text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        made.append(Running(tmp_path, **arguments))
        return made[-1]

    yield begin
    for running in made:
        running.close()
    theme.set("light", 1.0)
    Keypad.begins_shuffled = False


def test_look_and_language_change_at_once_and_stay(start: Any) -> None:
    one = start()
    one.open_settings()
    one.find("settings.theme.dark").click()
    wait_until(lambda: theme.wanted == "dark")
    one.find("settings.scale.150").click()
    wait_until(lambda: theme.scale == 1.5)
    one.find("settings.keypadShuffle").click()
    wait_until(lambda: Keypad.begins_shuffled)
    one.find("settings.language.en").click()
    wait_until(lambda: one.window.texts.language == "en")
    assert one.find("page.title").text() == "Settings"
    assert one.window.screen_number == 12
    for line in ('theme = "dark"', "scale = 150", "shuffle = true", 'language = "en"'):
        assert line in one.file
    assert len(one.opened) == 1  # nothing of it asks for another world
    one.close()
    theme.set("light", 1.0)
    again = start()
    assert (theme.wanted, theme.scale) == ("dark", 1.5)
    assert again.window.texts.language == "en"


@pytest.mark.parametrize(("banner", "begins"), [("EĞİTİM MODU", "egitim-nes-"), (None, "nes-")])
def test_what_is_saved_is_named_after_the_world_it_comes_from(
    start: Any, monkeypatch: pytest.MonkeyPatch, banner: str | None, begins: str
) -> None:
    monkeypatch.setattr(Running, "banner", banner)
    one = start()
    one.wish(intents.OpenJob("tokens"))
    wait_until(lambda: one.find("certificate.list.1.calendar") is not None)
    one.find("certificate.list.1.calendar").click()
    (dialog,) = one.window.findChildren(QFileDialog)
    (name,) = [Path(path).name for path in dialog.selectedFiles()]
    dialog.reject()
    assert name.startswith(begins)
    assert name.endswith(".ics")


def test_a_shuffled_keypad_begins_shuffled(start: Any) -> None:
    one = start(user="keypad.shuffle = true")
    one.wish(intents.OpenJob("change-pin"))
    wait_until(lambda: one.find("keypad") is not None)
    assert one.find("keypad").shuffled


def test_the_language_button_keeps_the_language(start: Any) -> None:
    one = start()
    one.find("top.language").click()
    wait_until(lambda: 'language = "en"' in one.file)
    assert one.window.texts.language == "en"


def test_a_language_of_this_run_alone_is_not_kept(start: Any) -> None:
    one = start(language="en")
    one.find("top.language").click()
    assert one.window.texts.language == "tr"
    one.program._portal.wait_idle(5)
    assert one.file == ""


def test_a_locked_language_is_not_switched(start: Any) -> None:
    one = start(policy='language = "tr"')
    one.find("top.language").click()
    wait_until(lambda: one.find("frame.problem") is not None)
    assert one.window.texts.language == "tr"


def test_another_portal_is_used_at_once(start: Any) -> None:
    one = start()
    one.open_settings()
    one.wish(intents.ChangeSetting("portal", "https://other.example"))
    wait_until(lambda: len(one.opened) == 2)
    wait_until(lambda: one.program._world.ports.portal_url == "https://other.example")
    before, now = one.opened[0], one.program._world.ports
    assert now.card is before.card  # the reading of cards goes on
    assert one.program._desk._workshop.ports is now


def test_another_portal_waits_for_the_job_that_uses_the_present_one(start: Any) -> None:
    one = start()
    one.open_settings()
    begun = one.opened[0].portal_url
    one.wish(
        intents.ChangeSetting("portal", "https://other.example"),
        intents.OpenJob("tokens"),
    )
    wait_until(lambda: len(one.opened) == 2)
    one.program._card.wait_idle(5)
    QApplication.processEvents()
    assert one.program._desk._workshop.ports.portal_url == begun
    one.wish(intents.GoHome())
    assert one.program._desk._workshop.ports.portal_url == "https://other.example"


def test_another_driver_opens_the_cards_anew(start: Any) -> None:
    one = start()
    one.open_settings()
    one.wish(intents.ChangeSetting("module", "/lib/other.so"))
    wait_until(lambda: one.program._world.ports is one.opened[-1] and len(one.opened) == 2)
    wait_until(lambda: "close_cards" in one.world.calls)


def test_a_value_that_cannot_be_is_said_and_changes_nothing(start: Any) -> None:
    one = start(user='proxy.mode = "manual"')
    one.open_settings()
    one.wish(intents.ChangeSetting("proxy_address", "proxy"))
    wait_until(lambda: one.find("settings.proxyAddress.problem") is not None)
    assert "kullanılabilen bir adres değildir" in one.find("settings.proxyAddress.problem").text()
    assert "address" not in one.file
    one.wish(intents.ChangeSetting("proxy_address", "http://proxy:1"))
    wait_until(lambda: one.find("settings.proxyAddress.problem") is None)


def test_the_connection_is_tried(start: Any) -> None:
    one = start()
    one.open_settings()
    one.find("settings.test").click()
    wait_until(lambda: "ulaşıldı" in one.find("settings.tested").text())
    one.world.fail("client_info", Failure.of(FailureCode.PROXY_FAILED))
    one.find("settings.test").click()
    wait_until(lambda: "PRT-207" in one.find("settings.tested").text())


def test_a_password_is_kept_for_the_account(start: Any) -> None:
    one = start(user='proxy = {mode = "manual", user = "a", address = "http://p:1"}')
    one.open_settings()
    field = one.find("settings.proxyPassword")
    field.setText("gizli")
    one.find("settings.proxyPassword.keep").click()
    wait_until(lambda: one.find("settings.proxyPassword.forget") is not None)
    assert one.world.secrets.passwords["proxy:a@http://p:1"].reveal() == "gizli"
    assert "gizli" not in one.file
    one.find("settings.proxyPassword.forget").click()
    wait_until(lambda: one.find("settings.proxyPassword.forget") is None)
    assert one.world.secrets.passwords == {}


def test_what_does_not_count_is_told_on_the_first_screen(start: Any) -> None:
    one = start(user='colour = "red"\ntheme = "dark"')
    said = one.find("frame.problem").text()
    assert "SYS-961" in said
    assert "settings.toml" in said
    assert theme.wanted == "dark"


def test_in_the_middle_of_a_job_only_the_look_changes_and_nothing_typed_is_lost(
    start: Any,
) -> None:
    one = start()
    one.wish(intents.OpenJob("change-pin"))
    wait_until(lambda: one.find("pin.current") is not None and one.find("pin.current").isEnabled())
    field = one.find("pin.current")
    for digit in (4, 8, 2):
        field.push(digit)
    for wanted, read in (("Tema: koyu", "dark"), ("Yazı boyutu: %125", 1.25)):
        one.find("top.settings").click()
        next(action for action in one.menu() if action.text() == wanted).trigger()
        wait_until(lambda: read in (theme.wanted, theme.scale))  # noqa: B023
        for menu in one.window.findChildren(QMenu):
            menu.close()
        QApplication.processEvents()
    assert one.find("pin.current") is field
    assert field.count == 3


def after_a_crash(start: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, QWidget | None]:
    """A start after a run that crashed, and the dialog that it opens."""
    opened = Running._open
    monkeypatch.setattr(Running, "_open", lambda self: opened(self)._replace(crashed=True))
    running = start()
    wait_until(lambda: QApplication.activeModalWidget() is not None)
    return running, QApplication.activeModalWidget()


def test_a_crash_of_the_run_before_is_told_with_an_incident_code(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, dialog = after_a_crash(start, monkeypatch)
    assert isinstance(dialog, CrashDialog)
    said = [label.text() for label in dialog.findChildren(Label)]
    assert any("SYS-964" in text for text in said)
    assert "Kartınız ve PIN kodunuz bundan zarar görmez." in said
    assert "Kartınız ve PIN kodunuz bundan zarar görmez." in dialog.accessibleDescription()
    panel = dialog.findChild(QWidget, "crash.incident")
    assert panel is not None
    assert decode(panel.accessibleName()).failure == "SYS-964"
    assert len(panel.accessibleDescription().split()) == 8
    close = dialog.findChild(Button, "crash.close")
    assert close is not None
    assert dialog.focusWidget() is close
    dialog.findChild(Button, "crash.report").click()  # type: ignore[union-attr]
    wait_until(lambda: running.window.screen_number == 11)
    assert QApplication.activeModalWidget() is None


def test_after_a_crash_escape_leads_to_the_home_screen(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, dialog = after_a_crash(start, monkeypatch)
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: QApplication.activeModalWidget() is None)
    assert running.window.screen_number == 1


# ------------------------------------------------------------------------ the journal
@dataclass(frozen=True, slots=True)
class StagedWorld(World):
    """The real world with the real journal; cards and portal are written down."""

    staged: RecordingWorld = field(default_factory=RecordingWorld)

    def cards(self) -> tuple[CardGateway, TokenWatcher]:
        return self.staged.card, self.staged.ports().watcher

    def portal_at(self, _url: str) -> PortalGateway:
        return self.staged.portal

    def secrets(self) -> SecretStore:
        return self.staged.secrets


class RunningOnDisk(Running):
    """With the composition root of the product, whose journal is on the disk."""

    def _open(self) -> OpenedWorld:
        world = super()._open()
        assert world.settings is not None
        made = production_ports(
            world.settings, self.folders, make_world=partial(StagedWorld, staged=self.world)
        )
        return made._replace(settings=world.settings, keeper=world.keeper)

    def ended(self, outcome: Outcome) -> JournalEntry:
        """A PIN was to be set, and the portal has not taken how that ended."""
        ports = self.program._world.ports  # type: ignore[union-attr]
        begun = JournalEntry(
            session_id="session-one-0123",
            portal=ports.portal_url,
            purpose=Purpose.PIN_UNBLOCK,
            token_serial=token().serial,
            pin_before=PinState.BLOCKED,
            since=SERVER_TIME,
            clock_offset=0.0,
            step=JournalStep.AUTHORIZING,
        )
        ended = replace(begun, step=JournalStep.ENDED, outcome=outcome, decided_at=SERVER_TIME)
        ports.journal.begin(begun)
        ports.journal.note(ended)
        return ended

    def other_network(self, address: str) -> None:
        """The person corrects the proxy on screen 12."""
        worlds, before = len(self.opened), self.program._world
        self.open_settings()
        self.wish(intents.ChangeSetting("proxy_address", address))
        wait_until(lambda: len(self.opened) > worlds and self.program._world is not before)


@pytest.fixture
def on_disk(app: QApplication, tmp_path: Path) -> Iterator[RunningOnDisk]:
    running = RunningOnDisk(tmp_path, portal="https://portal.example/api/v1")
    yield running
    running.close()


def test_what_is_to_be_told_can_be_told_after_the_network_was_changed(
    on_disk: RunningOnDisk,
) -> None:
    entry = on_disk.ended(Outcome.SUCCEEDED)
    on_disk.other_network("http://proxy:1")
    with on_disk.program._world.ports.journal.claim(entry.session_id) as found:  # type: ignore[union-attr]
        assert found == entry


@pytest.mark.parametrize("setting", ["proxy_address", "module"])
def test_a_pin_can_be_tried_after_the_settings_were_changed_and_a_job_ended_unclearly(
    on_disk: RunningOnDisk, setting: str
) -> None:
    on_disk.other_network("http://proxy:1")
    on_disk.ended(Outcome.UNKNOWN)
    if setting == "module":
        before = on_disk.program._world
        on_disk.wish(intents.ChangeSetting("module", "/lib/other.so"))
        wait_until(lambda: on_disk.program._world is not before)
    card = on_disk.program._world.ports.card  # type: ignore[union-attr]
    tried = card.verify_pin(TokenTarget(token().serial, None), secret("123456"), last_try=False)
    assert tried == CardResult(Outcome.SUCCEEDED, None)
