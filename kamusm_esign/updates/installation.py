"""What kind of installation this is, and how its installer is opened."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from kamusm_esign.domain.failures import FailedError, FailureCode

PACKAGED = (Path("/usr"), Path("/opt"))
"""Where a package manager of Linux puts programs."""


def platform_of(executable: Path, *, system: str, frozen: bool) -> str:
    """Which file of a manifest is for an installation.

    Args:
        executable: the program that runs.
        system: as `sys.platform`.
        frozen: a built program; a checkout is brought up to date by whoever made it.
    """
    if not frozen:
        return "source"
    if system == "win32":
        return "windows"
    packaged = any(folder in executable.parents for folder in PACKAGED)
    return "linux-deb" if packaged else "linux-tar"


def this_platform() -> str:
    """`platform_of` this program."""
    executable = Path(sys.executable).resolve()
    return platform_of(executable, system=sys.platform, frozen=bool(getattr(sys, "frozen", False)))


def desktop_opener() -> str | None:
    """Linux: the program that opens files as the desktop would; None: there is none."""
    return shutil.which("xdg-open", path="/usr/bin:/bin")


def open_installer(path: Path, opener: Callable[[], str | None] = desktop_opener) -> None:
    """Have the desktop open a verified installer, as if the person had double-clicked it.

    Args:
        path: of the installer.
        opener: finds what opens files; Windows does it by itself.

    Raises:
        FailedError: `UPDATE_NOT_STARTED`.
    """
    try:
        if sys.platform == "win32":
            os.startfile(path)  # type: ignore[attr-defined,unused-ignore]  # noqa: S606
            return
        program = opener()
        if program is None:
            raise FileNotFoundError
        subprocess.Popen(  # noqa: S603
            [program, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        raise FailedError.of(FailureCode.UPDATE_NOT_STARTED) from None
