"""The row above a page: its title, for whom and what, a new code, the time that is left."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.buttons import LinkButton
from kamusm_esign.ui.widgets.containers import Centred, row
from kamusm_esign.ui.widgets.countdown import Countdown
from kamusm_esign.ui.widgets.text import Label

WHOLE = 300
"""Seconds that a code lives; a session that was given longer makes the ring longer."""
TICK = 250
"""Milliseconds between two looks at the clock: no second is shown late by more."""


class TitleRow(Centred):
    """Title, holder, link and countdown. The countdown has no clock but the one handed in."""

    new_code_pressed = Signal()

    def __init__(self, steady: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steady = steady
        self._ends_at: float | None = None
        self._texts: Texts | None = None
        self.title = Label("title", "navy", name="page.title")
        self._holder = Label("base", "text2", name="page.holder")
        self._link = LinkButton("page.newCode")
        self._link.clicked.connect(self.new_code_pressed)
        self.countdown = Countdown()
        self.countdown.hide()
        self.countdown.new_code_pressed.connect(self.new_code_pressed)
        self.countdown.announced.connect(self._speak)
        self._layout = row(self.content, spacing=16)
        self._words = row(spacing=16)
        self._words.addWidget(self.title, 1)
        self._words.addWidget(self._holder)
        self._layout.addLayout(self._words, 1)
        self._layout.addWidget(self._link)
        self._layout.addWidget(self.countdown, 0, Qt.AlignmentFlag.AlignVCenter)
        self._clock = QTimer(self)
        self._clock.setInterval(TICK)
        self._clock.timeout.connect(self._tick)
        self.set_ends(16, 12)

    def set_texts(self, texts: Texts) -> None:
        """Say what the row itself has to say."""
        self._texts = texts
        self._name_countdown()

    def set_row(self, title: str, holder: str, new_code: str, ends_at: float | None) -> None:
        """Show a frame's title, holder line, link text (empty: no link) and end on the clock."""
        self.title.set_text(title)
        self._holder.set_text(holder)
        self._holder.setVisible(bool(holder))
        self._link.set_text(new_code)
        self._link.setVisible(bool(new_code))
        self._name_countdown()
        self._run(ends_at)

    def set_shape(self, shape: Shape) -> None:
        """Take less room in low and in narrow windows."""
        self.set_ends(*((4, 8) if shape.short else (16, 12)))
        self._layout.setSpacing(16 if shape.columns else 8)
        # Narrow: the holder under the title, or that would stand word under word.
        direction = QBoxLayout.Direction
        self._words.setDirection(direction.LeftToRight if shape.columns else direction.TopToBottom)
        self._words.setSpacing(16 if shape.columns else 0)
        policy = QSizePolicy.Policy
        wide = policy.Maximum if shape.columns else policy.Preferred
        self._holder.setSizePolicy(wide, policy.Preferred)

    def take_back_countdown(self) -> None:
        """Show the countdown here again, after compact windows had it elsewhere."""
        self._layout.addWidget(self.countdown, 0, Qt.AlignmentFlag.AlignVCenter)
        self.countdown.set_compact(False)

    @property
    def new_code(self) -> str:
        """Text of the link; empty: there is none."""
        return self._link.text()

    def _name_countdown(self) -> None:
        if self._texts is not None:
            names = (self._texts("frame.time-left"), self._texts("frame.time-over"))
            self.countdown.set_texts(*names, self._link.text())

    # ------------------------------------------------------------------ the clock
    def _run(self, ends_at: float | None) -> None:
        if ends_at == self._ends_at:
            return
        self._ends_at = ends_at
        self.countdown.setVisible(ends_at is not None)
        if ends_at is None:
            self._clock.stop()
            return
        self.countdown.set_total(max(WHOLE, self._left(ends_at)))
        self._tick()
        self._clock.start()

    def _left(self, ends_at: float) -> int:
        return max(-int(-(ends_at - self._steady()) // 1), 0)

    def _tick(self) -> None:
        if self._ends_at is not None:
            self.countdown.set_seconds(self._left(self._ends_at))

    def _speak(self, seconds: int) -> None:
        if self._texts is not None:
            key = "frame.time-spoken" if seconds else "frame.time-over"
            announce(self.countdown, self._texts(key, seconds=seconds), at_once=seconds <= 10)
