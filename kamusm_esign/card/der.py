"""Distinguished Encoding Rules (ITU-T X.690): just enough to look into a certificate, strictly.

Our own because every look at a card waits for the imports of the card host: loading asn1crypto,
which knows all of ASN.1, took a quarter of `kamusm-esign tokens`.
"""

from collections.abc import Iterator
from typing import NamedTuple

INTEGER, BIT_STRING, OCTET_STRING, OID = 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
"""Identifier octets, X.690 section 8.1.2; `context` gives those of tagged members."""

_ENCODINGS = {
    0x0C: "utf-8",  # UTF8String
    0x12: "ascii",  # NumericString
    0x13: "latin-1",  # PrintableString; some hold more than it allows
    0x14: "latin-1",  # TeletexString, as everybody uses it
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}


class DerError(ValueError):
    """Not DER, or not what was expected there."""


class Element(NamedTuple):
    """One encoded value."""

    tag: int
    """The identifier octet."""
    content: bytes
    whole: bytes
    """With identifier and length."""

    def of(self, tag: int) -> "Element":
        """Itself, if it has this tag.

        Raises:
            DerError: it has another one.
        """
        if self.tag != tag:
            raise DerError(f"0x{self.tag:02x} where 0x{tag:02x} was expected")
        return self

    def members(self, tag: int = SEQUENCE) -> "list[Element]":
        """What a SEQUENCE (or what else `tag` says) consists of.

        Raises:
            DerError: it is something else, or its content is not DER.
        """
        return list(_elements(self.of(tag).content))

    def oid(self) -> str:
        """An OBJECT IDENTIFIER, dotted.

        Raises:
            DerError: it is none.
        """
        arcs, arc = [], 0
        octets = self.of(OID).content
        if not octets or octets[-1] & 0x80:
            raise DerError("OID cut off")
        for octet in octets:
            arc = arc << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(arc)
                arc = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def integer(self) -> int:
        """An INTEGER.

        Raises:
            DerError: it is none.
        """
        return int.from_bytes(self.of(INTEGER).content, signed=True)

    def bits(self) -> bytes:
        """A BIT STRING in whole octets, its unused bits zero.

        Raises:
            DerError: it is none.
        """
        unused, *octets = self.of(BIT_STRING).content or (8,)
        if unused > 7 or (unused and not octets):
            raise DerError("BIT STRING")
        if unused:
            octets[-1] = octets[-1] >> unused << unused
        return bytes(octets)

    def text(self) -> str:
        """A character string of any of the usual types.

        Raises:
            DerError: it is none.
            UnicodeDecodeError: its octets are no such string.
        """
        if self.tag not in _ENCODINGS:
            raise DerError(f"0x{self.tag:02x} is no text")
        return self.content.decode(_ENCODINGS[self.tag])


def context(number: int) -> int:
    """The identifier octet of a constructed member that is tagged `[number]`."""
    return 0xA0 | number


def first_element(data: bytes) -> Element:
    """The value that `data` begins with; what follows it does not matter.

    Raises:
        DerError: it begins with none.
    """
    return _element(data, 0)[0]


def only_element(data: bytes) -> Element:
    """The one value that `data` is.

    Raises:
        DerError: it is none, or something follows.
    """
    element, end = _element(data, 0)
    if end != len(data):
        raise DerError("something follows")
    return element


def _elements(data: bytes) -> Iterator[Element]:
    position = 0
    while position < len(data):
        element, position = _element(data, position)
        yield element


def _element(data: bytes, start: int) -> tuple[Element, int]:
    """The value at `start`, and where it ends."""
    if len(data) < start + 2 or data[start] & 0x1F == 0x1F:
        raise DerError("cut off, or a tag number above 30")
    length, begin = data[start + 1], start + 2
    if length & 0x80:
        octets = length & 0x7F
        if not 0 < octets <= 4:
            raise DerError("length")
        begin += octets
        length = int.from_bytes(data[begin - octets : begin])
    end = begin + length
    if end > len(data):
        raise DerError("cut off")
    return Element(data[start], data[begin:end], data[start:end]), end
