"""The bar with the next step: what leads back at the left, the one way forward at the right."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kamusm_esign.ui.widgets.buttons import Button, PrimaryButton
from kamusm_esign.ui.widgets.containers import SIDE, Bar, row
from kamusm_esign.ui.widgets.text import Label

HEIGHT, COMPACT_HEIGHT, COMPACT_SIDE = 64, 60, 12
REASON_LINES = 2
"""More lines than that, and the reason goes: the page says it where it is missed."""


class ActionBar(Bar):
    """Secondary button, room for a page's own things, the reason, the primary button.

    The screen's number stands here in compact windows.
    """

    primary_pressed = Signal()
    secondary_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", Qt.Edge.TopEdge, parent)
        self.secondary = Button("button.back")
        self.secondary.clicked.connect(self.secondary_pressed)
        self.primary = PrimaryButton()
        self.primary.clicked.connect(self.primary_pressed)
        self._forward = QWidget()
        """Around the primary: has the name of what it does, where that is a stable name too."""
        row(self._forward).addWidget(self.primary)
        self._roomy, self._compact, self._icon = True, False, ""
        self._reason = Label("small", "text2")
        self._number = Label("small", "text2")
        self._extra: QHBoxLayout = row(spacing=8)
        self._own: list[QWidget] = []
        self._owner: QWidget | None = None
        self._layout = row(self.content, spacing=16)
        self._layout.addWidget(self.secondary)
        self._layout.addLayout(self._extra)
        self._layout.addWidget(self._number)
        self._layout.addStretch(1)
        self._layout.addWidget(self._reason)
        self._layout.addWidget(self._forward)
        self.set_compact(False)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """The page's own things, what leads forward, then what leads back."""
        return (*self._own, self.primary, self.secondary)

    def set_primary(
        self,
        text: str,
        icon: str = "arrow-right",
        *,
        enabled: bool = True,
        reason: str = "",
        name: str = "",
    ) -> None:
        """Show the way forward; `reason` says why it is closed. Empty text: there is none.

        `name` is a stable name of what it does, besides `button.primary`.
        """
        self.primary.setVisible(bool(text))
        self._forward.setVisible(bool(text))
        self._forward.setObjectName(name)
        self.primary.set_text(text)
        self.primary.set_icon(icon)
        self.primary.setEnabled(enabled)
        self.primary.setAccessibleDescription(reason)
        self.primary.setToolTip(reason)
        self._reason.set_text(reason)
        self._fit_reason()

    def set_secondary(self, text: str, icon: str = "", name: str = "button.back") -> None:
        """Show the way back (`button.back`) or out (`button.cancel`). Empty text: there is none."""
        self.secondary.setVisible(bool(text))
        self.secondary.setObjectName(name)
        self.secondary.set_text(text)
        self._icon = icon
        self.secondary.set_icon("" if self._compact else icon)
        self._fit_reason()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to press."""
        return self._forward.isHidden() and self.secondary.isHidden()

    def set_number(self, text: str) -> None:
        """Show the number of the screen in compact windows: "Ekran 4"."""
        self._number.set_text(text)

    def add(self, widget: QWidget) -> None:
        """Put something beside the secondary button: the countdown in compact windows."""
        self._extra.addWidget(widget)
        self._fit_reason()

    def set_own(self, owner: QWidget, left: QWidget | None, right: QWidget | None) -> None:
        """Put a page's own things beside what leads back, and before the way forward.

        Those of another owner are gone then; the same owner may take its own back into itself.
        """
        for widget in self._own:
            self._layout.removeWidget(widget)
            if owner is not self._owner:
                widget.hide()
                widget.deleteLater()
        self._owner = owner
        self._own = [widget for widget in (left, right) if widget is not None]
        if left is not None:
            self._layout.insertWidget(1, left)
        if right is not None:
            self._layout.insertWidget(self._layout.indexOf(self._forward), right)
        self._fit_reason()

    def set_compact(self, compact: bool, *, roomy: bool = True) -> None:
        """Use the low bar of narrow, short windows; not roomy: for the buttons alone."""
        self._roomy, self._compact = roomy, compact
        self.secondary.set_icon("" if compact else self._icon)
        self.setMinimumHeight(COMPACT_HEIGHT if compact else HEIGHT)
        self.set_side(COMPACT_SIDE if compact else SIDE)
        self.set_ends(*((6, 5) if compact else (8, 7)))
        self._layout.setSpacing(8 if compact else 16)
        self._number.setObjectName("page.number" if compact and roomy else "")
        self._number.setVisible(compact and roomy)
        self._fit_reason()

    # ------------------------------------------------------------------ room
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_reason()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit_reason()

    def _fit_reason(self) -> None:
        """Show the reason where nothing else has to make room for it."""
        others = (self.secondary, self._number, self._forward, *self._own)
        shown = [widget.sizeHint().width() for widget in others if not widget.isHidden()]
        shown.append(self._extra.sizeHint().width())
        room = self.content.width() - sum(shown) - self._layout.spacing() * (len(shown) + 1)
        fits = bool(self._reason.text()) and self._roomy and self._reason.fits(room, REASON_LINES)
        self._reason.setMaximumWidth(max(room, 0))
        self._reason.setVisible(fits)
