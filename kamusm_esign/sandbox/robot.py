"""Leads the real window as a person would: finds widgets by their names, presses keys and buttons.

A script is a generator that yields what it waits for; a timer looks whether that has come true. No
event loop inside another one, and no way into the program but its widgets.
"""

import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.window import MainWindow

Condition = Callable[[], bool]
Script = Generator[Condition, None, None]

NO_MODIFIER = Qt.KeyboardModifier.NoModifier
LOOK_MS = 10
PATIENCE = 120.0
"""Seconds for one condition to come true, on a machine that is busy with something else."""
SETTLE = 0.2
"""Seconds after which nothing moves any more."""
LIGHTS = ("reader", "driver", "token", "portal")
SIZE = (1366, 800)


class StuckError(Exception):
    """What the script waited for did not come."""


class Hands:
    """What a script can see and do."""

    def __init__(self, window: MainWindow, pictures: Path) -> None:
        self.window = window
        self._pictures = pictures

    # ------------------------------------------------------------------ seeing
    def widget(self, name: str) -> QWidget | None:
        """The visible widget of that name, if there is one."""
        found = self.window.findChildren(QWidget, name)
        return next((w for w in found if w.isVisible()), None)

    def ready(self, name: str) -> Condition:
        """Whether a widget is there and can be used."""

        def look() -> bool:
            widget = self.widget(name)
            return widget is not None and widget.isEnabled()

        return look

    def screen(self, number: int, name: str = "page.number") -> Condition:
        """Whether this screen is shown, and with it a widget of that name, ready for use."""
        ready = self.ready(name)
        return lambda: self._number() == str(number) and ready()

    def lights_on(self) -> bool:
        """Whether all four lights know what to show."""
        looking = self.window.texts("status.looking")
        labels = [self.widget(f"status.{name}") for name in LIGHTS]
        return all(isinstance(x, QLabel) and looking not in x.text() for x in labels)

    def _number(self) -> str:
        label = self.widget("page.number")
        text = label.text() if isinstance(label, QLabel) else str(label and label.accessibleName())
        return "".join(c for c in text if c.isdigit())

    # ------------------------------------------------------------------ doing
    def press(self, name: str) -> None:
        """Click a button."""
        self._click(self._there(name))

    def type(self, name: str, digits: str) -> None:
        """Click into a field and type."""
        field = self._there(name)
        self._click(field)
        for digit in digits:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                key = QKeyEvent(kind, Qt.Key.Key_0 + int(digit), NO_MODIFIER, digit)
                QApplication.postEvent(field, key)

    @staticmethod
    def _click(widget: QWidget) -> None:
        """Queue the events of one click, as they would come from outside.

        Not `QTest.mouseClick`: what is made while that runs is never freed.
        """
        middle = QPointF(widget.rect().center())
        where = (middle, widget.mapToGlobal(middle))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        press, release = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
        if not isinstance(widget, QAbstractButton):
            widget.setFocus(Qt.FocusReason.MouseFocusReason)
        QApplication.postEvent(widget, QMouseEvent(press, *where, left, left, NO_MODIFIER))
        QApplication.postEvent(widget, QMouseEvent(release, *where, left, none, NO_MODIFIER))

    def tap(self, digits: str) -> None:
        """Type on the keypad of the screen, into the field that has the focus."""
        for digit in digits:
            self.press(f"keypad.{digit}")

    def _there(self, name: str) -> QWidget:
        widget = self.widget(name)
        if widget is None:
            raise StuckError(name)
        return widget

    # ------------------------------------------------------------------ pictures
    def picture(self, name: str) -> Script:
        """Take four pictures of a screen: both languages, light and dark."""
        yield pause(SETTLE)
        for language in ("tr", "en"):
            self._speak(language)
            for scheme in ("light", "dark"):
                theme.set(scheme)
                yield pause(0.05)
                self.window.grab().save(str(self._pictures / f"{name}-{language}-{scheme}.png"))
        self._speak("tr")
        theme.set("light")

    def _speak(self, language: str) -> None:
        """Press the button for the language, unless that is what is spoken."""
        if self.window.texts.language != language:
            self.press("top.language")


def pause(seconds: float) -> Condition:
    """Come true after a while."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


class Robot(QObject):
    """Runs one script on the window's thread, then closes the window."""

    def __init__(
        self,
        make_script: Callable[[Hands], Script],
        pictures: Path,
        ended: Callable[[str], None],
        look_ms: int = LOOK_MS,
    ) -> None:
        """Make it; from any thread.

        Args:
            make_script: the script, for a pair of hands.
            pictures: folder for the pictures.
            ended: told once where it got stuck; empty: it came to its end.
            look_ms: milliseconds between two looks.
        """
        super().__init__()
        self._make_script = make_script
        self._pictures = pictures
        self._ended = ended
        self._look_ms = look_ms

    def go(self) -> None:
        """Begin, on the window's thread, as soon as that is free."""
        self.moveToThread(QApplication.instance().thread())  # type: ignore[union-attr]
        QTimer.singleShot(0, self, self._begin)

    @Slot()
    def _begin(self) -> None:
        self._window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
        self._window.resize(*SIZE)
        theme.set("light")
        self._script = self._make_script(Hands(self._window, self._pictures))
        self._wait_for: Condition = lambda: True
        self._patience = time.monotonic() + PATIENCE
        self._timer = QTimer(self, interval=self._look_ms)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        try:
            if self._wait_for():
                self._wait_for = next(self._script)
                self._patience = time.monotonic() + PATIENCE
            elif time.monotonic() > self._patience:
                self._script.throw(StuckError("waited in vain"))
        except StopIteration:
            self._end("")
        except Exception as error:
            calls = traceback.extract_tb(error.__traceback__)
            way = " > ".join(f"{call.name}:{call.lineno}" for call in calls[1:])
            self._end(f"{type(error).__name__}: {error} ({way})")

    def _end(self, stuck_at: str) -> None:
        self._timer.stop()
        if stuck_at:
            self._window.grab().save(str(self._pictures / "stuck.png"))
        self._ended(stuck_at)
        QApplication.exit(1 if stuck_at else 0)
