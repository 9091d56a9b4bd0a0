"""The two clocks of the program: one for how long, one for when."""

import sys
import time
from datetime import UTC, datetime

if sys.platform == "linux":

    def steady() -> float:
        """Seconds on a clock that neither jumps nor stops in suspend; only differences count.

        CLOCK_BOOTTIME (clock_gettime(2)): CLOCK_MONOTONIC stands still in suspend on Linux, and a
        five-minute session would seem to live on in a closed laptop.
        """
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:

    def steady() -> float:
        """Seconds on a clock that neither jumps nor stops in suspend; only differences count.

        On Windows `time.monotonic` is GetTickCount64 (Python 3.12 and older; "includes time the
        system spends in sleep or hibernation") or QueryPerformanceCounter (3.13 and newer; it
        counts in standby and hibernation too, "Acquiring high-resolution time stamps").
        """
        return time.monotonic()


def utc_now() -> datetime:
    """What this computer takes for the time; may be wrong, and may jump."""
    return datetime.now(UTC)
