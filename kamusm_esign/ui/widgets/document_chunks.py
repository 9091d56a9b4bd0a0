"""A long text in chunks, and each chunk with everything invisible made visible."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from kamusm_esign.support.catalogue import visible

CHUNK = 2000
"""Characters that are laid out at once."""
LINE_END = "\u2028"
"""What breaks a line within one layout (QTextLayout knows no other)."""


class Shown(NamedTuple):
    """A chunk as it is painted. Positions count as Qt counts them, in units of UTF-16."""

    text: str
    places: list[int]
    """For each character of the chunk and its end, where it is in `text`."""
    marks: list[tuple[int, int]]
    """Start and length of what stands for something invisible."""


def chunks(text: str) -> list[int]:
    """Where chunks begin: after line ends, where there are any."""
    starts, at = [0], 0
    while len(text) - at > CHUNK:
        end = text.rfind("\n", at, at + CHUNK) + 1
        if not end:
            end = text.rfind(" ", at, at + CHUNK) + 1
        at = end if end > at else at + CHUNK
        starts.append(at)
    return starts


def shown(chunk: str) -> Shown:
    """Make a chunk visible. The line end that ends it ends it anyway and is not shown."""
    if _is_plain(chunk):
        text = chunk.replace("\n", LINE_END).removesuffix(LINE_END)
        return Shown(text, list(range(len(chunk) + 1)), [])
    pieces: list[str] = []
    places: list[int] = []
    marks: list[tuple[int, int]] = []
    at = 0
    for piece, taken in _pieces(chunk):
        wide = len(piece) + sum(c > "\uffff" for c in piece)
        places += [at] * taken
        if len(piece) > 1:
            marks.append((at, wide))
        pieces.append(piece)
        at += wide
    places.append(at)
    text = "".join(pieces)
    return Shown(text.removesuffix(LINE_END), places, marks)


def _is_plain(chunk: str) -> bool:
    """Whether every character is shown as it is, and is one for Qt too; most chunks are."""
    return chunk.replace("\n", "").isprintable() and (chunk.isascii() or max(chunk) <= "\uffff")


def _pieces(chunk: str) -> Iterator[tuple[str, int]]:
    """What is painted, and how many characters of the chunk it stands for."""
    at = 0
    while at < len(chunk):
        char = chunk[at]
        taken = 2 if chunk.startswith("\r\n", at) else 1
        if char == "\n" or taken == 2:
            yield LINE_END, taken
        elif char == "\t":
            yield "\t", 1
        else:
            yield visible(char), 1
        at += taken


def line_ends(text: str, starts: list[int]) -> list[int]:
    """How many line ends there are in each chunk."""
    ends = [*starts[1:], len(text)]
    return [text.count("\n", start, end) for start, end in zip(starts, ends, strict=True)]


def chunk_at(starts: list[int], place: int) -> int:
    """The chunk that a character is in."""
    return max(bisect_right(starts, place) - 1, 0)
