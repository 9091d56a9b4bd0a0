"""The hole in a signed PDF that its last signature stands in (ISO 32000-1, section 12.8.1).

Read from the bytes of the file and nothing else, so that it can be held against what made them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BYTE_RANGE = re.compile(
    rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]"
)
_SEQUENCE = 0x30


@dataclass(frozen=True, slots=True)
class Hole:
    """Everything but `pdf[start:end]` is signed."""

    start: int
    """Of the `<`."""
    end: int
    """Behind the `>`."""

    @property
    def room(self) -> int:
        """Bytes of CMS that fit in."""
        return (self.end - self.start - 2) // 2

    def signed_parts(self, pdf: bytes) -> tuple[memoryview, memoryview]:
        """What the signature is over."""
        whole = memoryview(pdf)
        return whole[: self.start], whole[self.end :]

    def cms(self, pdf: bytes) -> bytes:
        """The CMS that stands in it, without the zeros behind it.

        Raises:
            ValueError: there is none.
        """
        return _without_padding(bytes.fromhex(pdf[self.start + 1 : self.end - 1].decode("ascii")))

    def filled(self, pdf: bytes, cms: bytes) -> bytes:
        """The same file with another CMS in the hole.

        Raises:
            ValueError: it is too large.
        """
        if len(cms) > self.room:
            raise ValueError("too large for the place that was kept")
        digits = cms.hex().encode().ljust(2 * self.room, b"0")
        return b"".join((pdf[: self.start + 1], digits, pdf[self.end - 1 :]))


def holes(pdf: bytes) -> Iterator[Hole]:
    """Holes of signatures over all the rest of the file, last first.

    There may be more than one: a document can hold bytes that look like the real one.
    """
    for match in reversed(list(_BYTE_RANGE.finditer(pdf))):
        begin, start, end, rest = (int(number) for number in match.groups())
        covers = begin == 0 and 0 < start < end < len(pdf) and end + rest == len(pdf)
        if covers and pdf[start : start + 1] == b"<" and pdf[end - 1 : end] == b">":
            yield Hole(start, end)


def _without_padding(padded: bytes) -> bytes:
    """The first DER value (X.690 section 8.1.3)."""
    if len(padded) < 2 or padded[0] != _SEQUENCE:
        raise ValueError("no CMS")
    first = padded[1]
    octets = first & 0x7F if first & 0x80 else 0
    length = int.from_bytes(padded[2 : 2 + octets], "big") if octets else first
    end = 2 + octets + length
    if end > len(padded):
        raise ValueError("no CMS")
    return padded[:end]
