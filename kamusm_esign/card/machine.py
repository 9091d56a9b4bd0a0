"""This computer, as far as readers and their service are concerned, beside PC/SC itself.

Everything is read, nothing is asked of another program: folders of the system on Linux, the
registry and two calls on Windows. `root` lets a test put another computer in its place.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


def _never() -> bool:
    return False


def _nothing() -> tuple[str, ...]:
    return ()


def _unknown() -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Machine:
    """Where to look."""

    system: str
    """`linux` or `windows`."""
    environ: Mapping[str, str] = field(default_factory=dict)
    root: Path = Path("/")
    """Stands for the root of the file system; Linux only."""
    service_start: Callable[[], int | None] = _unknown
    """Windows: the value `Start` of the Smart Card service; None where there is none."""
    usb_devices: Callable[[], Sequence[str]] = _nothing
    r"""Windows: the devices that are plugged in, e.g. `USB\VID_072F&PID_B100\5&1`."""
    is_remote: Callable[[], bool] = _never
    """Windows: whether this session is one of Remote Desktop."""

    @classmethod
    def here(cls) -> "Machine":
        """This computer."""
        if sys.platform == "win32":
            from kamusm_esign.card import windows_machine as windows

            return cls(
                "windows",
                os.environ,
                service_start=windows.service_start,
                usb_devices=windows.usb_devices,
                is_remote=windows.is_remote,
            )
        return cls("linux", os.environ)
