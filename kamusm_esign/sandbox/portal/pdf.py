"""A PDF of plain text, by hand: no font file, no library (ISO 32000-1, sections 7 and 9).

Helvetica is one of the fonts that every viewer has; its encoding is WinAnsi with the six letters
of Turkish that WinAnsi lacks put in the places of letters that Turkish does not use.
"""

import textwrap

_TURKISH = {
    "Ğ": (0xD0, "Gbreve"),
    "İ": (0xDD, "Idotaccent"),
    "Ş": (0xDE, "Scedilla"),
    "ğ": (0xF0, "gbreve"),
    "ı": (0xFD, "dotlessi"),
    "ş": (0xFE, "scedilla"),
}
_WIDTH = 88
_LINES = 46
_FIRST = 5
"""Number of the first page's object; each page has two."""


def text_pages(title: str, body: str) -> bytes:
    """A4 pages with a title and paragraphs; other than Turkish and Western European letters become
    question marks."""
    lines = [line for part in body.splitlines() for line in textwrap.wrap(part, _WIDTH) or [""]]
    sheets = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)] or [[]]
    kids = b" ".join(b"%d 0 R" % (_FIRST + 2 * place) for place in range(len(sheets)))
    differences = b" ".join(b"%d /%s" % (code, name.encode()) for code, name in _TURKISH.values())
    objects = [
        # An empty form: what a signature adds to it can then be told from other changes.
        b"<< /Type /Catalog /Pages 2 0 R /Lang (tr-TR) /AcroForm << /Fields [] >> >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(sheets)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding"
        b" /BaseEncoding /WinAnsiEncoding /Differences [%s] >> >>" % differences,
        b"<< /Title (%s) >>" % _literal(title),
    ]
    for place, sheet in enumerate(sheets):
        objects += _sheet(_FIRST + 2 * place, sheet, title if place == 0 else "")
    return _file(objects)


def _sheet(number: int, lines: list[str], title: str) -> list[bytes]:
    """A page and its content."""
    shown = b" ".join(b"(%s) Tj T*" % _literal(line) for line in lines)
    stream = b"BT /F 16 Tf 56 772 Td 15 TL (%s) Tj 0 -32 Td /F 11 Tf %s ET" % (
        _literal(title),
        shown,
    )
    return [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
        b" /Resources << /Font << /F 3 0 R >> >> >>" % (number + 1),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]


def _literal(text: str) -> bytes:
    """A string of the content stream (section 7.3.4.2)."""
    encoded = b"".join(
        bytes([_TURKISH[c][0]]) if c in _TURKISH else c.encode("cp1252", "replace") for c in text
    )
    return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: list[bytes]) -> bytes:
    """Objects, cross-reference table and trailer (section 7.5)."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
