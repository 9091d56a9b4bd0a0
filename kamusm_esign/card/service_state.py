"""Why the PC/SC service does not run, and starting it where that takes no password."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from kamusm_esign.card.machine import Machine
from kamusm_esign.domain.failures import FailureCode

_UNITS = ("pcscd.socket", "pcscd.service")
_UNIT_FOLDERS = (
    "etc/systemd/system",
    "run/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
)
_WANTED = (
    "etc/systemd/system/sockets.target.wants/pcscd.socket",
    "etc/systemd/system/multi-user.target.wants/pcscd.service",
    "usr/lib/systemd/system/sockets.target.wants/pcscd.socket",
    "lib/systemd/system/sockets.target.wants/pcscd.socket",
)
_PROGRAMS = ("usr/sbin/pcscd", "usr/bin/pcscd", "sbin/pcscd", "usr/local/sbin/pcscd")
_DOOR = "run/pcscd/pcscd.comm"
_DOOR_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""Where pcsc-lite's client library looks instead (pcsc-lite, `pcscd(8)`)."""
_WINDOWS_DISABLED = 4
_WAIT = 2.0
"""Seconds for a service that runs to take a connection."""
_START_WAIT = 20.0
_SYSTEMCTL = ("/usr/bin/systemctl", "/bin/systemctl")
_SC = r"C:\Windows\System32\sc.exe"


def why_stopped(machine: Machine) -> FailureCode:
    """What is behind a service that PC/SC's client library did not reach."""
    if machine.system == "windows":
        start = machine.service_start()
        if start is None:
            return FailureCode.PCSC_NOT_INSTALLED
        disabled = start == _WINDOWS_DISABLED
        return FailureCode.PCSC_DISABLED if disabled else FailureCode.NO_PCSC_SERVICE
    if _takes_connections(machine):
        return FailureCode.PCSC_VERSION_MISMATCH
    return _why_stopped_on_linux(machine.root)


def _why_stopped_on_linux(root: Path) -> FailureCode:
    """By the files that systemd goes by (systemd.unit(5))."""
    if any(_is_masked(root, unit) for unit in _UNITS):
        return FailureCode.PCSC_MASKED
    has_unit = any((root / folder / unit).exists() for folder in _UNIT_FOLDERS for unit in _UNITS)
    if not has_unit and not any((root / program).exists() for program in _PROGRAMS):
        return FailureCode.PCSC_NOT_INSTALLED
    # `lexists`: a link of another root leads nowhere here.
    if has_unit and not any(os.path.lexists(root / wanted) for wanted in _WANTED):
        return FailureCode.PCSC_DISABLED
    return FailureCode.NO_PCSC_SERVICE


def _is_masked(root: Path, unit: str) -> bool:
    for folder in _UNIT_FOLDERS[:2]:
        try:
            if str((root / folder / unit).readlink()) == "/dev/null":
                return True
        except OSError:
            continue
    return False


def _takes_connections(machine: Machine) -> bool:
    """Whether something listens where the service should; then the two do not understand each
    other (a new library beside an old service, or a library that came with another program)."""
    if not hasattr(socket, "AF_UNIX"):
        return False
    door = machine.environ.get(_DOOR_VARIABLE) or str(machine.root / _DOOR)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_WAIT)
        try:
            client.connect(door)
        except OSError:
            return False
    return True


def start_service() -> bool:
    """Start the PC/SC service without asking for a password; whether it was started.

    Where an administrator is needed, nothing happens: no dialog, no waiting for one.
    """
    if sys.platform == "win32":
        command = [_SC, "start", "SCardSvr"]
    else:
        tool = next((path for path in _SYSTEMCTL if os.path.exists(path)), None)
        if tool is None:
            return False
        command = [tool, "--no-ask-password", "start", "pcscd.socket"]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_START_WAIT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
