"""What is to be done in a situation, its code and SMS: for small windows, and to read it again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situations import Situation
from kamusm_esign.ui.widgets.buttons import Button, PrimaryButton
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from kamusm_esign.ui.widgets.text import Label


class TaskDialog(QDialog):
    """Stays open beside the window: nothing of it is taken from the keyboard of the window."""

    copy_wanted = Signal()
    code_wanted = Signal()
    other_wanted = Signal()

    def __init__(self, window: QWidget, situation: Situation, pin: str) -> None:
        """Make it.

        Args:
            window: over which it is shown.
            situation: which one.
            pin: of the practice card, where the person is to know it; else empty.
        """
        super().__init__(window)
        self._situation, self._pin = situation, pin
        self.setObjectName("practice.task")
        inside = QWidget()
        self._title = Label("section", "navy")
        self._task = Label("base", name="practice.task.text")
        self._facts = [Label("strong", name=f"practice.task.{n}") for n in ("code", "sms", "pin")]
        self._ends = Label("small", "text2", name="practice.task.ends")
        self._copy = PrimaryButton("practice.copy", "copy")
        self._new = Button("practice.newCode", "refresh")
        self._other = Button("practice.other", "arrow-left")
        self._close = Button("practice.closeTask", "x")
        self._copy.clicked.connect(self.copy_wanted)
        self._new.clicked.connect(self.code_wanted)
        self._other.clicked.connect(self.other_wanted)
        self._close.clicked.connect(lambda: self.close())
        words = column(inside, spacing=12)
        for part in (self._title, self._task, *self._facts, self._ends):
            words.addWidget(part)
        words.addStretch(1)
        area = ScrollArea()
        area.setWidget(inside)
        layout = column(self, margin=16, spacing=12)
        layout.addWidget(area, 1)
        buttons = Flow()
        for button in (self._copy, self._new, self._other, self._close):
            buttons.add(button)
        layout.addWidget(buttons)
        room = window.size()
        self.resize(min(620, room.width() - 32), min(420, room.height() - 32))
        self.setWindowFlag(Qt.WindowType.Tool, on=True)

    def say(self, texts: SituationTexts, code: str, sms: str) -> None:
        """Say everything as it is now; empty: there is none yet."""
        situation = self._situation
        self.setWindowTitle(texts("band.task"))
        self._title.set_text(texts.title(situation))
        self._task.set_text(texts.task(situation))
        said = (
            texts("band.code-line", code=code) if code else texts("band.no-code"),
            texts("band.sms-line", otp=sms) if sms else texts("band.no-sms"),
            texts("band.pin-line", pin=self._pin),
        )
        for label, text in zip(self._facts, said, strict=True):
            label.set_text(text)
        self._facts[2].setVisible(bool(self._pin))
        code_of_end = situation.ends_on
        ends = texts("band.ends", code=code_of_end.value) if code_of_end else None
        self._ends.set_text(ends or texts("band.ends-well"))
        self._copy.setEnabled(bool(code))
        for button, key in (
            (self._copy, "copy"),
            (self._new, "new-code"),
            (self._other, "other"),
            (self._close, "close"),
        ):
            button.set_text(texts(f"band.{key}"))
