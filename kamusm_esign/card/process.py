"""The parent's hold on one card host."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kamusm_esign.card.phase import Phase
from kamusm_esign.child.frames import FrameType, WireError, decode_message, encode_message
from kamusm_esign.child.process import ChildProcess

if TYPE_CHECKING:
    import subprocess

    from kamusm_esign.card.wire import Message
    from kamusm_esign.domain.secret import Secret


class HostProcess(ChildProcess["Phase | Message"]):
    """One card host, and how far it has come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take charge of a process that `spawn_host` started."""
        self.last_phase: Phase | None = None
        """The last phase of this request, None before the first."""
        self.late_answer: Message | None = None
        """An answer that was on the way when the host was ended."""
        super().__init__(process, "card-host-reader")

    def send(self, message: Message) -> None:
        """Send a request.

        Raises:
            HostGoneError: nobody reads it.
        """
        self.last_phase = None
        self.write(FrameType.MESSAGE, encode_message(message))

    def send_secret(self, secret: Secret) -> None:
        """Send a secret, straight from its buffer."""
        with secret.view() as view:
            self.write(FrameType.SECRET, view)

    def answer(self, timeout: float) -> Message:
        """Wait for the answer, noting phases; waiting for another process starts the time anew.

        Raises:
            HostGoneError: the host ended or broke the protocol.
            HostLateError: nothing came within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            frame = self.next_frame(deadline)
            if not isinstance(frame, Phase):
                return frame
            self.last_phase = frame
            if frame is Phase.WAITING_LOCK:
                deadline = time.monotonic() + timeout

    def _last_word(self, frame: Phase | Message) -> None:
        if isinstance(frame, Phase):
            self.last_phase = frame
        else:
            self.late_answer = frame

    def _parse(self, kind: FrameType, payload: bytearray) -> Phase | Message:
        if kind is FrameType.MESSAGE:
            return decode_message(payload)
        if kind is not FrameType.PHASE:
            raise WireError(kind.name)
        try:
            return Phase(payload.decode("ascii"))
        except ValueError:
            raise WireError("phase") from None
