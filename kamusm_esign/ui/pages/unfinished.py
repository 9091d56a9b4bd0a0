"""Screen 13: what was left unfinished, what became of it, what the portal is told."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.quiet import QuietList
from kamusm_esign.ui.presenter.models import UnfinishedPage, UnfinishedRow
from kamusm_esign.ui.presenter.pieces import Button as ButtonModel
from kamusm_esign.ui.presenter.pieces import CheckRow
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.running_mark import RunningMark
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.verdict_panel import VerdictPanel

TIME = "00:00:00"
"""As wide as any time."""


class Event(QWidget):
    """One thing that happened: mark, time (empty where it is not known), words."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = RunningMark()
        self._time, self._text = Label("base", "text2"), Label("base")
        layout = row(self, spacing=16)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self._mark, 0, top)
        layout.addWidget(self._time, 0, top)
        layout.addWidget(self._text, 1, top)

    def set_event(self, event: CheckRow) -> None:
        """Show it."""
        self._mark.set_state(event.state)
        self._time.set_text(event.name)
        self._time.setMinimumWidth(theme.metrics("base").horizontalAdvance(TIME) + 1)
        self._text.set_text(event.sentence)


class Job(QWidget):
    """One unfinished job."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._line = Label("section", "navy"), Label("base", "text2")
        self._verdict = VerdictPanel()
        self._events_title, self._facts_title = Label("section", "navy"), Label("section", "navy")
        self._events: list[Event] = []
        self._event_list = column(spacing=16)
        self._facts = Facts()
        self.fix = Button("pending.try", "pin")
        self.wanted: object = None
        """What `fix` sends."""
        left, right = Card(), Card()
        self._insides = (column(left, spacing=16), column(right, spacing=16))
        self._insides[0].addWidget(self._events_title)
        self._insides[0].addLayout(self._event_list)
        self._insides[0].addStretch(1)
        self._insides[1].addWidget(self._facts_title)
        self._insides[1].addWidget(self._facts)
        self._insides[1].addStretch(1)
        self._insides[1].addWidget(self.fix, 0, Qt.AlignmentFlag.AlignLeft)
        self._cards = row(spacing=24)
        self._cards.addWidget(left, 3)
        self._cards.addWidget(right, 2)
        head = column(spacing=4)
        head.addWidget(self._title)
        head.addWidget(self._line)
        self._layout = column(self, spacing=24)
        self._layout.addLayout(head)
        self._layout.addWidget(self._verdict)
        self._layout.addLayout(self._cards)

    def set_job(self, job: UnfinishedRow, events_title: str, facts_title: str) -> None:
        """Show one job."""
        self._title.set_text(job.title)
        self._line.set_text(job.line)
        self._verdict.set_verdict(job.kind, job.verdict, job.sentence)
        self._events_title.set_text(events_title)
        self._facts_title.set_text(facts_title)
        self._facts.set_facts([(fact.name, fact.value) for fact in job.facts])
        self._show_events(job.events)
        self._show_fix(job.fix)

    def _show_events(self, events: Sequence[CheckRow]) -> None:
        while len(self._events) < len(events):
            event = Event()
            self._events.append(event)
            self._event_list.addWidget(event)
        for place, widget in enumerate(self._events):
            widget.setVisible(place < len(events))
        for widget, shown in zip(self._events, events, strict=False):
            widget.set_event(shown)

    def _show_fix(self, fix: ButtonModel | None) -> None:
        self.fix.setVisible(fix is not None)
        self.wanted = fix.intent if fix is not None else None
        if fix is not None:
            self.fix.set_text(fix.text)
            self.fix.set_icon(fix.icon)

    def set_shape(self, shape: Shape) -> None:
        """Cards side by side, or one under the other."""
        direction = QBoxLayout.Direction
        self._cards.setDirection(direction.LeftToRight if shape.columns else direction.TopToBottom)
        gap = 16 if shape.short else 24
        self._cards.setSpacing(gap)
        self._layout.setSpacing(gap)
        self._verdict.set_dense(not shape.columns)
        margin = 16 if shape.compact else 24
        for inside in self._insides:
            inside.setContentsMargins(margin, margin, margin, margin)


class Unfinished(Page):
    """Every unfinished job, one under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = ""
        self._shape: Shape | None = None
        self._lead, self._notice = Label("base", "text2"), Banner("page.problem")
        self._list = QuietList()
        self._list.setObjectName("pending.list")
        self._jobs: list[Job] = []
        self._rows = column(self._list, spacing=32)
        layout = column(self, spacing=16)
        layout.addWidget(self._lead)
        layout.addWidget(self._notice)
        layout.addWidget(self._list)
        layout.addStretch(1)

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show what is left, and what became of it."""
        self._lead.set_text(model.lead)
        self._list.setAccessibleName(model.frame.title)
        notice = model.notice
        self._notice.setVisible(notice is not None)
        if notice is not None:
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
        self._show_jobs(model)
        self._speak(model)

    def _show_jobs(self, model: UnfinishedPage) -> None:
        while len(self._jobs) < len(model.rows):
            self._add()
        for place, job in enumerate(self._jobs):
            job.setVisible(place < len(model.rows))
        for job, shown in zip(self._jobs, model.rows, strict=False):
            job.set_job(shown, model.events_title, model.facts_title)

    def _add(self) -> None:
        job = Job()
        job.fix.clicked.connect(lambda: self.intent.emit(job.wanted))
        if self._shape is not None:
            job.set_shape(self._shape)
        self._jobs.append(job)
        self._rows.addWidget(job)

    def _speak(self, model: UnfinishedPage) -> None:
        """What is new since it was last spoken."""
        notice = f"{model.notice.title} {model.notice.text}" if model.notice else ""
        verdicts = " ".join(f"{row.title}: {row.verdict}" for row in model.rows)
        text = notice or verdicts or model.lead
        if not model.busy and text != self._said:
            self._said = text
            announce(self, text)

    def first_focus(self) -> QWidget:
        """What there is, from its beginning."""
        return self._list

    def leave(self) -> None:
        """The next time it is spoken again."""
        self._said = ""

    def set_shape(self, shape: Shape) -> None:
        """Pass it on."""
        self._shape = shape
        for job in self._jobs:
            job.set_shape(shape)
