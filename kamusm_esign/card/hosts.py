"""The card host in use, and the one that comes up meanwhile for what follows."""

import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from kamusm_esign.card.process import HostProcess
from kamusm_esign.card.spawn import spawn_host
from kamusm_esign.domain.failures import FailedError, FailureCode


class Hosts:
    """At most one in use and one that waits. Safe for several threads."""

    def __init__(
        self,
        command: Callable[[], list[str]],
        stderr: IO[bytes] | int,
        started: "subprocess.Popen[bytes] | None",
    ) -> None:
        """Remember how to start one; see `CardHostClient`."""
        self._command = command
        self._stderr = stderr
        self._lock = threading.Lock()
        self._current = None if started is None else HostProcess(started)
        self._next: HostProcess | None = None

    def current(self) -> HostProcess:
        """The one in use, started if there is none.

        Raises:
            FailedError: `CARD_HOST_FAILED`.
        """
        with self._lock:
            if self._current is not None and not self._current.alive():
                self._current.kill()
                self._current = None
            if self._current is None:
                try:
                    self._current = self._start()
                except OSError:
                    raise FailedError.of(FailureCode.CARD_HOST_FAILED) from None
            return self._current

    def prepare_next(self) -> None:
        """Have another come up while the one in use writes to the card and ends with that: the look
        afterwards then waits for the card alone. If it cannot be started, `current` will say so.
        """
        with self._lock, suppress(OSError):
            if self._current is not None and self._next is None:
                self._next = self._start()

    def forget(self, process: HostProcess) -> bool:
        """Use it no more, but the next; whether it was still the one in use."""
        with self._lock:
            mine = self._current is process
            if mine:
                self._current, self._next = self._next, None
        return mine

    def end(self) -> None:
        """End all, whatever they are doing."""
        with self._lock:
            processes = (self._current, self._next)
            self._current = self._next = None
        for process in processes:
            if process is not None:
                process.kill()

    def _start(self) -> HostProcess:
        return HostProcess(spawn_host(self._command(), self._stderr))
