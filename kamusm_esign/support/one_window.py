"""One window per user and session: which start is the first, and how a later one tells it.

A lock on a file says who is first; it dies with its process. A local socket carries the wish of a
later start: one line, answered by one line. The window listens (`ui/single_instance.py`); asking
needs no Qt, so that a later start is over before it began.
"""

import os
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kamusm_esign.support.file_lock import try_lock
from kamusm_esign.support.paths import private_folder

RAISE = "raise"
"""The wish of a start without a link: show yourself."""
TAKEN = b"ok\n"
"""The answer of a window that understood."""

_SESSION = ("XDG_SESSION_ID", "WAYLAND_DISPLAY", "DISPLAY", "SESSIONNAME")
"""Variables that tell two sessions of one user apart."""
_STEP = 1.0
"""Seconds for one answer of the first window."""
_PAUSE = 0.05


class Door(NamedTuple):
    """Where the starts of one user in one session meet."""

    listening_at: str
    """Name for `QLocalServer`: a path, on Windows the name of a pipe."""
    lock: int | None
    """File descriptor of the lock; None: another start is the first."""

    @property
    def first(self) -> bool:
        """Whether this is the first start."""
        return self.lock is not None


def door_in(folder: Path) -> Door:
    """Find the door, and hold it for the life of this process if nobody does.

    Args:
        folder: belongs to this user alone. Where it cannot be written to, everybody is first.
    """
    session = "/".join(os.environ.get(name, "") for name in _SESSION)
    mark = f"{zlib.crc32(f'{folder}/{session}'.encode()):08x}"
    name = f"kamusm-esign-{mark}"
    lock = -1
    with suppress(OSError):
        lock = os.open(
            private_folder(folder) / f"window-{mark}.lock", os.O_RDWR | os.O_CREAT, 0o600
        )
    held = lock if lock < 0 or try_lock(lock) else None
    return Door(name if sys.platform == "win32" else str(folder / f"{mark}.sock"), held)


def hand_over(listening_at: str, wish: str, patience: float = 3.0) -> bool:
    """Tell the first start what is wanted; False where nobody takes it.

    Args:
        listening_at: of the door.
        wish: `RAISE`, or a link as it was given.
        patience: seconds that the first start may need until it listens.
    """
    import threading
    import time

    pause = threading.Event()
    until = time.monotonic() + patience
    while True:
        try:
            return _ask(listening_at, wish.encode("ascii", "replace") + b"\n") == TAKEN
        except (FileNotFoundError, ConnectionRefusedError):  # not listening yet
            if time.monotonic() > until:
                return False
        except OSError:
            return False
        pause.wait(_PAUSE)


if sys.platform == "win32":

    def _ask(name: str, line: bytes) -> bytes:
        with open(rf"\\.\pipe\{name}", "r+b", buffering=0) as pipe:
            pipe.write(line)
            return pipe.read(len(TAKEN))

else:

    def _ask(path: str, line: bytes) -> bytes:
        import socket

        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(_STEP)
            wire.connect(path)
            wire.sendall(line)
            answer = b""
            while len(answer) < len(TAKEN) and (piece := wire.recv(len(TAKEN))):
                answer += piece
            return answer
