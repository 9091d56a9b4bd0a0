"""Standard output and standard error, which may be closed, full, or unable to write our letters.

Neither may get in the way of the work: a terminal that goes away while a card is written to
changes nothing about the card.
"""

import os
import sys
from contextlib import suppress
from typing import TextIO


def show(text: str = "", *, end: str = "\n") -> None:
    """Print a text of the result on standard output."""
    _write(sys.stdout, text + end)


def tell(text: str, *, end: str = "\n") -> None:
    """Print progress or a question on standard error."""
    _write(sys.stderr, text + end)


def show_bytes(data: bytes) -> None:
    """Put bytes on standard output, whatever encoding the terminal has."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except (OSError, ValueError):
        _silence(sys.stdout)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # its descriptor was closed when the program was started
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except (OSError, ValueError):
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """What is still in its buffer would fail again when the program ends, with another status."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
