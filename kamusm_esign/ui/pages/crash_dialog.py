"""What the person is told at the start after a crash: what was lost, what was not, and the code for
the helpdesk."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from kamusm_esign import __version__
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.incident import incident_of
from kamusm_esign.ui.presenter.intents import OpenJob
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.incident_code import IncidentCode
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from kamusm_esign.ui.widgets.text import Label

_LINES = ("card", "typed", "unfinished", "signed")
"""What became of it, one sentence each (`crash.…`)."""


class CrashDialog(QDialog):
    """Over the home screen, once; Escape or Enter closes it."""

    intent = Signal(object)

    def __init__(self, window: QWidget, words: Words, screen: int) -> None:
        """Make it; `open()` shows it over the window.

        Args:
            window: what it lies over.
            words: the language.
            screen: which is shown, for the incident code.
        """
        super().__init__(window)
        failure = Failure.of(FailureCode.PROGRAM_CRASHED)
        said, self._code = (
            words.catalogue.failure(failure),
            incident_of(failure, screen, __version__),
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("crash")
        self.setWindowTitle(said.title)
        self._said = " ".join((said.title + ".", *(words(f"crash.{line}") for line in _LINES)))
        self.setAccessibleDescription(self._said)
        area = ScrollArea()
        area.setWidget(self._content(words, said.title, said.todo, failure.code.value))
        layout = column(self, margin=16, spacing=12)
        layout.addWidget(area, 1)
        layout.addWidget(self._buttons(words))
        room, wanted = window.size(), (round(600 * theme.scale), round(540 * theme.scale))
        self.resize(min(wanted[0], room.width() - 32), min(wanted[1], room.height() - 32))

    def _content(self, words: Words, title: str, todo: str, code: str) -> QWidget:
        content = QWidget()
        inside = column(content, margin=8, spacing=12)
        for kind, text in (("section", title), *(("base", words(f"crash.{n}")) for n in _LINES)):
            label = Label(kind, "navy" if kind == "section" else "text")  # type: ignore[arg-type]
            label.set_text(text)
            inside.addWidget(label)
        self._incident = IncidentCode("crash.incident")
        hint, private = words("result_page.incident"), words("result_page.private")
        self._incident.set_texts(f"{code} · {hint}", private, words("result_page.copy"))
        self._incident.set_code(self._code, words.catalogue.spoken(self._code))
        self._incident.copy_pressed.connect(self._copy)
        inside.addWidget(self._incident)
        last = Label("small", "text2")
        last.set_text(todo)
        inside.addWidget(last)
        inside.addStretch(1)
        self._copied = words("result_page.copied")
        return content

    def _buttons(self, words: Words) -> QWidget:
        line = Flow(gap=12, line_gap=8)
        line.setContentsMargins(8, 0, 8, 0)
        self._close = Button("crash.close", "x")
        self._close.set_text(words("crash.close"))
        self._close.clicked.connect(lambda: self.reject())
        report = Button("crash.report", "wrench")
        report.set_text(words("crash.report"))
        report.clicked.connect(self._report)
        line.add(self._close)
        line.add(report)
        return line

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, self._said, at_once=True)

    def _report(self) -> None:
        self.accept()
        self.intent.emit(OpenJob("doctor"))  # which prepares the report

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._code)
        announce(self, self._copied)
