"""Keys of the keyboard on their way into a PIN field: which are its own, and who else sees them."""

import sys

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QKeySequence

HELD_MS = 100
_ZERO, _NINE = 0x30, 0x39
_STEERING = int(Qt.Key.Key_Escape)
"""Keys from this number on stand for no character."""
_MODIFIED = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_EDITING = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_WITHOUT_EFFECT = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_NOT_OFFERED = (
    *(QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut),
    *(QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo),
    QKeySequence.StandardKey.SelectAll,
)


def is_command(event: QKeyEvent) -> bool:
    """Whether Ctrl, Alt or the system's key is held."""
    return bool(event.modifiers() & _MODIFIED)


def digit_of(event: QKeyEvent) -> int | None:
    """The digit that is typed, by the number of the key: `text()` would make a text of it."""
    key = event.key()
    return key - _ZERO if _ZERO <= key <= _NINE and not is_command(event) else None


def is_paste(event: QKeyEvent) -> bool:
    """Whether this is the system's key for pasting."""
    return event.matches(QKeySequence.StandardKey.Paste)


def is_other_character(event: QKeyEvent) -> bool:
    """Whether something was typed that is no digit."""
    return event.key() < _STEERING and not is_command(event) and digit_of(event) is None


def has_no_effect(event: QKeyEvent) -> bool:
    """Whether a PIN field takes this key and does nothing: caret at the end, no copy, no undo."""
    return event.key() in _WITHOUT_EFFECT or any(event.matches(known) for known in _NOT_OFFERED)


def is_ours(event: QKeyEvent) -> bool:
    """Whether no shortcut of the window may take this key away from the field."""
    edits = digit_of(event) is not None or event.key() in _EDITING
    return is_paste(event) or (edits and not is_command(event))


class HeldKeys:
    """Knows a key that is held down from one that is pressed again."""

    def __init__(self) -> None:
        self._pressed_at = 0

    def is_held(self, event: QKeyEvent) -> bool:
        """Whether this is a key held down: it would enter digits that nobody counts.

        What types by itself (a password manager) releases and presses a key within a millisecond,
        which Qt takes for a repetition; a true one comes after a quarter of a second or so.
        """
        at = event.timestamp()
        if event.isAutoRepeat() and at - self._pressed_at > HELD_MS:
            return True
        self._pressed_at = at
        return False


def ready_the_guard() -> None:
    """Have PySide look through all of Qt's classes, if there is a screen reader.

    It does so once, when it first meets an object of Qt's that it did not make, and the guard meets
    every one. It takes a tenth of a second, and would come with the page of the PIN.
    """
    application = QCoreApplication.instance()
    if sys.platform.startswith("linux") and application and QAccessible.isActive():
        application.children()


class KeyGuard(QObject):
    """Keeps what is typed off the accessibility bus of Linux.

    While a screen reader runs, a filter of Qt sends every key of the keyboard there as a text, and
    has it delivered when the answer comes. It leaves alone what does not come from the system. So
    the keys that make a PIN are sent on as if they came from us, all of them, or their order would
    change.
    """

    def watch(self) -> None:
        """Be the first filter of all if a screen reader runs; it may start at any time."""
        application = QCoreApplication.instance()
        if sys.platform.startswith("linux") and application and QAccessible.isActive():
            application.installEventFilter(self)

    def rest(self) -> None:
        """Stop."""
        application = QCoreApplication.instance()
        if application:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if event.type() not in kinds or not event.spontaneous():
            return False
        if not isinstance(event, QKeyEvent) or not (is_ours(event) or event.key() in _LEAVING):
            return False
        QCoreApplication.sendEvent(watched, event)
        return True
