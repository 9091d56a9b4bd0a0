"""Tells when a session's time is over."""

import threading
from collections.abc import Callable


class SessionTimer:
    """Calls back once, when a steady clock reaches a deadline."""

    def __init__(self, steady: Callable[[], float], look_every: float = 1.0) -> None:
        """Make a timer that runs nothing yet.

        Args:
            steady: seconds on a clock that counts in suspend.
            look_every: seconds between two looks at it. A sleeping thread's own clock may stop in
                suspend, so a long wait is cut into looks.
        """
        self._steady = steady
        self._look_every = look_every
        self._cancel = threading.Event()

    def start(self, deadline: float, on_end: Callable[[], None]) -> None:
        """Watch for `deadline`; an earlier watch ends."""
        self._cancel.set()
        self._cancel = cancel = threading.Event()
        watch = threading.Thread(
            target=self._watch, args=(deadline, on_end, cancel), name="session-timer", daemon=True
        )
        watch.start()

    def stop(self) -> None:
        """End the watch, without a call."""
        self._cancel.set()

    def _watch(self, deadline: float, on_end: Callable[[], None], cancel: threading.Event) -> None:
        while (left := deadline - self._steady()) > 0:
            if cancel.wait(min(left, self._look_every)):
                return
        if not cancel.is_set():
            on_end()
