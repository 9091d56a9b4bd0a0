"""Starting a card host. Imports next to nothing, so that a program can start one first of all.

The host takes longer to come up than anything else that a look at the cards needs; whoever starts
it before its own imports has it ready when they are done.
"""

import subprocess
from contextlib import suppress
from typing import IO

from kamusm_esign.child.spawn import command_of, spawn

_REAP_LIMIT = 5.0
"""Seconds for the operating system to take away a process that was killed."""


def host_command() -> list[str]:
    """How to start a card host of this very program."""
    return command_of("kamusm_esign.card.host", "--card-host")


def spawn_host(
    command: list[str] | None = None, stderr: IO[bytes] | int = subprocess.DEVNULL
) -> "subprocess.Popen[bytes]":
    """Start one, and do not wait for it.

    Raises:
        OSError: it could not be started.
    """
    return spawn(command or host_command(), stderr)


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
