"""The pre-flight list of screen 2: what is looked at before the person fetches the code."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.presenter.pieces import CheckRow
from kamusm_esign.ui.presenter.pieces import Chip as ChipModel
from kamusm_esign.ui.widgets.check_list import Check, CheckList
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Surface, column
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.info_panel import InfoHeader
from kamusm_esign.ui.widgets.text import Label


class Preflight(Surface):
    """All checks and what they come to; in narrow windows one row that opens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title = Label("section", "navy")
        self.header = InfoHeader("code.checks.header")
        self.header.setCheckable(True)
        self._chip, self._line = Chip("code.ready"), Label("small", "text2")
        self._list = CheckList("code.checks")
        self._body = QWidget()
        verdict = Flow(gap=8, line_gap=4)
        verdict.add(self._chip)
        verdict.add(self._line)
        inside = column(self._body, spacing=12)
        inside.addWidget(verdict)
        inside.addWidget(self._list)
        self._layout = column(self)
        for part in (self.header, self._title, self._body):
            self._layout.addWidget(part)
        self._layout.addStretch(1)
        self.header.toggled.connect(lambda on: self._body.setVisible(on))

    def set_collapsed(self, collapsed: bool) -> None:
        """Be one row that opens, or the whole list."""
        self.header.setVisible(collapsed)
        self._title.setVisible(not collapsed)
        self._body.setVisible(not collapsed or self.header.isChecked())
        self._layout.setSpacing(4 if collapsed else 8)
        self._layout.setContentsMargins(*((1, 1, 1, 1) if collapsed else (25, 21, 25, 9)))
        self._body.setContentsMargins(*((16, 0, 16, 8) if collapsed else (0, 0, 0, 0)))
        self.set_look("surface2" if collapsed else "surface", None if collapsed else "line")

    def set_checks(
        self, title: str, checks: Sequence[CheckRow], verdict: ChipModel, line: str
    ) -> None:
        """Show the checks in their order."""
        self._title.set_text(title)
        self.header.set_text(f"{title} · {verdict.text}")
        self._list.set_name(title)
        self._list.set_checks([_check(check) for check in checks])
        self._chip.set_chip(verdict.kind, verdict.text, verdict.icon)
        self._line.set_text(line)


def _check(row: CheckRow) -> Check:
    more = " ".join(part for part in (row.todo, row.code) if part)
    return Check(row.name, row.state, row.sentence, more)
