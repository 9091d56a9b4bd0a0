"""The shapes that a window can have; pages and frame arrange themselves by them."""

from typing import NamedTuple


class Shape(NamedTuple):
    """How much room there is, in logical pixels of the window's client area.

    Big text counts as little room: the limits grow with the text size.
    """

    side: bool
    """Room for a panel beside the contents (1160 wide)."""
    columns: bool
    """Room for two columns (900 wide)."""
    compact: bool
    """Low and narrow (below 900 by 560): low bars, the lights behind a button."""
    keypad_beside: bool
    """Room for the keypad beside the fields (560 wide)."""
    short: bool
    """Low (below 741): less space between things, ornaments go."""


def shape_of(width: int, height: int, text_scale: float) -> Shape:
    """The shape of a client area, with a text size of 1.0 to 2.0."""
    wide, high = width / text_scale, height / text_scale
    return Shape(
        side=wide >= 1160,
        columns=wide >= 900,
        compact=wide < 900 and high < 560,
        keypad_beside=wide >= 560,
        short=high < 741,
    )
