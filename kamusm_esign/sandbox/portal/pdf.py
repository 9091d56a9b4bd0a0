"""A one-page PDF of plain text, by hand: no font file, no library (ISO 32000-1, sections 7 and 9).

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
_LINES = 48


def one_page(title: str, body: str) -> bytes:
    """An A4 page with a title and paragraphs; other than Turkish and Western European letters
    become question marks.

    Raises:
        ValueError: more text than fits.
    """
    lines = [line for part in body.splitlines() for line in textwrap.wrap(part, _WIDTH) or [""]]
    if len(lines) > _LINES:
        raise ValueError("more than one page")
    shown = b" ".join(b"(%s) Tj T*" % _literal(line) for line in lines)
    stream = b"BT /F 16 Tf 56 772 Td 15 TL (%s) Tj 0 -32 Td /F 11 Tf %s ET" % (
        _literal(title),
        shown,
    )
    differences = b" ".join(b"%d /%s" % (code, name.encode()) for code, name in _TURKISH.values())
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding"
            b" /BaseEncoding /WinAnsiEncoding /Differences [%s] >> >>" % differences,
        ]
    )


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
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
