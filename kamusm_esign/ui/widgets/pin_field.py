"""The field a PIN is typed into.

What is typed goes from the key's number into a `Secret` of twelve bytes, and no text of it is ever
made: not for painting, not for screen readers, not for an input method, not for an undo history.
"""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.domain.secret import PIN_CAPACITY, Secret
from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets import pin_keys
from kamusm_esign.ui.widgets.entry_field import ICON, PADDING, EntryField
from kamusm_esign.ui.widgets.screen_capture import hide_from_capture

DOT, POINT, GAP = 12, 4, 6
IDLE_MS = 60_000
CODE_LENGTH = 15
"""Digits of a verification code."""


class PinRefusal(Enum):
    """Why a PIN field did not take something."""

    PASTE_REFUSED = "paste-refused"
    """Nobody looked at what was to be pasted: it may be a PIN, and Qt keeps copies of all that is
    read from a clipboard."""
    NOT_DIGIT = "not-digit"
    FULL = "full"
    CODE_TYPED = "code-typed"
    """Fifteen digits in a row: a verification code."""


MAY_BE_CODE = frozenset((PinRefusal.PASTE_REFUSED.value, PinRefusal.CODE_TYPED.value))
"""Refusals after which the person may want to go where a verification code is entered."""


class PinField(EntryField):
    """Rings for the digits that must be, points for those that may be, dots for those that are.

    The caret is always at the end. The content is wiped when the field is hidden, after `idle_ms`
    milliseconds without input, and with the field; whoever sees the card go calls `wipe`.
    """

    refused = Signal(object)
    """A `PinRefusal`; nothing was entered."""
    timed_out = Signal()
    """Nothing was entered for too long, and the content was wiped."""

    secret = True

    def __init__(
        self,
        name: str,
        *,
        minimum: int = 6,
        maximum: int = PIN_CAPACITY,
        idle_ms: int = IDLE_MS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, 48, parent)
        # No input method, predictive text or on-screen keyboard of the system gets to see it.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhDigitsOnly
        )
        self.minimum, self.maximum = minimum, maximum
        self.hidden_from_capture = False
        """Whether screen sharing and recording leave the window out, as long as this is shown."""
        self._content = Secret()
        self._beyond = 0
        self._held = pin_keys.HeldKeys()
        self._guard = pin_keys.KeyGuard(self)
        self._say: Callable[[int], str] = lambda count: ""
        self._idle = QTimer(self, singleShot=True, interval=idle_ms)
        self._idle.timeout.connect(self._give_up)
        content = self._content
        # Not `content.wipe` itself: PySide would not keep what that is bound to.
        self.destroyed.connect(lambda: content.wipe())

    # ------------------------------------------------------------------ from outside
    def set_limits(self, minimum: int, maximum: int) -> None:
        """Set how many digits there must be and may be (at most twelve)."""
        self.minimum, self.maximum = minimum, min(maximum, PIN_CAPACITY)
        self.update()

    def set_count_text(self, say: Callable[[int], str]) -> None:
        """Set how the number of digits is said; all that a screen reader ever gets."""
        self._say = say
        self.tell_value()

    @property
    def count(self) -> int:
        """How many digits are in the field."""
        return len(self._content)

    @property
    def overfull(self) -> bool:
        """More was typed than there is room for: what is in the field is not what was meant."""
        return self._beyond > 0

    @property
    def content(self) -> Secret:
        """What is typed, to be judged on the spot; it stays the field's own. Do not keep it."""
        return self._content

    def take(self) -> Secret:
        """Hand over what was typed and be empty; who takes it wipes it. `changed` is silent."""
        taken = Secret()
        for byte in self._content.view():
            taken.push(byte)
        self._empty()
        return taken

    def push(self, digit: int) -> None:
        """Enter one digit, 0 to 9."""
        if len(self._content) >= self.maximum:
            self._overflow()
            return
        self._content.push(ord("0") + digit)
        self._changed()

    def pop(self) -> None:
        """Remove the last digit."""
        self._beyond = 0
        self._content.pop()
        self._changed()

    def wipe(self) -> None:
        """Overwrite everything."""
        if self._empty():
            self.tell_value(self.accessible_value() if self.isVisible() else "")
            self.changed.emit(0)

    def keep(self) -> None:
        """Begin the idle time anew: somebody types into another field of the page."""
        if len(self._content):
            self._idle.start()

    # ------------------------------------------------------------------ keys
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, digit = event.key(), pin_keys.digit_of(event)
        if digit is not None:
            if not self._held.is_held(event):
                self.push(digit)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._submit()
        elif key == Qt.Key.Key_Delete or (
            key == Qt.Key.Key_Backspace and pin_keys.is_command(event)
        ):
            self.wipe()
        elif key == Qt.Key.Key_Backspace:
            self.pop()
        else:
            self._other_key(event)

    def _other_key(self, event: QKeyEvent) -> None:
        if pin_keys.is_paste(event):
            self._refuse(PinRefusal.PASTE_REFUSED)
        elif pin_keys.is_other_character(event):
            self._refuse(PinRefusal.NOT_DIGIT)
        elif not pin_keys.has_no_effect(event):
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if pin_keys.is_ours(event):
                event.accept()
            return True
        return super().event(event)

    # ------------------------------------------------------------------ inside
    def _submit(self) -> None:
        if self.overfull:
            self._overflow(0)
        else:
            self.submitted.emit()

    def _overflow(self, more: int = 1) -> None:
        self._beyond += more
        typed = len(self._content) + self._beyond
        self._refuse(PinRefusal.CODE_TYPED if typed >= CODE_LENGTH else PinRefusal.FULL)

    def _refuse(self, reason: PinRefusal) -> None:
        self.refused.emit(reason)

    def _changed(self) -> None:
        self._guard.watch()
        if len(self._content):
            self._idle.start()
        else:
            self._idle.stop()
        self.update()
        self.tell_value(self.accessible_value())
        self.changed.emit(len(self._content))

    def _empty(self) -> bool:
        """Overwrite everything; returns whether there was anything."""
        had = len(self._content) > 0
        self._content.wipe()
        self._beyond = 0
        self._idle.stop()
        if had:
            self.set_complete(False)
            self.update()
        return had

    def _give_up(self) -> None:
        self.wipe()
        self.timed_out.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        self._guard.watch()
        self.hidden_from_capture = hide_from_capture(self.window(), True)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._guard.watch()
        super().focusInEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        self._guard.rest()
        # A window that is only minimised hides its children "spontaneously": nothing was left.
        if not event.spontaneous():
            self.wipe()
            others = (field.isVisible() for field in self.window().findChildren(PinField))
            hide_from_capture(self.window(), any(others))

    def accessible_value(self) -> str:
        return self._say(len(self._content))

    # ------------------------------------------------------------------ painting
    def paint_content(self, painter: QPainter) -> None:
        count = len(self._content)
        # Room for the mark is kept always: nothing moves when it comes.
        room = self.width() - 2 * PADDING - theme.px(ICON) - GAP
        step = min(theme.px(DOT + GAP), (room + GAP) / max(self.maximum, 1))
        dot = step * DOT / (DOT + GAP)
        middle = self.height() / 2
        for place in range(self.maximum):
            centre = QPointF(PADDING + place * step + dot / 2, middle)
            if place == count and self.hasFocus():
                self._paint_caret(painter, centre)
            else:
                self._paint_place(painter, centre, dot, place)
        if self._error:
            self.paint_icon(painter, "x-circle", "red")
        elif self._complete:
            self.paint_icon(painter, "check-circle", "green")

    def _paint_place(self, painter: QPainter, centre: QPointF, dot: float, place: int) -> None:
        if place < len(self._content):
            paint.disc(painter, centre, dot, "navy" if self.isEnabled() else "dis-text")
        elif place < self.minimum:
            paint.disc(painter, centre, dot, None, "control")
        else:
            paint.disc(painter, centre, dot * POINT / DOT, "control")

    @staticmethod
    def _paint_caret(painter: QPainter, centre: QPointF) -> None:
        height = theme.px(20)
        caret = QRectF(round(centre.x()) - 1, round(centre.y() - height / 2), 2, height)
        painter.fillRect(caret, theme.colour("text"))
