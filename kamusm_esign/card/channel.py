"""The card host's end of the pipe, and the alarm that ends a host which nobody can kill."""

import io

from kamusm_esign.card.phase import Phase
from kamusm_esign.card.wire import Message
from kamusm_esign.child.frames import (
    FrameType,
    WireError,
    decode_message,
    encode_message,
    read_frame,
    write_frame,
)
from kamusm_esign.child.safe_start import Alarm, leave


class Channel:
    """Requests in, phases and answers out; ends the process when the other end is gone."""

    def __init__(self, requests: io.RawIOBase, answers: io.RawIOBase) -> None:
        self._requests = requests
        self._answers = answers
        self._alarm = Alarm()
        self._limit = 60.0

    def request(self, alarm: float | None = None) -> Message | None:
        """Wait for a message; None when the parent has gone.

        Args:
            alarm: seconds after which this process ends if none came; None: wait for ever.

        Raises:
            WireError: the parent broke the protocol.
        """
        self._alarm.off()
        if alarm is not None:
            self.set_alarm(alarm)
        frame = read_frame(self._requests)
        if frame is None:
            return None
        if frame[0] is not FrameType.MESSAGE:
            raise WireError("message")
        self.set_alarm(self._limit)
        return decode_message(frame[1])

    def secret(self) -> bytearray:
        """The secret that follows a request, in a buffer of its size; the caller wipes it.

        Raises:
            WireError: something else came.
        """
        frame = read_frame(self._requests)
        if frame is None or frame[0] is not FrameType.SECRET:
            raise WireError("secret")
        return frame[1]

    def limit(self, seconds: float) -> None:
        """How long an answer may take; later the parent has given up or is gone."""
        self._limit = seconds
        self.set_alarm(seconds)

    def set_alarm(self, seconds: float) -> None:
        """End the process if it is still at work then, even inside a call of the driver.

        The parent kills a host that is late. A host whose parent has died must not hang on to the
        token's lock for ever.
        """
        self._alarm.set(seconds)

    def phase(self, phase: Phase) -> None:
        """Tell what is about to be done, before it is done."""
        if phase is Phase.WAITING_LOCK:
            self.set_alarm(self._limit)
        self._send(FrameType.PHASE, phase.value.encode())

    def answer(self, message: Message) -> None:
        """Tell how it ended."""
        self._send(FrameType.MESSAGE, encode_message(message))

    def _send(self, kind: FrameType, payload: bytes) -> None:
        try:
            write_frame(self._answers, kind, payload)
        except OSError:
            leave()
