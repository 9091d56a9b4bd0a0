"""Where the program keeps its files, for one user of one computer.

Linux: XDG Base Directory Specification 0.8. Windows: Known Folders RoamingAppData (settings, which
may follow the user) and LocalAppData (everything that belongs to this machine).
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

APPLICATION = "kamusm-esign"

if sys.platform == "win32":

    def _program_data() -> Path:
        """FOLDERID_ProgramData, asked of Windows: a variable could lead past a policy."""
        import ctypes

        csidl_common_appdata, most = 0x23, 260
        found = ctypes.create_unicode_buffer(most)
        ctypes.windll.shell32.SHGetFolderPathW(None, csidl_common_appdata, None, 0, found)
        return Path(found.value or r"C:\ProgramData")

    MACHINE_FOLDER = _program_data() / APPLICATION
else:
    MACHINE_FOLDER = Path("/etc", APPLICATION)
"""What the administrator of the machine has set; users cannot write there."""

MACHINE_TRUST = MACHINE_FOLDER / "trust"
"""Certificates of authorities that the administrator has chosen; goes before the user's."""


class Folders(NamedTuple):
    """The folders of the program; none of them has to exist yet (see `private_folder`)."""

    config: Path
    """The user's settings and card types."""
    state: Path
    """The journal, and what else has to survive a restart."""
    data: Path
    """What can be made or fetched again."""
    logs: Path
    locks: Path
    """One lock file per token; the same for all processes of this user."""
    machine: Path
    """The administrator's files, which users only read."""

    @property
    def policy_file(self) -> Path:
        """What the administrator has locked."""
        return self.machine / "policy.toml"

    @property
    def machine_file(self) -> Path:
        """What the administrator proposes to every user."""
        return self.machine / "settings.toml"

    @property
    def window_place(self) -> Path:
        """Where the window was and how large."""
        return self.state / "window"

    @property
    def last_failure(self) -> Path:
        """What stood in the way of the last job."""
        return self.state / "last-failure.json"

    @property
    def settings_file(self) -> Path:
        """The user's settings, where `--settings` names no other file."""
        return self.config / "settings.toml"

    @property
    def trust(self) -> Path:
        """Certificates of authorities that the user trusts when files are verified."""
        return self.config / "trust"

    @property
    def journal(self) -> Path:
        """One file per unfinished session."""
        return self.state / "journal"

    @property
    def outbox(self) -> Path:
        """One folder per session whose signatures the portal has not taken yet."""
        return self.state / "outbox"


def folders_below(base: Path) -> Folders:
    """All folders below one given folder: tests, the sandbox, portable use."""
    return Folders(
        config=base / "config",
        state=base / "state",
        data=base / "data",
        logs=base / "logs",
        locks=base / "locks",
        machine=base / "machine",
    )


def user_folders(
    environ: Mapping[str, str] | None = None, home: Path | None = None, windows: bool | None = None
) -> Folders:
    """The folders of the present user.

    Args:
        environ: instead of the process's environment.
        home: instead of the user's home.
        windows: instead of the running system.
    """
    environ = os.environ if environ is None else environ
    home = Path.home().absolute() if home is None else home
    if sys.platform == "win32" if windows is None else windows:
        local = _from(environ, "LOCALAPPDATA", home / "AppData" / "Local") / APPLICATION
        roaming = _from(environ, "APPDATA", home / "AppData" / "Roaming") / APPLICATION
        state, data, logs, locks = (local / n for n in ("state", "data", "logs", "locks"))
        return Folders(roaming, state, data, logs, locks, MACHINE_FOLDER)
    state = _from(environ, "XDG_STATE_HOME", home / ".local" / "state") / APPLICATION
    return Folders(
        config=_from(environ, "XDG_CONFIG_HOME", home / ".config") / APPLICATION,
        state=state,
        data=_from(environ, "XDG_DATA_HOME", home / ".local" / "share") / APPLICATION,
        logs=state / "logs",
        locks=state / "locks",
        machine=MACHINE_FOLDER,
    )


def _from(environ: Mapping[str, str], name: str, default: Path) -> Path:
    """A folder from the environment; a relative one is ignored, as the XDG specification says."""
    value = Path(environ.get(name) or default)
    return value if value.is_absolute() else default


def private_folder(path: Path) -> Path:
    """Make the folder if need be and keep others out of it (0700; Windows: the profile's ACL).

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32":
        state = path.stat()
        if state.st_mode & 0o077 and state.st_uid == os.geteuid():
            path.chmod(0o700)
    return path


def sync_folder(folder: Path) -> None:
    """Bring the folder's list of names onto the disk; on Windows the file system does it."""
    if sys.platform != "win32":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
