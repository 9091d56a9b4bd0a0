"""A typed PIN in the memory of the process it was typed into: where it is, and that it goes.

The PIN is typed by this process: key by key through a pipe into Qt's own test keys, or by xdotool
through an X server. The other process never gets it in any other way.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.inputs.memory import core_of, found_in, keycodes, shapes
from tests.ui.inputs.pin_process import FIRST_KEY

ONCE = {"text, every 1": 1}
"""In the field's own buffer, and nowhere else."""


class PinProcess:
    """The program with the PIN field, and what is in its memory."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._folder = folder
        self.environment = environment
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.inputs.pin_process"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.window = ""
        self.key_five: list[int] = []
        """Middle of the key 5 on the screen, and how far away the next keys are."""

    def tell(self, command: bytes) -> int:
        """Send one byte; returns how many digits are in the field then."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(command)
        self._process.stdin.flush()
        count, window, *self.key_five = map(int, self._process.stdout.readline().split())
        self.window = str(window)
        return count

    def wait_for(self, count: int) -> None:
        """Wait until so many digits are in the field."""
        end = time.monotonic() + 20
        while self.tell(b"?") != count:
            assert time.monotonic() < end, "the digits did not arrive"
            time.sleep(0.02)

    def holds(self, digits: str) -> dict[str, int]:
        """Where these digits are in its memory."""
        core = core_of(self._process.pid, self._folder)
        return found_in(core, {**shapes(digits), **keycodes(digits)})

    def end(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


Typist = Callable[[PinProcess, str], None]


def xdotool(process: PinProcess, *arguments: str) -> None:
    subprocess.run(["xdotool", *arguments], env=process.environment, check=True, timeout=30)


def type_with_qt(process: PinProcess, digits: str) -> None:
    for digit in digits:
        process.tell(bytes([FIRST_KEY + int(digit)]))


def type_with_x(process: PinProcess, digits: str) -> None:
    process.tell(b"?")
    xdotool(process, "windowfocus", "--sync", process.window)
    xdotool(process, "type", "--delay", "8", digits)


def click_with_x(process: PinProcess, digits: str) -> None:
    """On the keypad."""
    process.tell(b"?")
    middle_x, middle_y, right, down = process.key_five
    for digit in digits:
        row, column = (3, 1) if digit == "0" else divmod(int(digit) - 1, 3)
        x, y = middle_x + (column - 1) * right, middle_y + (row - 1) * down
        xdotool(process, "mousemove", str(x), str(y), "click", "1")


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of the test's own."""
    readable, writable = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writable), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        pass_fds=[writable],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writable)
    with os.fdopen(readable) as numbers:
        number = numbers.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def start(tmp_path: Path, **more: str) -> PinProcess:
    path = os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")])
    return PinProcess({**os.environ, "PYTHONPATH": path, **more}, tmp_path)


def random_digits() -> str:
    """Ten digits that are nowhere by accident."""
    return "".join(secrets.choice("0123456789") for _ in range(10))


def check(process: PinProcess, type_: Typist) -> None:
    digits = random_digits()
    try:
        type_(process, digits)
        process.wait_for(10)
        assert process.holds(digits) == ONCE
        process.tell(b"w")
        assert process.holds(digits) == {}
        type_(process, digits)
        process.wait_for(10)
        process.tell(b"t")
        assert process.holds(digits) == ONCE
        process.tell(b"x")
        assert process.holds(digits) == {}
    finally:
        process.end()


def test_keys_of_qt(tmp_path: Path) -> None:
    check(start(tmp_path, QT_QPA_PLATFORM="offscreen"), type_with_qt)


@pytest.mark.parametrize("type_", [type_with_x, click_with_x], ids=["keyboard", "keypad"])
def test_keys_of_an_x_server(tmp_path: Path, display: str, type_: Typist) -> None:
    check(start(tmp_path, QT_QPA_PLATFORM="xcb", DISPLAY=display), type_)
