"""Where one is: the steps of a job in the top bar."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.text import TextBlock

MARK, GAP, DASH, AROUND, ICON = 28, 8, 32, 12, 16
SHORTEST_DASH = 12

LOOKS: dict[str, tuple[Role, Kind, str]] = {
    "done": ("on-rail2", "step", "check"),
    "now": ("on-rail", "step-now", ""),
    "next": ("rail-next", "step", ""),
    "failed": ("on-rail2", "step", "x"),
}
"""State → (colour, type, icon in place of the number)."""


class StepRail(QWidget):
    """Steps in a row; narrower, the names of the steps other than the present one go."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._steps: tuple[tuple[str, str], ...] = ()
        self._names: list[TextBlock] = []
        self._numbers: list[TextBlock] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_steps(self, steps: Sequence[tuple[str, str]], spoken: str) -> None:
        """Show steps: (name, state), state `done`, `now`, `next` or `failed`.

        `spoken` says the same to assistive technology: "Adım 2 / 4: Kart ve yeni PIN".
        """
        self._steps = tuple(steps)
        self._names = [self._block(LOOKS[state][1], name) for name, state in steps]
        self._numbers = [
            self._block("step-now", str(number)) for number in range(1, len(self._steps) + 1)
        ]
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    @staticmethod
    def _block(kind: Kind, text: str) -> TextBlock:
        block = TextBlock(kind)
        block.set_text(text)
        return block

    def _width(self, dash: int, *, all_names: bool) -> int:
        named = [
            block.natural_width() + GAP
            for block, (_, state) in zip(self._names, self._steps, strict=True)
            if all_names or state == "now"
        ]
        gaps = max(len(self._steps) - 1, 0) * (dash + 2 * (AROUND if dash == DASH else 4))
        return sum(named) + len(self._steps) * self._mark() + gaps

    def _mark(self) -> int:
        return max(MARK, theme.metrics("step-now").height() + 6)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._width(DASH, all_names=True), self._mark())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._width(SHORTEST_DASH, all_names=False), self._mark())

    def text_fits(self) -> bool:
        """Whether what is shown is wholly inside."""
        return self.width() >= self.minimumSizeHint().width()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        all_names = self.width() >= self._width(SHORTEST_DASH, all_names=True)
        roomy = self.width() >= self._width(DASH, all_names=True)
        dash, around = (DASH, AROUND) if roomy else (SHORTEST_DASH, 4)
        x = 0.0
        for place, (_, state) in enumerate(self._steps):
            if place:
                x = self._draw_dash(painter, x, dash, around, reached=state != "next")
            x = self._draw_step(painter, x, place, named=all_names or state == "now")

    def _draw_dash(
        self, painter: QPainter, x: float, dash: int, around: int, *, reached: bool
    ) -> float:
        role: Role = "on-rail2" if reached else "rail-line"
        painter.setPen(QPen(theme.colour(role), 1.5))
        y = self.height() / 2
        painter.drawLine(QPointF(x + around, y), QPointF(x + around + dash, y))
        return x + dash + 2 * around

    def _draw_step(self, painter: QPainter, x: float, place: int, *, named: bool) -> float:
        state = self._steps[place][1]
        role, _, icon = LOOKS[state]
        mark, middle = self._mark(), self.height() / 2
        fill: Role | None = "amber" if state == "now" else None
        centre = QPointF(x + mark / 2, middle)
        paint.disc(painter, centre, mark, fill, "amber" if state == "now" else role)
        if icon:
            size = theme.px(ICON)
            draw_icon(painter, centre.x() - size / 2, middle - size / 2, size, icon, role)
        else:
            self._draw_number(painter, centre, self._numbers[place], state, role)
        x += mark
        if named:
            block = self._names[place]
            width = block.natural_width()
            block.draw(painter, x + GAP, middle - block.height(width) / 2, width, role)
            x += GAP + width
        return x

    @staticmethod
    def _draw_number(
        painter: QPainter, centre: QPointF, block: TextBlock, state: str, role: Role
    ) -> None:
        width = block.natural_width()
        height = block.height(width)
        colour: Role = "on-amber" if state == "now" else role
        corner = QPointF(centre.x() - (width - 1) / 2, centre.y() - height / 2)
        block.draw(painter, corner.x(), corner.y(), width, colour)
