"""Keeping a window out of screen captures; the Windows part against what winuser.h promises."""

import sys

import pytest
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.widgets.pin_field import PinField
from kamusm_esign.ui.widgets.screen_capture import hide_from_capture, set_affinity


class Windows:
    """A Windows that knows some affinities."""

    def __init__(self, *known: int) -> None:
        self.known = known
        self.affinity = 0

    def SetWindowDisplayAffinity(self, window: int, affinity: int) -> int:  # noqa: N802
        assert window == 42
        if affinity not in self.known:
            return 0
        self.affinity = affinity
        return 1


@pytest.mark.parametrize(
    ("known", "hidden", "affinity", "worked"),
    [
        ((0, 1, 0x11), True, 0x11, True),
        ((0, 1), True, 1, True),
        ((0,), True, 0, False),
        ((0, 1, 0x11), False, 0, False),
    ],
    ids=["10 2004 and later", "before", "a remote desktop without it", "shown again"],
)
def test_affinity(known: tuple[int, ...], hidden: bool, affinity: int, worked: bool) -> None:
    windows = Windows(*known)
    assert set_affinity(windows, 42, hidden) is worked
    assert windows.affinity == affinity


@pytest.mark.skipif(sys.platform == "win32", reason="there it works")
@pytest.mark.usefixtures("app")
def test_elsewhere_it_says_that_it_did_not_work() -> None:
    field = PinField("pin.new")
    window = QWidget()
    field.setParent(window)
    window.show()
    assert not field.hidden_from_capture
    assert not hide_from_capture(window, True)
    window.close()
