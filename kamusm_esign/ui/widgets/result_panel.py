"""What happened: the large panel of the result screen."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Surface, column, row
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.picture import Drawing, Icon
from kamusm_esign.ui.widgets.text import Label

VERDICTS: dict[str, tuple[Role, Role, str]] = {
    "succeeded": ("green-tint", "green-line", "lock-opens"),
    "failed": ("red-tint", "red-line", "lock-stays"),
    "unknown": ("amber-tint", "amber-line", ""),
}
"""Verdict → (ground, edge, drawing; empty: a question mark)."""

ICON_ROLES: dict[str, Role] = {"succeeded": "green", "failed": "red", "unknown": "amber-text"}

DRAWING, QUESTION = 132, 96


class ResultPanel(Surface):
    """Drawing, headline (what happened), sentence (why), chips (what is certain)."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__("green-tint", "green-line", name=name, parent=parent)
        self._verdict, self._icon, self._shown = "succeeded", "", True
        self._drawing = Drawing("lock-opens", DRAWING)
        self._question = Icon("question", QUESTION, "amber-text")
        self._question.setMinimumWidth(DRAWING)
        self.headline = Label("headline", "text", name="result.title")
        self.sentence = Label("lead", "text", name="result.body")
        self._chips: list[Chip] = []
        self._chip_row = Flow()
        self._layout = row(self, spacing=32)
        self._layout.addWidget(self._drawing)
        self._layout.addWidget(self._question)
        texts = column()
        texts.addStretch(1)
        texts.addWidget(self.headline)
        texts.addSpacing(4)
        texts.addWidget(self.sentence)
        texts.addSpacing(12)
        texts.addWidget(self._chip_row)
        texts.addStretch(1)
        self._layout.addLayout(texts, 1)
        self.set_drawing_shown(True)

    def set_result(
        self,
        verdict: str,
        headline: str,
        sentence: str,
        chips: Sequence[tuple[str, str, str]] = (),
        icon: str = "",
    ) -> None:
        """Show a verdict (`succeeded`, `failed`, `unknown`) and what is known.

        Chips: (kind, text, icon or empty). `icon` stands in place of the drawing of a lock.
        """
        self._verdict, self._icon = verdict, icon
        self._question.set_icon(icon or "question", ICON_ROLES[verdict])
        ground, edge, drawing = VERDICTS[verdict]
        self.set_look(ground, edge)
        if drawing:
            self._drawing.set_drawing(drawing)
        self.headline.set_text(headline)
        self.sentence.set_text(sentence)
        self.sentence.setVisible(bool(sentence))
        while len(self._chips) > len(chips):
            self._chips.pop()
            self._chip_row.remove_last()
        while len(self._chips) < len(chips):
            self._chips.append(Chip())
            self._chip_row.add(self._chips[-1])
        for chip, (kind, text, icon) in zip(self._chips, chips, strict=True):
            chip.set_chip(kind, text, icon, outlined=True)
        self._chip_row.setVisible(bool(chips))
        self.set_drawing_shown(self._shown)

    def set_drawing_shown(self, shown: bool) -> None:
        """Show the drawing where there is room for it."""
        self._shown = shown
        drawn = bool(VERDICTS[self._verdict][2]) and not self._icon
        self._drawing.setVisible(shown and drawn)
        self._question.setVisible(shown and not drawn)
        self._layout.setContentsMargins(*((41, 25, 41, 25) if shown else (21, 17, 21, 17)))
