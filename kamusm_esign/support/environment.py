"""What kind of computer this is, for the doctor's report."""

import platform
import struct
import sys
from pathlib import Path

from kamusm_esign import __version__
from kamusm_esign.domain.doctor_report import Environment
from kamusm_esign.ports import Journal

_OS_RELEASE = (Path("/etc/os-release"), Path("/usr/lib/os-release"))
"""os-release(5)."""


def this_environment(journal: Journal, language: str, *, practice: bool) -> Environment:
    """Look around; nothing of the person is looked at."""
    return Environment(
        version=__version__,
        system=_system(),
        machine=platform.machine(),
        bits=struct.calcsize("P") * 8,
        language=language,
        practice=practice,
        pending=len(journal.entries()),
    )


def _system() -> str:
    if sys.platform == "win32":
        return f"Windows {platform.release()} ({platform.version()})"
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    return f"{_distribution()}, Linux {platform.release()}"


def _distribution() -> str:
    for path in _OS_RELEASE:
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            continue
        for line in lines:
            name, _, value = line.partition("=")
            if name == "PRETTY_NAME":
                return value.strip().strip('"')
    return "?"
