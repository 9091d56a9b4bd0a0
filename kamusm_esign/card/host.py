"""The card host: the child process that loads PKCS#11 libraries. One thread, one request at a time.

This module makes the process safe before anything else is imported; `service` does the work. The
host ends when its parent does, and after every request that used a secret.
"""

import gc
import io
import os
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Serve the parent on the standard input and output until it goes away."""
    _ignore_signals()
    requests, answers = _private_pipes()
    _keep_memory_private()
    gc.disable()  # imports make no garbage; looking for it takes a tenth of the start
    from kamusm_esign.card.lazy_modules import load_on_first_use

    load_on_first_use("inspect")  # dataclasses import it, and seldom ask it anything
    from kamusm_esign.card.channel import Channel, leave
    from kamusm_esign.card.frames import WireError
    from kamusm_esign.card.service import serve
    from kamusm_esign.card.workbench import Workbench

    gc.enable()
    try:
        serve(Workbench(Channel(requests, answers)))
    except WireError:
        os._exit(1)
    leave()


def _ignore_signals() -> None:
    """The parent decides: a Ctrl+C in the terminal must not end a write to the card."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)


def _private_pipes() -> tuple[io.FileIO, io.FileIO]:
    """Take standard input and output for the parent alone: drivers print, and may read."""
    requests = io.FileIO(os.dup(0), "rb")
    answers = io.FileIO(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, answers


def _keep_memory_private() -> None:
    """No core dump, and on Linux no other process of the user looks in (prctl(2))."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        pr_set_dumpable = 4
        ctypes.CDLL(None).prctl(pr_set_dumpable, 0, 0, 0, 0)
