"""The demo in the terminal, as a person runs it: as a process, at a terminal and without one."""

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kamusm_esign.sandbox import softhsm
from kamusm_esign.sandbox.demo import main
from kamusm_esign.sandbox.teller import TEXTS

LIMIT = 60.0
PROMPT = "Enter alone takes"
WORDS = {"tr": ("EVET", "HAYIR", "Gösteri tamam"), "en": ("YES", "NO ", "Done: the PIN")}
COMMAND = [sys.executable, "-m", "kamusm_esign.sandbox", "demo", "--terminal"]
ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path) -> dict[str, str]:
    """Temporary folders go where the test can see whether they are gone."""
    return {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(
    ("arguments", "language", "facts"),
    [
        ([], "tr", 4),
        (["--english"], "en", 4),
        (["--english", "--job", "pin-create"], "en", 3),
    ],
)
def test_without_a_terminal(
    tmp_path: Path, arguments: list[str], language: str, facts: int
) -> None:
    child = subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env=environment(tmp_path),
        check=False,
    )
    yes, no, done = WORDS[language]
    assert child.returncode == 0, child.stdout + child.stderr
    assert child.stdout.count(f"   {yes}") == facts
    assert f"   {no}" not in child.stdout
    assert done in child.stdout
    assert list(tmp_path.iterdir()) == []
    pin = re.search(r"PIN.*: (\d{6})$", child.stdout, re.MULTILINE)
    assert pin is not None
    assert pin[1] not in child.stderr


@contextmanager
def at_a_terminal(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The demo with a terminal of its own; gives the person's end of it."""
    person, terminal = pty.openpty()
    child = subprocess.Popen(
        [*COMMAND, "--english"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment(folder),
        start_new_session=True,
    )
    os.close(terminal)
    try:
        yield person, child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        os.close(person)


def read_until(person: int, text: str) -> str:
    """What the terminal shows, up to `text` or to its end."""
    seen, end = "", time.monotonic() + LIMIT
    while text not in seen and select.select([person], [], [], end - time.monotonic())[0]:
        try:
            part = os.read(person, 4096)
        except OSError:  # Linux says EIO when nobody holds the terminal any more
            break
        seen += part.decode()
    return seen


def type_hidden(person: int, line: bytes) -> None:
    """Type once the program listens: what came before it hides the typing is thrown away."""
    end = time.monotonic() + LIMIT
    while termios.tcgetattr(person)[3] & termios.ECHO:
        assert time.monotonic() < end
        time.sleep(0.01)
    os.write(person, line)


def test_at_a_terminal_the_person_chooses_the_pin(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path) as (person, child):
        read_until(person, PROMPT)
        type_hidden(person, b"123456\n")
        assert "will not do" in read_until(person, PROMPT)
        type_hidden(person, b"704193\n")
        shown = read_until(person, "Practice card, portal and database are removed.")
        assert shown.count("   YES") == 4, shown
        assert "704193" not in shown
        assert child.wait(LIMIT) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with at_a_terminal(tmp_path) as (person, child):
        shown = read_until(person, PROMPT)
        os.kill(child.pid, number)
        assert "The demo was stopped" in read_until(person, "are removed.")
        assert child.wait(LIMIT) == 130
    assert list(tmp_path.iterdir()) == []
    port = re.search(r"127\.0\.0\.1:(\d+)", shown)
    assert port is not None
    assert not is_listening(int(port[1]))


def test_killing_it_ends_its_portal(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path) as (person, child):
        shown = read_until(person, PROMPT)
        child.kill()
    port = re.search(r"127\.0\.0\.1:(\d+)", shown)
    assert port is not None
    end = time.monotonic() + LIMIT
    while is_listening(int(port[1])):
        assert time.monotonic() < end
        time.sleep(0.01)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_without_softhsm_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(softhsm, "LIBRARIES", ())
    monkeypatch.delenv(softhsm.ENVIRONMENT_LIBRARY, raising=False)
    assert main(["--english"]) == 1
    assert "apt-get install softhsm2" in capsys.readouterr().out


def test_both_languages_say_the_same_things() -> None:
    tr, en = (tomllib.loads((TEXTS / f"{name}.toml").read_text()) for name in ("tr", "en"))
    assert tr.keys() == en.keys()
    for key in tr:
        assert set(re.findall(r"{\w+}", tr[key])) == set(re.findall(r"{\w+}", en[key])), key
