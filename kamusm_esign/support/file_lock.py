"""A lock on an open file that lives exactly as long as the file is held open by its process."""

import sys

if sys.platform == "win32":
    import msvcrt
    import os

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
