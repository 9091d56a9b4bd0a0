"""Starting a card host. Imports next to nothing, so that a program can start one first of all.

The host takes longer to come up than anything else that a look at the cards needs; whoever starts
it before its own imports has it ready when they are done.
"""

import os
import subprocess
import sys
from contextlib import suppress
from typing import IO

_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from kamusm_esign.card.host import main; main()"
"""The host's program: the same modules as the parent's, and nothing from the environment."""

_REAP_LIMIT = 5.0
"""Seconds for the operating system to take away a process that was killed."""


def host_command() -> list[str]:
    """How to start a card host of this very program.

    `-I -S` leave environment, user folder and start-up files out; the paths that they would have
    given come from the parent.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "--card-host"]
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = [package, *(p for p in sys.path if os.path.isabs(p) and p != package)]
    return [sys.executable, "-I", "-S", "-c", _BOOT, "--card-host", *paths]


def spawn_host(
    command: list[str] | None = None, stderr: IO[bytes] | int = subprocess.DEVNULL
) -> "subprocess.Popen[bytes]":
    """Start one, and do not wait for it.

    Raises:
        OSError: it could not be started.
    """
    return subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        command or host_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        bufsize=0,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


class EarlyHost:
    """A host that is started before anybody knows what for."""

    def __init__(self) -> None:
        """Start it. If that fails, whoever needs one tries again and says why."""
        self._process: subprocess.Popen[bytes] | None = None
        self._taken = False
        with suppress(OSError):
            self._process = spawn_host()

    def take(self) -> "subprocess.Popen[bytes] | None":
        """The host, for its first taker."""
        taken, self._taken = self._taken, True
        return None if taken else self._process

    def end(self) -> None:
        """The command is over: end the host, if nobody took it or whoever did has not ended it."""
        if self._process is None:
            return
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_REAP_LIMIT)
        if not self._taken:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
