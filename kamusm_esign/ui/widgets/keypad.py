"""The keypad on the screen, for a mouse or a finger."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTouchEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.pin_field import PinField

PRESSED_MS = 80
LEAST = QSize(64, 52)
ORDINARY, ORDINARY_GAP = QSize(88, 64), 8
COMPACT, COMPACT_GAP = QSize(76, 60), 6
COLUMNS, ROWS = 3, 4
ORDER = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "back")
_ARROWS: dict[int, int] = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -COLUMNS,
    Qt.Key.Key_Down: COLUMNS,
}
_TYPED: dict[int, str] = {
    **{Qt.Key.Key_0 + digit: str(digit) for digit in range(10)},
    Qt.Key.Key_Backspace: "back",
    Qt.Key.Key_Delete: "clear",
}
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class Key(QPushButton):
    """One key. A click gives it no focus: that stays in the field."""

    typed = Signal(str)
    """The keyboard's own key for one of the keys: typing goes on while a key has the focus."""
    moved = Signal(int)
    """An arrow key: how many places to go."""

    def __init__(self, kind: str, pressed_ms: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setObjectName(f"keypad.{kind}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoRepeat(False)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if kind.isdigit():
            self.setAccessibleName(kind)
        self._shown = QTimer(self, singleShot=True, interval=pressed_ms)
        self._shown.timeout.connect(self._look_again)
        self.pressed.connect(self._look_pressed)

    @property
    def looks_pressed(self) -> bool:
        """Whether it is drawn pressed: while it is, and for a moment after."""
        return self.isDown() or self._shown.isActive()

    def _look_again(self) -> None:
        self.update()

    def _look_pressed(self) -> None:
        self._shown.start()

    def event(self, event: QEvent) -> bool:
        """Take fingers as they are: as a mouse, only one of two thumbs would count."""
        if isinstance(event, QTouchEvent):
            self._touched(event)
            return True
        return super().event(event)

    def _touched(self, event: QTouchEvent) -> None:
        event.accept()
        if event.type() == QEvent.Type.TouchBegin:
            self.setDown(True)
            self._shown.start()
        elif event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self.setDown(False)
            ended = event.type() == QEvent.Type.TouchEnd
            if ended and self.rect().contains(event.point(0).position().toPoint()):
                self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in _ARROWS:
            self.moved.emit(_ARROWS[event.key()])
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            super().keyPressEvent(event)
        elif (
            event.key() in _TYPED and not event.modifiers() & ~_KEYPAD and not event.isAutoRepeat()
        ):
            self.typed.emit(_TYPED[event.key()])
        else:
            event.ignore()  # Enter goes on and Escape goes back: both are the page's.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        fill, edge, face = self._roles()
        paint.box(painter, self.rect(), fill, edge)
        if self.kind == "back":
            size = theme.px(24)
            corner = QPointF(self.width() - size, self.height() - size) / 2
            draw_icon(painter, corner.x(), corner.y(), size, "backspace", face)
            return
        painter.setFont(theme.font("key" if self.kind.isdigit() else "strong"))
        painter.setPen(theme.colour(face))
        text = self.kind if self.kind.isdigit() else self.text()
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), text)

    def _roles(self) -> tuple[Role, Role, Role]:
        """Colours of surface, edge and face."""
        if not self.isEnabled():
            return "dis", "line", "dis-text"
        if self.looks_pressed:
            return "surface2", "navy", "navy"
        if self.underMouse():
            return "teal-tint", "teal", "navy"
        return "surface" if self.kind.isdigit() else "surface2", "control", "navy"


class Keypad(QWidget):
    """1 to 9, clear, 0, back. Typing on the keyboard lights no key."""

    digit = Signal(int)
    clear = Signal()
    back = Signal()
    begins_shuffled: ClassVar[bool] = False
    """What the person's settings say; a page's switch may say otherwise."""

    def __init__(self, parent: QWidget | None = None, *, pressed_ms: int = PRESSED_MS) -> None:
        super().__init__(parent)
        self.setObjectName("keypad")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._compact = False
        self._fields: tuple[PinField, ...] = ()
        self._order = list(ORDER)
        self.keys = {kind: Key(kind, pressed_ms, self) for kind in ORDER}
        for kind, key in self.keys.items():
            key.clicked.connect(lambda _checked=False, kind=kind: self._pressed(kind))
            key.typed.connect(self._pressed)
            key.moved.connect(lambda step, key=key: self._move_focus(key, step))

    # ------------------------------------------------------------------ from outside
    def set_texts(self, name: str, clear: str, back: str) -> None:
        """Say what the keypad and its two keys without a digit are called."""
        self.setAccessibleName(name)
        self.keys["clear"].setText(clear)
        self.keys["clear"].setAccessibleName(clear)
        self.keys["back"].setAccessibleName(back)
        self.updateGeometry()
        self._place()

    def serve(self, *fields: PinField) -> None:
        """Type into that one of `fields` which had the focus last; a click gives it the focus.

        Once per keypad; a page that needs something else connects the signals instead.
        """
        self._fields = fields
        # A click on a key looks for someone to give the focus to: this widget, so its proxy.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(fields[0])
        self.digit.connect(lambda digit: self._pass_on(lambda field: field.push(digit)))
        self.clear.connect(lambda: self._pass_on(PinField.wipe))
        self.back.connect(lambda: self._pass_on(PinField.pop))
        for field in fields:
            field.entered.connect(lambda field=field: self.setFocusProxy(field))

    def set_compact(self, compact: bool) -> None:
        """Use the smaller keys of a small window."""
        self._compact = compact
        self.updateGeometry()
        self._place()

    @property
    def shuffled(self) -> bool:
        """Whether the digits are out of order now."""
        return tuple(self._order) != ORDER

    def set_shuffled(self, shuffled: bool) -> None:
        """Mix the digits anew, or put them in order.

        A screen reader's user looks for the 5 where a 5 is: then they stay in order.
        """
        from secrets import SystemRandom

        digits = [kind for kind in ORDER if kind.isdigit()]
        if shuffled and not QAccessible.isActive():
            while digits == [kind for kind in ORDER if kind.isdigit()]:
                SystemRandom().shuffle(digits)
        mixed = iter(digits)
        self._order = [next(mixed) if kind.isdigit() else kind for kind in ORDER]
        self._place()

    def tab_stops(self) -> Iterator[QWidget]:
        """The keys as they stand, row by row."""
        return (self.keys[kind] for kind in self._order)

    # ------------------------------------------------------------------ keys
    def _pressed(self, kind: str) -> None:
        if kind == "clear":
            self.clear.emit()
        elif kind == "back":
            self.back.emit()
        else:
            self.digit.emit(int(kind))

    def _target(self) -> PinField | None:
        last = self.focusProxy()
        usable = [field for field in self._fields if field.isEnabled()]
        return next((field for field in usable if field is last), next(iter(usable), None))

    def _pass_on(self, change: Callable[[PinField], None]) -> None:
        target = self._target()
        if target is not None:
            change(target)

    def _move_focus(self, key: Key, step: int) -> None:
        place = self._order.index(key.kind)
        same_row = place // COLUMNS == (place + step) // COLUMNS
        if 0 <= place + step < len(self._order) and (same_row or abs(step) == COLUMNS):
            reason = Qt.FocusReason.TabFocusReason
            self.keys[self._order[place + step]].setFocus(reason)

    # ------------------------------------------------------------------ sizes
    def _gap(self) -> int:
        return COMPACT_GAP if self._compact else ORDINARY_GAP

    def _key_size(self, least: QSize) -> QSize:
        """The size of a key that is `least` at the ordinary text size: its face must fit."""
        word = theme.metrics("strong").horizontalAdvance(self.keys["clear"].text())
        return QSize(max(least.width(), word + 16), theme.control_height(least.height(), "key"))

    def _all(self, key: QSize) -> QSize:
        return QSize(
            COLUMNS * key.width() + (COLUMNS - 1) * self._gap(),
            ROWS * key.height() + (ROWS - 1) * self._gap(),
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        return self._all(self._key_size(COMPACT if self._compact else ORDINARY))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        face = theme.metrics("key").height()
        return self._all(QSize(self._key_size(LEAST).width(), max(LEAST.height(), face)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._place()

    def _place(self) -> None:
        gap = self._gap()
        wanted = self._key_size(COMPACT if self._compact else ORDINARY)
        width = (self.width() + gap) / COLUMNS
        height = (min(self.height(), self._all(wanted).height()) + gap) / ROWS
        for place, kind in enumerate(self._order):
            row, column = divmod(place, COLUMNS)
            left, top = round(column * width), round(row * height)
            right, bottom = round((column + 1) * width), round((row + 1) * height)
            self.keys[kind].setGeometry(left, top, right - left - gap, bottom - top - gap)
