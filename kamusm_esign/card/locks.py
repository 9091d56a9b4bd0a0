"""One lock per token between all processes of ours, held inside the card host.

The operating system lets go of it when the host ends, however it ends, and not before: a host that
outlives its parent and still writes keeps everybody else waiting (POSIX flock, Windows locking).
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kamusm_esign.domain.failures import FailedError, FailureCode

_POLL = 0.05
"""Seconds between two looks at a lock that somebody holds."""
_HEARTBEAT = 1.0
"""Seconds between two signs of life while waiting."""


class LockBusyError(Exception):
    """Somebody else held the lock all the time."""


def lock_file(folder: str, serial: str) -> str:
    """The lock of one token; the name does not show the serial."""
    return os.path.join(folder, hashlib.sha256(serial.encode()).hexdigest()[:32] + ".lock")


@contextmanager
def token_lock(
    folder: str, serial: str, *, limit: float, waiting: Callable[[], None]
) -> Iterator[bool]:
    """Hold the lock of one token; yields whether it was free at once.

    Args:
        folder: where the lock files are; made if missing.
        serial: the token's serial.
        limit: how long to wait, in seconds.
        waiting: called at once and then every second while somebody else holds it.

    Raises:
        LockBusyError: not free within `limit`.
        FailedError: `JOURNAL_NOT_WRITABLE`, where there is none and none can be made.
    """
    handle = _opened(folder, serial)
    try:
        yield _acquire(handle, limit, waiting)
    finally:
        os.close(handle)


def _opened(folder: str, serial: str) -> int:
    path = lock_file(folder, serial)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        try:
            # On a disk that is read-only by now, somebody may still hold one that was made before.
            return os.open(path, os.O_RDONLY)
        except OSError:
            raise FailedError.of(FailureCode.JOURNAL_NOT_WRITABLE) from error


def _acquire(handle: int, limit: float, waiting: Callable[[], None]) -> bool:
    """Whether nobody had it."""
    if _try(handle):
        return True
    deadline = time.monotonic() + limit
    told = float("-inf")
    while not _try(handle):
        now = time.monotonic()
        if now >= deadline:
            raise LockBusyError
        if now - told >= _HEARTBEAT:
            waiting()
            told = now
        time.sleep(_POLL)
    return False


if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
