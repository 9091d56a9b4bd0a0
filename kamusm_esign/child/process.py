"""The parent's hold on one child process: talk, kill, reap."""

from __future__ import annotations

import io
import subprocess
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from kamusm_esign.child.frames import FrameType, WireError, read_frame, write_frame

_REAP_LIMIT = 5.0
"""Seconds for the operating system to take away a process that was killed."""

_T = TypeVar("_T")


class HostGoneError(Exception):
    """The host ended without an answer, or broke the protocol and was ended."""


class HostLateError(Exception):
    """Nothing came within the time-out."""


class ChildProcess(Generic[_T]):
    """One host. Frames that it sends wait in a queue; it may be killed from any thread."""

    def __init__(self, process: subprocess.Popen[bytes], name: str) -> None:
        """Take charge of a process that `spawn` started.

        Args:
            process: with raw pipes (`bufsize=0`).
            name: of the thread that listens to it.
        """
        self._process = process
        self._frames: SimpleQueue[_T | None] = SimpleQueue()
        self.broke_protocol = False
        """It sent something that is no frame of ours."""
        threading.Thread(target=self._receive, name=name, daemon=True).start()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def write(self, kind: FrameType, payload: bytes | memoryview) -> None:
        """Send a frame.

        Raises:
            HostGoneError: nobody reads it.
        """
        pipe = self._process.stdin
        assert isinstance(pipe, io.RawIOBase)  # noqa: S101 (bufsize=0 gives a raw pipe)
        try:
            write_frame(pipe, kind, payload)
        except (OSError, ValueError):
            raise HostGoneError from None

    def next_frame(self, deadline: float) -> _T:
        """Wait for what the host says next, until a moment of the monotonic clock.

        Raises:
            HostGoneError: the host ended or broke the protocol.
            HostLateError: nothing came in time.
        """
        try:
            frame = self._frames.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            raise HostLateError from None
        if frame is None:
            self._frames.put(None)
            raise HostGoneError
        return frame

    def finish(self, timeout: float) -> None:
        """Let it end by itself, else kill it; it is gone when this returns."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)
        self.kill()

    def kill(self) -> None:
        """End it now, whatever it does; it is reaped and its last words are heard afterwards."""
        self._process.kill()
        try:
            self._process.wait(_REAP_LIMIT)
        except subprocess.TimeoutExpired:
            return  # in a system call that cannot be interrupted: nothing more can be done
        self._close_input()
        self._hear_last_words()

    def _close_input(self) -> None:
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def _hear_last_words(self) -> None:
        """What was on the way when the host ended."""
        with suppress(HostGoneError, HostLateError):
            while True:
                self._last_word(self.next_frame(time.monotonic() + _REAP_LIMIT))

    def _last_word(self, frame: _T) -> None:
        """Take what came too late."""

    def _parse(self, kind: FrameType, payload: bytearray) -> _T:
        """What a frame means.

        Raises:
            WireError: nothing.
        """
        raise NotImplementedError

    def _receive(self) -> None:
        """Runs in a thread of its own: pipes cannot be waited for with a time-out everywhere."""
        pipe = self._process.stdout
        assert isinstance(pipe, io.RawIOBase)  # noqa: S101 (bufsize=0 gives a raw pipe)
        try:
            while (frame := read_frame(pipe)) is not None:
                self._frames.put(self._parse(*frame))
        except (WireError, OSError):
            self.broke_protocol = True
            self._process.kill()
        finally:
            pipe.close()
            self._frames.put(None)
