"""Contrast of everything that is drawn on something, in every scheme (WCAG 2.2, 1.4.3, 1.4.11)."""

import re

import pytest
from PySide6.QtGui import QColor, QPalette

from kamusm_esign.ui.style.colours import CONTRAST, VALUES, Role, contrast
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.banner import BANNERS, MESSAGES
from kamusm_esign.ui.widgets.chip import LOOKS as CHIPS
from kamusm_esign.ui.widgets.result_panel import VERDICTS
from kamusm_esign.ui.widgets.step_rail import LOOKS as STEPS

TEXT: list[tuple[Role, Role]] = [
    *((text, ground) for text in ("text", "text2", "navy") for ground in ("page", "surface")),
    *((text, "surface2") for text in ("text", "text2", "navy")),
    *((text, "teal-tint") for text in ("text", "teal", "navy")),
    *(("text", ground) for ground in ("amber-tint", "green-tint", "red-tint")),
    *(("teal", ground) for ground in ("page", "surface")),
    *(("red", ground) for ground in ("page", "surface")),
    *(("green", ground) for ground in ("page", "surface")),
    *(("amber-text", ground) for ground in ("page", "surface", "surface2")),
    *(("on-amber", ground) for ground in ("amber", "amber-hover", "amber-down")),
    *((text, "rail") for text in ("on-rail", "on-rail2", "rail-next")),
    *((text, ground) for _, _, text, _ in BANNERS.values() for ground in ("surface",)),
    *((text, "page") for text, _ in MESSAGES.values()),
    *((text, ground) for ground, text, _, _ in CHIPS.values()),
    *((text, "surface") for _, text, _, _ in CHIPS.values()),
    *(("text", ground) for ground, _, _ in VERDICTS.values()),
    *((text, "rail") for text, _, _ in STEPS.values()),
    ("teal", "surface2"),
    ("on-cap", "amber-cap"),
    ("surface", "navy"),
]
"""(text or icon, ground)."""

DISABLED: list[tuple[Role, Role]] = [("dis-text", "dis"), ("dis-text", "surface2")]
"""WCAG asks nothing of these; the design asks for 4.4."""

EDGES: list[tuple[Role, Role]] = [
    *(("control", ground) for ground in ("page", "surface", "surface2")),
    *(("focus", ground) for ground in ("page", "surface", "surface2", "teal-tint")),
    *(("amber-line", ground) for ground in ("page", "surface")),
    *((mark, "surface") for mark in ("green", "red", "amber-text", "teal")),
    ("amber", "rail"),
]
"""Edges of what is operated, rings and marks: 3:1."""

CASES = [
    *((pair, 4.5) for pair in TEXT),
    *((pair, 4.4) for pair in DISABLED),
    *((pair, 3.0) for pair in EDGES),
]
PALETTES = [("#000000", "#FFFFFF"), ("#FFFFFF", "#000000"), ("#000000", "#EFEFEF")]


def ratio(one: Role, other: Role) -> float:
    return contrast(theme.colour(one).name(), theme.colour(other).name())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pair", "least"), CASES)
def test_readable(scheme: str, pair: tuple[Role, Role], least: float) -> None:
    theme.set(scheme)
    assert ratio(*pair) >= least


@pytest.mark.parametrize(("ground", "text"), PALETTES)
@pytest.mark.parametrize(("pair", "least"), CASES)
def test_readable_in_the_colours_of_the_system(
    ground: str, text: str, pair: tuple[Role, Role], least: float
) -> None:
    palette = QPalette(QColor(ground))
    colours = QPalette.ColorRole
    palette.setColor(colours.Window, QColor(ground))
    palette.setColor(colours.WindowText, QColor(text if text != "#EFEFEF" else "#FFFFFF"))
    theme.set_system_palette(palette)
    theme.set("contrast")
    assert ratio(*pair) >= least


def test_the_measure_of_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_role_has_its_colours() -> None:
    assert VALUES.keys() == CONTRAST.keys()
    assert all(re.fullmatch("#[0-9A-F]{6}", value) for pair in VALUES.values() for value in pair)
