"""Child process of the tour: opens the real window over a practice world and leads it through.

Its order is one line of JSON on standard input; where it got stuck goes to standard output.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from kamusm_esign.sandbox.demo_portal import PortalHand
from kamusm_esign.sandbox.practice_window import open_window
from kamusm_esign.sandbox.robot import Hands, Robot, Script, pause

PACE = 1.5
"""Seconds that the card takes longer: time for four pictures of screen 5."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a script is to do, and with what."""

    script: str
    """A name in `SCRIPTS`."""
    arguments: list[str]
    """Of `kamusm-esign`."""
    folder: str
    """The practice world's."""
    pictures: str
    """Folder for the pictures."""
    job: str
    """What the code is for."""
    serial: str
    pins: list[str]
    """What is typed, in order."""


class Guide:
    """The scripts; each is a walk through the window."""

    def __init__(self, order: Order, hands: Hands) -> None:
        self._order = order
        self._hands = hands
        self._portal = PortalHand(Path(order.folder, "portal.db"))
        self._pins = iter(order.pins)
        self._current = ""
        """The PIN that the card has now."""

    # ------------------------------------------------------------------ walks
    def unblock(self) -> Script:
        """A locked card: set the PIN, change it, try it, look for trouble."""
        yield from self._home("01-home")
        yield from self._code("02-code")
        yield from self._step_up("03-step-up")
        yield from self._new_pin("04-new-pin")
        yield from self._until_result("05-working", "06-success")
        yield from self._change_pin()
        yield from self._my_card()
        yield from self._doctor()

    def create(self) -> Script:
        """A new card; whether the portal can be told is not this script's affair."""
        yield from self._home()
        yield from self._code()
        yield from self._step_up()
        yield from self._new_pin("04-new-pin-create")
        yield from self._until_result("", "06-success-not-told")

    def failure(self) -> Script:
        """A portal that has the wrong PUK."""
        yield from self._home()
        yield from self._code()
        yield from self._step_up()
        yield from self._new_pin()
        yield from self._until_result("", "06-failure")

    def unfinished(self) -> Script:
        """What an earlier window left is offered at once."""
        hands = self._hands
        yield hands.screen(13, "button.primary")
        yield from hands.picture("13-unfinished")
        hands.press("button.primary")
        yield lambda: hands.widget("button.primary") is None
        yield from hands.picture("13-unfinished-told")

    def sign(self) -> Script:
        """Read, go on, sign."""
        hands, job = self._hands, self._order.job
        yield from self._home()
        yield from self._code()
        yield hands.screen(7, "document.accept")
        for number in range(1, 3 if job == "application" else 2):
            yield hands.ready("document.accept")
            hands.press("document.accept")
            yield from self._then_primary(f"07-{job}-{number}")
        if job == "login":
            yield hands.screen(7, "session.match")
            hands.type("session.match", self._portal.match_number)
            yield from self._then_primary("07-match")
        yield hands.screen(8, "pin.current")
        yield hands.ready("pin.current")
        hands.type("pin.current", next(self._pins))
        yield from self._then_primary("08-certificate-pin")
        yield from self._until_result("05-signing", f"06-{job}")

    # ------------------------------------------------------------------ screens
    def _home(self, picture: str = "") -> Script:
        hands = self._hands
        yield hands.screen(1, "home.code")
        yield hands.lights_on
        if picture:
            yield from hands.picture(picture)

    def _code(self, picture: str = "") -> Script:
        hands = self._hands
        hands.press("home.code")
        yield hands.screen(2, "code.field")
        hands.type("code.field", self._portal.new_code(self._order.job, self._order.serial))
        yield from self._then_primary(picture)

    def _step_up(self, picture: str = "") -> Script:
        hands, portal = self._hands, self._portal
        yield hands.screen(3, "session.otp")
        yield lambda: portal.sms() is not None
        _, otp = portal.sms() or ("", "")
        hands.type("session.otp", otp)
        yield from self._then_primary(picture)

    def _new_pin(self, picture: str = "") -> Script:
        hands = self._hands
        pin = self._current = next(self._pins)
        yield hands.screen(4, "pin.new")
        hands.type("pin.new", pin)
        hands.type("pin.repeat", pin)
        yield from self._then_primary(picture)

    def _until_result(self, working: str, result: str) -> Script:
        hands = self._hands
        if working:
            yield hands.screen(5)
            yield from hands.picture(working)
        yield hands.screen(6, "result.title")
        if result:
            yield from hands.picture(result)

    def _change_pin(self) -> Script:
        """With the keypad of the screen."""
        hands, current = self._hands, self._current
        pin = self._current = next(self._pins)
        hands.press("button.back")
        yield hands.screen(1, "home.changePin")
        hands.press("home.changePin")
        yield hands.screen(9, "pin.current")
        for name, digits in (("pin.current", current), ("pin.new", pin), ("pin.repeat", pin)):
            hands.type(name, "")
            hands.tap(digits)
            yield pause(0)
        yield from self._then_primary("09-change-pin")
        yield from self._until_result("", "06-changed")

    def _my_card(self) -> Script:
        hands = self._hands
        hands.press("button.back")
        yield hands.screen(1, "home.tokens")
        hands.press("home.tokens")
        yield hands.screen(10, "button.primary")
        yield from self._then_primary("10-my-card")
        yield hands.screen(10, "pin.current")
        hands.type("pin.current", self._current)
        yield from self._then_primary("10-try-pin")
        yield from self._until_result("", "06-pin-works")

    def _doctor(self) -> Script:
        hands = self._hands
        hands.press("button.back")
        yield hands.screen(1, "home.doctor")
        hands.press("home.doctor")
        yield hands.screen(11, "button.primary")
        yield from hands.picture("11-troubleshooting")

    def _then_primary(self, picture: str) -> Script:
        hands = self._hands
        yield hands.ready("button.primary")
        if picture:
            yield from hands.picture(picture)
        hands.press("button.primary")


SCRIPTS: dict[str, Callable[[Guide], Script]] = {
    "unblock": Guide.unblock,
    "create": Guide.create,
    "failure": Guide.failure,
    "unfinished": Guide.unfinished,
    "sign": Guide.sign,
}


def main() -> int:
    """Lead one window through one script; 0 if it came to its end."""
    order = Order(**json.loads(sys.stdin.read()))
    walk = SCRIPTS[order.script]

    def told(stuck_at: str) -> None:
        print(stuck_at, flush=True)

    qInstallMessageHandler(_hear)
    robot = Robot(lambda hands: walk(Guide(order, hands)), Path(order.pictures), told)
    return open_window(
        order.arguments,
        Path(order.folder),
        pace=PACE,
        loses_network=order.script == "create",
        opened=robot.go,
        watermark=False,
    )


def _hear(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Hand on what Qt complains of, but for what a platform without a screen says of itself."""
    if not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
