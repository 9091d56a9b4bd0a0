"""What is got ready ahead: each part in a turn of its own, and all of it."""

import json
import subprocess
import sys

START = """
import json, sys
from kamusm_esign.ui.qt_import import import_qt
import_qt()
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from kamusm_esign.ui.ahead import Ahead
application = QApplication(sys.argv)
PAGES = ("code", "new_pin", "working", "result")
def there():
    return [p for p in PAGES if f"kamusm_esign.ui.pages.{p}" in sys.modules]
turns, room = [("begun", there())], QObject()
Ahead(lambda: turns.append(("texts", there())), room)
beat = QTimer()
beat.setInterval(1)
def look():
    now = ("", there())
    if now[1] != turns[-1][1]:
        turns.append(now)
    if len(now[1]) == len(PAGES):
        application.quit()
beat.timeout.connect(look)
beat.start()
QTimer.singleShot(20_000, lambda: application.quit())
application.exec()
print(json.dumps(turns))
"""


def test_one_page_a_turn() -> None:
    command = [sys.executable, "-c", START, "-platform", "offscreen"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    names = ["code", "new_pin", "working", "result"]
    seen = [tuple(turn) for turn in json.loads(done.stdout)]
    assert seen == [("begun", []), ("texts", [])] + [("", names[:n]) for n in range(1, 5)]
