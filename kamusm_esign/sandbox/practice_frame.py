"""What practice puts around the program's window: watermark, the line that says so, the task.

The window itself knows nothing of it. Everything is laid on from outside, before it is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QSizePolicy, QWidget

from kamusm_esign.sandbox.practice_hand import PracticeHand
from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situations import Situation
from kamusm_esign.sandbox.task_dialog import TaskDialog
from kamusm_esign.sandbox.watermark import NAME, Watermark
from kamusm_esign.ui.notices import PracticeLine
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import SmallButton
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.window import MainWindow

LOOK_MS = 400
"""Between two looks at the window's language and into the SMS outbox."""
ROOMY = 1000
"""Width from which code, SMS and PIN stand in the line itself, at the ordinary text size."""

PAINTED = "painted"
"""Said on standard output, to whoever waits for the window to be there."""

NARROW = 560
"""Width below which the line does not name the situation either: that would take two lines."""

OpenHand = Callable[[Callable[[str], None], Callable[[str], None]], PracticeHand]


@dataclass(frozen=True, slots=True)
class Practice:
    """What is practised in a window."""

    situation: Situation
    pin: str
    """Of the card, where the person is to know it; else empty."""
    open_hand: OpenHand
    """Makes codes; told whom to tell of codes and of SMS."""

    def headline(self, texts: SituationTexts) -> str:
        """What the line says first."""
        return f"{texts('chooser.mark')} · {texts.title(self.situation)}"


class PracticeFrame(QObject):
    """Around one window; lives as long as it."""

    def __init__(self, window: MainWindow, practice: Practice | None) -> None:
        """Put it around.

        Args:
            window: not shown yet.
            practice: None: the watermark and the line alone.
        """
        super().__init__(window)
        self._window, self._practice = window, practice
        self._texts = SituationTexts(window.texts.language)
        self._code = self._sms = ""
        self._dialog: TaskDialog | None = None
        self._hand: PracticeHand | None = None
        self._facts: Label | None = None
        self._button: SmallButton | None = None
        window.set_practice(self._headline())
        if practice is not None:
            self._fill_line()
        self._mark = Watermark(window, self._texts("chooser.mark"))
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._mark_dialog)
            application.aboutToQuit.connect(self._close)
        window.installEventFilter(self)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        window.first_painted.connect(self._begin)
        self._say()

    def _begin(self) -> None:
        if self._practice is not None:
            print(PAINTED, flush=True)
        if self._practice is not None:
            self._hand = self._practice.open_hand(self._got_code, self._got_sms)
        self._timer.start()

    def _close(self) -> None:
        self._timer.stop()
        if self._hand is not None:
            self._hand.close()
            self._hand = None

    # ------------------------------------------------------------------ the line
    def _headline(self) -> str:
        practice, narrow = self._practice, self._window.width() < NARROW * theme.scale
        if practice is None or narrow:
            return self._texts("chooser.mark")
        return practice.headline(self._texts)

    def _fill_line(self) -> None:
        line = self._window.findChild(PracticeLine)
        if line is None:
            return
        layout = line.content.layout()
        self._facts = Label("small-strong", "amber-text", name="practice.facts")
        self._button = SmallButton("practice.taskButton", "info")
        self._button.clicked.connect(self._open_task)
        policy = QSizePolicy.Policy
        self._button.setSizePolicy(policy.Maximum, policy.Preferred)
        self._facts.setSizePolicy(policy.Maximum, policy.Preferred)
        if layout is not None:
            layout.setSpacing(16)
            layout.addWidget(self._facts)
            layout.addWidget(self._button)
        line.set_ends(0, 0)

    def _say(self) -> None:
        self._arrange()
        self._mark.set_text(self._texts("chooser.mark"))
        practice = self._practice
        if practice is None or self._facts is None or self._button is None:
            return
        said = [self._texts("band.code", code=_grouped(self._code)) if self._code else ""]
        said.append(self._texts("band.sms", otp=self._sms) if self._sms else "")
        said.append(self._texts("band.pin", pin=practice.pin) if practice.pin else "")
        self._facts.set_text(" · ".join(part for part in said if part))
        self._button.set_text(self._texts("band.task"))
        task = self._texts.task(practice.situation)
        self._button.setAccessibleDescription(task)
        self._button.setToolTip(task)
        self._arrange()  # there may be more to show now
        if self._dialog is not None:
            self._dialog.say(self._texts, _grouped(self._code), self._sms)

    def _arrange(self) -> None:
        self._window.set_practice(self._headline())
        if self._facts is not None:
            roomy = self._window.width() >= ROOMY * theme.scale
            self._facts.setVisible(roomy and bool(self._facts.text()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return False

    # ------------------------------------------------------------------ what comes
    def _look(self) -> None:
        if self._window.texts.language != self._texts.language:
            self._texts = SituationTexts(self._window.texts.language)
            self._say()
        self._arrange()  # the program says the whole headline once its world is open
        if self._hand is not None:
            self._hand.look()

    def _got_code(self, code: str) -> None:
        self._code, self._sms = code, ""
        self._say()

    def _got_sms(self, otp: str) -> None:
        self._sms = otp
        self._say()

    # ------------------------------------------------------------------ the task
    def _open_task(self) -> None:
        if self._practice is None:
            return
        if self._dialog is None:
            dialog = self._dialog = TaskDialog(
                self._window, self._practice.situation, self._practice.pin
            )
            dialog.copy_wanted.connect(self._copy)
            dialog.code_wanted.connect(self._new_code)
            dialog.other_wanted.connect(lambda: self._window.close())
            dialog.say(self._texts, _grouped(self._code), self._sms)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._code)

    def _new_code(self) -> None:
        if self._hand is not None:
            self._hand.new_code()

    # ------------------------------------------------------------------ other windows
    def _mark_dialog(self, _old: QWidget | None, new: QWidget | None) -> None:
        """A dialog has the keyboard: it carries the mark too."""
        window = new.window() if new is not None else None
        if isinstance(window, QDialog) and window.findChild(QWidget, NAME) is None:
            Watermark(window, self._texts("chooser.mark"))


def _grouped(code: str) -> str:
    return " ".join(code[i : i + 3] for i in range(0, len(code), 3))
