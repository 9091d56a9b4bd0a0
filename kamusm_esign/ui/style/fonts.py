"""Kinds of type: sizes in points, so that the text size scales them, and their line heights."""

import sys
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

Kind = Literal[
    "headline",
    "code",
    "title",
    "lead",
    "section",
    "primary",
    "brand",
    "base",
    "strong",
    "step",
    "step-now",
    "small",
    "small-strong",
    "key",
    "mono",
    "letter",
    "time",
]

KINDS: dict[Kind, tuple[float, int, int, bool]] = {
    "headline": (22, 38, 600, False),
    "code": (22, 38, 500, True),
    "title": (18, 32, 600, False),
    "lead": (14, 28, 400, False),
    "section": (14, 26, 600, False),
    "time": (14, 24, 600, False),
    "primary": (12, 22, 600, False),
    "brand": (12, 20, 600, False),
    "base": (11, 22, 400, False),
    "strong": (11, 22, 600, False),
    "step": (10.5, 20, 400, False),
    "step-now": (10.5, 20, 600, False),
    "small": (9.75, 20, 400, False),
    "small-strong": (9.75, 20, 600, False),
    "key": (16, 28, 600, False),
    "mono": (11, 22, 600, True),
    "letter": (18, 32, 600, True),
}
"""Kind → (points, line height in pixels at 96 dpi, weight, monospaced)."""

STRONG: dict[Kind, Kind] = {"base": "strong", "small": "small-strong", "step": "step-now"}
"""The same kind for words that stand out within a text."""

POINT = 96 / 72 if sys.platform == "darwin" else 1.0
"""macOS counts 72 dots to an inch; sizes here are meant at 96."""

GENERIC = ("Sans Serif", "Helvetica", "sans-serif", "")
"""What Qt calls the system's font where no desktop names one."""


def make(kind: Kind, scale: float) -> QFont:
    """Build the font of a kind at a text size (1.0 to 2.0); tabular figures where it has them."""
    points, _, weight, mono = KINDS[kind]
    font = QFontDatabase.systemFont(
        QFontDatabase.SystemFont.FixedFont if mono else QFontDatabase.SystemFont.GeneralFont
    )
    if not mono and font.family() in GENERIC:
        font.setFamilies(["Noto Sans", font.family()])
    font.setPointSizeF(points * POINT * scale)
    font.setWeight(QFont.Weight(weight))
    if kind == "time":
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def line_height(kind: Kind, scale: float) -> int:
    """Pixels from line to line that the design wants."""
    return round(KINDS[kind][1] * scale)
