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
    """Do something in a folder that is removed afterwards, however it ends; the exit status."""
    tell = Teller(language)
    if find_library() is None:
        tell.say("missing")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: shells start jobs without it
        signal.signal(number, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="kamusm-esign-demo-") as folder:
            return 0 if work(Path(folder)) else 1
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
