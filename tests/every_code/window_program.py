"""The real window, led from inside: what is wished for, and which codes it shows at the end.

    python -m tests.every_code.window_program SCENARIO [ARGUMENTS OF THE WINDOW…]

Ports and settings are the program's own, but for what a scenario has to take away (`Change`). The
codes are read from Qt's accessibility tree: it has what the person sees.
"""

import json
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QMetaObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication

from kamusm_esign.app import main, production_ports
from kamusm_esign.documents.client import DocumentHost
from kamusm_esign.domain.accounts import Account, AccountPassword
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.ui.opened_world import OpenedWorld
from kamusm_esign.ui.presenter import about_intents, intents
from kamusm_esign.updates.installation import open_installer

CODE = VerificationCode("123456789012345")
_CODE = re.compile(r"\b(?:KRT|PRT|IMZ|SYS)-\d{3}\b")
_EVERY = 50
"""Milliseconds between two looks."""

Wish = intents.Intent | Callable[[], object]
Change = Callable[[OpenedWorld], OpenedWorld]


def _as_it_is(world: OpenedWorld) -> OpenedWorld:
    return world


def _without_what_draws(world: OpenedWorld) -> OpenedWorld:
    """As when the program that draws documents was taken away (by a virus scanner)."""
    gone = DocumentHost(command=lambda: ["/nonexistent/kamusm-esign", "--document-host"])
    return world._replace(ports=replace(world.ports, documents=gone))


def _impatient(world: OpenedWorld) -> OpenedWorld:
    """What draws is given two seconds instead of ten."""
    return world._replace(ports=replace(world.ports, documents=DocumentHost(timeout=2.0)))


def _without_systemctl(world: OpenedWorld) -> OpenedWorld:
    """Whoever may start the service, the test must not: what is asked says no."""
    from kamusm_esign.card import service_state

    service_state._SYSTEMCTL = ("/bin/false", "/bin/false")
    return world


def _without_a_desktop(world: OpenedWorld) -> OpenedWorld:
    """Nothing that opens files."""
    opener = partial(open_installer, opener=lambda: None)
    return world._replace(about=world.about._replace(open_installer=opener))


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


_PASSWORD = intents.KeepPassword(Account.TIME_STAMP, AccountPassword("parola"))
_REVIEW = ((1, intents.OpenJob("code")), (2, intents.EnterCode(CODE)))

SCENARIOS: dict[str, tuple[Change, Sequence[tuple[int, Wish]]]] = {
    "look": (_as_it_is, ()),
    "crash": (_as_it_is, ((1, _crash),)),
    "review": (_as_it_is, _REVIEW),
    "impatient review": (_impatient, _REVIEW),
    "review without what draws": (_without_what_draws, _REVIEW),
    "deny": (_as_it_is, (*_REVIEW, (7, intents.DenyOrigin()))),
    "start the service": (
        _without_systemctl,
        ((1, intents.OpenJob("doctor")), (11, intents.StartService())),
    ),
    "change a setting": (
        _as_it_is,
        ((1, intents.OpenJob("settings")), (12, intents.ChangeSetting("theme", "dark"))),
    ),
    "keep a password": (_as_it_is, ((1, intents.OpenJob("settings")), (12, _PASSWORD))),
    "update": (
        _without_a_desktop,
        (
            (1, intents.OpenJob("about")),
            (15, about_intents.DownloadUpdate()),
            (15, about_intents.OpenInstaller()),
        ),
    ),
}
"""What is changed in the world, and (screen on which it is wished for, wish): a wish is repeated
until the screen or what is said on it has changed."""


class Person:
    """Wishes for one thing after the other, and looks for the code that is expected."""

    def __init__(self, wishes: Sequence[tuple[int, Wish]], wanted: str) -> None:
        self._wishes, self._wanted = list(wishes), wanted
        self._timer = QTimer()
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._look)
        self._before: set[str] = set()
        self._turns = 0

    def come_in(self) -> None:
        """From any thread."""
        application = QApplication.instance()
        assert application is not None
        self._timer.moveToThread(application.thread())
        QMetaObject.invokeMethod(self._timer, "start", Qt.ConnectionType.QueuedConnection)

    def _look(self) -> None:
        window: Any = next(w for w in QApplication.topLevelWidgets() if hasattr(w, "screen_number"))
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        heard = [t for w in shown for t in texts(QAccessible.queryAccessibleInterface(w))]
        said = set(_CODE.findall("\n".join(heard)))
        self._turns += 1
        if self._wishes:
            self._wish(window)
        elif self._wanted in said or self._turns > 800:
            print(json.dumps(sorted(said)), flush=True)
            self._timer.stop()
            if (dialog := QApplication.activeModalWidget()) is not None:
                dialog.close()
            window.close_program()

    def _wish(self, window: Any) -> None:
        screen, wish = self._wishes[0]
        if window.screen_number != screen or self._turns % 10:
            return
        del self._wishes[0]
        if isinstance(wish, intents.Intent):
            window.intent.emit(wish)
        else:
            wish()


def texts(node: QAccessibleInterface) -> list[str]:
    """Everything that a screen reader gets of what is shown."""
    if node is None or node.state().invisible:
        return []
    found = [node.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Description)]
    for number in range(node.childCount()):
        child = node.child(number)
        found += texts(child) if child is not None else []
    return found


def run(scenario: str, wanted: str, arguments: Sequence[str]) -> int:
    """Open the window and lead it."""
    change, wishes = SCENARIOS[scenario]
    person = Person(wishes, wanted)

    def open_ports(*given: Any) -> OpenedWorld:
        world = change(production_ports(*given))
        person.come_in()
        return world

    return main(["gui", *arguments], open_ports)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
