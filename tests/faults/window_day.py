"""What a seed means for a run with the window, and somebody in front of it who does it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tests.equipment.accessibility import Node
from tests.equipment.window import Window
from tests.faults.bad_day import BadDay
from tests.faults.matrix import ERRORS, REFUSALS

_T = TypeVar("_T")
JOURNEYS = ("set-pin", "set-pin", "change-pin", "verify-pin", "sign")
KINDS = ("driver", "driver", "driver", "portal", "disk full", "read-only", "clock", "none")
ACTIONS = ("error", "after", "crash", "crashed", "hang", "hung", "late", "noise", "refused")
CALLS = {
    "set-pin": ("C_Login(SO)", "C_InitPIN"),
    "change-pin": ("C_Login(USER)", "C_SetPIN"),
    "verify-pin": ("C_Login(USER)",),
    "sign": ("C_Login(USER)", "C_SignInit", "C_Sign"),
}
_TILES = {
    "set-pin": "home.code",
    "sign": "home.code",
    "change-pin": "home.changePin",
    "verify-pin": "home.tokens",
}
_OUTCOMES = {
    "İşleminiz Başarılıdır.": "succeeded",
    "PIN kodunuz doğru.": "succeeded",
    "E-Onayınız verildi.": "succeeded",
    "Belgeler imzalandı, portala henüz ulaşmadı.": "succeeded",
    "PIN kodunuz değişmedi.": "failed",
    "PIN kodunuz doğrulanmadı.": "failed",
    "Hiçbir belge imzalanmadı.": "failed",
    "İmzanız geçerli olmadı.": "failed",
    "PIN kodunuzun değişip değişmediği bilinmiyor.": "unknown",
    "PIN kodunuzun doğru olup olmadığı bilinmiyor.": "unknown",
    "Portalın imzanızı alıp almadığı bilinmiyor.": "unknown",
}
"""Headlines of screen 6; another one is an error of the run."""
PATIENCE = 30.0
"""Seconds after which the person gives up."""


def window_day(seed: int) -> tuple[BadDay, str]:
    """A case, and a line for the shim; the same for the same seed, for ever."""
    chance = random.Random(f"window {seed}")
    journey, kind = chance.choice(JOURNEYS), chance.choice(KINDS)
    if kind == "portal" and journey not in ("set-pin", "sign"):
        journey = "set-pin"
    call, action = chance.choice(CALLS[journey]), chance.choice(ACTIONS)
    line = f"{call} 1 {action}"
    if action in ("error", "after"):
        line += " " + chance.choice(ERRORS)
    elif action == "refused":
        line = f"{call} 1 error {chance.choice(REFUSALS)}"
    elif action == "late":
        line += " 400"
    right, blocked = chance.random() < 0.85, journey == "set-pin" and chance.random() < 0.6
    late = chance.random() < 0.5
    day = BadDay(seed, journey, kind, call, late, right, blocked, chance.randrange(24))
    return day, line if kind == "driver" else ""


@dataclass
class Holder:
    """Somebody in front of the window: does what every screen asks for, once."""

    window: Window
    case: BadDay
    code: str
    on_confirm: Callable[[], None]
    """Called when the last key is pressed."""

    def __post_init__(self) -> None:
        self._done: set[str] = set()
        self._entered = time.monotonic()

    def do_it(self) -> str:
        """Go from the home screen to the end; gives what was said of the outcome.

        Raises:
            AssertionError: it is stuck where nobody can leave, or says something unheard of.
        """
        window = self.window
        window.click(_TILES[self.case.journey])
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            number = self._look(lambda: window.number) or 0
            if number == 6:
                title = window.find("result.title").name
                assert title in _OUTCOMES, title
                return _OUTCOMES[title]
            # On a busy machine a screen may turn while it is asked whether it says no.
            if self._refused(number) and self._look(lambda: window.number) == number:
                break
            if number == 5:  # nobody can leave it: it has to end by itself, on a busy machine too
                end = max(end, self._entered + 3 * PATIENCE)
            self._act(number)
            time.sleep(0.03)
        assert window.number != 5, "stuck while the card is written to"
        return "given up"

    def go_home(self) -> str:
        """Back to the home screen, from wherever it ended; gives what it said on the way, if it
        did not wait for who gave it up."""
        end, said = time.monotonic() + PATIENCE, ""
        while (number := self.window.number) != 1:
            if number == 6:
                said = _OUTCOMES[self.window.find("result.title").name]
            assert time.monotonic() < end, f"no way home from screen {self.window.number}"
            for name in ("button.back", "button.cancel"):
                node = self._find(name)
                if node is not None and "sensitive" in node.states:
                    self.window.display.click(*node.middle)
                    break
            time.sleep(0.3)
        return said

    # ------------------------------------------------------------------------ one screen
    def _act(self, number: int) -> None:
        case = self.case
        if number == 2 and "code" not in self._done and self._ready("code.field"):
            self._type("code", self.code)
        elif self._find("session.match") is not None:
            if "match" not in self._done and self._ready("session.match"):
                self._type("match", "42")
        elif number == 7:
            self._read_document()
        elif number == 4 and "pin" not in self._done and self._ready("pin.new"):
            (pin,) = case.pins
            self._type("pin", pin, "Tab", pin, last=True)
        elif number in (8, 9) and "pin" not in self._done and self._ready("pin.current"):
            present, *new = case.pins
            again = [word for pin in new for word in ("Tab", pin, "Tab", pin)]
            self._type("pin", present, *again, last=True)
        elif number == 10 and "pin" not in self._done:
            self._try_the_pin()
        elif number == 5 and time.monotonic() - self._entered > 8:
            node = self._find("button.primary")  # nobody brings the card back: say so
            if node is not None and "sensitive" in node.states:
                self.window.display.click(*node.middle)

    def _try_the_pin(self) -> None:
        if self._ready("pin.current"):
            self.window.tab_to("pin.current")
            self._type("pin", *self.case.pins, last=True)
        elif "asked" not in self._done and self._ready("button.primary"):
            self._done.add("asked")
            self.window.tab_to("button.primary")
            self.window.display.press("Return")

    def _read_document(self) -> None:
        node = self._find("document.accept")
        if node is not None and {"sensitive"} <= node.states and "checked" not in node.states:
            self.window.tab_to("document.accept")
            self.window.display.press("space")
            time.sleep(0.2)
        primary = self._find("button.primary")
        if primary is not None and "sensitive" in primary.states:
            self.window.display.press("Return")
            time.sleep(0.2)

    def _type(self, what: str, *words: str, last: bool = False) -> None:
        keys = [key for word in words for key in ([word] if word == "Tab" else word)]
        self.window.display.press(*keys)
        if last:
            self.window.ready("button.primary")
            self.on_confirm()
        self._done.add(what)
        self._entered = time.monotonic()
        self.window.display.press("Return")

    def _refused(self, number: int) -> bool:
        """Whether the screen says no to what was entered, and waits for something else."""
        if number == 2 and "code" in self._done:
            return self._find("page.problem") is not None
        if number not in (4, 8, 9, 10) or "pin" not in self._done:
            return False
        waited = time.monotonic() - self._entered
        says_no = any(self._find(name) is not None for name in ("page.problem", "pin.problem"))
        return (says_no and waited > 1) or waited > 15

    def _find(self, name: str) -> Node | None:
        return self._look(lambda: self.window.find(name, 0))

    def _ready(self, name: str) -> bool:
        node = self._find(name)
        return node is not None and "sensitive" in node.states

    def _look(self, look: Callable[[], _T]) -> _T | None:
        """What is gone while it is looked at counts as nothing."""
        try:
            return look()
        except (LookupError, TimeoutError):
            return None
