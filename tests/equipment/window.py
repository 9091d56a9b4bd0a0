"""The real window as a process of its own, seen and led from outside: AT-SPI, keys and clicks."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.equipment.accessibility import AccessibilityBus, Node, accessibility_bus, wait_for
from tests.equipment.display import Display

_SECONDS = 20.0


class Answer(NamedTuple):
    """What one question to the window's thread took, in seconds."""

    taken: float
    waited: float
    """The part of it in which a thread of the program, the one that asks, the bus between them or
    the X server could run and had no processor."""

    @property
    def own(self) -> float:
        """What the program took: the rest is a machine that is busy with something else."""
        return self.taken - self.waited


class Window:
    """One window; everything is found by its stable name."""

    def __init__(
        self, pid: int, display: Display, bus: AccessibilityBus, first: str = "home.code"
    ) -> None:
        """Wait until it shows `first`, and give it the keyboard."""
        self.pid = pid
        self.ended: Callable[[float], int] = _not_ours
        """Waits so many seconds for its end; the exit status."""
        self.display = display
        self._root = bus.program(pid)
        wait_for(lambda: self._find(first))
        display.focus(pid)

    # ------------------------------------------------------------------ seeing
    def find(self, name: str, seconds: float = _SECONDS) -> Node:
        """Wait until something of that name is shown.

        Raises:
            TimeoutError: it never was.
        """
        try:
            found: Node = wait_for(lambda: self._find(name), seconds)
        except TimeoutError:
            raise TimeoutError(f"no {name} on screen {self.number}: {self.said()}") from None
        return found

    def _find(self, name: str) -> Node | None:
        for node in self._root.walk():
            if node.id.endswith("." + name) and "showing" in node.states:
                return node
        return None

    def ready(self, name: str) -> Node:
        """Wait until something of that name is shown and can be used."""

        def look() -> Node | None:
            node = self._find(name)
            return node if node is not None and "sensitive" in node.states else None

        found: Node = wait_for(look)
        return found

    def wait_off(self, name: str) -> None:
        """Wait until something is shown that cannot be used."""
        wait_for(lambda: "sensitive" not in self.find(name).states)

    def wait_described(self, name: str, text: str) -> None:
        """Wait until the description of something has a text in it."""
        wait_for(lambda: text in self.find(name).description)

    def wait_named(self, name: str, text: str) -> None:
        """Wait until the name of something, which is what a label says, has a text in it."""
        wait_for(lambda: text in self.find(name).name)

    def wait_unticked(self, name: str) -> None:
        """Wait for a box that can be ticked."""
        wait_for(lambda: "checked" not in self.ready(name).states)

    @property
    def number(self) -> int:
        """Number of the screen that is shown."""
        node = wait_for(lambda: self._find("page.number"))
        return int("".join(c for c in node.name if c.isdigit()))

    def wait_screen(self, number: int, seconds: float = _SECONDS) -> None:
        """Wait for a screen.

        Raises:
            TimeoutError: another one stayed.
        """
        try:
            wait_for(lambda: self.number == number, seconds)
        except TimeoutError:
            raise TimeoutError(f"screen {self.number}, not {number}: {self.said()}") from None

    def shows(self, name: str) -> bool:
        """Whether something of that name is shown now."""
        return self._find(name) is not None

    def said(self) -> list[str]:
        """Every name that is shown."""
        return [n.name for n in self._root.walk() if n.name and "showing" in n.states]

    # ------------------------------------------------------------------ doing
    def click(self, name: str) -> None:
        """Click on something, with the mouse."""
        self.display.click(*self.ready(name).middle)

    def tab_to(self, name: str) -> None:
        """Press Tab until something has the keyboard.

        Raises:
            LookupError: it is not on the way.
        """
        for _ in range(40):
            if "focused" in self.find(name).states:
                return
            self.display.press("Tab")
        raise LookupError(name)

    def tap(self, digits: str) -> None:
        """Click digits on the keypad of the screen."""
        places = {digit: self.find(f"keypad.{digit}").middle for digit in set(digits)}
        for digit in digits:
            self.display.click(*places[digit])

    # ------------------------------------------------------------------ how quick it is
    @contextmanager
    def pulse(self, address: str) -> Iterator[list[Answer]]:
        """Ask the window's thread something all the time; gives what each answer took."""
        answers: list[Answer] = []
        over = threading.Event()

        def ask() -> None:
            with accessibility_bus(address) as bus:
                between = (threading.get_native_id(), bus.pid, self.display.pid)
                root = Node(bus, self._root.owner, self._root.path)
                while not over.wait(0.02):
                    idle, idle_between = _idle_threads(self.pid), _idle(between)
                    begun = time.monotonic()
                    _ = root.states
                    taken = time.monotonic() - begun
                    waited = _idle(between) - idle_between + _longest(idle, self.pid)
                    answers.append(Answer(taken, waited))

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        try:
            yield answers
        finally:
            over.set()
            thread.join(_SECONDS)


def _idle(threads: tuple[int, ...]) -> float:
    """Seconds for which threads could have run so far, but for others that did."""
    states = (Path(f"/proc/{thread}/schedstat").read_text() for thread in threads)
    return sum(int(state.split()[1]) for state in states) / 1e9


def _idle_threads(pid: int) -> dict[str, float]:
    """The same for each thread of a process: one that has no processor may hold the others up."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # it has ended
            found[task.name] = int((task / "schedstat").read_text().split()[1]) / 1e9
    return found


def _longest(before: dict[str, float], pid: int) -> float:
    now = _idle_threads(pid)
    return max((idle - before.get(name, idle) for name, idle in now.items()), default=0.0)


def _not_ours(_seconds: float) -> int:
    raise ChildProcessError("somebody else started it")


@contextmanager
def open_window(
    arguments: list[str],
    environment: Mapping[str, str],
    display: Display,
    address: str,
    first: str = "home.code",
) -> Iterator[Window]:
    """Start a window; what is left of it ends with the block.

    Args:
        arguments: the whole command line.
        environment: of the process.
        display: where it is shown.
        address: of the D-Bus session.
        first: what is on the screen that it opens with; a link opens another one than the first.
    """
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=dict(environment),
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        with accessibility_bus(address) as bus:
            window = Window(process.pid, display, bus, first)
            window.ended = process.wait
            yield window
    finally:
        process.terminate()
        try:
            said = process.communicate(timeout=_SECONDS)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            said = process.communicate()[1]
    # Somebody asked for what had just gone: that is the one who asks, not the program.
    lines = [line for line in said.decode().splitlines() if "Could not find accessible" not in line]
    assert not lines, lines
