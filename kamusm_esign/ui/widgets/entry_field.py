"""What the fields for digits have in common: the frame, its states, and what a screen reader gets.

Both are painted by hand: a `QLineEdit` keeps its text, its undo history and its selection.
"""

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QFocusEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAccessibleWidget, QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce

PADDING = 16
ICON = 20


class EntryField(QWidget):
    """A field that paints itself; `least` is its height in pixels at the ordinary text size."""

    changed = Signal(int)
    """Something was entered or removed; how many digits there are now."""
    submitted = Signal()
    """Enter."""
    entered = Signal()
    """The field has got the focus."""

    secret = False
    """Whether what is typed must stay unknown to everything outside the field."""

    def __init__(self, name: str, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _answer_for_fields()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._least = least
        self._error = False
        self._complete = False

    # ------------------------------------------------------------------ states
    @property
    def state(self) -> str:
        """What the frame says: `disabled`, `error`, `complete`, `focused` or `normal`."""
        if not self.isEnabled():
            return "disabled"
        if self._error:
            return "error"
        if self._complete:
            return "complete"
        return "focused" if self.hasFocus() else "normal"

    def set_error(self, error: bool) -> None:
        """Show the red edge, or take it away; the sentence stands beside the field."""
        if error != self._error:
            self._error = error
            self.updateGeometry()  # The focus ring appears or goes.
            self.update()

    def set_complete(self, complete: bool) -> None:
        """Show that nothing is missing, or stop showing it."""
        if complete != self._complete:
            self._complete = complete
            self.update()

    def focus_outline(self) -> tuple[QRect, float, Role] | None:
        """Where the focus ring goes: around an error; otherwise the edge shows the focus."""
        return (self.rect(), float(paint.RADIUS), "focus") if self._error else None

    # ------------------------------------------------------------------ sizes and painting
    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(280, self.field_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, self.field_height())

    def field_height(self) -> int:
        """Height in pixels at the present text size."""
        return theme.control_height(self._least)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        self._paint_frame(painter)
        self.paint_content(painter)

    def paint_content(self, painter: QPainter) -> None:
        """Paint what is in the field."""
        raise NotImplementedError

    def _paint_frame(self, painter: QPainter) -> None:
        rect = QRectF(self.rect())
        if not self.isEnabled():
            paint.box(painter, rect, "dis", "line")
        elif self._error:
            paint.box(painter, rect, "surface", "red", width=2)
        elif self.hasFocus():
            inner = rect.adjusted(2, 2, -2, -2)
            paint.box(painter, rect, "surface", "focus", width=2)
            paint.box(painter, inner, None, "teal-tint", width=2, radius=paint.RADIUS - 2)
        else:
            paint.box(painter, rect, "surface", "control")

    def paint_icon(self, painter: QPainter, name: str, role: Role) -> None:
        """Paint an icon at the right end."""
        size = theme.px(ICON)
        draw_icon(
            painter, self.width() - PADDING - size, (self.height() - size) / 2, size, name, role
        )

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    # ------------------------------------------------------------------ screen readers
    def accessible_value(self) -> str:
        """What a screen reader may know of the content."""
        raise NotImplementedError

    def tell_value(self, aloud: str = "") -> None:
        """Tell screen readers that the value is another one; `aloud` is spoken at once."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(
                QAccessibleValueChangeEvent(self, self.accessible_value())
            )
            announce(self, aloud, at_once=True)


class _FieldInterface(QAccessibleWidget):
    """A field as assistive technology sees it.

    AT-SPI has no value for a text field without a text interface, so the description ends with
    the value. PySide never frees one of these: it must not hold the field, or anything.
    """

    def __init__(self, field: EntryField) -> None:
        super().__init__(field, QAccessible.Role.EditableText, "")

    def text(self, kind: QAccessible.Text) -> str:
        field = self.object()
        value = field.accessible_value() if isinstance(field, EntryField) else ""
        if kind == QAccessible.Text.Value:
            return value
        text = super().text(kind)
        if kind == QAccessible.Text.Description:
            return " · ".join(part for part in (text, value) if part)
        return text

    def state(self) -> QAccessible.State:
        field = self.object()
        state = super().state()
        state.editable = True
        state.passwordEdit = isinstance(field, EntryField) and field.secret
        return state


def _interface(_class_name: str, target: QObject) -> _FieldInterface | None:
    return _FieldInterface(target) if isinstance(target, EntryField) else None


_installed: list[bool] = []


def _answer_for_fields() -> None:
    """Let Qt ask us how a field looks to a screen reader; once per process."""
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_interface)
