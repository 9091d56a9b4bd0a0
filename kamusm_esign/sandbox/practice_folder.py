"""Where a demo and a tour happen: a folder that goes with them, and a display or none."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from kamusm_esign.sandbox.demo_portal import PortalNotStartedError
from kamusm_esign.sandbox.softhsm import SoftHsmMissingError, find_library
from kamusm_esign.sandbox.teller import Teller


def in_practice_folder(work: Callable[[Path], bool], language: str) -> int:
    """The same with a practice card on SoftHSM2; where that is missing, says so instead."""
    if find_library() is None:
        Teller(language).say("missing")
        return 1
    return in_temporary_folder(lambda folder: 0 if work(folder) else 1, language)


def in_temporary_folder(work: Callable[[Path], int], language: str) -> int:
    """Do something in a folder that is removed afterwards, however it ends; the exit status."""
    tell = Teller(language)
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: shells start jobs without it
        signal.signal(number, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="kamusm-esign-demo-") as folder:
            return work(Path(folder))
    except KeyboardInterrupt:
        tell.say("cancelled")
        return 130
    except (SoftHsmMissingError, PortalNotStartedError) as error:
        print(error, file=sys.stderr)
        tell.end("failed")
        return 1


def has_display() -> bool:
    """Whether a window would be seen."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
