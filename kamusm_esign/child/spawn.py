"""Starting a host. Imports next to nothing, so that a program can start one first of all."""

import os
import subprocess
import sys
from typing import IO

from kamusm_esign import __version__

_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from {module} import main; main()"
"""A host's program: the same modules as the parent's, and nothing from the environment."""


def command_of(module: str, flag: str) -> list[str]:
    """How to start a host of this very program.

    `-I -S` leave environment, user folder and start-up files out; the paths that they would have
    given come from the parent.

    Args:
        module: its `main` is the host.
        flag: what a frozen program is given instead, and its own version: where an upgrade has
            put another program into the same place meanwhile, that one is not a host of ours.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, flag, __version__]
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = [package, *(p for p in sys.path if os.path.isabs(p) and p != package)]
    return [sys.executable, "-I", "-S", "-c", _BOOT.format(module=module), flag, *paths]


def spawn(
    command: list[str], stderr: IO[bytes] | int = subprocess.DEVNULL
) -> "subprocess.Popen[bytes]":
    """Start one, and do not wait for it.

    Raises:
        OSError: it could not be started.
    """
    return subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        bufsize=0,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
