"""One call that another thread can give up, and the one connection it uses."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class Cancel:
    """A call's off-switch. Once thrown it stays thrown."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thrown = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    def throw(self) -> None:
        """Give the call up; returns at once."""
        with self._lock:
            self._thrown.set()
            callbacks = tuple(self._callbacks)
        for callback in callbacks:
            callback()

    def wait(self, seconds: float) -> bool:
        """Wait, but no longer than the call is wanted; whether it was given up."""
        return self._thrown.wait(seconds)

    @contextlib.contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Have `callback` called when the switch is thrown, at once if it was already."""
        with self._lock:
            self._callbacks.append(callback)
            thrown = self._thrown.is_set()
        try:
            if thrown:
                callback()
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)


class Line:
    """The connection of one request. Cutting it wakes whoever reads from or writes to it, and
    keeps a request that is still looking for its server from ever being sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._cut = False

    def hold(self, connected: socket.socket) -> socket.socket:
        """Take note of the connection, before the first byte is sent, and hand it back.

        A handle of our own is kept because TLS takes the descriptor away from the socket object.

        Raises:
            ConnectionAbortedError: the line was cut meanwhile.
        """
        with self._lock:
            if self._cut:
                connected.close()
                raise ConnectionAbortedError
            self._close()
            self._handle = connected.dup()
        return connected

    def cut(self) -> None:
        """End the connection now, from any thread."""
        with self._lock:
            self._cut = True
            if self._handle is not None:
                with contextlib.suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection; it is closed once its user has closed it too."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None
