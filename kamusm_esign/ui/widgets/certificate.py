"""One certificate to look at: what it is, from when until when, and how it stands."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import SmallButton
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Surface, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

BAR, MARKER = 8, 18


MARKS: dict[str, tuple[str, Role]] = {"ok": ("check", "green"), "warn": ("alert", "amber-text")}
"""Kind of a fact's mark → (icon, colour)."""


class CertificateFact(NamedTuple):
    """One fact of it."""

    name: str
    value: str
    strong: bool = False
    """Whether it stands out."""
    mark: str = ""
    """One of `MARKS`; empty: none."""
    said: str = ""
    """What the mark says, for who does not see it."""


class Certificate(NamedTuple):
    """One certificate."""

    title: str
    icon: str
    chips: tuple[tuple[str, str, str], ...]
    """(kind, text, icon)."""
    facts: tuple[CertificateFact, ...]
    note: str = ""
    used: float | None = None
    """How much of its time is over, 0 to 1; None: no bar."""
    renewal: float = 1.0
    """From where on it can be renewed."""
    details: str = ""
    """Text of the button that shows `more`; empty: none."""
    more: tuple[tuple[str, str], ...] = ()
    """(name, value)."""
    export: str = ""
    """Text of the button that saves it; empty: none."""
    calendar: str = ""
    """Text of the button that saves its end; empty: none."""


class Timeline(QWidget):
    """The life of a certificate; its last part, in which it can be renewed; today."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._used, self._renewal = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_time(self, used: float, renewal: float) -> None:
        """Show a moment of it; both 0 to 1."""
        self._used, self._renewal = used, renewal
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, MARKER)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        width, top = self.width(), (MARKER - BAR) / 2
        whole = QRectF(0, top, width, BAR)
        paint.box(painter, whole, "amber", "text" if theme.contrast else None, radius=BAR / 2)
        before = QRectF(0, top, max(width * self._renewal, BAR), BAR)
        paint.box(painter, before, "teal", radius=BAR / 2)
        x = min(max(round(width * self._used), 1), width - 1)
        paint.fill(painter, QRectF(x - 1, 0, 2, MARKER), "text")


class _Fact(QWidget):
    """A name above its value."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._value = Label("small", "text2"), Label("base")
        self._mark = Icon("check", 16, "green", line="base")
        layout, line = column(self), row(spacing=6)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._value, 1)
        layout.addWidget(self._name)
        layout.addLayout(line)

    def set_fact(self, fact: CertificateFact) -> None:
        """Show it."""
        self._name.set_text(fact.name)
        self._value.set_kind("strong" if fact.strong else "base")
        self._value.set_text(fact.value)
        self._value.setAccessibleDescription(
            f"{fact.name}: {fact.said}" if fact.said else fact.name
        )
        self._mark.setVisible(bool(fact.mark))
        if fact.mark:
            self._mark.set_icon(*MARKS[fact.mark])


class CertificateView(Surface):
    """A box with all of it."""

    save_wanted = Signal(str)
    """It is to be saved: `cer` or `ics`."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__("surface", "line", name=name, parent=parent)
        self._icon, self._title = Icon("user", 24, "teal"), Label("strong", "navy")
        self._chips: list[Chip] = []
        self._facts: list[_Fact] = []
        self._chip_row, self._fact_row = Flow(line_gap=4), Flow(gap=24, line_gap=4)
        self._bar, self._note = Timeline(), Label("small", "text2")
        self.details = SmallButton(f"{name}.details", "info")
        self.export = SmallButton(f"{name}.export", "save")
        self.calendar = SmallButton(f"{name}.calendar", "calendar")
        self._more, self._actions = Facts(f"{name}.more"), Flow(gap=8, line_gap=0)
        self._more.hide()
        for button in (self.details, self.export, self.calendar):
            self._actions.add(button)
        self.details.clicked.connect(lambda: self._more.setVisible(self._more.isHidden()))
        self.export.clicked.connect(lambda: self.save_wanted.emit("cer"))
        self.calendar.clicked.connect(lambda: self.save_wanted.emit("ics"))
        head = Flow(gap=12, line_gap=4, spread=True)
        head.add(self._title)
        head.add(self._chip_row)
        inside = column(spacing=6)
        inside.addWidget(head)
        inside.addWidget(self._fact_row)
        inside.addWidget(self._bar)
        inside.addWidget(self._note)
        inside.addWidget(self._more)
        inside.addWidget(self._actions)
        layout = row(self, spacing=12)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(inside, 1)

    def set_certificate(self, certificate: Certificate) -> None:
        """Show one."""
        self._icon.set_icon(certificate.icon, "teal")
        self._title.set_text(certificate.title)
        self._show_chips(certificate.chips)
        self._show_facts(certificate.facts)
        self._bar.setVisible(certificate.used is not None)
        if certificate.used is not None:
            self._bar.set_time(certificate.used, certificate.renewal)
        self._note.set_text(certificate.note)
        self._note.setVisible(bool(certificate.note))
        self._more.set_facts(certificate.more)
        texts = (certificate.details, certificate.export, certificate.calendar)
        for button, text in zip((self.details, self.export, self.calendar), texts, strict=True):
            button.set_text(text)
            button.setVisible(bool(text))
            button.setAccessibleDescription(certificate.title)
        self._actions.setVisible(any(texts))

    def _show_chips(self, chips: Sequence[tuple[str, str, str]]) -> None:
        while len(self._chips) < len(chips):
            self._chips.append(Chip())
            self._chip_row.add(self._chips[-1])
        for place, chip in enumerate(self._chips):
            chip.setVisible(place < len(chips))
        for chip, (kind, text, icon) in zip(self._chips, chips, strict=False):
            chip.set_chip(kind, text, icon)

    def _show_facts(self, facts: Sequence[CertificateFact]) -> None:
        while len(self._facts) < len(facts):
            self._facts.append(_Fact())
            self._fact_row.add(self._facts[-1])
        for place, shown in enumerate(self._facts):
            shown.setVisible(place < len(facts))
        for shown, fact in zip(self._facts, facts, strict=False):
            shown.set_fact(fact)
