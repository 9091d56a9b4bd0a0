"""Screen 10 after a PIN that works: the person says which one it is."""

from typing import Any

from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.presenter.which_pin import WhichPinPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.choice_list import Choice, ChoiceList
from kamusm_esign.ui.widgets.containers import Card, column
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.verdict_panel import VerdictPanel


class WhichPin(Page):
    """What the card said above; the question and its two answers below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: WhichPinPage | None = None
        self._chosen = ""
        self._verdict = VerdictPanel("pin.verdict")
        self._question, self._job = Label("section", "navy"), Label("base", "text2")
        self._answers = ChoiceList("pin.which")
        self._unsure = Label("small", "text2")
        card = Card()
        self._inside = column(card, spacing=12)
        for widget in (self._question, self._job, self._answers, self._unsure):
            self._inside.addWidget(widget)
        layout = column(self, spacing=24)
        layout.addWidget(self._verdict)
        layout.addWidget(card)
        layout.addStretch(1)
        self._answers.chosen.connect(self._choose)

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show the question; what was chosen stays."""
        before, self._model = self._model, model
        self._verdict.set_verdict("succeeded", model.headline, model.sentence)
        self._question.set_text(model.question)
        self._job.set_text(model.job)
        self._unsure.set_text(model.unsure)
        self._answers.set_name(model.question)
        self._show_answers()
        if before is None:
            announce(self, f"{model.headline} {model.question}", at_once=True)

    def _show_answers(self) -> None:
        model = self._model
        if model is None:
            return
        choices = [Choice(a.key, a.title, a.line, a.icon) for a in model.answers]
        self._answers.set_choices(choices, self._chosen)
        reason = model.frame.primary.reason if model.frame.primary else ""
        self.primary_state_changed.emit(bool(self._chosen), "" if self._chosen else reason)

    def _choose(self, key: str) -> None:
        self._chosen = key
        self._show_answers()

    def set_shape(self, shape: Shape) -> None:
        """Less space in small windows."""
        self._verdict.set_dense(not shape.columns)
        margin = 16 if shape.compact else 24
        self._inside.setContentsMargins(margin, margin, margin, margin)

    def first_focus(self) -> QWidget:
        """The first answer."""
        return self._answers.items[0]

    def primary_pressed(self) -> None:
        """Say it."""
        for answer in self._model.answers if self._model is not None else ():
            if answer.key == self._chosen:
                self.intent.emit(answer.intent)

    def leave(self) -> None:
        """The next question is a new one."""
        self._model, self._chosen = None, ""
