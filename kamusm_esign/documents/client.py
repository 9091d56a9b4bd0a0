"""The parent's side of the drawing process, and documents as the program knows them.

The process has one document at a time and may be gone at any moment: everything that it needs is
kept here and handed to it anew. What it answers is held against what was asked: a document may have
taken it over.
"""

from __future__ import annotations

import hashlib
import subprocess
import threading
import time
from collections.abc import Callable
from typing import IO, Any, TypeVar

from kamusm_esign.child.frames import FrameType, WireError, decode_message, encode_message
from kamusm_esign.child.process import ChildProcess, HostGoneError, HostLateError
from kamusm_esign.child.spawn import command_of, spawn
from kamusm_esign.documents import answers
from kamusm_esign.documents.finding import places
from kamusm_esign.documents.kind import LARGEST, is_pdf, plain_text
from kamusm_esign.domain.documents import (
    PDF,
    PLAIN_TEXT,
    Box,
    Found,
    PageSize,
    Picture,
    PictureWanted,
    Readable,
)
from kamusm_esign.domain.failures import FailedError, FailureCode

Message = dict[str, Any]
Frame = Message | bytearray

_WHY = {
    HostLateError: FailureCode.DOCUMENT_TOO_SLOW,
    HostGoneError: FailureCode.DOCUMENT_CRASHED,
    WireError: FailureCode.DOCUMENT_CRASHED,
}
_T = TypeVar("_T")


def host_command() -> list[str]:
    """How to start a drawing process of this very program."""
    return command_of("kamusm_esign.documents.host", "--document-host")


class _Process(ChildProcess[Frame]):
    """One drawing process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.key = ""
        """The document that lies open in it."""
        super().__init__(process, "document-host-reader")

    def ask(
        self, message: Message, content: bytes | None, timeout: float, *, bulk: bool
    ) -> tuple[Message, bytearray]:
        """Send a request and wait for its answer, and for what comes with it.

        Raises:
            HostGoneError, HostLateError, WireError: what came instead.
        """
        deadline = time.monotonic() + timeout
        # One that does not read would have the writing wait for ever; killed, it breaks the pipe.
        late = threading.Timer(timeout, self._process.kill)
        late.start()
        try:
            self.write(FrameType.MESSAGE, encode_message(message))
            if content is not None:
                self.write(FrameType.BULK, content)
        except HostGoneError:
            if time.monotonic() >= deadline:
                raise HostLateError from None
            raise
        finally:
            late.cancel()
        answer = self.next_frame(deadline)
        if not isinstance(answer, dict):
            raise WireError("answer")
        more = self.next_frame(deadline) if bulk and "failure" not in answer else bytearray()
        if not isinstance(more, bytearray):
            raise WireError("bulk")
        return answer, more

    def _parse(self, kind: FrameType, payload: bytearray) -> Frame:
        if kind is FrameType.BULK:
            return payload
        if kind is not FrameType.MESSAGE:
            raise WireError(kind.name)
        return decode_message(payload)


class DocumentHost:
    """Draws in one process at a time, starting it when needed; `ports.DocumentRenderer`.

    Safe for several threads; they wait for each other.
    """

    def __init__(
        self,
        *,
        timeout: float = 10.0,
        command: Callable[[], list[str]] = host_command,
        stderr: IO[bytes] | int = subprocess.DEVNULL,
    ) -> None:
        """Remember how to start a process; nothing is started yet.

        Args:
            timeout: seconds for a page, and for opening a document.
            command: how to start one.
            stderr: where what it prints goes.
        """
        self._timeout, self._command, self._stderr = timeout, command, stderr
        self._one_request = threading.Lock()
        self._process_lock = threading.Lock()
        self._process: _Process | None = None
        self._documents: dict[str, tuple[bytes, Readable]] = {}

    # ------------------------------------------------------------------------ documents
    def start(self) -> None:
        """See `ports.DocumentRenderer.start`."""
        self._host()

    def open(self, content: bytes, media_type: str) -> Readable:
        """See `ports.DocumentRenderer.open`."""
        if len(content) > LARGEST:
            raise FailedError.of(FailureCode.DOCUMENT_TOO_LARGE)
        text = plain_text(content) if media_type == PLAIN_TEXT else None
        if text is None and not (media_type == PDF and is_pdf(content)):
            raise FailedError.of(FailureCode.DOCUMENT_TYPE_WRONG)
        key = hashlib.sha256(content).hexdigest() + (" pdf" if media_type == PDF else " text")
        known = self._documents.get(key)
        if known is not None:
            return known[1]
        if text is not None:
            readable = Readable(key, media_type, (), text)
        else:
            with self._one_request:
                pages = self._hand_over(key, content)
            readable = Readable(key, media_type, pages)
        self._documents[key] = (content, readable)
        return readable

    def picture(self, key: str, wanted: PictureWanted) -> Picture:
        """See `ports.DocumentRenderer.picture`."""
        asked = {"index": wanted.page, "width": wanted.width}
        asked |= {"top": wanted.top, "rows": wanted.rows}
        _, dots = self._ask(key, "picture", asked, bulk=True)
        return self._checked(lambda: answers.picture(dots, wanted))

    def page_text(self, key: str, page: int) -> str:
        """See `ports.DocumentRenderer.page_text`."""
        text = self._text_of(key)
        if text is not None:
            return text
        _, read = self._ask(key, "text", {"index": page}, bulk=True)
        return self._checked(lambda: answers.text(read))

    def search(self, key: str, page: int, wanted: str) -> tuple[Found, ...]:
        """See `ports.DocumentRenderer.search`."""
        text = self._text_of(key)
        if text is not None:
            return tuple(Found(0, *place) for place in places(text, wanted))
        answer, _ = self._ask(key, "search", {"index": page, "wanted": wanted})
        return self._checked(lambda: answers.found(answer, page))

    def boxes(self, key: str, found: Found) -> tuple[Box, ...]:
        """See `ports.DocumentRenderer.boxes`."""
        if self._text_of(key) is not None:
            return ()
        asked = {"index": found.page, "start": found.start, "length": found.length}
        answer, _ = self._ask(key, "boxes", asked)
        return self._checked(lambda: answers.boxes(answer))

    def forget(self, key: str) -> None:
        """See `ports.DocumentRenderer.forget`."""
        self._documents.pop(key, None)

    def close(self) -> None:
        """See `ports.DocumentRenderer.close`."""
        with self._process_lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()

    def _text_of(self, key: str) -> str | None:
        _, readable = self._known(key)
        return readable.text if readable.media_type == PLAIN_TEXT else None

    def _known(self, key: str) -> tuple[bytes, Readable]:
        known = self._documents.get(key)
        if known is None:
            raise KeyError("not open, or forgotten")
        return known

    # ------------------------------------------------------------------------ asking
    def _ask(
        self, key: str, operation: str, asked: Message, *, bulk: bool = False
    ) -> tuple[Message, bytearray]:
        """Ask for something of a document, which is handed over first where it has to be."""
        content, _ = self._known(key)
        with self._one_request:
            if self._host().key != key:
                self._hand_over(key, content)
            return self._request({"operation": operation, **asked}, None, bulk=bulk)

    def _hand_over(self, key: str, content: bytes) -> tuple[PageSize, ...]:
        self._host().key = ""
        answer, _ = self._request({"operation": "open"}, content)
        pages = self._checked(lambda: answers.pages(answer))
        self._host().key = key
        return pages

    def _request(
        self, message: Message, content: bytes | None, *, bulk: bool = False
    ) -> tuple[Message, bytearray]:
        process = self._host()
        try:
            answer, more = process.ask(message, content, self._timeout, bulk=bulk)
            failure = answers.failure(answer)
        except tuple(_WHY) as error:
            self._give_up(process)
            raise FailedError.of(_WHY[type(error)]) from None
        if failure is not None:
            raise FailedError.of(failure)
        return answer, more

    def _checked(self, read: Callable[[], _T]) -> _T:
        """Take an answer apart; a process that answers what was not asked is ended."""
        try:
            return read()
        except WireError as error:
            self.close()
            raise FailedError.of(_WHY[type(error)]) from None

    def _host(self) -> _Process:
        with self._process_lock:
            if self._process is not None and not self._process.alive():
                self._process.kill()
                self._process = None
            if self._process is None:
                try:
                    self._process = _Process(spawn(self._command(), self._stderr))
                except OSError:
                    raise FailedError.of(FailureCode.DOCUMENT_HOST_FAILED) from None
            return self._process

    def _give_up(self, process: _Process) -> None:
        with self._process_lock:
            if self._process is process:
                self._process = None
        process.kill()
