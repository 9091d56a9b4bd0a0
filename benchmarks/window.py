"""What the measurements of the window have in common: the smallest window, displays, RSS."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

SMALLEST = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, painted)

application = QApplication([])
window = Window()
layout = QVBoxLayout(window)
layout.addWidget(QLabel("E-İmza"))
layout.addWidget(QPushButton("Tamam"))
window.resize(1280, 760)
window.show()
application.exec()
"""
"""A window that imports what it uses by name, with one label and one button, in our first size."""

OURS = """
from kamusm_esign import app
from kamusm_esign.__main__ import main
app.load_in_turns = lambda *_: painted()
main()
"""
"""The program as it is; what it would do after the first paint is replaced by `painted`."""


@contextmanager
def displays() -> Iterator[dict[str, dict[str, str]]]:
    """Environments by name: `offscreen`, and `xvfb` where there is one."""
    with tempfile.TemporaryDirectory() as home:
        foreign = ("XDG_", "DISPLAY", "QT_", "PYTHON")
        base = {
            **{k: v for k, v in os.environ.items() if not k.startswith(foreign)},
            "HOME": home,
            "PYTHONPATH": str(ROOT),
            # Installed programs have their bytecode; the first pair makes it.
            "PYTHONPYCACHEPREFIX": str(Path(home, "bytecode")),
        }
        found = {"offscreen": {**base, "QT_QPA_PLATFORM": "offscreen"}}
        if shutil.which("Xvfb") is None:
            yield found
            return
        server, display = _start_xvfb()
        try:
            yield {**found, "xvfb": {**base, "QT_QPA_PLATFORM": "xcb", "DISPLAY": display}}
        finally:
            server.terminate()
            server.wait()


def _start_xvfb() -> tuple["subprocess.Popen[bytes]", str]:
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        return server, ":" + answer.readline().strip()


def resident(pid: int) -> int:
    """Resident memory of a process in bytes (Linux)."""
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
