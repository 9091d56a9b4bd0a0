"""Changing settings: the file is whole at every moment, and no password is ever in it."""

import os
import stat
from pathlib import Path

import pytest

from kamusm_esign.domain.accounts import Account, AccountPassword
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.settings import Origin
from kamusm_esign.portal_client.address import portal_base_url
from kamusm_esign.support.paths import folders_below
from kamusm_esign.support.settings import settings_of
from kamusm_esign.support.settings_keeper import FileSettings

PASSWORD = AccountPassword("gizli")


class Drawer:
    """A `PasswordStore` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, AccountPassword] = {}

    def password(self, name: str) -> AccountPassword | None:
        return self.kept.get(name)

    def keep_password(self, name: str, password: AccountPassword) -> None:
        self.kept[name] = password

    def forget_password(self, name: str) -> None:
        self.kept.pop(name, None)


class Room:
    """One user's settings."""

    def __init__(self, base: Path) -> None:
        self.folders = folders_below(base)
        self.file = self.folders.settings_file
        self.drawer = Drawer()
        self.keeper = FileSettings(
            self.file,
            lambda: settings_of(self.folders, None, {}),
            self.drawer,
            {"portal": portal_base_url},
        )

    def write(self, text: str, path: Path | None = None) -> None:
        path = path or self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "home")


def refusal_of(room: Room, key: str, value: str | None) -> FailureCode:
    before = room.file.read_bytes() if room.file.exists() else None
    with pytest.raises(FailedError) as caught:
        room.keeper.change({key: value})
    assert (room.file.read_bytes() if room.file.exists() else None) == before
    return caught.value.failure.code


def test_the_first_change_makes_the_file(room: Room) -> None:
    now = room.keeper.change({"scale": "150", "keypad_shuffle": "true", "proxy_mode": "none"})
    assert (now.scale.value, now.keypad_shuffle.on, now.proxy_mode.value) == ("150", True, "none")
    assert now.scale.origin is Origin.FILE
    assert stat.S_IMODE(room.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(room.file.parent.stat().st_mode) == 0o700
    assert "scale = 150" in room.file.read_text()
    assert "shuffle = true" in room.file.read_text()


def test_what_somebody_wrote_stays(room: Room) -> None:
    room.write('# mine\ncolour = "red"  # unknown\nlanguage = "tr" # home\n\n[proxy]\nuser = "a"\n')
    room.keeper.change({"language": "en", "proxy_mode": "manual", "time_stamp_url": "http://zd"})
    text = room.file.read_text()
    assert text.startswith('# mine\ncolour = "red"  # unknown\nlanguage = "en" # home\n')
    assert 'user = "a"' in text
    now = room.keeper.current()
    assert (now.proxy_mode.value, now.proxy_user.value) == ("manual", "a")
    assert [problem.param("key") for problem in now.problems] == ["colour"]


@pytest.mark.parametrize(
    "text", ["proxy.user = 'a'", "proxy = {user = 'a', mode = 'none'}", "[proxy]\nuser = 'a'"]
)
def test_every_way_to_write_a_table(room: Room, text: str) -> None:
    room.write(text)
    now = room.keeper.change({"proxy_user": "b"})
    assert now.proxy_user.value == "b"
    assert room.keeper.change({"proxy_user": None}).proxy_user.value is None


def test_taking_a_line_out_gives_the_word_to_the_next(room: Room) -> None:
    room.write('theme = "dark"', room.folders.machine_file)
    room.keeper.change({"theme": "light"})
    assert room.keeper.change({"theme": None}).theme.origin is Origin.MACHINE
    room.keeper.change({"theme": None, "module": None})  # what is not there


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("scale", "90", FailureCode.SETTING_IGNORED),
        ("scale", "big", FailureCode.SETTING_IGNORED),
        ("language", "de", FailureCode.SETTING_IGNORED),
        ("proxy_address", "http://u:p@proxy:1", FailureCode.SETTING_IGNORED),
        ("module", "akis.so", FailureCode.SETTING_IGNORED),
        ("portal", "http://portal.example", FailureCode.PORTAL_ADDRESS_INVALID),
        ("keypad_shuffle", "maybe", FailureCode.SETTING_IGNORED),
    ],
)
def test_what_cannot_be_is_not_written(room: Room, key: str, value: str, code: FailureCode) -> None:
    assert refusal_of(room, key, value) is code
    room.write('language = "en"')
    assert refusal_of(room, key, value) is code


def test_nothing_is_written_where_the_policy_says_otherwise(room: Room) -> None:
    room.write('portal = "https://p.example"', room.folders.policy_file)
    assert refusal_of(room, "portal", "https://q.example") is FailureCode.LOCKED_BY_POLICY
    assert refusal_of(room, "portal", None) is FailureCode.LOCKED_BY_POLICY


def test_a_file_that_was_no_toml_is_kept_beside(room: Room) -> None:
    room.write("not toml [")
    assert room.keeper.change({"scale": "125"}).scale.value == "125"
    assert room.file.with_name("settings.toml.unreadable").read_text() == "not toml ["


def test_a_full_disk_leaves_the_old_file(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write('language = "en"')

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kamusm_esign.support.settings_keeper.os.fsync", full)
    assert refusal_of(room, "scale", "150") is FailureCode.SETTINGS_NOT_SAVED
    assert [path.name for path in room.file.parent.iterdir()] == ["settings.toml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_to(room: Room) -> None:
    room.write("")
    room.file.parent.chmod(0o500)
    assert refusal_of(room, "scale", "150") is FailureCode.SETTINGS_NOT_SAVED
    room.file.parent.chmod(0o700)


def test_a_link_stays_a_link_and_others_folders_stay_open(room: Room, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o755)
    room.file.parent.mkdir(parents=True)
    room.file.symlink_to(tmp_path / "real" / "mine.toml")
    room.keeper.change({"scale": "150"})
    assert room.file.is_symlink()
    assert "150" in (tmp_path / "real" / "mine.toml").read_text()
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o755


# ---------------------------------------------------------------------------- passwords
def test_passwords_belong_to_the_account_as_it_is_set(room: Room) -> None:
    keeper = room.keeper
    for account in Account:
        assert not keeper.has_password(account)
        with pytest.raises(FailedError) as caught:  # nobody's yet
            keeper.keep_password(account, PASSWORD)
        assert caught.value.failure.code is FailureCode.PASSWORD_NOT_KEPT
    keeper.change(
        {"proxy_address": "http://p:1", "proxy_user": "ayse", "time_stamp_user": "1234567"}
    )
    for account in Account:
        keeper.keep_password(account, PASSWORD)
        assert keeper.has_password(account)
    assert set(room.drawer.kept) == {"proxy:ayse@http://p:1", "time-stamp:1234567"}
    assert "gizli" not in room.file.read_text()
    keeper.change({"proxy_user": "fatma"})
    assert not keeper.has_password(Account.PROXY)
    keeper.keep_password(Account.TIME_STAMP, None)
    assert not keeper.has_password(Account.TIME_STAMP)
