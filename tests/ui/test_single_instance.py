"""One window per user: two real processes, and visitors that talk nonsense."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kamusm_esign.support.one_window import RAISE, TAKEN, door_in, hand_over
from kamusm_esign.ui import single_instance
from kamusm_esign.ui.single_instance import LONGEST, Doorkeeper

LINK = "kamusm-esign://code/333451779241926"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "d")


@pytest.fixture
def visited(app: QApplication, address: str) -> Iterator[list[str]]:
    """What the window was told."""
    keeper = Doorkeeper(address)
    wishes: list[str] = []
    keeper.wish.connect(wishes.append)
    yield wishes
    keeper.close()


def ask(address: str, line: bytes) -> bytes:
    """What a visitor hears, while the window's event loop runs."""
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(address)
        wire.sendall(line)
        wire.settimeout(0)
        heard = b""
        for _ in range(4000):
            QTest.qWait(5)
            try:
                piece = wire.recv(64)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                return heard
            if not piece:
                return heard
            heard += piece
        raise AssertionError("the visitor was left standing")


def test_both_sides_use_the_same_word() -> None:
    assert single_instance.TAKEN == TAKEN


@pytest.mark.parametrize("wish", [RAISE, LINK])
def test_a_wish_arrives(visited: list[str], address: str, wish: str) -> None:
    assert ask(address, wish.encode() + b"\n") == TAKEN
    assert visited == [wish]


@pytest.mark.parametrize(
    "line",
    [
        b"x" * (LONGEST + 1),
        b"x" * 100_000,
        b"\xff\xfe\n",
        "kamusm-esign://ş\n".encode(),
        b"raise\x00\n",
        b"\x1b[31m\n",
    ],
    ids=("long", "very-long", "bytes", "letters", "null", "escape"),
)
def test_nonsense_is_ignored(visited: list[str], address: str, line: bytes) -> None:
    assert ask(address, line) == b""
    assert visited == []
    assert ask(address, b"raise\n") == TAKEN


def test_who_says_nothing_is_shown_out(
    visited: list[str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_instance, "PATIENCE", 50)
    assert ask(address, b"") == b""
    assert visited == []


def test_a_left_over_socket_is_no_obstacle(app: QApplication, address: str) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(address)
    keeper = Doorkeeper(address)
    assert ask(address, b"raise\n") == TAKEN
    keeper.close()


def test_nobody_is_at_home(address: str) -> None:
    assert not hand_over(address, RAISE, patience=0.0)
    assert not hand_over("/" + "x" * 200, RAISE)


def test_one_is_first_and_sessions_are_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = door_in(tmp_path), door_in(tmp_path)
    assert first.first
    assert not second.first
    assert first.listening_at == second.listening_at
    monkeypatch.setenv("DISPLAY", ":77")
    other = door_in(tmp_path)
    assert other.first
    assert other.listening_at != first.listening_at
    for door in (first, other):
        assert door.lock is not None
        os.close(door.lock)
    monkeypatch.delenv("DISPLAY")
    again = door_in(tmp_path)
    assert again.first  # the lock went with its holder
    assert again.lock is not None
    os.close(again.lock)


def test_where_nothing_can_be_written_everybody_is_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert door_in(tmp_path / "file" / "locks").first


# ---------------------------------------------------------------------- real processes
FIRST = """
import json, sys
from kamusm_esign import app
from kamusm_esign.ui.program import Program
before = Program._visited
def visited(self, wish):
    before(self, wish)
    print(json.dumps([wish, self._filled]), flush=True)
Program._visited = visited
opening = Program._open_world
def open_world(self):
    print("open", flush=True)
    opening(self)
Program._open_world = open_world
def world(settings, folders):
    import threading
    threading.Event().wait()
sys.exit(app.main([], world))
"""
"""A window whose world never opens, so that a link waits."""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_a_second_start_hands_over_and_ends(start: Start) -> None:
    first = start("-c", FIRST)
    assert first.stdout is not None
    assert first.stdout.readline() == "open\n"
    for argument, wish, filled in (
        ((), RAISE, ""),
        (("gui",), RAISE, ""),
        (("gui", LINK), LINK, LINK[-15:]),
        (("gui", "https://example.org/"), "https://example.org/", LINK[-15:]),
        (("gui", "--code", "111 222 333 444 555"), "111 222 333 444 555", "111222333444555"),
    ):
        second = start("-m", "kamusm_esign", *argument)
        assert second.wait(20) == 0
        assert json.loads(first.stdout.readline()) == [wish, filled]
    assert first.poll() is None


def test_a_second_start_loads_no_window(start: Start) -> None:
    first = start("-c", FIRST)
    assert first.stdout is not None
    first.stdout.readline()
    report = "import atexit, sys; atexit.register(lambda: print('PySide6' in sys.modules))\n"
    second = start("-c", report + "from kamusm_esign.__main__ import main; main()")
    said, errors = second.communicate(timeout=20)
    assert (second.returncode, said, errors) == (0, "False\n", "")
