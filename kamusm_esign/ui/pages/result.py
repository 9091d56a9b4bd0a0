"""Screen 6: what happened, what to do next, and what the helpdesk needs."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.quiet import QuietResult
from kamusm_esign.ui.presenter.intents import CloseProgram
from kamusm_esign.ui.presenter.models import ResultPage, Summary, Support
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.incident_code import IncidentCode
from kamusm_esign.ui.widgets.numbered_steps import Item, NumberedSteps
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

NAME_GAP = 24
"""Between names and values of the summary."""


class SupportCard(QWidget):
    """Failure code, incident code and phone number."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("section", "navy")
        self._code_label, self._code = Label("small", "text2"), Label("mono", name="result.code")
        self.incident = IncidentCode()
        self._phone, self._phone_line = Label("strong"), Label("small", "text2")
        code = QWidget()
        inside = row(code, spacing=8)
        inside.addWidget(self._code_label)
        inside.addWidget(self._code)
        top = row(spacing=16)
        top.addWidget(self._title, 1)
        top.addWidget(code)
        words = column()
        words.addWidget(self._phone)
        words.addWidget(self._phone_line)
        phone = row(spacing=12)
        phone.addWidget(Icon("phone", 24, "teal"), 0, Qt.AlignmentFlag.AlignVCenter)
        phone.addLayout(words, 1)
        layout = column(self, spacing=16)
        layout.addLayout(top)
        layout.addWidget(self.incident)
        layout.addLayout(phone)

    def set_support(self, support: Support) -> None:
        """Show what the helpdesk asks for."""
        self._title.set_text(support.title)
        self._code_label.set_text(support.code_label)
        self._code.set_text(support.code)
        self.incident.set_texts(support.hint, support.private, support.copy)
        self.incident.set_code(support.incident, support.spoken)
        self._phone.set_text(support.phone)
        self._phone_line.set_text(support.phone_line)


class SummaryCard(QWidget):
    """What was done."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("section", "navy")
        self._facts = Facts("result.summary")
        self._told_label, self._told = Label("base", "text2"), Chip("result.told")
        told = row(spacing=NAME_GAP)
        told.addWidget(self._told_label)
        told.addWidget(self._told)
        told.addStretch(1)
        layout = column(self, spacing=8)
        layout.addWidget(self._title)
        layout.addSpacing(8)
        layout.addWidget(self._facts)
        layout.addLayout(told)

    def set_summary(self, summary: Summary) -> None:
        """Show it."""
        self._title.set_text(summary.title)
        self._facts.set_facts([(fact.name, fact.value) for fact in summary.facts])
        told = summary.told
        self._told_label.setVisible(told is not None)
        self._told.setVisible(told is not None)
        if told is not None:
            names = [summary.told_label, *(fact.name for fact in summary.facts)]
            metrics = theme.metrics("base")
            widest = max(metrics.horizontalAdvance(name) for name in names)
            self._told_label.setMinimumWidth(widest + 1)
            self._told_label.set_text(summary.told_label)
            self._told.set_chip(told.kind, told.text, told.icon)


class Result(Page):
    """The verdict above; what to do, and summary or support, below."""

    enter_is_primary = False  # Enter, pressed once too often, closes nothing unread.

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: ResultPage | None = None
        self._verdict = QuietResult()
        self._next_title, self._steps = Label("section", "navy"), NumberedSteps("result.steps")
        self._support, self._summary = SupportCard(), SummaryCard()
        self._copy_code = self._support.incident.copy
        self._copy, self._help = Button("result.copy", "copy"), Button("result.help")
        self._close = Button("result.close", "x")
        self._cards, self._right = row(spacing=24), Card()
        self._buttons = Flow(gap=12)
        self._layout = column(self, spacing=24)
        self._arrange()
        self._support.incident.copy_pressed.connect(self._copy_text)
        self._copy.clicked.connect(self._copy_text)
        self._help.clicked.connect(self._ask_help)
        self._close.clicked.connect(lambda: self.intent.emit(CloseProgram()))

    def _arrange(self) -> None:
        left = Card()
        self._insides = (column(left, spacing=16), column(self._right, spacing=16))
        self._insides[0].addWidget(self._next_title)
        self._insides[0].addWidget(self._steps)
        self._insides[0].addStretch(1)
        for button in (self._copy_code, self._copy, self._help, self._close):
            self._buttons.add(button)
        self._insides[1].addWidget(self._support)
        self._insides[1].addWidget(self._summary)
        self._insides[1].addStretch(1)
        self._insides[1].addWidget(self._buttons)
        self._cards.addWidget(left, 1)
        self._cards.addWidget(self._right, 1)
        self._layout.addWidget(self._verdict)
        self._layout.addLayout(self._cards)
        self._layout.addStretch(1)

    # ------------------------------------------------------------------ what it says
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show how it ended; spoken once."""
        before, self._model = self._model, model
        chips = [(chip.kind, chip.text, chip.icon) for chip in model.chips]
        self._verdict.set_result(model.verdict, model.headline, model.sentence, chips, model.icon)
        self._verdict.setAccessibleName(f"{model.headline} {model.sentence}")
        self._next_title.set_text(model.next_title)
        self._steps.set_items([Item(s.title, s.text, icon=s.icon) for s in model.next_steps])
        self._close.set_text(model.close)
        self._close.setVisible(bool(model.close))
        self._show_support(model.support)
        self._show_summary(model.summary)
        if before is None:
            announce(self, f"{model.headline} {model.sentence}", at_once=True)

    def _show_support(self, support: Support | None) -> None:
        for widget in (self._support, self._help, self._copy_code):
            widget.setVisible(support is not None)
        if support is not None:
            self._support.set_support(support)
            self._help.set_text(support.help.text)
            self._help.set_icon(support.help.icon)

    def _show_summary(self, summary: Summary | None) -> None:
        for widget in (self._summary, self._copy):
            widget.setVisible(summary is not None)
        if summary is not None:
            self._summary.set_summary(summary)
            self._copy.set_text(summary.copy)

    def leave(self) -> None:
        """The next end is spoken again."""
        self._model = None

    def set_shape(self, shape: Shape) -> None:
        """Cards side by side, or one under the other."""
        direction = QBoxLayout.Direction
        self._cards.setDirection(direction.LeftToRight if shape.columns else direction.TopToBottom)
        gap = 16 if shape.short else 24
        self._cards.setSpacing(gap)
        self._layout.setSpacing(gap)
        self._verdict.set_drawing_shown(shape.columns and not shape.short)
        margin = 16 if shape.compact else 20 if shape.short else 24
        for inside in self._insides:
            inside.setContentsMargins(margin, margin, margin, margin)

    def first_focus(self) -> QWidget:
        """What happened: seen and read first, also where the page scrolls."""
        return self._verdict

    # ------------------------------------------------------------------ what is pressed
    def _copy_text(self) -> None:
        """The codes, or the summary; neither holds a secret or a name that is not masked."""
        model = self._model
        if model is None:
            return
        if model.support is not None:
            text, said = f"{model.support.code} {model.support.incident}", model.support.copied
        elif model.summary is not None:
            text, said = model.summary.text, model.summary.copied
        else:
            return
        QGuiApplication.clipboard().setText(text)
        announce(self, said)

    def _ask_help(self) -> None:
        if self._model is not None and self._model.support is not None:
            self.intent.emit(self._model.support.help.intent)
