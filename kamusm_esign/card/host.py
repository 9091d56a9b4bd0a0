"""The card host: the child process that loads PKCS#11 libraries. One thread, one request at a time.

This module makes the process safe before anything else is imported; `service` does the work. The
host ends when its parent does, and after every request that used a secret.
"""

import gc
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
    gc.disable()  # imports make no garbage; looking for it takes a tenth of the start
    from kamusm_esign.card.lazy_modules import load_on_first_use

    load_on_first_use("inspect")  # dataclasses import it, and seldom ask it anything
    from kamusm_esign.card.channel import Channel
    from kamusm_esign.card.service import serve
    from kamusm_esign.card.workbench import Workbench
    from kamusm_esign.child.frames import WireError

    gc.enable()
    try:
        serve(Workbench(Channel(requests, answers)))
    except WireError:
        os._exit(1)
    leave()
