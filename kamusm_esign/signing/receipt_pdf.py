"""A receipt on paper: one A4 page.

What its fonts have no letter for is written as its code point.
"""

import textwrap
from collections.abc import Iterator, Sequence

from kamusm_esign.signing.embedded_font import face, has_place, literal
from kamusm_esign.signing.plain_pdf import HEIGHT, MARGIN, plain_pdf, wrapped

_FACES = {"B": "NotoSans-Bold", "H": "NotoSans-Regular", "C": "NotoSansMono-Regular"}
_LINE = 76
"""Letters of a value in one line: the typewriter's at 10 points are 6 points wide."""
_MOST_LINES = 12
"""Lines of one value; a longer one is cut, and says so."""


def receipt_pdf(title: str, rows: Sequence[tuple[str, str]], note: str) -> bytes:
    """Make the page.

    Args:
        title: what it is.
        rows: what each value is, and the value.
        note: a sentence at the end.
    """
    content = b"BT\n" + b"\n".join(_content(title, rows, note)) + b"\nET"
    return plain_pdf(title, [content], {key: face(name) for key, name in _FACES.items()})


def _content(title: str, rows: Sequence[tuple[str, str]], note: str) -> Iterator[bytes]:
    yield b"1 0 0 1 %d %d Tm 13 TL" % (MARGIN, HEIGHT - 2 * MARGIN)
    yield b"/B 18 Tf %s Tj T* T*" % _shown(title)
    for name, value in rows:
        yield b"/H 10 Tf %s Tj T*" % _shown(name)
        for line in _lines(value):
            yield b"/C 10 Tf %s Tj T*" % literal(line)
        yield b"T*"
    for line in wrapped(_visible(note), face(_FACES["H"]), 10):
        yield b"/H 10 Tf %s Tj T*" % literal(line)


def _lines(value: str) -> list[str]:
    lines = textwrap.wrap(_visible(value), _LINE) or [""]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "(…)"]


def _visible(text: str) -> str:
    """The text with everything that the fonts lack, or that is not seen, as its code point."""
    return "".join(c if c.isprintable() and has_place(c) else f"[U+{ord(c):04X}]" for c in text)


def _shown(text: str) -> bytes:
    return literal(_visible(text))
