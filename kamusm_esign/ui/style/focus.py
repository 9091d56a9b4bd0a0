"""The focus ring: two pixels, two pixels away from what has the focus (WCAG 2.2, 2.4.7 and 2.4.13).

One ring for the whole application. It lies over the widgets, so that none of them has to keep room
for it, moves with the one that it marks, and stays away while the mouse chooses.
A widget may have a method `focus_outline() -> Outline | None`: the rectangle in
its own coordinates, the radius and the colour of its outline; None: it shows the focus itself.
"""

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role

Outline = tuple[QRect, float, Role]
OFFSET, WIDTH = 2, 2
MOVES = (
    *(QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide),
    *(QEvent.Type.ParentChange, QEvent.Type.ZOrderChange, QEvent.Type.LayoutRequest),
)


class Ring(QWidget):
    """The drawn ring; a child of whatever scrolls with the marked widget."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.radius = 8.0
        self.role: Role = "focus"
        self.setObjectName("focus.ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        paint.box(painter, self.rect(), None, self.role, width=WIDTH, radius=self.radius)


def _alive(widget: QWidget) -> bool:
    """Whether Qt has not deleted the widget behind our back."""
    try:
        widget.isWindow()
    except RuntimeError:
        return False
    return True


class FocusRing(QObject):
    """Keeps the ring around the widget that the keyboard is at."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._ring: Ring | None = None
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._by_mouse = False
        application.focusChanged.connect(self._changed)

    def _changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if QGuiApplication.mouseButtons():
            self._by_mouse = True
        elif new and new.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            self._by_mouse = False
        self._leave()
        if new is not None and not self._by_mouse:
            self._mark(new)

    def _leave(self) -> None:
        for widget in self._watched:
            if _alive(widget):
                widget.removeEventFilter(self)
        self._watched.clear()
        self._target = None
        if self._ring is not None and _alive(self._ring):
            self._ring.hide()

    def _mark(self, target: QWidget) -> None:
        self._target, host = target, target
        while not self._holds_still(host) and (parent := host.parentWidget()) is not None:
            host.installEventFilter(self)
            self._watched.append(host)
            host = parent
        if host is target:
            return
        if self._ring is None or not _alive(self._ring):
            self._ring = Ring(host)
        elif self._ring.parentWidget() is not host:
            self._ring.setParent(host)
        self._place()

    @staticmethod
    def _holds_still(widget: QWidget) -> bool:
        """Whether a ring may be a child of this: a window, or what a scroll area scrolls."""
        if widget.isWindow():
            return True
        parent = widget.parentWidget()
        return parent is not None and isinstance(parent.parentWidget(), QAbstractScrollArea)

    def _place(self) -> None:
        target, ring = self._target, self._ring
        if target is None or ring is None or not _alive(ring):
            return
        outline = getattr(target, "focus_outline", None)
        found: Outline | None = outline() if outline else (target.rect(), paint.RADIUS, "focus")
        host = ring.parentWidget()
        if found is None or host is None or not target.isVisible():
            ring.hide()
            return
        inner, radius, ring.role = found
        away = OFFSET + WIDTH
        corner = target.mapTo(host, inner.topLeft())
        ring.radius = radius + away
        ring.setGeometry(QRect(corner, inner.size()).adjusted(-away, -away, away, away))
        ring.raise_()
        ring.show()
        ring.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in MOVES:
            self._place()
        return False
