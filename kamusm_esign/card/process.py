"""The parent's hold on one card host: start, talk, kill, reap."""

from __future__ import annotations

import io
import subprocess
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from kamusm_esign.card.frames import (
    FrameType,
    Phase,
    WireError,
    decode_message,
    encode_message,
    read_frame,
    write_frame,
)

if TYPE_CHECKING:
    from kamusm_esign.card.wire import Message
    from kamusm_esign.domain.secret import Secret

_REAP_LIMIT = 5.0
"""Seconds for the operating system to take away a process that was killed."""


class HostGoneError(Exception):
    """The host ended without an answer, or broke the protocol and was ended."""


class HostLateError(Exception):
    """Nothing came within the time-out."""


class HostProcess:
    """One card host. Frames that it sends wait in a queue; it may be killed from any thread."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take charge of a process that `spawn_host` started."""
        self._process = process
        self._frames: SimpleQueue[Phase | Message | None] = SimpleQueue()
        self.last_phase: Phase | None = None
        """The last phase of this request, None before the first."""
        self.late_answer: Message | None = None
        """An answer that was on the way when the host was ended."""
        self.broke_protocol = False
        """It sent something that is no frame of ours."""
        threading.Thread(target=self._receive, name="card-host-reader", daemon=True).start()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, message: Message) -> None:
        """Send a request.

        Raises:
            HostGoneError: nobody reads it.
        """
        self.last_phase = None
        self._write(FrameType.MESSAGE, encode_message(message))

    def send_secret(self, secret: Secret) -> None:
        """Send a secret, straight from its buffer."""
        with secret.view() as view:
            self._write(FrameType.SECRET, view)

    def answer(self, timeout: float) -> Message:
        """Wait for the answer, noting phases; waiting for another process starts the time anew.

        Raises:
            HostGoneError: the host ended or broke the protocol.
            HostLateError: nothing came within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            try:
                frame = self._frames.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise HostLateError from None
            if frame is None:
                self._frames.put(None)
                raise HostGoneError
            if not isinstance(frame, Phase):
                return frame
            self.last_phase = frame
            if frame is Phase.WAITING_LOCK:
                deadline = time.monotonic() + timeout

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

    def _hear_last_words(self) -> None:
        """Phases that were on the way when the host ended."""
        while True:
            try:
                frame = self._frames.get(timeout=_REAP_LIMIT)
            except Empty:
                return
            if frame is None:
                self._frames.put(None)
                return
            if isinstance(frame, Phase):
                self.last_phase = frame
            else:
                self.late_answer = frame

    def _write(self, kind: FrameType, payload: bytes | memoryview) -> None:
        pipe = self._process.stdin
        assert isinstance(pipe, io.RawIOBase)  # noqa: S101 (bufsize=0 gives a raw pipe)
        try:
            write_frame(pipe, kind, payload)
        except (OSError, ValueError):
            raise HostGoneError from None

    def _close_input(self) -> None:
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def _receive(self) -> None:
        """Runs in a thread of its own: pipes cannot be waited for with a time-out everywhere."""
        pipe = self._process.stdout
        assert isinstance(pipe, io.RawIOBase)  # noqa: S101 (bufsize=0 gives a raw pipe)
        try:
            while (frame := read_frame(pipe)) is not None:
                self._frames.put(_parse(*frame))
        except (WireError, OSError):
            self.broke_protocol = True
            self._process.kill()
        finally:
            pipe.close()
            self._frames.put(None)


def _parse(kind: FrameType, payload: bytearray) -> Phase | Message:
    if kind is FrameType.MESSAGE:
        return decode_message(payload)
    if kind is not FrameType.PHASE:
        raise WireError(kind.name)
    try:
        return Phase(payload.decode("ascii"))
    except ValueError:
        raise WireError("phase") from None
