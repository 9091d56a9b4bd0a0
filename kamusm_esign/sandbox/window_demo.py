"""The demo's terminal side: opens the portal's page and the window, and says what came of it.

The terminal can stand in for the portal's page, for computers without a browser: it shows
verification codes and the SMS.
"""

import json
import select
import subprocess
import sys
import webbrowser

from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.sandbox import own_process
from kamusm_esign.sandbox.practice_world import PracticeWorld
from kamusm_esign.sandbox.teller import Teller

LOOK_SECONDS = 0.25
"""Between two looks at the window's process and into the SMS outbox."""
STOP_SECONDS = 10.0


class WindowDemo:
    """One window, opened in a practice world whose portal runs."""

    def __init__(self, world: PracticeWorld, tell: Teller) -> None:
        self._world = world
        self._tell = tell
        self._shown: set[tuple[str, str]] = set()
        self._listening = True

    def run(self) -> bool:
        """Stay until the window is closed; whether it ended well, whatever the person did."""
        new_card = self._world.job is Purpose.PIN_CREATE
        self._tell.begin("window-intro")
        self._tell.say("card-ready", serial=self._world.serial, holder=self._world.holder)
        if self._world.signs:
            self._tell.say("card-sign", pin=self._world.old_pin or "")
        else:
            self._tell.say("card-create" if new_card else "card-unblock")
        url = f"{self._world.portal.url}/language/{self._tell.language}"
        self._tell.say("window-page", url=url)
        # The first page makes codes to unblock; any other job gets its code here.
        unblocks = self._world.job is Purpose.PIN_UNBLOCK
        in_browser = unblocks and _open_in_browser(url)
        with self._open_window() as window:
            try:
                self._accompany(window, in_browser=in_browser)
            finally:
                if window.poll() is None:
                    window.terminate()
        self._tell.fact(
            "portal-knows", true=Outcome.SUCCEEDED.value in self._world.portal.outcomes()
        )
        self._tell.end("window-done" if window.returncode == 0 else "failed")
        return window.returncode == 0

    def _open_window(self) -> "subprocess.Popen[bytes]":
        order = {
            "arguments": self._world.window_arguments(self._tell.language),
            "folder": str(self._world.folder),
        }
        window = subprocess.Popen(  # noqa: S603
            own_process.command("kamusm_esign.sandbox.practice_window"),
            stdin=subprocess.PIPE,
            env=self._world.window_environment,
            start_new_session=True,  # Ctrl+C is for this process, which ends the window
        )
        assert window.stdin is not None  # noqa: S101
        window.stdin.write(json.dumps(order).encode() + b"\n")
        window.stdin.flush()
        return window

    def _accompany(self, window: "subprocess.Popen[bytes]", *, in_browser: bool) -> None:
        self._tell.say("window-more-codes")
        if not in_browser:
            self._show_code()
        while window.poll() is None:
            self._stand_in()

    def _stand_in(self) -> None:
        """Show a new SMS; a new code for every line that is entered."""
        message = self._world.portal.sms()
        if message is not None and message not in self._shown:
            self._shown.add(message)
            phone, otp = message
            self._tell.say("sms", phone=phone, otp=otp)
        waiting_for = [sys.stdin] if self._listening else []
        if select.select(waiting_for, [], [], LOOK_SECONDS)[0]:
            self._listening = bool(sys.stdin.readline())
            if self._listening:
                self._show_code()

    def _show_code(self) -> None:
        code = self._world.new_code()
        groups = " ".join(code[i : i + 3] for i in range(0, len(code), 3))
        self._tell.say("code-ready", code=groups)
        if self._world.job is Purpose.LOGIN:
            self._tell.say("match", digits=self._world.portal.match_number)


def _open_in_browser(url: str) -> bool:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    # Those that are nothing more than generic run in the terminal, which is taken.
    return type(browser) is not webbrowser.GenericBrowser and browser.open(url)
