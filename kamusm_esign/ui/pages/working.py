"""Screen 5: the card is in use. Nothing to press, nothing to do but to wait."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.quiet import QuietCard
from kamusm_esign.ui.presenter.models import WorkingPage
from kamusm_esign.ui.presenter.pieces import CheckRow
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.picture import Drawing
from kamusm_esign.ui.widgets.running_mark import RunningMark
from kamusm_esign.ui.widgets.text import Label

SLOW_MS = 8000
DRAWING = 216
TEXTS: dict[str, tuple[Kind, Role]] = {
    "running": ("strong", "text"),
    "skipped": ("base", "text2"),
}
"""State → type and colour of a line; any other is plain."""


class _Line(QWidget):
    """One thing that is done, is being done, or comes after."""

    def __init__(self) -> None:
        super().__init__()
        self._mark, self._text = RunningMark(), Label()
        layout = row(self, spacing=12)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)

    def set_line(self, line: CheckRow) -> None:
        """Show how it stands."""
        self._mark.set_state(line.state)
        kind, role = TEXTS.get(line.state, ("base", "text"))
        self._text.set_kind(kind)
        self._text.set_role(role)
        self._text.set_text(line.name)
        self._text.setAccessibleName(f"{line.name}: {line.sentence}")


class Working(Page):
    """Says what is being done, and after a while that it may take longer."""

    def __init__(self, parent: QWidget | None = None, *, slow_ms: int = SLOW_MS) -> None:
        super().__init__(parent)
        self._model: WorkingPage | None = None
        self._drawing = Drawing("card-into-reader", DRAWING)
        self._headline = Label("headline", "text", name="working.headline")
        self._lines: list[_Line] = []
        self._list = column(spacing=12)
        self._slow = Banner("working.slow")
        self._slow.hide()
        self._timer = QTimer(self, singleShot=True, interval=slow_ms)
        self._timer.timeout.connect(self._say_slow)
        words = column(spacing=20)
        words.addStretch(1)
        words.addWidget(self._headline)
        words.addLayout(self._list)
        words.addStretch(1)
        self._box = QuietCard()
        self._card = row(self._box, margin=40, spacing=40)
        self._card.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignVCenter)
        self._card.addLayout(words, 1)
        self._layout = column(self, spacing=24)
        self._layout.addWidget(self._box)
        self._layout.addWidget(self._slow)
        self._layout.addStretch(1)

    # ------------------------------------------------------------------ what it says
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show how far it is; a new step begins the wait anew."""
        before, self._model = self._model, model
        self._headline.set_text(model.headline)
        self._box.setAccessibleName(model.headline)
        self._show_lines(model.lines)
        if before is None or _under_way(before) != _under_way(model):
            self._begin_to_wait(model)
        elif self._slow.isVisibleTo(self):
            self._slow.set_banner("info", model.slow)
        if before is None or before.headline != model.headline:
            announce(self, model.headline, at_once=True)

    def _show_lines(self, lines: Sequence[CheckRow]) -> None:
        while len(self._lines) < len(lines):
            line = _Line()
            self._lines.append(line)
            self._list.addWidget(line)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(lines))
        for line, shown in zip(self._lines, lines, strict=False):
            line.set_line(shown)

    def _begin_to_wait(self, model: WorkingPage) -> None:
        self._slow.hide()
        if model.slow:
            self._timer.start()
        else:
            self._timer.stop()
        running = [line.name for line in model.lines if line.state == "running"]
        announce(self, ", ".join(running))

    def _say_slow(self) -> None:
        if self._model is not None:
            self._slow.set_banner("info", self._model.slow)
            self._slow.show()
            announce(self, self._model.slow)

    def leave(self) -> None:
        """Nothing waits or moves any more."""
        self._timer.stop()
        self._slow.hide()
        self._model = None

    def first_focus(self) -> QWidget:
        """Something that cannot be pressed: whoever goes on typing does nothing."""
        return self._box

    def set_shape(self, shape: Shape) -> None:
        """Without the drawing where there is little room."""
        self._drawing.setVisible(shape.columns and not shape.compact)
        margin = 20 if shape.compact else 40
        self._card.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(16 if shape.short else 24)


def _under_way(model: WorkingPage) -> tuple[bool, tuple[str, ...]]:
    """What is being done, whatever it is called in the present language."""
    return bool(model.slow), tuple(line.state for line in model.lines)
