"""Somebody who practises: the chooser and the window that it opens, led by keys as a first-time
user would, to the screen that says what is wrong."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kamusm_esign.sandbox.situations import Situation, Way
from tests.equipment.accessibility import AccessibilityBus, accessibility_bus, wait_for
from tests.equipment.display import Display
from tests.equipment.softhsm import NEW_PIN
from tests.equipment.window import Window

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "kamusm_esign.sandbox", "demo"]
SECONDS = 30.0
LONG = 40.0
SUCCEEDED = "İşleminiz Başarılıdır"


class PracticeDay:
    """One run of the demo with its chooser."""

    def __init__(self, display: Display, bus: AccessibilityBus) -> None:
        self._display, self._bus = display, bus
        (program,) = wait_for(bus.programs, LONG)
        self.chooser = Window(bus.process_of(program), display, bus, "situation.all-well")

    @contextmanager
    def opened(self, situation: Situation) -> Iterator[Window]:
        """Choose a situation by keys; its window, which is closed with the block."""
        chooser = self.chooser
        self._display.focus(chooser.pid)
        chooser.tab_to(f"situation.{situation.name}")
        self._display.press("Return")
        window = Window(self._other_process(), self._display, self._bus)
        try:
            yield window
        finally:
            os.kill(window.pid, 15)
            wait_for(lambda: not Path(f"/proc/{window.pid}").exists(), SECONDS)
        chooser.find("situation.all-well")

    def _other_process(self) -> int:
        def look() -> int | None:
            found = {self._bus.process_of(program) for program in self._bus.programs()}
            return next(iter(found - {self.chooser.pid}), None)

        return int(wait_for(look, LONG))


@contextmanager
def practice_day(folder: Path, display: Display, session: dict[str, str]) -> Iterator[PracticeDay]:
    """Start the demo; everything of it is gone after the block.

    Args:
        folder: for its temporary files.
        display: where it is shown.
        session: a desktop's environment.
    """
    environment = {**os.environ, **display.environment, **session, "PYTHONPATH": str(ROOT)}
    environment["TMPDIR"] = str(folder)
    with subprocess.Popen(
        COMMAND, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as demo:
        try:
            with accessibility_bus(session["DBUS_SESSION_BUS_ADDRESS"]) as bus:
                day = PracticeDay(display, bus)
                yield day
                display.focus(day.chooser.pid)
                display.press("Escape")
                assert demo.wait(SECONDS) == 0
        finally:
            demo.kill()


def left_behind(folder: Path) -> list[str]:
    """Processes that know of a run's folder for temporary files, and so belong to the run."""
    found, ours = [], f"TMPDIR={folder}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is somebody else's
            if ours in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().decode())
    return found


def walk(window: Window, situation: Situation) -> list[str]:
    """Go the situation's way until its failure code, or its success, is shown; everything that is
    said there."""
    sign = SUCCEEDED if situation.ends_on is None else situation.ends_on.value
    starts = {Way.CODE: "home.code", Way.CHANGE_PIN: "home.changePin", Way.DOCTOR: "home.doctor"}
    window.tab_to(starts[situation.way])
    window.display.press("Return")
    wait_for(lambda: window.number != 1, SECONDS)
    done: set[int] = set()
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        with suppress(LookupError):  # what was asked for has just gone: the screen changes
            said = window.said()
            if any(sign in text for text in said):
                return said
            number = window.number
            if number not in done and number in _STEPS:
                _STEPS[number](window)
                done.add(number)
        time.sleep(0.1)
    raise TimeoutError(f"no {sign} on screen {window.number}: {window.said()}")


def facts(window: Window, key: str) -> str:
    """What the practice line says: the digits after a word."""

    def look() -> str | None:
        found = re.search(rf"{key}: ([\d ]+)", window.find("practice.facts").name)
        return found[1].replace(" ", "") if found else None

    return str(wait_for(look, SECONDS))


def _type_code(window: Window) -> None:
    code = facts(window, "Kod")
    window.ready("code.field")
    window.display.press(*code, "Return")


def _type_sms(window: Window) -> None:
    otp = facts(window, "SMS")
    window.ready("session.otp")
    window.display.press(*otp, "Return")


def _type_new_pin(window: Window) -> None:
    window.ready("pin.new")
    window.display.press(*NEW_PIN, "Tab", *NEW_PIN, "Return")


def _read(window: Window) -> None:
    window.wait_unticked("document.accept")
    window.tab_to("document.accept")
    window.display.press("space")
    window.ready("button.primary")
    window.display.press("Return")


_STEPS = {2: _type_code, 3: _type_sms, 4: _type_new_pin, 7: _read}
"""What is done on a screen, by its number."""
