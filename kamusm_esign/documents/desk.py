"""What the drawing process does for its parent, one request at a time."""

import io
from collections.abc import Callable
from typing import Any

from kamusm_esign.child.frames import (
    FrameType,
    WireError,
    decode_message,
    encode_message,
    read_frame,
    write_frame,
)
from kamusm_esign.child.safe_start import Alarm
from kamusm_esign.documents import pdfium
from kamusm_esign.domain.failures import FailureCode

Message = dict[str, Any]
Bulk = bytes | bytearray

ALARM = 60.0
"""Seconds after which a request ends the process, should nobody be left who would."""

_WHY = {
    pdfium.BrokenError: FailureCode.DOCUMENT_BROKEN,
    pdfium.LockedError: FailureCode.DOCUMENT_LOCKED,
    pdfium.TooLargeError: FailureCode.DOCUMENT_TOO_LARGE,
}


class Desk:
    """The pipes, and the document that lies open."""

    def __init__(self, requests: io.RawIOBase, answers: io.RawIOBase) -> None:
        self._requests, self._answers = requests, answers
        self._alarm = Alarm()
        self._document: pdfium.Document | None = None
        pdfium.start()

    def serve(self) -> bool:
        """Answer one request; False when the parent has gone.

        Raises:
            WireError: the parent broke the protocol.
        """
        self._alarm.off()
        frame = read_frame(self._requests)
        if frame is None:
            return False
        if frame[0] is not FrameType.MESSAGE:
            raise WireError("message")
        self._alarm.set(ALARM)
        message = decode_message(frame[1])
        asked: dict[str, Callable[[Message], tuple[Message, Bulk | None]]] = {
            "open": self._open,
            "picture": self._picture,
            "text": self._text,
            "search": self._search,
            "boxes": self._boxes,
        }
        try:
            answer, bulk = asked[message.pop("operation")](message)
        except tuple(_WHY) as error:
            answer, bulk = {"failure": _WHY[type(error)].value}, None
        write_frame(self._answers, FrameType.MESSAGE, encode_message(answer))
        if bulk is not None:
            write_frame(self._answers, FrameType.BULK, memoryview(bulk))
        return True

    def _open(self, _message: Message) -> tuple[Message, None]:
        frame = read_frame(self._requests)
        if frame is None or frame[0] is not FrameType.BULK:
            raise WireError("document")
        if self._document is not None:
            self._document.close()
            self._document = None
        self._document = pdfium.Document(frame[1])
        return {"pages": self._document.sizes}, None

    def _there(self) -> pdfium.Document:
        if self._document is None:
            raise WireError("no document")
        return self._document

    def _picture(self, message: Message) -> tuple[Message, Bulk]:
        return {}, self._there().picture(**message)

    def _text(self, message: Message) -> tuple[Message, Bulk]:
        return {}, self._there().text(**message).encode("utf-8", "replace")

    def _search(self, message: Message) -> tuple[Message, None]:
        return {"found": self._there().search(**message)}, None

    def _boxes(self, message: Message) -> tuple[Message, None]:
        return {"boxes": self._there().boxes(**message)}, None
