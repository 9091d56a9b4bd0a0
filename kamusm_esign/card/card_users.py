"""Which other programs of this user work with cards: those that have PC/SC's library loaded.

Linux only (`/proc`, proc(5)). PC/SC itself does not tell who holds a card.
"""

import os
from collections.abc import Iterator
from contextlib import suppress

from kamusm_esign.card.machine import Machine

_LIBRARY = b"libpcsclite.so"


def card_users(machine: Machine) -> tuple[str, ...]:
    """Names of the programs, each once, in the order of the alphabet; never our own."""
    if machine.system != "linux":
        return ()
    return tuple(sorted(set(_names(machine))))


def _names(machine: Machine) -> Iterator[str]:
    own = str(os.getpid())
    try:
        folders = list((machine.root / "proc").iterdir())
    except OSError:
        return
    for folder in folders:
        if not folder.name.isdigit() or folder.name == own:
            continue
        with suppress(OSError, ValueError):  # another user's, or gone meanwhile
            if _LIBRARY not in (folder / "maps").read_bytes():
                continue
            # proc(5): "pid (comm) state ppid …"; comm may hold anything but ends with the last ")".
            parent = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
            if parent != own:
                yield (folder / "comm").read_text("utf-8", "replace").strip()
