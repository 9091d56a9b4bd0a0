"""Windows can leave a window out of screen sharing, recordings and screenshots."""

import sys
from typing import Protocol

from PySide6.QtWidgets import QWidget

WDA_NONE = 0x00
WDA_MONITOR = 0x01
"""The window is black in a picture; all that Windows before 10 2004 knows."""
WDA_EXCLUDEFROMCAPTURE = 0x11
"""The window is not in the picture at all."""


class User32(Protocol):
    """The one function of user32.dll that this needs (winuser.h)."""

    def SetWindowDisplayAffinity(self, window: int, affinity: int) -> int:  # noqa: N802
        """0: it did not work."""


def hide_from_capture(widget: QWidget, hidden: bool) -> bool:
    """Leave the window of `widget` out of captures, or let it in again.

    Returns:
        whether captures leave it out now; always False where the system cannot do it.
    """
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        user32 = ctypes.WinDLL("user32", winmode=0x800)
        user32.SetWindowDisplayAffinity.argtypes = [wintypes.HWND, wintypes.DWORD]
        return set_affinity(user32, int(widget.window().winId()), hidden)
    return False


def set_affinity(user32: User32, window: int, hidden: bool) -> bool:
    """Set the strongest affinity that this Windows has; returns whether captures leave it out."""
    if not hidden:
        user32.SetWindowDisplayAffinity(window, WDA_NONE)
        return False
    return any(
        user32.SetWindowDisplayAffinity(window, affinity)
        for affinity in (WDA_EXCLUDEFROMCAPTURE, WDA_MONITOR)
    )
