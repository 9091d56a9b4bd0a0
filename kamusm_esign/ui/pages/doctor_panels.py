"""Screen 11: the report before it is saved, and what an incident code says."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from kamusm_esign.ui.file_dialogs import ask_where
from kamusm_esign.ui.presenter.doctor_models import DecodePanel, ReportPanel
from kamusm_esign.ui.presenter.intents import DecodeIncident, SaveReport
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Card, Panel, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.incident_code import IncidentCode
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.text_field import TextField

ENTER = (0x01000004, 0x01000005)
"""Qt.Key_Return, Qt.Key_Enter."""
CODE_LENGTH = 24
"""Characters that fit into the field: eight, and whatever stands between them."""


class Lines(Panel):
    """The lines of the report, names and values in columns of their own."""

    def __init__(self) -> None:
        super().__init__(name="doctor.lines")
        self._labels: list[tuple[Label, Label]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    def set_lines(self, lines: tuple[tuple[str, str, bool], ...]) -> None:
        """Show them."""
        while len(self._labels) > len(lines):
            for label in self._labels.pop():
                label.hide()
                label.deleteLater()
        while len(self._labels) < len(lines):
            pair, place = (Label("small", "text2"), Label("small")), len(self._labels)
            self._grid.addWidget(pair[0], place, 0)
            self._grid.addWidget(pair[1], place, 1)
            self._labels.append(pair)
        for (name, value, bad), (left, right) in zip(lines, self._labels, strict=True):
            left.set_text(name)
            right.set_text(value)
            right.set_role("red" if bad else "text")
            right.setAccessibleDescription(name)


class ReportCard(Card):
    """Every line, the code to say, and where it may go."""

    intent = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="doctor.preview", parent=parent)
        self._model: ReportPanel | None = None
        self._said = ""
        self._title, self._private = Label("section", "navy"), Chip("doctor.private")
        self._hint, self.lines = Label("small", "text2"), Lines()
        self._code, self._saved = IncidentCode("doctor.incident"), Banner("doctor.saved")
        self.zip, self.txt = Button("doctor.zip", "save"), Button("doctor.txt", "document")
        self.copy = Button("doctor.copy", "copy")
        self._buttons = Flow(gap=8, line_gap=8)
        for button in (self.zip, self.txt, self.copy):
            self._buttons.add(button)
        head = row(spacing=12)
        head.addWidget(self._title, 1)
        head.addWidget(self._private)
        self._layout = column(self, margin=20, spacing=12)
        self._layout.addLayout(head)
        for part in (self._hint, self.lines, self._code, self._saved, self._buttons):
            self._layout.addWidget(part)
        self.zip.clicked.connect(lambda: self._ask_where("zip"))
        self.txt.clicked.connect(lambda: self._ask_where("txt"))
        self.copy.clicked.connect(self._copy_all)
        self._code.copy_pressed.connect(self._copy_code)

    def set_report(self, shown: ReportPanel) -> None:
        """Show it."""
        self._model = shown
        self.setAccessibleName(shown.title)
        self._title.set_text(shown.title)
        self._hint.set_text(shown.hint)
        self._private.set_chip(shown.private.kind, shown.private.text, shown.private.icon)
        self.lines.set_lines(shown.lines)
        self._code.setVisible(bool(shown.incident))
        self._code.set_texts(shown.code_hint, "", shown.copy)
        self._code.copy.setVisible(False)
        self._code.set_code(shown.incident, shown.spoken)
        texts = (shown.save_zip, shown.save_txt, shown.copy)
        for button, text in zip((self.zip, self.txt, self.copy), texts, strict=True):
            button.set_text(text)
        saved = shown.saved
        self._saved.setVisible(saved is not None)
        said = ""
        if saved is not None:
            self._saved.set_banner(saved.kind, saved.title, saved.text, saved.code)
            said = f"{saved.title} {saved.text}"
        if said != self._said:
            self._said = said
            announce(self, said, at_once=True)

    def _ask_where(self, form: str) -> None:
        if self._model is not None:
            title = self._model.save_zip if form == "zip" else self._model.save_txt
            name = f"{self._model.file_name}.{form}"
            ask_where(self, title, name, lambda path: self.intent.emit(SaveReport(path, form)))

    def _copy_all(self) -> None:
        if self._model is not None:
            QGuiApplication.clipboard().setText(self._model.text)
            announce(self, self._model.copied)

    def _copy_code(self) -> None:
        if self._model is not None:
            QGuiApplication.clipboard().setText(self._model.incident)


class DecodeCard(Card):
    """A field for an incident code, and what it says."""

    intent = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="doctor.decoded", parent=parent)
        self._said = ""
        self._title, self._label = Label("section", "navy"), Label("strong")
        self.field, self.button = TextField("doctor.code"), Button("doctor.solve", "key")
        self.field.setMaxLength(CODE_LENGTH)
        self._problem, self._text = Label("small-strong", "red"), Label("base")
        self._facts = Facts("doctor.facts")
        self._meant = Flow(gap=8, line_gap=8)
        entry = row(spacing=8)
        entry.addWidget(self.field, 1)
        entry.addWidget(self.button)
        layout = column(self, margin=20, spacing=12)
        layout.addWidget(self._title)
        layout.addWidget(self._label)
        layout.addLayout(entry)
        for part in (self._problem, self._meant, self._facts, self._text):
            layout.addWidget(part)
        self.button.clicked.connect(self._enter)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in the field decodes."""
        if event.key() in ENTER and self.field.hasFocus():
            self._enter()
            event.accept()
        else:
            super().keyPressEvent(event)

    def set_decoded(self, shown: DecodePanel) -> None:
        """Show what the code says."""
        self._title.set_text(shown.title)
        self.setAccessibleName(shown.title)
        self._label.set_text(shown.label)
        self.field.set_name(shown.label)
        self.field.setPlaceholderText(shown.example)
        if shown.entered and self.field.text() != shown.entered:
            self.field.setText(shown.entered)
        self.field.set_error(bool(shown.problem))
        self.button.set_text(shown.button)
        for label, text in ((self._problem, shown.problem), (self._text, shown.text)):
            label.set_text(text)
            label.setVisible(bool(text))
        self._facts.set_facts([(fact.name, fact.value) for fact in shown.facts])
        self._facts.setVisible(bool(shown.facts))
        self._offer(shown)
        said = shown.problem or ". ".join(f"{fact.name}: {fact.value}" for fact in shown.facts)
        if said != self._said:
            self._said = said
            announce(self, said, at_once=True)

    def _offer(self, shown: DecodePanel) -> None:
        self._meant.clear()
        self._meant.setVisible(bool(shown.meant))
        for place, meant in enumerate(shown.meant, 1):
            button = Button(f"doctor.meant.{place}", meant.icon)
            button.set_text(meant.text)
            button.clicked.connect(lambda _=False, wish=meant.intent: self.intent.emit(wish))
            self._meant.add(button)

    def _enter(self) -> None:
        self.intent.emit(DecodeIncident(self.field.text()))

    def set_shape(self, shape: Shape) -> None:
        """Less room around it where there is little."""
        margin = 16 if shape.compact else 20
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(margin, margin, margin, margin)
