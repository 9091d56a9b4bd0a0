"""Icons and drawings of `resources/`, as pixmaps in the colours of the theme."""

import re
from functools import cache
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from kamusm_esign.resource_files import resource
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme

DRAWN_WITH: dict[str, Role] = {
    "#12355B": "navy",
    "#FFFFFF": "surface",
    "#E3F2F5": "teal-tint",
    "#0B7285": "teal",
    "#D5DCE4": "line",
    "#A9BED4": "rail-next",
    "#FFF4D1": "amber-tint",
    "#F5B301": "amber",
    "#1E7B34": "green",
    "#B3261E": "red",
}
"""Colours in the drawings (they are drawn in the light theme) → their roles."""

_pixmaps: dict[tuple[str, int, str, float], QPixmap] = {}


def icon(name: str, size: int, role: Role, ratio: float) -> QPixmap:
    """Return an icon of `resources/icons`.

    Args:
        name: file name without its ending, e.g. `arrow-right`.
        size: width and height in logical pixels.
        role: its one colour; `app-mark` has its own two.
        ratio: device pixels per logical pixel, of the widget that shows it.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    colour = theme.colour(role).name()
    key = (name, size, colour, ratio)
    found = _pixmaps.get(key)
    if found is None:
        svg = (_folder() / f"{name}.svg").read_bytes()
        svg = svg.replace(b"currentColor", colour.encode())
        found = _pixmaps[key] = _render(QSvgRenderer(svg), size, size, ratio)
    return found


def drawing(name: str, width: int, ratio: float) -> QPixmap:
    """Return a drawing of `resources/drawings`, `width` logical pixels wide.

    Raises:
        FileNotFoundError: there is no such drawing.
    """
    key = (name, width, theme.colour("navy").name() + theme.colour("page").name(), ratio)
    found = _pixmaps.get(key)
    if found is None:
        svg = resource("drawings", f"{name}.svg").read_text(encoding="utf-8")
        svg = re.sub("#[0-9A-F]{6}", lambda m: theme.colour(DRAWN_WITH[m[0]]).name(), svg)
        renderer = QSvgRenderer(svg.encode())
        drawn = renderer.defaultSize()
        height = round(width * drawn.height() / drawn.width())
        found = _pixmaps[key] = _render(renderer, width, height, ratio)
    return found


@cache
def _folder() -> Path:
    return resource("icons")


def _render(renderer: QSvgRenderer, width: int, height: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, width, height))
    painter.end()
    return pixmap


def draw_icon(painter: QPainter, x: float, y: float, size: int, name: str, role: Role) -> None:
    """Paint an icon with its top left corner at (x, y)."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(round(x), round(y), icon(name, size, role, ratio))
