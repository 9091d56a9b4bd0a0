"""A PDF of plain text, by hand: A4 pages with their fonts in them (ISO 32000-1, 7.5 and 7.7)."""

import textwrap
from collections.abc import Mapping, Sequence

from kamusm_esign.signing.embedded_font import Face, stream

WIDTH, HEIGHT, MARGIN = 595, 842, 56
_MOST, _FEWEST = 110, 40
"""Letters of one line."""
_FIRST = 5
"""Number of the first page's object; each page has two."""


def wrapped(text: str, face: Face, size: float) -> list[str]:
    """The text in lines that fit between the margins."""
    for most in range(_MOST, _FEWEST, -1):
        lines = textwrap.wrap(text, most)
        if all(face.width(line, size) <= WIDTH - 2 * MARGIN for line in lines):
            return lines
    return textwrap.wrap(text, _FEWEST)


def plain_pdf(
    title: str, sheets: Sequence[bytes], faces: Mapping[str, Face], catalogue: bytes = b""
) -> bytes:
    """The file; the same pages make the same bytes.

    Args:
        title: for the viewer's title bar.
        sheets: the content stream of each page.
        faces: the fonts by the names that the content streams have for them.
        catalogue: further entries of the document's catalogue.
    """
    pages = [
        part for place, sheet in enumerate(sheets) for part in _page(_FIRST + 2 * place, sheet)
    ]
    kids = b" ".join(b"%d 0 R" % (_FIRST + 2 * place) for place in range(len(sheets)))
    named, fonts = [], list[bytes]()
    for name, face in faces.items():
        number = _FIRST + len(pages) + len(fonts)
        named.append(b"/%s %d 0 R" % (name.encode(), number))
        fonts += face.objects(number)
    heading = [
        b"<< /Type /Catalog /Pages 2 0 R %s>>" % catalogue,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(sheets)),
        b"<< /Title <%s> >>" % f"\ufeff{title}".encode("utf-16-be").hex().encode(),
        b"<< /Font << %s >> >>" % b" ".join(named),
    ]
    return _file([*heading, *pages, *fonts])


def _page(number: int, content: bytes) -> list[bytes]:
    """A page, which gets this number, and its content."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources 4 0 R >>"
    ) % (WIDTH, HEIGHT, number + 1)
    return [page, stream(content)]


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
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
