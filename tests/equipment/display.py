"""A screen of the test's own (Xvfb), and somebody in front of it (xdotool)."""

import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS = 20
SIZE = "1366x768x24"


class Display:
    """One X server; keys and clicks go in from a process that is not the program."""

    def __init__(self, name: str, pid: int, pixels: Path | None = None) -> None:
        self.name = name
        """For DISPLAY."""
        self._pixels = pixels
        """The X server's screen as a file (xwd), where it keeps one."""
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

    def picture(self, file: Path) -> None:
        """Save what is on the screen, as PNG; the server has to keep its pixels in a file."""
        from PySide6.QtGui import QImage

        assert self._pixels is not None
        data = self._pixels.read_bytes()
        header = struct.unpack(">25I", data[:100])
        size, wide, high, line, colours = header[0], *header[4:6], header[12], header[19]
        begin = size + 12 * colours
        shown = QImage(
            data[begin : begin + line * high], wide, high, line, QImage.Format.Format_RGB32
        )
        assert shown.save(str(file))

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
def x_server(pixels: Path | None = None) -> Iterator[Display]:
    """A screen with a number that nobody else has; ends with the block.

    Args:
        pixels: a folder for the screen's pixels, where pictures are to be taken.
    """
    read, write = os.pipe()
    words = ["-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"]
    words += [] if pixels is None else ["-fbdir", str(pixels)]
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
        yield Display(f":{number}", server.pid, pixels and pixels / "Xvfb_screen0")
    finally:
        server.terminate()
        try:
            server.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(_SECONDS)
