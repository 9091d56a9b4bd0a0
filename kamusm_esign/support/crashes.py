"""What a crash leaves: where the program was, and a word at the next start.

Python's own handler of fatal signals (SIGSEGV and its like) writes the functions and lines of all
threads into a file of the logs' folder: no values, so nothing secret or personal. The file is there
from the start and empty; one that is not empty at the next start is a crash.
"""

import faulthandler
import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from kamusm_esign.support.paths import private_folder

RUNNING = "running.crash"
"""Written by the handler alone; empty as long as all is well."""
KEPT = 3
"""Older crashes that are kept."""
LIMIT = 64 * 1024
"""Bytes of a crash that are kept: its beginning says where it was."""

_open: list[TextIO] = []


def watch_for_crashes(folder: Path) -> bool:
    """Have crashes of this process written down, and say whether the run before crashed.

    Calling it again in the same process does nothing. Where nothing can be written, nothing is.
    """
    if _open:
        return False
    try:
        crashed = _put_aside(private_folder(folder) / RUNNING)
        descriptor = os.open(folder / RUNNING, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        return False
    _open.append(os.fdopen(descriptor, "w", encoding="utf-8"))
    faulthandler.enable(_open[0])
    return crashed


def _put_aside(path: Path) -> bool:
    """Keep what a crash has left, as the newest of a few."""
    try:
        data = path.read_bytes()[:LIMIT]
    except FileNotFoundError:
        return False
    if not data:
        return False
    for number in range(KEPT - 1, 0, -1):
        with suppress(FileNotFoundError):
            os.replace(
                path.with_name(f"crash-{number}.txt"), path.with_name(f"crash-{number + 1}.txt")
            )
    kept = path.with_name("crash-1.txt")
    with suppress(FileNotFoundError):
        kept.unlink()
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return True
