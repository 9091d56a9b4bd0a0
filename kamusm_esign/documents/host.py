"""The drawing process: opens one PDF at a time, and ends when its parent does.

It makes itself safe for others before anything else is imported, and confines itself before it
reads a document. What goes badly wrong ends it; the parent starts another.
"""

import os
from typing import NoReturn

from kamusm_esign.child.safe_start import (
    ignore_signals,
    keep_memory_private,
    leave,
    private_pipes,
)


def main() -> NoReturn:
    """Serve the parent on the standard input and output until it goes away."""
    ignore_signals()
    requests, answers = private_pipes()
    keep_memory_private()
    from kamusm_esign.child.frames import WireError
    from kamusm_esign.documents.confine import confine
    from kamusm_esign.documents.desk import Desk

    desk = Desk(requests, answers)
    confine()
    try:
        while desk.serve():
            pass
    except (WireError, OSError, MemoryError):
        os._exit(1)
    leave()
