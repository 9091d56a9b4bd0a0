"""Where files go, and that nobody else reads them."""

import os
import stat
import sys
from pathlib import Path

import pytest

from kamusm_esign.support.paths import (
    MACHINE_FOLDER,
    folders_below,
    private_folder,
    user_folders,
)

HOME = Path("/home/ayse")


def test_linux_without_any_variable() -> None:
    folders = user_folders({}, HOME, windows=False)
    assert folders.config == HOME / ".config/kamusm-esign"
    assert folders.state == HOME / ".local/state/kamusm-esign"
    assert folders.data == HOME / ".local/share/kamusm-esign"
    assert folders.logs == HOME / ".local/state/kamusm-esign/logs"
    assert folders.locks == HOME / ".local/state/kamusm-esign/locks"
    assert folders.journal == HOME / ".local/state/kamusm-esign/journal"
    assert folders.settings_file == HOME / ".config/kamusm-esign/settings.toml"


def test_linux_with_variables() -> None:
    environ = {"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "XDG_DATA_HOME": "/d"}
    folders = user_folders(environ, HOME, windows=False)
    assert [folders.config, folders.state, folders.data] == [
        Path("/c/kamusm-esign"),
        Path("/s/kamusm-esign"),
        Path("/d/kamusm-esign"),
    ]


@pytest.mark.parametrize("value", ["", "relative", "./x", "~/.config"])
def test_a_folder_that_is_not_absolute_is_ignored(value: str) -> None:
    folders = user_folders({"XDG_CONFIG_HOME": value}, HOME, windows=False)
    assert folders.config == HOME / ".config/kamusm-esign"


def test_windows() -> None:
    # Absolute in the words of the machine that runs the test.
    environ = {"APPDATA": "/u/Roaming", "LOCALAPPDATA": "/u/Local"}
    folders = user_folders(environ, HOME, windows=True)
    assert folders.config == Path("/u/Roaming/kamusm-esign")
    below = [folders.state, folders.data, folders.logs, folders.locks]
    assert below == [Path("/u/Local/kamusm-esign", n) for n in ("state", "data", "logs", "locks")]
    assert user_folders({}, HOME, windows=True).state == (HOME / "AppData/Local/kamusm-esign/state")


def test_the_process_environment_is_the_default(isolated_environment: Path) -> None:
    assert user_folders().state == isolated_environment / ".STATE_HOME/kamusm-esign"


def test_everything_below_one_folder(tmp_path: Path) -> None:
    folders = folders_below(tmp_path)
    inside = (folders.config, folders.state, folders.data, folders.logs, folders.locks)
    assert all(folder.parent == tmp_path for folder in inside)
    assert len(set(inside)) == 5


@pytest.mark.skipif(sys.platform != "linux", reason="the place is Linux's")
def test_a_home_that_is_not_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "somewhere")
    assert all(
        folder.is_absolute()
        for folder in (user_folders({}).config, user_folders({}).state, user_folders({}).data)
    )


def test_users_do_not_write_the_policy() -> None:
    assert user_folders().policy_file == Path("/etc/kamusm-esign/policy.toml")
    assert user_folders().machine_file == MACHINE_FOLDER / "settings.toml"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_folder_is_made(tmp_path: Path) -> None:
    wanted = tmp_path / "a" / "b"
    assert private_folder(wanted) == wanted
    assert mode(wanted) == 0o700
    assert private_folder(wanted) == wanted


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    private_folder(folder)
    assert mode(folder) == 0o700


def test_a_wide_umask_makes_no_difference(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert mode(private_folder(tmp_path / "a")) == 0o700
    finally:
        os.umask(before)


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError, match="a"):
        private_folder(tmp_path / "a")
    with pytest.raises(OSError, match="a"):
        private_folder(tmp_path / "a" / "b")
