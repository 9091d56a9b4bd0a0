"""A document of the portal as a PDF: a title and paragraphs."""

from kamusm_esign.signing.embedded_font import face, literal
from kamusm_esign.signing.plain_pdf import MARGIN, plain_pdf, wrapped

_LINES = 46
_SIZE = 11
_FACE = "NotoSans-Regular"
_CATALOGUE = b"/Lang (%s) /AcroForm << /Fields [] >> "
"""With an empty form: what a signature adds to it can then be told from other changes."""


def text_pages(title: str, body: str, language: bytes = b"tr-TR") -> bytes:
    """A4 pages with a title and paragraphs; other than Turkish and Western European letters become
    question marks.

    Args:
        language: what a screen reader is to speak.
    """
    font = face(_FACE)
    lines = [line for part in body.splitlines() for line in wrapped(part, font, _SIZE) or [""]]
    sheets = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)] or [[]]
    contents = [_sheet(sheet, title if place == 0 else "") for place, sheet in enumerate(sheets)]
    return plain_pdf(title, contents, {"F": font}, _CATALOGUE % language)


def _sheet(lines: list[str], title: str) -> bytes:
    shown = b" ".join(b"%s Tj T*" % literal(line) for line in lines)
    return b"BT /F 16 Tf %d 772 Td 15 TL %s Tj 0 -32 Td /F %d Tf %s ET" % (
        MARGIN,
        literal(title),
        _SIZE,
        shown,
    )
