"""Starting a card host. Imports next to nothing, so that a program can start one first of all.

The host takes longer to come up than anything else that a look at the cards needs; whoever starts
it before its own imports has it ready when they are done.
"""

import os
import subprocess
import sys
from typing import IO

_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from kamusm_esign.card.host import main; main()"
"""The host's program: the same modules as the parent's, and nothing from the environment."""


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
