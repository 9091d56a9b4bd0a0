"""The fields of screens 4 and 9, with what is said about them while they are typed into."""

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kamusm_esign.domain.secret import Secret
from kamusm_esign.ui.presenter.models import NewPinPage
from kamusm_esign.ui.presenter.pieces import Notice, PinJudgement
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.attempts import AttemptsLeft
from kamusm_esign.ui.widgets.banner import Banner, Message
from kamusm_esign.ui.widgets.buttons import LinkButton
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.last_try import LastTry
from kamusm_esign.ui.widgets.pin_field import IDLE_MS, MAY_BE_CODE, PinField, PinRefusal
from kamusm_esign.ui.widgets.rule_list import RuleList
from kamusm_esign.ui.widgets.text import Label

TIMED_OUT = "timed-out"
KINDS = {
    PinRefusal.CODE_TYPED.value: "bad",
    PinRefusal.FULL.value: "bad",
    TIMED_OUT: "warn",
}
"""Refusal → how its sentence looks; any other is only information."""


class Said(NamedTuple):
    """A sentence about one field that is not the judge's: it goes with the next key."""

    field: PinField
    reason: str


class Pair(QWidget):
    """Two things with a name each, side by side or one above the other, and their sentences."""

    def __init__(self, *parts: tuple[Label, QWidget, Message | None]) -> None:
        super().__init__()
        self._parts = parts
        self._lone = self._stacked = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(6)
        self.set_stacked(False)

    def set_stacked(self, stacked: bool) -> None:
        """Put the second one below the first, or beside it."""
        for place, (name, thing, message) in enumerate(self._parts):
            row, at = (3 * place, 0) if stacked else (0, place)
            self._grid.addWidget(name, row, at)
            self._grid.addWidget(thing, row + 1, at)
            if message is not None:
                below = row + 2 if stacked else 2 + place
                self._grid.addWidget(message, below, 0, 1, 1 if stacked else 2)
        self._stacked = stacked
        self._share()

    def set_lone(self, lone: bool) -> None:
        """The second one is alone, and has the place of both."""
        self._lone = lone
        self._share()

    def _share(self) -> None:
        self._grid.setColumnStretch(0, 0 if self._lone and not self._stacked else 1)
        self._grid.setColumnStretch(1, 0 if self._stacked else 1)
        self._grid.setHorizontalSpacing(0 if self._lone else 16)


class PinEntry(QWidget):
    """Present PIN, new PIN, the new PIN again; tries left, confirmation, rules."""

    judged = Signal()
    """Something was typed, and it was judged anew."""
    done = Signal()
    """Enter in the last field."""

    def __init__(self, parent: QWidget | None = None, *, idle_ms: int = IDLE_MS) -> None:
        super().__init__(parent)
        self.current = PinField("pin.current", idle_ms=idle_ms)
        self.new = PinField("pin.new", idle_ms=idle_ms)
        self.repeat = PinField("pin.repeat", idle_ms=idle_ms)
        self._fields = (self.current, self.new, self.repeat)
        self._names = {field: Label("strong") for field in self._fields}
        self._messages = {f: Message(f"{f.objectName()}.problem") for f in self._fields}
        self._attempts, self._attempts_name = AttemptsLeft(), Label("strong")
        self.last_try = LastTry()
        self._rules, self._pad = RuleList(), Banner("pin.pad")
        self.code_way = LinkButton("pin.codeWay", "code")
        self._model: NewPinPage | None = None
        self._judgement: PinJudgement | None = None
        self._said: Said | None = None
        self._announced = ""
        self._arrange()
        self._connect()

    # ------------------------------------------------------------------ how it is arranged
    def _arrange(self) -> None:
        tries = (self._attempts_name, self._attempts, None)
        self._present = Pair(self._part(self.current), tries)
        self._wanted = Pair(self._part(self.new), self._part(self.repeat))
        self._layout = column(self, spacing=16)
        for part in (self._pad, self._present, self.last_try, self._wanted):
            self._layout.addWidget(part)
        self._layout.addWidget(self.code_way, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self._rules)
        self.code_way.hide()

    def _part(self, field: PinField) -> tuple[Label, QWidget, Message]:
        return self._names[field], field, self._messages[field]

    def _connect(self) -> None:
        for field in self._fields:
            field.changed.connect(lambda _count: self._typed())
            field.refused.connect(lambda why, field=field: self._refused(field, why))
            field.timed_out.connect(lambda field=field: self._timed_out(field))
        self.current.submitted.connect(self._after_current)
        self.last_try.changed.connect(self._typed)
        self.last_try.submitted.connect(lambda: self._go_to(self.new))
        self.new.submitted.connect(lambda: self._go_to(self.repeat))
        self.repeat.submitted.connect(self.done)

    def set_shape(self, shape: Shape) -> None:
        """Side by side where there is room."""
        stacked = not shape.columns
        for pair in (self._present, self._wanted):
            pair.set_stacked(stacked)
        self.last_try.set_narrow(stacked)
        self._layout.setSpacing(12 if shape.short else 16)

    # ------------------------------------------------------------------ what it shows
    def show_model(self, model: NewPinPage) -> None:
        """Show the model; what is typed stays."""
        self._model = model
        changes = bool(model.current_name)
        self._present.setVisible(changes)
        self._show_pad(model.keypad.pad)
        self.last_try.setVisible(model.last_try is not None)
        names = (model.current_name, model.new_name, model.repeat_name)
        for field, name in zip(self._fields, names, strict=True):
            self._names[field].set_text(name)
            field.setAccessibleName(name)
            field.set_count_text(model.keypad.typed)
            field.set_limits(model.minimum, model.maximum)
            field.setEnabled(not model.waiting and (changes or field is not self.current))
        self.current.set_limits(model.current_minimum, 12)
        for part in (self._attempts_name, self._attempts):
            part.setVisible(bool(model.attempts))
        self._attempts_name.set_text(model.attempts_name)
        self._attempts.set_attempts(model.attempts_left, model.attempts)
        if model.last_try is not None:
            texts = model.last_try
            self.last_try.set_texts(texts.title, texts.text, texts.name, texts.word)
        self.last_try.setEnabled(not model.waiting)
        self._judge()

    def _show_pad(self, pad: Notice | None) -> None:
        """The reader asks by itself: there is nothing to type into, and nothing to judge here."""
        for widget in (self._names[self.current], self.current):
            widget.setVisible(pad is None)
        self._present.set_lone(pad is not None)
        for part in (self._wanted, self._rules):
            part.setVisible(pad is None)
        self._pad.setVisible(pad is not None)
        if pad is not None:
            self._pad.set_banner(pad.kind, pad.title, pad.text)

    def _judge(self) -> None:
        model = self._model
        if model is None:
            return
        current = self.current.content if model.current_name else None
        found = model.judge(self.new.content, self.repeat.content, current)
        self._judgement = found
        self._rules.set_rules(
            [(rule.text, rule.state) for rule in found.rules],
            [rule.spoken for rule in found.rules],
        )
        # What is wrong once the first entry stands can only be the second one.
        about = self.repeat if found.complete else self.new
        sentences = {about: ("bad", found.problem)} if found.problem else {}
        if self._said is not None:
            kind = KINDS.get(self._said.reason, "muted")
            sentences[self._said.field] = (kind, model.keypad.refusals[self._said.reason])
        said = self._said.reason if self._said is not None else ""
        self.code_way.set_text(model.keypad.code_way.text)
        self.code_way.setVisible(said in MAY_BE_CODE)
        for field in self._fields:
            kind, text = sentences.get(field, ("muted", ""))
            self._messages[field].set_message(kind, text)
            field.set_error(kind == "bad")
            field.setAccessibleDescription(text)
        self.new.set_complete(found.complete and not self.new.overfull)
        self.repeat.set_complete(found.ready and not self.repeat.overfull)
        self._speak(about, found.problem)
        self.judged.emit()

    def _speak(self, field: PinField, problem: str) -> None:
        if problem != self._announced:
            self._announced = problem
            announce(field, problem)

    def why_not(self) -> str:
        """Why it does not go on yet; empty: everything stands."""
        model, found = self._model, self._judgement
        if model is None or found is None or model.waiting:
            return model.frame.primary.reason if model and model.frame.primary else " "
        confirmed = model.last_try is None or self.last_try.confirmed
        if model.keypad.pad is not None:
            return "" if confirmed else model.confirm_first
        if any(field.overfull for field in self._fields):
            return model.keypad.refusals[PinRefusal.FULL.value]
        if model.current_name and self.current.count < model.current_minimum:
            return model.frame.primary.reason if model.frame.primary else " "
        if not confirmed:
            return model.confirm_first
        return "" if found.ready else found.problem or model.incomplete

    # ------------------------------------------------------------------ what is typed
    def _typed(self) -> None:
        self._said = None
        for field in self._fields:
            field.keep()
        self._judge()

    def _refused(self, field: PinField, why: PinRefusal) -> None:
        self._say(field, why.value)

    def _timed_out(self, field: PinField) -> None:
        self.wipe()
        self._say(field, TIMED_OUT)

    def _say(self, field: PinField, reason: str) -> None:
        self._said = Said(field, reason)
        self._judge()
        if self._model is not None:
            announce(field, self._model.keypad.refusals[reason], at_once=True)

    def _after_current(self) -> None:
        asked = self._model is not None and self._model.last_try is not None
        self._go_to(self.last_try.field if asked else self.new)

    @staticmethod
    def _go_to(field: QWidget) -> None:
        field.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def fields(self) -> tuple[PinField, ...]:
        """The fields that are there, in order."""
        shown = self._model is not None and bool(self._model.current_name)
        return self._fields if shown else self._fields[1:]

    def take(self) -> tuple[Secret, Secret]:
        """Hand over present and new PIN; the repetition is wiped. They belong to the taker."""
        taken = self.current.take(), self.new.take()
        self.wipe()
        return taken

    def wipe(self) -> None:
        """Overwrite everything that was typed."""
        for field in self._fields:
            field.wipe()
        self.last_try.clear()
        self._said = None
        self._judge()
