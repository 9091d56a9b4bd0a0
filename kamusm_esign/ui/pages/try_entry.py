"""One PIN field (screens 8 and 10), the tries that are left, and the word before the last one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.domain.secret import PIN_CAPACITY
from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.presenter.pieces import Notice
from kamusm_esign.ui.presenter.sign_models import SignPinPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.attempts import AttemptsLeft
from kamusm_esign.ui.widgets.banner import Banner, Message
from kamusm_esign.ui.widgets.buttons import LinkButton
from kamusm_esign.ui.widgets.containers import SIDE, Centred, column, row
from kamusm_esign.ui.widgets.last_try import LastTry
from kamusm_esign.ui.widgets.pin_field import IDLE_MS, MAY_BE_CODE, PinField, PinRefusal
from kamusm_esign.ui.widgets.text import Label

LEAST_ABOVE = 24
"""Pixels of what scrolls that stay above the note in the lowest of windows."""


class PadNote(Centred):
    """That the PIN is typed on the reader, under a page that scrolls: beside the button, in view.

    Where the sentence beside the tries could be scrolled away; `TryEntry` does not say it then.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = Banner("pin.padNote")
        row(self.content).addWidget(self._banner)
        self.hide()

    def show_for(self, pad: Notice | None, shape: Shape | None, above: QWidget) -> None:
        """Say it, in a low window with the one sentence that matters.

        Args:
            pad: None: nothing to say.
            shape: of the window; None where it is not known yet.
            above: what scrolls; where the page is too low for both, it gives way.
        """
        shown = pad is not None and shape is not None
        if pad is not None and shape is not None:
            self.set_side(4 if shape.compact else SIDE if shape.columns else 16)
            self.set_ends(*((2, 2) if shape.compact else (8, 8)))
            self._banner.set_banner(pad.kind, pad.title, "" if shape.compact else pad.text)
        above.setMinimumHeight(LEAST_ABOVE if shown else 0)
        self.setVisible(shown)
        self._keep_whole()

    def _keep_whole(self) -> None:
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._keep_whole()
        super().resizeEvent(event)


class TryEntry(QWidget):
    """Title, one sentence on what a try costs, and the field."""

    changed = Signal()
    """Whether the PIN may be tried may be different now."""
    submitted = Signal()

    def __init__(self, parent: QWidget | None = None, *, idle_ms: int = IDLE_MS) -> None:
        super().__init__(parent)
        self._model: TryPinPage | SignPinPage | None = None
        self._warned, self._pad_here = False, True
        self._brief = self._narrow = False
        self._title, self._lead = Label("section", "navy"), Label("small", "text2")
        self._name, self.field = Label("strong"), PinField("pin.current", idle_ms=idle_ms)
        self._message, self.code_way = Message("pin.problem"), LinkButton("pin.codeWay", "code")
        self._pad = Banner("pin.pad")
        self._attempts_name, self._attempts = Label("strong"), AttemptsLeft()
        self._hint = Label("small", "text2")
        self._last = LastTry()
        self._fields = row(spacing=24)
        self._arrange()
        self.field.changed.connect(self._typed)
        self.field.refused.connect(self._refused)
        self.field.timed_out.connect(lambda: self._refuse("timed-out"))
        self.field.submitted.connect(self.submitted)
        self._last.changed.connect(self.changed)
        self._last.submitted.connect(self.submitted)

    def _arrange(self) -> None:
        typed, left = column(spacing=6), column(spacing=6)
        for widget in (self._name, self.field, self._message, self._pad):
            typed.addWidget(widget)
        typed.addWidget(self.code_way, 0, Qt.AlignmentFlag.AlignLeft)
        self.code_way.hide()
        typed.addStretch(1)
        left.addWidget(self._attempts_name)
        left.addSpacing(8)
        left.addWidget(self._attempts)
        left.addWidget(self._hint)
        left.addStretch(1)
        self._fields.addLayout(typed, 1)
        self._fields.addLayout(left, 1)
        layout = column(self, spacing=8)
        layout.addWidget(self._title)
        layout.addWidget(self._lead)
        layout.addLayout(self._fields)
        layout.addWidget(self._last)

    def set_model(self, model: TryPinPage | SignPinPage) -> None:
        """Say everything; what was typed stays."""
        before, self._model = self._model, model
        self._show_words()
        self._title.set_text(model.try_title)
        self._lead.set_text(model.try_lead)
        self._name.set_text(model.pin_name)
        self._show_pad(model.keypad.pad)
        self.field.setAccessibleName(model.pin_name)
        self.field.setAccessibleDescription(model.attempts)
        self.field.set_limits(model.pin_minimum, PIN_CAPACITY)
        self.field.set_count_text(model.keypad.typed)
        self._attempts_name.set_text(model.attempts_name)
        self._attempts.set_attempts(model.attempts_left, model.attempts)
        self._hint.set_text(model.attempts_hint)
        if before is None or before.pin_problem != model.pin_problem:
            self._calm()
        elif not self._warned:
            self._say_hint()
        last = model.last_try
        self._last.setVisible(last is not None)
        if last is None:
            self._last.clear()
        else:
            self._last.set_texts(last.title, last.text, last.name, last.word)

    def set_brief(self, brief: bool) -> None:
        """Leave out the two small sentences, where a notice above takes their room."""
        self._brief = brief
        self._show_words()

    def _show_words(self) -> None:
        titled = self._model is not None and bool(self._model.try_title)
        self._title.setVisible(titled)
        self._lead.setVisible(titled and not self._brief)
        self._hint.setVisible(not (self._narrow or self._brief))

    def _show_pad(self, pad: Notice | None) -> None:
        """The reader asks by itself: there is nothing to type into."""
        for widget in (self._name, self.field):
            widget.setVisible(pad is None)
        self._pad.setVisible(pad is not None and self._pad_here)
        beside = pad is None or self._pad_here
        self._fields.setStretch(0, 1 if beside else 0)
        if pad is not None:
            self._pad.set_banner(pad.kind, pad.title, pad.text)

    def set_pad_here(self, here: bool) -> None:
        """Whether what the reader asks is said here, or by a `PadNote`."""
        self._pad_here = here
        if self._model is not None:
            self._show_pad(self._model.keypad.pad)

    def set_narrow(self, narrow: bool) -> None:
        """One thing under the other, or side by side."""
        direction = QBoxLayout.Direction
        # What is left is seen before the PIN is asked for.
        self._fields.setDirection(direction.BottomToTop if narrow else direction.LeftToRight)
        self._narrow = narrow
        self._show_words()
        self._fields.setSpacing(12 if narrow else 24)
        self._last.set_narrow(narrow)

    @property
    def last_try_confirmed(self) -> bool:
        """The person typed that the last try may be used, and it is the last."""
        asked = self._model is not None and self._model.last_try is not None
        return asked and self._last.confirmed

    def readiness(self) -> tuple[bool, str]:
        """Whether the PIN may be tried, and if not, what is missing."""
        model = self._model
        if model is None:
            return False, ""
        typed = self.field.count >= model.pin_minimum and not self.field.overfull
        if model.keypad.pad is None and not typed:
            return False, model.incomplete
        if model.last_try is not None and not self._last.confirmed:
            return False, model.confirm_first
        return True, ""

    def say(self, text: str) -> None:
        """Say what is missing."""
        self._warn("bad", text)

    def forget(self) -> None:
        """Wipe what was typed."""
        self.field.wipe()
        self._last.clear()
        self._calm()

    # ------------------------------------------------------------------ inside
    def _typed(self, _count: int) -> None:
        self._calm()
        self.changed.emit()

    def _calm(self) -> None:
        """What was wrong is so no more."""
        self._warned = False
        self.code_way.hide()
        self._say_hint()

    def _say_hint(self) -> None:
        """How a PIN looks; as long as nothing new is typed, what was wrong with the last one."""
        model = self._model
        problem = model.pin_problem if model is not None and not self.field.count else ""
        self.field.set_error(bool(problem))
        if problem:
            self._message.set_message("bad", problem)
        else:
            here = model is not None and model.keypad.pad is None
            self._message.set_message("muted", model.pin_hint if model and here else "")

    def _warn(self, kind: str, text: str) -> None:
        self._warned = True
        self._message.set_message(kind, text)
        announce(self.field, text, at_once=True)

    def _refused(self, reason: PinRefusal) -> None:
        self._refuse(reason.value)
        self.changed.emit()

    def _refuse(self, reason: str) -> None:
        if self._model is None:
            return
        mistaken = reason in ("full", "code-typed")
        self.code_way.set_text(self._model.keypad.code_way.text)
        self.code_way.setVisible(reason in MAY_BE_CODE)
        self.field.set_error(mistaken)
        self._warn("bad" if mistaken else "muted", self._model.keypad.refusals[reason])
