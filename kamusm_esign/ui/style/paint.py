"""Boxes and rings with edges that stay sharp at every scale of the screen."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme

RADIUS = 8


def begin(painter: QPainter) -> None:
    """Smooth edges."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def snapped(painter: QPainter, rect: QRectF, width: float) -> tuple[QRectF, float]:
    """Return the middle line of an edge inside `rect`, and its width, both in whole dots.

    At 125 % or 150 % an edge of one logical pixel would lie across dots and look grey.
    """
    to_device = painter.deviceTransform()
    ratio = to_device.m11() or 1.0
    dots = max(1, round(width * ratio))
    on_screen = to_device.mapRect(rect)
    left, top = round(on_screen.left()), round(on_screen.top())
    right, bottom = round(on_screen.right()), round(on_screen.bottom())
    half = dots / 2
    inner = QRectF(left + half, top + half, right - left - dots, bottom - top - dots)
    return to_device.inverted()[0].mapRect(inner), dots / ratio


def box(
    painter: QPainter,
    rect: QRect | QRectF,
    fill: Role | None,
    edge: Role | None = None,
    *,
    width: float = 1,
    radius: float = RADIUS,
) -> None:
    """Paint a rounded box; its edge lies wholly inside `rect`."""
    shape = QRectF(rect)
    painter.setBrush(theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        shape, width = snapped(painter, shape, width)
        radius = max(radius - width / 2, 0)
        painter.setPen(QPen(theme.colour(edge), width))
    radius = min(radius, shape.height() / 2, shape.width() / 2)
    painter.drawRoundedRect(shape, radius, radius)


def disc(
    painter: QPainter,
    centre: QPointF,
    diameter: float,
    fill: Role | None,
    edge: Role | None = None,
    width: float = 1.5,
) -> None:
    """Paint a round mark; its edge lies inside the diameter."""
    radius = diameter / 2
    painter.setBrush(theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(QPen(theme.colour(edge), width))
        radius -= width / 2
    painter.drawEllipse(centre, radius, radius)


def fill(painter: QPainter, rect: QRect | QRectF, role: Role) -> None:
    """Paint a plain ground (`fillRect` would make PySide load the types of all its overloads)."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(role))
    painter.drawRect(rect)


def rule(painter: QPainter, x: float, y: float, length: float, role: Role = "line") -> None:
    """Paint a level line one pixel high."""
    fill(painter, QRectF(x, y, length, 1), role)
