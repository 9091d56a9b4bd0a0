"""The field for the verification code: five groups of three digits.

The code is no secret (it stands on the portal page), but a PIN may be typed here by mistake, so
the digits are in a buffer that is overwritten and no text of them is kept.
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets import code_cells
from kamusm_esign.ui.widgets.code_cells import GROUP, LENGTH
from kamusm_esign.ui.widgets.entry_field import EntryField

if TYPE_CHECKING:
    from kamusm_esign.domain.verification_code import CodeProblem, VerificationCode

_MODIFIED = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_ELSEWHERE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""The person looks something up in another window and comes back: nothing to complain about."""


class CodeField(EntryField):
    """Fifteen underlined cells; the one with the caret has a thicker line.

    Typed and pasted text is judged by `domain.verification_code`.
    """

    completed = QtSignal()
    """The fifteenth digit is there."""
    problem_changed = QtSignal(object)
    """Why something was refused (`CodeProblem`), or None: nothing is wrong any more."""

    def __init__(self, name: str = "code.field", parent: QWidget | None = None) -> None:
        super().__init__(name, 72, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._digits = bytearray(LENGTH)
        self._length = 0
        self._caret = 0
        self.selected = False
        """Whether everything is marked: what is typed next takes its place."""
        self.problem: CodeProblem | None = None

    # ------------------------------------------------------------------ from outside
    @property
    def count(self) -> int:
        """How many digits are in the field."""
        return self._length

    def code(self) -> "VerificationCode | None":
        """Return the code; None as long as digits are missing."""
        from kamusm_esign.domain.verification_code import VerificationCode

        return VerificationCode(self._digits.decode()) if self._length == LENGTH else None

    def select_all(self) -> None:
        """Mark everything, if there is something."""
        self._select(self._length > 0)

    def clear(self) -> None:
        """Overwrite everything."""
        had = self._length
        self._select(False)
        self._digits[:] = bytes(LENGTH)
        self._length = self._caret = 0
        self._set_problem(None)
        if had:
            self._changed()

    def paste(self) -> None:
        """Enter what is in the clipboard in place of what is in the field, if it is a code."""
        self.enter(QGuiApplication.clipboard().text())

    def enter(self, text: str) -> "CodeProblem | None":
        """Enter a whole code; anything else is refused, and the field stays as it was."""
        from kamusm_esign.domain.verification_code import VerificationCode, parse_verification_code

        code = parse_verification_code(text)
        if not isinstance(code, VerificationCode):
            self._set_problem(code)
            return code
        self._digits[:] = bytes(byte for byte in text.encode() if ord("0") <= byte <= ord("9"))
        self._length = self._caret = LENGTH
        self._select(False)
        self._set_problem(None)
        self._changed()
        return None

    # ------------------------------------------------------------------ keys
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._submit()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._remove(key, whole=bool(event.modifiers() & _MODIFIED))
        elif (place := self._caret_after(key)) is not None:
            self._move(place)
        elif event.text().isprintable() and event.text() and not self._is_command(event):
            self._type(event.text())
        else:
            event.ignore()

    @staticmethod
    def _is_command(event: QKeyEvent) -> bool:
        """Ctrl or Alt; AltGr, which is both on Windows, makes characters."""
        pressed = event.modifiers() & _MODIFIED
        return bool(pressed) and pressed != (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )

    def _submit(self) -> None:
        if self._length == LENGTH:
            self.submitted.emit()
        else:
            self._judge_what_is_there()

    def _caret_after(self, key: int) -> int | None:
        places: dict[int, int] = {
            Qt.Key.Key_Left: self._caret - 1,
            Qt.Key.Key_Right: self._caret + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._length,
        }
        return places.get(key)

    def _select(self, selected: bool) -> None:
        if selected is not self.selected:
            self.selected = selected
            self.update()
            self.changed.emit(self._length)

    def _move(self, place: int) -> None:
        self._select(False)
        self._caret = min(max(place, 0), self._length)
        self.update()

    def _remove(self, key: int, *, whole: bool) -> None:
        if whole or self.selected:
            self.clear()
            return
        place = self._caret - (key == Qt.Key.Key_Backspace)
        self._set_problem(None)
        if 0 <= place < self._length:
            end = self._length - 1
            self._digits[place:end] = self._digits[place + 1 : end + 1]
            self._digits[end] = 0
            self._length, self._caret = end, place
            self._changed()

    def _type(self, text: str) -> None:
        """Enter characters one by one; blanks and dashes are dropped as they are in a paste."""
        from kamusm_esign.domain.verification_code import CodeProblem, parse_verification_code

        for character in text:
            judged = parse_verification_code(character)
            if judged is CodeProblem.NOT_DIGITS:
                self._set_problem(CodeProblem.NOT_DIGITS)
                return
            if judged is not CodeProblem.EMPTY:
                self._insert(ord(character))

    def _insert(self, byte: int) -> None:
        if self.selected:
            self.clear()
        if self._length == LENGTH:
            from kamusm_esign.domain.verification_code import CodeProblem

            self._set_problem(CodeProblem.TOO_LONG)
            return
        place = self._caret
        self._digits[place + 1 : self._length + 1] = self._digits[place : self._length]
        self._digits[place] = byte
        self._length, self._caret = self._length + 1, place + 1
        self._set_problem(None)
        self._changed()

    # ------------------------------------------------------------------ problems
    def _judge_what_is_there(self) -> None:
        from kamusm_esign.domain.verification_code import CodeProblem, parse_verification_code

        judged = parse_verification_code(self._digits[: self._length].decode())
        self._set_problem(judged if isinstance(judged, CodeProblem) else None)

    def _set_problem(self, problem: "CodeProblem | None") -> None:
        self.set_error(problem is not None)
        # The same refusal twice is said twice.
        if problem is not None or self.problem is not None:
            self.problem = problem
            self.problem_changed.emit(problem)

    def _changed(self) -> None:
        self.set_complete(self._length == LENGTH)
        self.update()
        self.tell_value()
        self.changed.emit(self._length)
        if self._length == LENGTH:
            self.completed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if 0 < self._length < LENGTH and event.reason() not in _ELSEWHERE:
            self._judge_what_is_there()

    # ------------------------------------------------------------------ mouse, input methods
    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        passed = [cell for cell in self._cells() if cell.center().x() < event.position().x()]
        self._move(len(passed))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802
        self._type(event.commitString())
        event.accept()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> Any:  # noqa: N802
        if query == Qt.InputMethodQuery.ImCursorRectangle:
            cells = self._cells()
            return cells[min(self._caret, LENGTH - 1)].toRect()
        return super().inputMethodQuery(query)

    def accessible_value(self) -> str:
        digits = self._digits[: self._length].decode()
        return " ".join(digits[i : i + GROUP] for i in range(0, len(digits), GROUP))

    # ------------------------------------------------------------------ sizes and painting
    def field_height(self) -> int:
        return theme.control_height(self._least, "code")

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(code_cells.ideal_width(), self.field_height())

    def _cells(self) -> list[QRectF]:
        return code_cells.places(self.width(), self.height())

    def paint_content(self, painter: QPainter) -> None:
        cells = self._cells()
        painter.setFont(code_cells.digit_font(cells[0].width()))
        for place, cell in enumerate(cells):
            if self.selected and place < self._length:
                painter.fillRect(cell, theme.colour("teal-tint"))
            role, width = self._underline(place)
            painter.fillRect(
                QRectF(cell.left(), round(cell.bottom()) - width, cell.width(), width),
                theme.colour(role),
            )
            if place < self._length:
                painter.setPen(QPen(theme.colour("text" if self.isEnabled() else "dis-text")))
                digit = chr(self._digits[place])
                painter.drawText(
                    cell.adjusted(0, 0, 0, -4), int(Qt.AlignmentFlag.AlignCenter), digit
                )

    def _underline(self, place: int) -> tuple[Role, int]:
        if place == self._caret and self.hasFocus():
            return "focus", 3
        if place < self._length:
            return "control", 2
        return "line", 2
