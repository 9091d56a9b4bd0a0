"""The field for the code of an SMS: six digits.

They may be seen while they are typed (they came to the person's own phone and work once), but they
open the session: they are in a `Secret`, and no text of the whole is made.
"""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.domain.secret import Secret
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.entry_field import PADDING, EntryField

LENGTH, GROUP = 6, 3
CELL, CELL_GAP, GROUP_GAP = 32, 6, 20
LONGEST = 40
"""Bytes in the clipboard: no SMS code comes with more around it."""
_ZERO = 0x30
_AROUND = b" -\t\r\n"
_STEERING = int(Qt.Key.Key_Escape)
"""Keys from this number on stand for no character."""
_MODIFIED = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class OtpField(EntryField):
    """Six underlined cells; the caret is always at the end."""

    refused = Signal()
    """Something else than the digits of an SMS code; nothing was entered."""

    def __init__(self, name: str = "session.otp", parent: QWidget | None = None) -> None:
        super().__init__(name, 72, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._content = Secret(LENGTH)
        content = self._content
        # Not `content.wipe` itself: PySide would not keep what that is bound to.
        self.destroyed.connect(lambda: content.wipe())

    # ------------------------------------------------------------------ from outside
    @property
    def count(self) -> int:
        """How many digits are in the field."""
        return len(self._content)

    def take(self) -> Secret:
        """Hand over what was typed and be empty; who takes it wipes it. `changed` is silent."""
        taken = Secret(LENGTH)
        for byte in self._content.view():
            taken.push(byte)
        self._empty()
        return taken

    def push(self, digit: int) -> None:
        """Add a digit, as the keypad does."""
        self._push(_ZERO + digit)

    def pop(self) -> None:
        """Take the last digit away."""
        self._content.pop()
        self._changed()

    def wipe(self) -> None:
        """Overwrite everything."""
        if self._empty():
            self.changed.emit(0)

    def paste(self) -> None:
        """Enter what is in the clipboard in place of what is in the field, if it is a code."""
        data = QGuiApplication.clipboard().mimeData()
        found = data.data("text/plain")
        digits = bytearray()
        with memoryview(found) as raw:  # type: ignore[arg-type]
            stray = len(raw) > LONGEST
            for byte in raw[:LONGEST]:
                if _ZERO <= byte <= _ZERO + 9:
                    digits.append(byte)
                else:
                    stray = stray or byte not in _AROUND
        found.fill(0)
        if stray or len(digits) != LENGTH:
            self.refused.emit()
        else:
            self._content.wipe()
            for byte in digits:
                self._content.push(byte)
            self._changed()
        digits[:] = bytes(len(digits))

    # ------------------------------------------------------------------ keys
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        commanded = bool(event.modifiers() & _MODIFIED)
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif _ZERO <= key <= _ZERO + 9 and not commanded:
            self._push(key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
        elif key == Qt.Key.Key_Delete or (key == Qt.Key.Key_Backspace and commanded):
            self.wipe()
        elif key == Qt.Key.Key_Backspace:
            self.pop()
        elif key < _STEERING and not commanded:
            self.refused.emit()
        else:
            event.ignore()

    def _push(self, byte: int) -> None:
        if self._content.push(byte):
            self._changed()
        else:
            self.refused.emit()

    def _changed(self) -> None:
        self.set_complete(self.count == LENGTH)
        self.update()
        self.tell_value(self.accessible_value())
        self.changed.emit(self.count)

    def _empty(self) -> bool:
        had = self.count > 0
        self._content.wipe()
        if had:
            self.set_complete(False)
            self.update()
            self.tell_value()
        return had

    def accessible_value(self) -> str:
        return f"{self.count} / {LENGTH}"

    # ------------------------------------------------------------------ sizes and painting
    def field_height(self) -> int:
        return theme.control_height(self._least, "code")

    def _cell(self) -> int:
        return max(CELL, theme.metrics("code").horizontalAdvance("0") + 10)

    def sizeHint(self) -> QSize:  # noqa: N802
        inner = LENGTH * self._cell() + (LENGTH - 2) * CELL_GAP + GROUP_GAP
        return QSize(inner + 2 * PADDING + 8, self.field_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paint_content(self, painter: QPainter) -> None:
        cell, x = self._cell(), float(PADDING + 4)
        painter.setFont(theme.font("code"))
        digits = self._content.view()
        for place in range(LENGTH):
            box = QRectF(x, 12, cell, self.height() - 24)
            role, width = self._underline(place)
            line = QRectF(box.left(), round(box.bottom()) - width, cell, width)
            painter.fillRect(line, theme.colour(role))
            if place < len(digits):
                painter.setPen(QPen(theme.colour("text" if self.isEnabled() else "dis-text")))
                shown = box.adjusted(0, 0, 0, -4)
                painter.drawText(shown, int(Qt.AlignmentFlag.AlignCenter), chr(digits[place]))
            x += cell + (GROUP_GAP if place % GROUP == GROUP - 1 else CELL_GAP)

    def _underline(self, place: int) -> tuple[Role, int]:
        if place == self.count and self.hasFocus():
            return "focus", 3
        return ("control", 2) if place < self.count else ("line", 2)
