"""The person's side of a guide: a practice world, and the real window that is led by keys."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from kamusm_esign.sandbox.practice_world import PracticeWorld, random_pin
from tests.equipment.accessibility import wait_for
from tests.equipment.display import Display
from tests.equipment.window import Window, open_window

_PROGRAM = (
    "import sys; from pathlib import Path; "
    "from kamusm_esign.sandbox.practice_window import open_window; "
    "sys.exit(open_window(sys.argv[2:], Path(sys.argv[1]), pace=0.1))"
)
_SECONDS = 60


@dataclass
class World:
    """The portal, the person's card, and the window over them."""

    practice: PracticeWorld
    display: Display
    session: Mapping[str, str]
    pin: str = field(init=False)
    """Of the card, as it is now."""

    def __post_init__(self) -> None:
        self.pin = self.practice.old_pin or ""

    @property
    def url(self) -> str:
        """Of the portal."""
        return self.practice.portal.url

    @contextmanager
    def application(self, *link: str) -> Iterator["Application"]:
        """The window; a link opens it with the code in its field."""
        first = "code.field" if link else "home.code"
        address = self.session["DBUS_SESSION_BUS_ADDRESS"]
        started = self._command(link), self._environment, self.display, address
        with open_window(*started, first) as window:
            yield Application(self, window)

    def hand_over(self, link: str) -> None:
        """What the browser does with a link while the window is open: one more start."""
        later = self._command((link,))
        done = subprocess.run(later, env=self._environment, timeout=_SECONDS, check=False)
        assert done.returncode == 0

    def _command(self, link: tuple[str, ...]) -> list[str]:
        arguments = self.practice.window_arguments("tr")
        folder = str(self.practice.folder)
        return [sys.executable, "-c", _PROGRAM, folder, *arguments, "gui", *link]

    @property
    def _environment(self) -> dict[str, str]:
        practice = self.practice.window_environment
        return {**os.environ, **practice, **self.display.environment, **self.session}


@dataclass
class Application:
    """What a person does in the window, from the code on; each gives what the result says."""

    world: World
    window: Window

    def type_code(self, code: str) -> None:
        """“Doğrulama kodum var”, and the code as it stands on the page."""
        self.window.tab_to("home.code")
        self.window.display.press("Return")
        self.window.wait_screen(2)
        self.window.display.press(*code, "Return")

    def take_link(self) -> None:
        """The code is in its field already; nothing happens before the button is pressed."""
        self.window.wait_screen(2)
        self.window.ready("button.primary")
        self.window.click("button.primary")

    def set_pin(self, seen_sms: object) -> str:
        """SMS code, new PIN twice.

        Args:
            seen_sms: the newest message before the code was given.
        """
        window, portal, new_pin = self.window, self.world.practice.portal, random_pin()
        window.wait_screen(3)
        window.ready("session.otp")
        _, otp = wait_for(lambda: portal.sms() if portal.sms() != seen_sms else None)
        window.display.press(*otp, "Return")
        window.wait_screen(4)
        window.ready("pin.new")
        window.display.press(*new_pin, "Tab", *new_pin, "Return")
        self.world.pin = new_pin
        return self._result()

    def sign(self, *, documents: int = 1, match: str = "", sure: bool = False) -> str:
        """Read and mark every document, then the PIN.

        Args:
            documents: how many there are.
            match: the two digits that the page shows, for a login.
            sure: whether it is asked once more (a removal of E-Onay).
        """
        window = self.window
        window.wait_screen(7, _SECONDS)
        for _ in range(documents):
            window.wait_unticked("document.accept")
            window.click("document.accept")
            window.ready("button.primary")
            window.click("button.primary")
        if sure:
            window.click("removal.accept")
            window.ready("button.primary")
            window.click("button.primary")
        if match:
            window.find("session.match")
            window.display.press(*match, "Return")
        window.wait_screen(8)
        window.ready("pin.current")
        window.display.press(*self.world.pin, "Return")
        return self._result()

    def _result(self) -> str:
        self.window.wait_screen(6, _SECONDS)
        return self.window.find("result.title").name
