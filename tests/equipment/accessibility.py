"""The accessibility bus (AT-SPI 2), and what assistive technology sees of a program on it.

The real launcher and registry of at-spi2-core run on a D-Bus session of the test's own.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.equipment.key_store import secret_service

_SECONDS = 20.0
_PROPERTIES = "org.freedesktop.DBus.Properties"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_COMPONENT = "org.a11y.atspi.Component"
_ON_SCREEN = 0
"""ATSPI_COORD_TYPE_SCREEN."""
_STATES = {"enabled": 8, "focused": 12, "sensitive": 24, "showing": 25, "visible": 30}
"""Bits of AtspiStateType."""


@dataclass(frozen=True)
class Node:
    """One accessible thing."""

    bus: "AccessibilityBus"
    owner: str
    path: str

    @property
    def name(self) -> str:
        """What a screen reader says."""
        return str(self.bus.ask(self, _PROPERTIES, "Get", "ss", (_ACCESSIBLE, "Name"))[0][1])

    @property
    def description(self) -> str:
        """What a screen reader adds; a field ends it with how much is typed."""
        return str(self.bus.ask(self, _PROPERTIES, "Get", "ss", (_ACCESSIBLE, "Description"))[0][1])

    @property
    def id(self) -> str:
        """The stable name; Qt puts the names of the parents before it."""
        answer = self.bus.ask(self, _PROPERTIES, "Get", "ss", (_ACCESSIBLE, "AccessibleId"))
        return str(answer[0][1])

    @property
    def states(self) -> frozenset[str]:
        """Those of `_STATES` that hold."""
        low, _high = self.bus.ask(self, _ACCESSIBLE, "GetState")[0]
        return frozenset(name for name, bit in _STATES.items() if low >> bit & 1)

    @property
    def children(self) -> list["Node"]:
        """What is inside."""
        found = self.bus.ask(self, _ACCESSIBLE, "GetChildren")[0]
        return [Node(self.bus, owner, path) for owner, path in found]

    @property
    def middle(self) -> tuple[int, int]:
        """Where to click, on the screen."""
        (x, y, wide, high) = self.bus.ask(self, _COMPONENT, "GetExtents", "u", (_ON_SCREEN,))[0]
        return x + wide // 2, y + high // 2

    def walk(self) -> Iterator["Node"]:
        """This and everything inside."""
        yield self
        for child in self.children:
            yield from child.walk()


class AccessibilityBus:
    """A connection to the bus that programs tell what they show."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection

    def ask(
        self,
        node: Node,
        interface: str,
        method: str,
        signature: str | None = None,
        body: tuple[Any, ...] = (),
    ) -> tuple[Any, ...]:
        """Call a method; the answer's body.

        Raises:
            LookupError: the node is gone, or does not know the method.
            TimeoutError: the program does not answer.
        """
        address = DBusAddress(node.path, node.owner, interface)
        message = new_method_call(address, method, signature, body)
        reply = self._connection.send_and_get_reply(message, timeout=_SECONDS)
        if reply.header.message_type is MessageType.error:
            raise LookupError(f"{node.path} {method}: {reply.body}")
        return tuple(reply.body)

    def programs(self) -> list[Node]:
        """Every program on the bus."""
        path = "/org/a11y/atspi/accessible/root"
        return Node(self, "org.a11y.atspi.Registry", path).children

    def program(self, pid: int) -> Node:
        """Wait for one program."""

        def look() -> Node | None:
            return next((n for n in self.programs() if self.process_of(n) == pid), None)

        found: Node = wait_for(look)
        return found

    @property
    def pid(self) -> int:
        """Number of the process that carries the messages."""
        return self.process_of(Node(self, "org.freedesktop.DBus", "/"))

    def process_of(self, program: Node) -> int:
        """Number of its process; -1: it is gone."""
        address = DBusAddress(
            "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus"
        )
        message = new_method_call(address, "GetConnectionUnixProcessID", "s", (program.owner,))
        reply = self._connection.send_and_get_reply(message, timeout=_SECONDS)
        return -1 if reply.header.message_type is MessageType.error else int(reply.body[0])


def wait_for(look: Callable[[], Any], seconds: float = _SECONDS) -> Any:
    """Wait until there is something to see; what is gone in between counts as nothing.

    Raises:
        TimeoutError: it never came.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except LookupError:
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


@contextmanager
def accessible_session(folder: Path, display: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """A desktop session with accessibility switched on and a key store.

    Args:
        folder: for what its parts keep.
        display: environment that leads to the screen.

    Yields:
        the environment in which programs find it.
    """
    with secret_service(folder, display) as environment:
        _switch_on(environment["DBUS_SESSION_BUS_ADDRESS"])
        yield {**environment, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}


def _switch_on(session: str) -> None:
    with open_dbus_connection(session) as connection:
        address = DBusAddress("/org/a11y/bus", "org.a11y.Bus", _PROPERTIES)
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            body = ("org.a11y.Status", name, ("b", True))
            message = new_method_call(address, "Set", "ssv", body)
            reply = connection.send_and_get_reply(message, timeout=_SECONDS)
            assert reply.header.message_type is not MessageType.error, reply.body


@contextmanager
def accessibility_bus(session: str) -> Iterator[AccessibilityBus]:
    """A connection to the accessibility bus of a session."""
    with open_dbus_connection(session) as connection:
        address = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        message = new_method_call(address, "GetAddress")
        reply = connection.send_and_get_reply(message, timeout=_SECONDS)
        where = str(reply.body[0])
    with open_dbus_connection(where) as connection:
        yield AccessibilityBus(connection)
