"""Screen 11: every check, in groups, what it found and what to do."""

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.pages.doctor_panels import DecodeCard, ReportCard
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.quiet import QuietCard, QuietList
from kamusm_esign.ui.presenter.doctor_models import DoctorPage, DoctorRow
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Line, column, row
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.running_mark import RunningMark
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from kamusm_esign.ui.widgets.text import Label

INDENT = 56
"""Where the names begin, so that they stand under the name of their group."""
NAME = 156
"""Least width of the names at the ordinary text size."""
TINTS: dict[str, Role] = {"bad": "red-tint", "warn": "amber-tint"}
SENTENCES: dict[str, Role] = {"bad": "red", "warn": "amber-text"}


class GroupHeading(QWidget):
    """What the checks below are about."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._name = Icon("wrench", 24, "navy"), Label("strong", "navy")
        layout = row(self, spacing=12)
        layout.setContentsMargins(20, 14, 20, 2)
        layout.addWidget(self._icon)
        layout.addWidget(self._name, 1)

    def set_group(self, icon: str, name: str) -> None:
        """Name it."""
        self._icon.set_icon(icon, "navy")
        self._name.set_text(name)


class CheckLine(QWidget):
    """One check; one that found something says what to do."""

    def __init__(self) -> None:
        super().__init__()
        self._state = "running"
        self.wanted: object = None
        """What `fix` sends."""
        self._mark = RunningMark(22)
        self._name, self._sentence = Label("base"), Label("small", "text2")
        self._explanation, self._todo = Label("small"), Label("small-strong")
        self.fix, self._code = Button("doctor.fix", "external"), Label("small", "text2")
        top = Qt.AlignmentFlag.AlignTop
        self._words = row(spacing=8)
        self._words.addWidget(self._name, 0, top)
        self._words.addWidget(self._sentence, 1)
        below = row(spacing=12)
        below.addWidget(self.fix)
        below.addStretch(1)
        below.addWidget(self._code, 0, Qt.AlignmentFlag.AlignBottom)
        middle = column(spacing=6)
        middle.addLayout(self._words)
        for widget in (self._explanation, self._todo):
            middle.addWidget(widget)
        middle.addLayout(below)
        layout = row(self, spacing=12)
        layout.setContentsMargins(INDENT, 8, 20, 8)
        layout.addLayout(middle, 1)
        layout.addWidget(self._mark, 0, top)

    def set_check(self, shown: DoctorRow) -> None:
        """Show what it found."""
        check = shown.check
        self._state = check.state
        self.setObjectName(f"doctor.{shown.id}")
        self._mark.set_state(check.state)
        self._name.set_text(check.name)
        self._sentence.set_text(check.sentence)
        self._sentence.set_role(SENTENCES.get(check.state, "text2"))
        self._sentence.set_kind("small-strong" if check.state in SENTENCES else "small")
        texts = ((self._explanation, shown.explanation), (self._todo, check.todo))
        for label, text in (*texts, (self._code, check.code)):
            label.set_text(text)
            label.setVisible(bool(text))
        self.fix.setVisible(shown.fix is not None)
        self.wanted = shown.fix.intent if shown.fix is not None else None
        if shown.fix is not None:
            self.fix.set_text(shown.fix.text)
            self.fix.set_icon(shown.fix.icon)
        self.update()

    def name_width(self) -> int:
        """Width that the name takes on one line."""
        return self._name.sizeHint().width()

    def line_up(self, width: int) -> None:
        """Let the sentences begin below each other; 0: they stand under the names."""
        self._name.setMinimumWidth(width)

    def set_shape(self, shape: Shape) -> None:
        """Name and sentence side by side, or one under the other."""
        direction = QBoxLayout.Direction
        beside = shape.columns
        self._words.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._words.setSpacing(8 if beside else 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        tint = TINTS.get(self._state)
        if tint is not None:
            painter = QPainter(self)
            paint.begin(painter)
            paint.box(painter, self.rect().adjusted(1, 0, -1, 0), tint, radius=0)


class Doctor(Page):
    """A list of checks that fills while they run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = ""
        self._shape: Shape | None = None
        self._verdict = Chip("doctor.verdict")
        self._lines: list[tuple[Line, GroupHeading, CheckLine]] = []
        self._list = QuietCard(name="doctor.list")
        self._rows = column(self._list)
        self._rows.setContentsMargins(0, 1, 0, 1)
        self.report, self.decode = (
            Button("doctor.report", "document"),
            Button("doctor.decode", "key"),
        )
        self._wishes: tuple[object, object] = (None, None)
        self._preview, self._decoded = ReportCard(), DecodeCard()
        self._head = Flow(gap=12, line_gap=8)
        for widget in (self._verdict, self.report, self.decode):
            self._head.add(widget)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(24)
        self._columns.addWidget(self._list, 3)
        self._columns.addWidget(self._preview, 2, Qt.AlignmentFlag.AlignTop)
        self._top = QuietList()
        column(self._top).addWidget(self._head)
        layout = column(self, spacing=16)
        layout.addWidget(self._top)
        layout.addWidget(self._decoded)
        layout.addLayout(self._columns)
        layout.addStretch(1)
        self.report.clicked.connect(lambda: self.intent.emit(self._wishes[0]))
        self.decode.clicked.connect(lambda: self.intent.emit(self._wishes[1]))
        self._preview.intent.connect(self.intent)
        self._decoded.intent.connect(self.intent)

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show what is known so far."""
        chip = model.verdict
        self._verdict.set_chip(chip.kind, chip.text, chip.icon)
        self._list.setAccessibleName(model.frame.title)
        self._top.setAccessibleName(f"{model.frame.title}: {chip.text}")
        self._list.setVisible(bool(model.rows))
        while len(self._lines) < len(model.rows):
            self._add()
        for line, heading, check in self._lines[len(model.rows) :]:
            for widget in (line, heading, check):
                widget.setVisible(False)
        for place, shown in enumerate(model.rows):
            line, heading, check = self._lines[place]
            line.setVisible(bool(shown.group) and place > 0)
            heading.setVisible(bool(shown.group))
            if shown.group:
                heading.set_group(shown.icon, shown.group)
            check.setVisible(True)
            check.set_check(shown)
        self._line_up()
        self._speak(model)
        self._set_panels(model)

    def _set_panels(self, model: DoctorPage) -> None:
        buttons = (model.report_button, model.decode_button)
        self._wishes = (buttons[0].intent, buttons[1].intent)
        for button, shown in zip((self.report, self.decode), buttons, strict=True):
            button.set_text(shown.text)
            button.setEnabled(shown.enabled)
            button.setAccessibleDescription(shown.reason)
        came = model.report is not None and not self._preview.isVisibleTo(self)
        asked = model.decode is not None and not self._decoded.isVisibleTo(self)
        self._preview.setVisible(model.report is not None)
        self._decoded.setVisible(model.decode is not None)
        if model.report is not None:
            self._preview.set_report(model.report)
        if model.decode is not None:
            self._decoded.set_decoded(model.decode)
        if asked:
            self._decoded.field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif came:
            self._preview.zip.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line_up(self) -> None:
        width = 0
        if self._shape is not None and self._shape.columns:
            names = [check.name_width() for *_, check in self._lines]
            width = max(round(NAME * theme.scale), *names, 0)
        for *_, check in self._lines:
            check.line_up(width)

    def _add(self) -> None:
        line, heading, check = Line(), GroupHeading(), CheckLine()
        check.fix.clicked.connect(lambda: self.intent.emit(check.wanted))
        if self._shape is not None:
            check.set_shape(self._shape)
        self._lines.append((line, heading, check))
        for widget in (line, heading, check):
            self._rows.addWidget(widget)

    def _speak(self, model: DoctorPage) -> None:
        """Once all is known: how much there is, and what."""
        found = [f"{r.check.name}: {r.check.sentence}" for r in model.rows if r.check.code]
        text = ". ".join((model.verdict.text, *found))
        if not model.busy and text != self._said:
            self._said = text
            announce(self, text)
            QTimer.singleShot(0, self, lambda: self._bring_into_view(model))

    def _bring_into_view(self, model: DoctorPage) -> None:
        """Scroll to the worst of what was found, unless the person is reading elsewhere."""
        above: QWidget | None = self
        while above is not None and not isinstance(above, ScrollArea):
            above = above.parentWidget()
        if above is None or above.verticalScrollBar().value():
            return
        for state in TINTS:
            for place, shown in enumerate(model.rows):
                if shown.check.state == state:
                    above.keep_in_view(self._lines[place][2])
                    return

    def first_focus(self) -> QWidget:
        """The verdict above the list; a fix may stand far below."""
        return self._top

    def leave(self) -> None:
        """The next time it is spoken again."""
        self._said = ""

    def set_shape(self, shape: Shape) -> None:
        """Pass it on."""
        self._shape = shape
        for *_, check in self._lines:
            check.set_shape(shape)
        direction = QBoxLayout.Direction
        beside = direction.LeftToRight if shape.side else direction.TopToBottom
        self._columns.setDirection(beside)
        self._decoded.set_shape(shape)
        self._line_up()
