"""A receipt on paper: one A4 page, made with pyHanko's own PDF writer.

Helvetica and Courier are two of the fonts that every viewer has; so no font file is needed. Their
encoding is WinAnsi with the six letters of Turkish that it lacks in the places of letters that
Turkish does not use (ISO 32000-1, 9.6.6). What has no place in it is written as its code point.
"""

import textwrap
from collections.abc import Iterator, Sequence
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

_TURKISH = {
    "Ğ": (0xD0, "Gbreve"),
    "İ": (0xDD, "Idotaccent"),
    "Ş": (0xDE, "Scedilla"),
    "ğ": (0xF0, "gbreve"),
    "ı": (0xFD, "dotlessi"),
    "ş": (0xFE, "scedilla"),
}
_TAKEN = {chr(code) for code, _ in _TURKISH.values()}
"""Ð, Ý, Þ, ð, ý, þ: their places are taken."""
_WIDTH, _HEIGHT, _MARGIN = 595, 842, 56
_LINE = 76
"""Letters of a value in one line: Courier at 10 points is 6 points wide."""
_MOST_LINES = 12
"""Lines of one value; a longer one is cut, and says so."""


def receipt_pdf(title: str, rows: Sequence[tuple[str, str]], note: str) -> bytes:
    """Make the page.

    Args:
        title: what it is.
        rows: what each value is, and the value.
        note: a sentence at the end.
    """
    writer = PdfFileWriter(stream_xrefs=False)
    fonts = generic.DictionaryObject(
        {
            pdf_name("/B"): writer.add_object(_font("/Helvetica-Bold")),
            pdf_name("/H"): writer.add_object(_font("/Helvetica")),
            pdf_name("/C"): writer.add_object(_font("/Courier")),
        }
    )
    content = b"BT\n" + b"\n".join(_content(title, rows, note)) + b"\nET"
    page = PageObject(
        contents=writer.add_object(generic.StreamObject(stream_data=content)),
        media_box=(0, 0, _WIDTH, _HEIGHT),
        resources=generic.DictionaryObject({pdf_name("/Font"): fonts}),
    )
    writer.insert_page(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _content(title: str, rows: Sequence[tuple[str, str]], note: str) -> Iterator[bytes]:
    yield b"1 0 0 1 %d %d Tm 13 TL" % (_MARGIN, _HEIGHT - 2 * _MARGIN)
    yield b"/B 18 Tf %s Tj T* T*" % _literal(title)
    for name, value in rows:
        yield b"/H 10 Tf %s Tj T*" % _literal(name)
        for line in _lines(value):
            yield b"/C 10 Tf %s Tj T*" % _literal(line)
        yield b"T*"
    for line in textwrap.wrap(note, _LINE + 14):
        yield b"/H 10 Tf %s Tj T*" % _literal(line)


def _lines(value: str) -> list[str]:
    lines = textwrap.wrap(_visible(value), _LINE) or [""]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "(…)"]


def _visible(text: str) -> str:
    """The text with everything that the fonts lack, or that is not seen, as its code point."""
    return "".join(c if _has_place(c) else f"[U+{ord(c):04X}]" for c in text)


def _has_place(character: str) -> bool:
    if character in _TURKISH:
        return True
    try:
        return (
            character.isprintable() and character not in _TAKEN and bool(character.encode("cp1252"))
        )
    except UnicodeEncodeError:
        return False


def _literal(text: str) -> bytes:
    """A string of the content stream, in hexadecimal (section 7.3.4.3)."""
    encoded = b"".join(
        bytes([_TURKISH[c][0]]) if c in _TURKISH else c.encode("cp1252", "replace")
        for c in _visible(text)
    )
    return b"<" + encoded.hex().encode() + b">"


def _font(name: str) -> generic.DictionaryObject:
    differences = generic.ArrayObject()
    for code, glyph in _TURKISH.values():
        differences += [generic.NumberObject(code), pdf_name("/" + glyph)]
    encoding = {
        pdf_name("/Type"): pdf_name("/Encoding"),
        pdf_name("/BaseEncoding"): pdf_name("/WinAnsiEncoding"),
        pdf_name("/Differences"): differences,
    }
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name(name),
            pdf_name("/Encoding"): generic.DictionaryObject(encoding),
        }
    )
