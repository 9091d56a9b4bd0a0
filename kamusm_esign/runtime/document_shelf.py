"""The documents of a session, in memory only: what is shown is what is signed."""

import threading
from collections.abc import Iterable


class DocumentShelf:
    """Contents by their SHA-256. Safe for several threads."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(self, sha256: str, content: bytes) -> None:
        """Keep a document that was held against its SHA-256."""
        with self._lock:
            self._contents[sha256] = content

    def get(self, sha256: str) -> bytes | None:
        """The document, None where it is not (or no longer) there."""
        with self._lock:
            return self._contents.get(sha256)

    def keep_only(self, wanted: Iterable[str]) -> None:
        """Let go of everything else: another session wants other documents."""
        keep = set(wanted)
        with self._lock:
            self._contents = {k: v for k, v in self._contents.items() if k in keep}

    def clear(self) -> None:
        """Let go of everything."""
        self.keep_only(())
