"""The real code field, offscreen, with real key events and the real clipboard.

What an input means: bytes are read one by one as strokes: keys, whole clipboard pastes, input
methods, the mouse, the focus. After each the field has to be in a state that can be explained.
"""

import os
from collections.abc import Iterator
from functools import cache

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kamusm_esign.domain.verification_code import (
    CodeProblem,
    VerificationCode,
    parse_verification_code,
)
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.code_cells import LENGTH
from kamusm_esign.ui.widgets.code_field import CodeField

K, M = Qt.Key, Qt.KeyboardModifier
_KEYS = (
    *(K.Key_Backspace, K.Key_Delete, K.Key_Left, K.Key_Right, K.Key_Home, K.Key_End),
    *(K.Key_Return, K.Key_Enter, K.Key_Escape, K.Key_Tab, K.Key_Space, K.Key_F4, K.Key_A),
)
_MODIFIERS = (
    *(M.NoModifier, M.NoModifier, M.ShiftModifier, M.ControlModifier, M.AltModifier),
    M.ControlModifier | M.AltModifier,
)
PASTE, TYPE, METHOD, MOUSE, FOCUS, CLEAR = range(0xF0, 0xF6)
"""Bytes that begin a stroke of their own; others are a key."""


@cache
def _application() -> QApplication:
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    made = QApplication(["fuzz"])
    theme.start("light")
    return made


class _Watched:
    """A field that is shown, and what it says."""

    def __init__(self) -> None:
        self.field = CodeField()
        self.said: CodeProblem | None = None
        self.completed = self.submitted = 0
        self.field.problem_changed.connect(self._hear)
        self.field.completed.connect(self._complete)
        self.field.submitted.connect(self._submit)
        self.field.resize(700, 80)
        self.field.show()
        self.field.setFocus()

    def _hear(self, problem: CodeProblem | None) -> None:
        self.said = problem

    def _complete(self) -> None:
        self.completed += 1

    def _submit(self) -> None:
        assert self.field.code() is not None
        self.submitted += 1

    def judge(self, before: int) -> None:
        """The rules that hold after every stroke."""
        field = self.field
        digits = field.accessible_value().replace(" ", "")
        assert len(digits) == field.count <= LENGTH
        assert digits.isascii()
        assert digits.isdigit() or not digits
        assert (field.code() is not None) is (field.count == LENGTH)
        assert field.problem is self.said, f"{field.problem} is not what was said, {self.said}"
        if before != LENGTH and field.count == LENGTH:
            assert self.completed, "complete, and nobody was told"


def strokes(data: bytes) -> Iterator[tuple[int, str, int]]:
    """Kind, text and one more byte for each stroke."""
    place = 0
    while place < len(data):
        kind = data[place]
        place += 1
        text, more = "", 0
        if kind in (PASTE, TYPE, METHOD):
            length = data[place] if place < len(data) else 0
            text = data[place + 1 : place + 1 + length].decode("utf-8", "replace")
            place += 1 + length
        elif kind == MOUSE:
            more = data[place] if place < len(data) else 0
            place += 1
        yield kind, text, more


def code_field(data: bytes) -> None:
    """Play one input; an assertion that fails is a finding."""
    _application()
    watched = _field()
    watched.field.clear()
    watched.said, watched.completed = watched.field.problem, 0
    for kind, text, more in strokes(data[:400]):
        before = watched.field.count
        refused = _play(watched, kind, text, more)
        watched.judge(before)
        if refused:
            assert watched.field.problem is not None, f"{text!r} was refused without a reason"


@cache
def _field() -> _Watched:
    return _Watched()


def _play(watched: _Watched, kind: int, text: str, more: int) -> bool:
    """One stroke; whether something of it cannot have been taken."""
    field = watched.field
    if kind == PASTE:
        QGuiApplication.clipboard().setText(text)
        QTest.keyClick(field, K.Key_V, M.ControlModifier)
        good = isinstance(parse_verification_code(text), VerificationCode)
        assert not good or field.code() is not None, "a code was not taken"
        return not good
    if kind == TYPE:
        QTest.sendKeyEvent(QTest.KeyAction.Click, field, Qt.Key.Key_unknown, text, M.NoModifier, 0)
        return text.isprintable() and any(c.isalpha() for c in text)
    if kind == METHOD:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(field, event)
    elif kind == MOUSE:
        place = QPoint(more * field.width() // 255, field.height() // 2)
        QTest.mouseClick(field, Qt.MouseButton.LeftButton, M.NoModifier, place)
    elif kind == FOCUS:
        field.clearFocus()
        field.setFocus()
    elif kind == CLEAR:
        field.clear()
    elif kind < 0x80:
        _press(field, kind)
    else:
        key, modifier = _KEYS[kind % len(_KEYS)], _MODIFIERS[kind // len(_KEYS) % len(_MODIFIERS)]
        QTest.keyClick(field, key, modifier)
    return False


def _press(field: CodeField, character: int) -> None:
    """A key that makes this character."""
    for sort in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        key = QKeyEvent(sort, character, M.NoModifier, chr(character))
        QApplication.sendEvent(field, key)


def samples() -> list[bytes]:
    """Codes, typed and pasted, and the strokes between them."""
    code = b"123456789012345"

    def whole(kind: int, text: str) -> bytes:
        raw = text.encode()
        return bytes([kind, len(raw)]) + raw

    return [
        code,
        b"123 456-789 012 345",
        whole(PASTE, "123 456 789 012 345") + b"\x80" + b"7",
        whole(PASTE, "583902") + code[:5] + whole(METHOD, "123\u0661") + bytes([FOCUS]),
        whole(TYPE, "12\u066345") + bytes([MOUSE, 90]) + b"\x81\x82" + code,
        whole(PASTE, "\u202e543210987654321\u202c") + bytes([CLEAR]) + code + b"\x86",
    ]
