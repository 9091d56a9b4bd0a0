"""The rules of a new PIN, ticked while it is typed."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.marked_text import ICON, MarkedText
from kamusm_esign.ui.widgets.text import TextBlock

LOOKS: dict[str, tuple[str, Role, Role]] = {
    "open": ("circle", "control", "text2"),
    "ok": ("check-circle", "green", "text"),
    "broken": ("x-circle", "red", "red"),
}
"""State → (icon, its colour, the text's)."""

ROW_GAP, COLUMN_GAP, TWO_COLUMNS = 6, 24, 500


class Rule(MarkedText):
    """One rule with its mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(TextBlock("small"), QSizePolicy.Policy.Preferred, parent)
        self._look = LOOKS["open"]

    def set_rule(self, state: str, text: str, spoken: str = "") -> None:
        """Show how a rule stands; `spoken` says the state too, for assistive technology."""
        self._look = LOOKS[state]
        self._block.set_kind("small-strong" if state == "broken" else "small")
        self._block.set_text(text)
        self.setText(text)
        self.setAccessibleName(spoken or text)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        icon, mark, text = self._look
        size = theme.px(ICON)
        draw_icon(painter, 0, (theme.line_height("small") - size) / 2, size, icon, mark)
        self._block.draw(painter, self._beside(), 0, self.width() - self._beside(), text)


class RuleList(QWidget):
    """Two columns where there is room, else one."""

    def __init__(self, name: str = "pin.rules", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._rules: list[Rule] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(COLUMN_GAP)
        self._grid.setVerticalSpacing(ROW_GAP)

    def set_name(self, name: str) -> None:
        """Name the list."""
        self.setAccessibleName(name)

    def set_rules(self, rules: Sequence[tuple[str, str]], spoken: Sequence[str] = ()) -> None:
        """Show rules: (text, state), state `open`, `ok` or `broken`."""
        while len(self._rules) > len(rules):
            self._rules.pop().deleteLater()
        while len(self._rules) < len(rules):
            self._rules.append(Rule())
        self._columns = self._columns if self._grid.count() == len(rules) else 0
        for place, (text, state) in enumerate(rules):
            said = spoken[place] if spoken else ""
            self._rules[place].set_rule(state, text, said)
        self._arrange()

    def _arrange(self) -> None:
        columns = 2 if self.width() >= TWO_COLUMNS * (1 + (theme.scale - 1) * 0.9) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for place, rule in enumerate(self._rules):
            self._grid.addWidget(rule, place // columns, place % columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._arrange()
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        least = max((rule.minimumSizeHint().width() for rule in self._rules), default=0)
        return QSize(least, super().minimumSizeHint().height())
