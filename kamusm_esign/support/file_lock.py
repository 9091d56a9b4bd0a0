"""A lock on an open file that lives exactly as long as the file is held open by its process."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _FAR_OFF = 1 << 30
    """Locked bytes cannot be read by others on Windows; so one that is never written is locked."""

    def try_lock(fd: int) -> bool:
        """Lock the open file; False where another opening of it holds the lock. Never waits."""
        os.lseek(fd, _FAR_OFF, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(fd: int) -> bool:
        """Lock the open file; False where another opening of it holds the lock. Never waits."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def lock_free(path: Path) -> int | None:
    """Open a file to read and write, and lock it; None where there is none or somebody holds it."""
    try:
        fd = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    # Between the opening and the lock its holder may have closed (deleted) it.
    with contextlib.suppress(OSError):
        if try_lock(fd) and os.path.samestat(os.fstat(fd), path.stat()):
            return fd
    os.close(fd)
    return None


def let_go(fd: int, change: Callable[[], None]) -> None:
    """Delete or rename a held file, and close it; an error of that changes nothing.

    Windows does it to no open file: there the lock goes first.
    """
    if sys.platform == "win32":
        os.close(fd)
    with contextlib.suppress(OSError):
        change()
    if sys.platform != "win32":
        os.close(fd)
