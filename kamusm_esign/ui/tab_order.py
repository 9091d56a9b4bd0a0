"""The order of the Tab key: page, action bar, status strip, top bar, whatever was made first.

Within each of them the order in which things were put there. Where that is not the order in which
they are used, a widget has a method `tab_stops()`: what comes first in it, in order.

Not Qt's own chain: PySide takes what `nextInFocusChain` returns for a child of the widget that was
asked, and what outlives such a parent is never freed. Whole pages were kept that way.
"""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def within(part: QWidget) -> Iterator[QWidget]:
    """What the keyboard can reach in a part of the window, in order."""
    seen: set[QWidget] = set()
    for widget in _all_in(part):
        if widget not in seen and _reachable(widget):
            seen.add(widget)
            yield widget


def neighbour(parts: Iterable[QWidget], now: QWidget | None, forward: bool) -> QWidget | None:
    """What comes after (or before) `now` when the parts follow each other in a circle."""
    order = [widget for part in parts for widget in within(part)]
    if not order:
        return None
    if now not in order:
        return order[0 if forward else -1]
    return order[(order.index(now) + (1 if forward else -1)) % len(order)]


def _all_in(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    stops = getattr(widget, "tab_stops", None)
    if stops is not None:
        yield from (stop for stop in stops() if widget.isAncestorOf(stop))
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isHidden() and not child.isWindow():
            yield from _all_in(child)


def _reachable(widget: QWidget) -> bool:
    policy = widget.focusPolicy()
    return (
        bool(policy & Qt.FocusPolicy.TabFocus)
        and widget.isEnabled()
        and widget.isVisibleTo(widget.window())
        and widget.focusProxy() is None
    )
