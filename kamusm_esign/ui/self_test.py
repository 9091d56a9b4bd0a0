"""The window's part of the self-test: a child process that shows the home screen once.

It says on standard output, as one JSON object, what it saw (`seen`) or what is broken (`broken`).
Where there is no screen, the window is painted without one, and the operating system's platform
plug-in is only loaded: that finds every library that it lacks.
"""

import importlib
import json
import os
import pkgutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

PLUGINS = {"linux": ("libqxcb.so", "libqwayland.so"), "win32": ("qwindows.dll",)}
"""The platform plug-ins by which people see the window."""
MAY_LACK = frozenset(("libqwayland.so",))
"""A desktop with X11 alone has no use for it, nor the libraries that it needs."""
SECONDS = 30
MOST_COLOURS = 64
FEWEST_COLOURS = 16
"""Of an empty window there are one or two."""


def main() -> NoReturn:
    """Look, say what came of it, and end."""
    answers = os.dup(1)
    os.dup2(2, 1)
    screen = sys.platform != "linux" or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}
    if not screen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        said = {"seen": _look()}
    except Exception as error:
        said = {"broken": f"{type(error).__name__}: {error}"}
    os.write(answers, json.dumps(said).encode())
    os._exit(0)


def _look() -> str:
    from kamusm_esign.ui.qt_import import import_qt

    import_qt()
    from PySide6.QtCore import QTimer, qVersion
    from PySide6.QtWidgets import QApplication

    from kamusm_esign.ui import qt_texts
    from kamusm_esign.ui.style.theme import ARGUMENTS, theme
    from kamusm_esign.ui.texts import Texts
    from kamusm_esign.ui.window import MainWindow

    application = QApplication(["kamusm-esign", *ARGUMENTS])
    if not qt_texts.speak("tr"):
        raise RuntimeError("Qt's own texts are missing: qtbase_tr.qm")
    QTimer.singleShot(SECONDS * 1000, application.quit)
    theme.start()
    window = MainWindow(Texts("tr"), time.monotonic)
    painted: list[int] = []

    def look() -> None:
        painted.append(_colours(window.grab().toImage()))
        application.quit()

    window.first_painted.connect(look)
    window.show()
    application.exec()
    if not painted or painted[0] < FEWEST_COLOURS:
        raise RuntimeError(f"the window stayed empty: {painted}")
    loaded = ", ".join(_loaded_plugins())
    count = len([importlib.import_module(name) for name in _modules("kamusm_esign.ui")])
    return f"Qt {qVersion()}, {application.platformName()}; {loaded}; {count}"


def _colours(image: Any) -> int:
    """How many colours are in it, counted in steps of a few dots and not further than needed."""
    seen = set()
    for y in range(0, image.height(), 3):
        seen |= {image.pixel(x, y) for x in range(0, image.width(), 3)}
        if len(seen) > MOST_COLOURS:
            break
    return len(seen)


def _loaded_plugins() -> Iterator[str]:
    from PySide6.QtCore import QLibraryInfo, QPluginLoader

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")
    for name in PLUGINS.get(sys.platform, ()):
        loader = QPluginLoader(str(folder / name))
        if loader.load():
            yield name
        elif name not in MAY_LACK:
            raise RuntimeError(loader.errorString())


def _modules(package: str) -> Iterator[str]:
    yield package
    for found in pkgutil.iter_modules(importlib.import_module(package).__path__, package + "."):
        if found.ispkg:
            yield from _modules(found.name)
        else:
            yield found.name
