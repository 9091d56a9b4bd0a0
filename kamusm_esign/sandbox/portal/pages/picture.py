""" "Resimdeki yazı": digits as drawn lines, and a question in words for those who cannot see it.

It keeps simple programs out, not clever ones; the limits on tries are what protects.
"""

import secrets

_SEGMENTS = {
    "a": "M4 3h14",
    "b": "M18 3v15",
    "c": "M18 18v15",
    "d": "M4 33h14",
    "e": "M4 18v15",
    "f": "M4 3v15",
    "g": "M4 18h14",
}
_DIGITS = {
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
}
_LENGTH, _STEP, _HEIGHT = 5, 34, 52


def new_text() -> str:
    """What the next picture says."""
    return "".join(secrets.choice("23456789") for _ in range(_LENGTH))


def draw(text: str) -> str:
    """The picture, as SVG; the digits are lines, not text."""
    width = _STEP * _LENGTH + 24
    glyphs = "".join(_glyph(digit, place) for place, digit in enumerate(text))
    noise = "".join(_noise(width) for _ in range(6))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" '
        f'width="{width}" height="{_HEIGHT}" fill="none" stroke-linecap="round">'
        f'<rect width="{width}" height="{_HEIGHT}" rx="8" fill="#EDF1F5"/>'
        f'<g stroke="#9FB0C0" stroke-width="1.5">{noise}</g>'
        f'<g stroke="#12355B" stroke-width="3.5">{glyphs}</g></svg>'
    )


def is_right(expected: str, given: str) -> bool:
    """Whether somebody read it: the digits, or the sum of the first two (the question in words)."""
    return len(expected) == _LENGTH and given in (expected, str(sum(question(expected))))


def question(text: str) -> tuple[int, int]:
    """Two numbers to be added by who cannot see the picture."""
    return (int(text[0]), int(text[1])) if len(text) == _LENGTH else (0, 0)


def _glyph(digit: str, place: int) -> str:
    lines = "".join(_SEGMENTS[segment] for segment in _DIGITS.get(digit, ""))
    tilt, drop = secrets.randbelow(19) - 9, secrets.randbelow(7)
    x = 14 + place * _STEP
    return f'<path transform="translate({x} {5 + drop}) rotate({tilt} 11 18)" d="{lines}"/>'


def _noise(width: int) -> str:
    y, end = secrets.randbelow(_HEIGHT), secrets.randbelow(_HEIGHT)
    return f'<path d="M0 {y}C{width // 3} {end} {width // 2} {y} {width} {end}"/>'
