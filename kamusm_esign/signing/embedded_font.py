"""A TrueType font within a PDF (ISO 32000-1, 9.6 and 9.8): its objects, and text as it wants it.

Of the fonts that every viewer is said to have, PDFium's lack letters of Turkish; so a PDF brings
its own. One byte is one letter: WinAnsi, with the six letters of Turkish that it lacks in the
places of letters that Turkish does not use (9.6.6). Standard library only.
"""

import zlib
from dataclasses import dataclass
from functools import cache
from struct import unpack_from

from kamusm_esign.resource_files import resource

_TURKISH = {
    "Ğ": (0xD0, "Gbreve"),
    "İ": (0xDD, "Idotaccent"),
    "Ş": (0xDE, "Scedilla"),
    "ğ": (0xF0, "gbreve"),
    "ı": (0xFD, "dotlessi"),
    "ş": (0xFE, "scedilla"),
}
_FIRST, _LAST, _DELETE = 32, 255, 127
_TEXT = {
    code: bytes([code]).decode("cp1252", "ignore")
    for code in range(_FIRST, _LAST + 1)
    if code != _DELETE
} | {code: letter for letter, (code, _) in _TURKISH.items()}
_CODES = {letter: code for code, letter in _TEXT.items() if letter}
_MOST_IN_A_BLOCK = 100
"""Lines of one `bfchar` block (Adobe technical note 5014)."""


def has_place(letter: str) -> bool:
    """Whether the encoding has the letter."""
    return letter in _CODES


def literal(text: str) -> bytes:
    """A string of a content stream (7.3.4.2); letters without a place become question marks."""
    encoded = bytes(_CODES.get(letter, ord("?")) for letter in text)
    for special in (b"\\", b"(", b")"):
        encoded = encoded.replace(special, b"\\" + special)
    return b"(" + encoded + b")"


@dataclass(frozen=True, slots=True)
class Face:
    """One font; lengths are thousandths of the size of its type."""

    name: str
    packed: bytes
    length: int
    widths: tuple[int, ...]
    """Of each code from the first to the last; nought where there is no letter."""
    box: tuple[int, int, int, int]
    heights: tuple[int, int, int]
    """How far letters go up, how far down, and how high a capital is."""
    fixed: bool

    def width(self, text: str, size: float) -> float:
        """How wide a line of text is, in points."""
        codes = (_CODES.get(letter, ord("?")) for letter in text)
        return sum(self.widths[code - _FIRST] for code in codes) * size / 1000

    def objects(self, number: int) -> list[bytes]:
        """The font's objects, of which the first, the font itself, gets this number."""
        name = b"NOTOTR+" + self.name.encode()
        differences = b" ".join(b"%d /%s" % (code, g.encode()) for code, g in _TURKISH.values())
        font = (
            b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar %d /LastChar %d"
            b" /Widths [%s] /FontDescriptor %d 0 R /ToUnicode %d 0 R /Encoding << /Type /Encoding"
            b" /BaseEncoding /WinAnsiEncoding /Differences [%s] >> >>"
        ) % (name, _FIRST, _LAST, _row(self.widths), number + 1, number + 3, differences)
        descriptor = (
            b"<< /Type /FontDescriptor /FontName /%s /Flags %d /FontBBox [%s] /ItalicAngle 0"
            b" /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R >>"
        ) % (
            *(name, 32 + self.fixed, _row(self.box), *self.heights),
            *(140 if self.name.endswith("Bold") else 80, number + 2),
        )
        file = b"/Filter /FlateDecode /Length1 %d " % self.length
        return [font, descriptor, stream(self.packed, file), stream(_to_unicode())]


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream (7.3.8) with further entries of its dictionary."""
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


@cache
def face(name: str) -> Face:
    """A font of `resources/fonts/`."""
    file = resource("fonts", f"{name}.ttf").read_bytes()
    tables = _tables(file)
    (em,) = unpack_from(">H", tables["head"], 18)

    def scaled(values: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(round(value * 1000 / em) for value in values)

    left, bottom, right, top = scaled(unpack_from(">4h", tables["head"], 36))
    (capital,) = unpack_from(">h", tables["OS/2"], 88)
    up, down, capital = scaled((*unpack_from(">2h", tables["hhea"], 4), capital))
    return Face(
        name,
        zlib.compress(file, 9),
        len(file),
        scaled(_advances(tables)),
        (left, bottom, right, top),
        (up, down, capital),
        unpack_from(">L", tables["post"], 12) != (0,),
    )


def _tables(file: bytes) -> dict[str, bytes]:
    """The parts of a TrueType file by their tags."""
    (count,) = unpack_from(">H", file, 4)
    entries = [unpack_from(">4s4xLL", file, 12 + 16 * place) for place in range(count)]
    return {tag.decode("ascii"): file[at : at + length] for tag, at, length in entries}


def _advances(tables: dict[str, bytes]) -> tuple[int, ...]:
    """How far each code's letter goes, in the font's own units."""
    glyphs = _glyphs(tables["cmap"])
    (own,) = unpack_from(">H", tables["hhea"], 34)  # the others are as wide as the last
    places = [glyphs[ord(_TEXT[c])] if _TEXT.get(c) else None for c in range(_FIRST, _LAST + 1)]
    return tuple(
        0 if glyph is None else unpack_from(">H", tables["hmtx"], 4 * min(glyph, own - 1))[0]
        for glyph in places
    )


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Code point → glyph, from the subtable for Unicode's first plane (format 4)."""
    (count,) = unpack_from(">H", cmap, 2)
    records = [unpack_from(">HHL", cmap, 4 + 8 * place) for place in range(count)]
    table = cmap[next(at for platform, kind, at in records if (platform, kind) == (3, 1)) :]
    (twice,) = unpack_from(">H", table, 6)
    found = {}
    for place in range(0, twice, 2):
        (end,) = unpack_from(">H", table, 14 + place)
        (start,) = unpack_from(">H", table, 16 + twice + place)
        (delta,) = unpack_from(">H", table, 16 + 2 * twice + place)
        at = 16 + 3 * twice + place
        (offset,) = unpack_from(">H", table, at)
        for code in range(start, min(end, 0xFFFE) + 1):
            there = at + offset + 2 * (code - start)
            glyph = unpack_from(">H", table, there)[0] if offset else code
            found[code] = (glyph + delta) % 0x10000 if glyph else 0
    return found


@cache
def _to_unicode() -> bytes:
    """What each code means, for those who copy and search (9.10.3)."""
    lines = [
        b"<%02x> <%s>" % (code, letter.encode("utf-16-be").hex().encode())
        for letter, code in _CODES.items()
    ]
    blocks = [lines[at : at + _MOST_IN_A_BLOCK] for at in range(0, len(lines), _MOST_IN_A_BLOCK)]
    body = b"\n".join(
        b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks
    )
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%s\n"
        b"endcmap CMapName currentdict /CMap defineresource pop end end"
    ) % body


def _row(numbers: tuple[int, ...]) -> bytes:
    return b" ".join(b"%d" % number for number in numbers)
