"""A screen of the test's own (Xvfb), and somebody in front of it (xdotool)."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_SECONDS = 20
SIZE = "1366x768x24"


class Display:
    """One X server; keys and clicks go in from a process that is not the program."""

    def __init__(self, name: str, pid: int) -> None:
        self.name = name
        """For DISPLAY."""
        self.pid = pid
        """Of the X server."""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to be seen here."""
        return {"DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def focus(self, pid: int) -> None:
        """Give the program's window the keyboard, as a window manager would."""
        window = self._xdotool("search", "--sync", "--onlyvisible", "--pid", str(pid)).split()[-1]
        self._xdotool("windowfocus", "--sync", window)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, by their X names (`Return`, `Tab`, `5`)."""
        self._xdotool("key", "--delay", "8", *keys)

    def type(self, digits: str) -> None:
        """Type digits; they reach this tool as key names, and the program as key events only."""
        self.press(*digits)

    def click(self, x: int, y: int) -> None:
        """Click the left button at a place on the screen."""
        # Away first: --sync waits for a movement, for ever where the pointer is there already.
        self._xdotool("mousemove", "0", "0", "mousemove", "--sync", str(x), str(y), "click", "1")

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env=os.environ | {"DISPLAY": self.name},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
        return done.stdout


@contextmanager
def x_server() -> Iterator[Display]:
    """A screen with a number that nobody else has; ends with the block."""
    read, write = os.pipe()
    words = ["-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        ["Xvfb", *words],
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(write)
    try:
        with open(read) as pipe:
            number = pipe.readline().strip()
        assert number.isdigit(), "Xvfb did not start"
        yield Display(f":{number}", server.pid)
    finally:
        server.terminate()
        try:
            server.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(_SECONDS)
