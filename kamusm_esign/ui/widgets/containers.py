"""Surfaces and arrangements: card, panel, bar, dividing line, centred column."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme

WIDEST, SIDE = 1240, 32
"""Width of the contents at the ordinary text size, and the least margin beside them, in pixels."""


def column(parent: QWidget | None = None, *, margin: int = 0, spacing: int = 0) -> QVBoxLayout:
    """Make a layout from top to bottom."""
    layout = QVBoxLayout() if parent is None else QVBoxLayout(parent)
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def row(parent: QWidget | None = None, *, margin: int = 0, spacing: int = 0) -> QHBoxLayout:
    """Make a layout from left to right."""
    layout = QHBoxLayout() if parent is None else QHBoxLayout(parent)
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


class Surface(QWidget):
    """A rounded ground to put things on; under high contrast it always has an edge."""

    def __init__(
        self,
        fill: Role = "surface",
        edge: Role | None = "line",
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._fill: Role = fill
        self._edge: Role | None = edge

    def set_look(self, fill: Role, edge: Role | None) -> None:
        """Change the colours of ground and edge."""
        self._fill, self._edge = fill, edge
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        edge = self._edge or ("line" if theme.contrast else None)
        paint.box(painter, self.rect(), self._fill, edge)


class Card(Surface):
    """A white card with a thin edge. Padding is its layout's margin: 24, in dense ones 20."""


class Panel(Surface):
    """A quiet ground without an edge, for what stands beside the matter."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__("surface2", None, name=name, parent=parent)


class Line(QWidget):
    """A dividing line, level or upright."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._upright = upright
        along, across = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed
        self.setSizePolicy(*((across, along) if upright else (along, across)))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(1, 20 if self._upright else 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        paint.fill(QPainter(self), self.rect(), "line")


class Centred(QWidget):
    """Keeps what is in it in the middle, at most `WIDEST` wide.

    Put things into `content`. `set_side` changes the least margin (compact windows).
    """

    overhang = 0
    """How far buttons without an edge reach into the right margin."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._top, self._bottom, self._outside = SIDE, 0, 0, 0
        self.content = QWidget(self)
        self._margins = row(self)
        self._margins.addWidget(self.content)
        self._arrange()

    @property
    def side(self) -> int:
        """The least margin left and right."""
        return self._side

    def set_side(self, side: int) -> None:
        """Change the least margin left and right."""
        self._side = side
        self._arrange()

    def set_ends(self, top: int, bottom: int) -> None:
        """Change the margins above and below."""
        self._top, self._bottom = top, bottom
        self._arrange()

    def set_outside(self, outside: int) -> None:
        """What stands at the right takes so many pixels, and belongs to the right margin."""
        self._outside = outside
        self._arrange()

    def _arrange(self) -> None:
        whole = self.width() + self._outside
        side = max(self._side, (whole - round(WIDEST * theme.scale)) // 2)
        right = max(side - self.overhang - self._outside, 0)
        self._margins.setContentsMargins(side, self._top, right, self._bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._arrange()
        super().resizeEvent(event)


class Bar(Centred):
    """A ground from edge to edge of the window, with a line at one end."""

    def __init__(self, fill: Role, line: Qt.Edge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill: Role = fill
        self._line = line

    def _line_role(self) -> Role:
        return "line"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.fill(painter, self.rect(), self._fill)
        y = 0 if self._line == Qt.Edge.TopEdge else self.height() - 1
        paint.rule(painter, 0, y, self.width(), self._line_role())
