"""Where the digits of a verification code stand: five groups of three underlined cells."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.entry_field import PADDING

LENGTH, GROUP = 15, 3
CELL, CELL_GAP = 28, 4
GROUP_GAP = 4 / 7
"""Least gap between groups, in cells: 16 pixels at the ordinary size."""
FACE = 0.9
"""How much of a cell a digit may take."""
_GROUPS = LENGTH // GROUP


def _ideal_cell() -> float:
    return max(CELL, theme.metrics("code").horizontalAdvance("0") + 10)


def ideal_width() -> int:
    """The width that a field wishes for, in pixels."""
    cells = LENGTH * _ideal_cell() + _GROUPS * (GROUP - 1) * CELL_GAP
    between = (_GROUPS - 1) * GROUP_GAP * _ideal_cell()
    return round(cells + between + 2 * PADDING)


def places(width: int, height: int) -> list[QRectF]:
    """Where the cells are in a field: as wide as wished for, or as it has room for."""
    room = width - 2 * PADDING
    lines = room - _GROUPS * (GROUP - 1) * CELL_GAP
    cell = min(_ideal_cell(), lines / (LENGTH + (_GROUPS - 1) * GROUP_GAP))
    group = GROUP * cell + (GROUP - 1) * CELL_GAP
    step = group + (room - _GROUPS * group) / (_GROUPS - 1)
    return [
        QRectF(PADDING + i // GROUP * step + i % GROUP * (cell + CELL_GAP), 12, cell, height - 24)
        for i in range(LENGTH)
    ]


def digit_font(cell: float) -> QFont:
    """The font of the digits, smaller where a cell of that width is too narrow for it."""
    font = QFont(theme.font("code"))
    advance = QFontMetricsF(font).horizontalAdvance("0")
    if advance > cell * FACE:
        font.setPointSizeF(font.pointSizeF() * cell * FACE / advance)
    return font
