"""Importing requests, without what guesses how a text is encoded.

Nothing here asks it to guess: every text of the portal is JSON, which is UTF-8 (RFC 8259, 8.1). The
guessing is almost half of the memory that requests takes. It is made to work without, and warns.
"""

import sys
import threading
import warnings
from types import ModuleType

GUESSERS = ("chardet", "charset_normalizer")
_lock = threading.Lock()


def import_requests() -> None:
    """Import it; before anything else does."""
    with _lock:
        if "requests" in sys.modules:
            return
        modules: dict[str, ModuleType | None] = vars(sys)["modules"]
        hidden = [name for name in GUESSERS if name not in modules]
        modules.update(dict.fromkeys(hidden))  # an import that finds None fails
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import requests  # noqa: F401
        finally:
            for name in hidden:
                del modules[name]
