"""What a host does before anything else, to be safe for those around it."""

import faulthandler
import io
import os
import signal
import sys
from typing import NoReturn


def ignore_signals() -> None:
    """The parent decides: a Ctrl+C in the terminal must not end a host at its work."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)


def private_pipes() -> tuple[io.FileIO, io.FileIO]:
    """Take standard input and output for the parent alone: foreign code prints, and may read."""
    requests = io.FileIO(os.dup(0), "rb")
    answers = io.FileIO(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, answers


def keep_memory_private() -> None:
    """No core dump, and on Linux no other process of the user looks in (prctl(2))."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        pr_set_dumpable = 4
        ctypes.CDLL(None).prctl(pr_set_dumpable, 0, 0, 0, 0)


class Alarm:
    """Ends this process if it is still at work after a time, even inside foreign code.

    The parent kills a host that is late; this is for one whose parent has died.
    """

    def __init__(self) -> None:
        self._null = open(os.devnull, "w")  # noqa: SIM115 (as long as the process)

    def set(self, seconds: float) -> None:
        """Begin to count anew."""
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._null)

    def off(self) -> None:
        """Nothing is being done."""
        faulthandler.cancel_dump_traceback_later()


def leave() -> NoReturn:
    """End this process now, without running what foreign code registered for its end."""
    os._exit(0)
