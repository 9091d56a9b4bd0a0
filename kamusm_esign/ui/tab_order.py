"""The order of the Tab key: page, action bar, status strip, top bar, whatever was made first."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def within(part: QWidget) -> Iterator[QWidget]:
    """What the keyboard can reach in a part of the window, in the order of Qt's own chain."""
    window = part.window()
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if part.isAncestorOf(widget) and _reachable(widget):
            yield widget
        widget = widget.nextInFocusChain()


def neighbour(parts: Iterable[QWidget], now: QWidget | None, forward: bool) -> QWidget | None:
    """What comes after (or before) `now` when the parts follow each other in a circle."""
    order = [widget for part in parts for widget in within(part)]
    if not order:
        return None
    if now not in order:
        return order[0 if forward else -1]
    return order[(order.index(now) + (1 if forward else -1)) % len(order)]


def _reachable(widget: QWidget) -> bool:
    policy = widget.focusPolicy()
    return (
        bool(policy & Qt.FocusPolicy.TabFocus)
        and widget.isEnabled()
        and widget.isVisibleTo(widget.window())
        and widget.focusProxy() is None
    )
