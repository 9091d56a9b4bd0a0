"""Screen 14: a signed file or a receipt, whether it stands, what was checked and what was not."""

from typing import Any

from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.file_dialogs import ask_which
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.presenter.intents import UnmaskReceipts, VerifyDocument, VerifyFile
from kamusm_esign.ui.presenter.verify_models import (
    CheckGroup,
    FilePlace,
    VerifiedRow,
    VerifyPage,
)
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.check_list import Check, CheckList
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Card, Line, column, row
from kamusm_esign.ui.widgets.drop_area import DropArea
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.switch import Switch
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.verdict_panel import VerdictPanel


class Checks(QWidget):
    """What was checked, or what was not."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title, self.list = Label("strong", "navy"), CheckList(name)
        layout = column(self, spacing=8)
        layout.addWidget(self._title)
        layout.addWidget(self.list)
        layout.addStretch(1)

    def set_group(self, group: CheckGroup) -> None:
        """Show them; none: nothing."""
        self.setVisible(bool(group.checks))
        self._title.set_text(group.title)
        self.list.set_name(group.title)
        self.list.set_checks([Check(c.name, c.state, c.sentence) for c in group.checks])


class VerifiedCard(Card):
    """One signature, or the receipt."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self._title, self._chip, self._facts = Label("section", "navy"), Chip(), Facts()
        self._checked, self._unchecked = Checks(f"{name}.checked"), Checks(f"{name}.unchecked")
        head = row(spacing=12)
        head.addWidget(self._title, 1)
        head.addWidget(self._chip)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(24)
        self._columns.addWidget(self._checked, 1)
        self._columns.addWidget(self._unchecked, 1)
        layout = column(self, margin=20, spacing=16)
        layout.addLayout(head)
        layout.addWidget(self._facts)
        layout.addWidget(Line())
        layout.addLayout(self._columns)

    def set_row(self, shown: VerifiedRow) -> None:
        """Show it."""
        self._title.set_text(shown.title)
        self._chip.set_chip(shown.chip.kind, shown.chip.text, shown.chip.icon)
        self._facts.set_facts([(fact.name, fact.value) for fact in shown.facts])
        self._checked.set_group(shown.checked)
        self._unchecked.set_group(shown.unchecked)

    def set_wide(self, wide: bool) -> None:
        """Both lists side by side, or one under the other."""
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)


class Verify(Page):
    """Files above, the verdict, and a card for each signature."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said, self._wide = "", True
        self._notice, self._lead = Banner("page.problem"), Label("base", "text2")
        self.file, self.document = DropArea("verify.file"), DropArea("verify.document")
        self._document_lead = Label("base", "text", name="verify.documentLead")
        self.verdict = VerdictPanel("verify.result")
        self.unmask = Switch("verify.unmask")
        self._cards: list[VerifiedCard] = []
        self._list = column(spacing=16)
        self._layout = column(self, spacing=16)
        for part in (self._lead, self.file, self._document_lead, self.document, self._notice):
            self._layout.addWidget(part)
        self._layout.addWidget(self.verdict)
        self._layout.addWidget(self.unmask)
        self._layout.addLayout(self._list)
        self._layout.addStretch(1)
        self._connect(self.file, VerifyFile)
        self._connect(self.document, VerifyDocument)
        self.unmask.clicked.connect(lambda on: self.intent.emit(UnmaskReceipts(on)))

    def _connect(self, area: DropArea, made: type[VerifyFile | VerifyDocument]) -> None:
        def send(path: str) -> None:
            self.intent.emit(made(path))

        area.dropped.connect(send)
        area.pressed.connect(lambda: ask_which(self, area.button.text(), send))

    def set_shape(self, shape: Shape) -> None:
        """One list under the other in narrow windows."""
        self._wide = shape.columns
        for card in self._cards:
            card.set_wide(self._wide)
        for area in (self.file, self.document):
            area.set_dense(not shape.columns)
        self._layout.setSpacing(12 if shape.short else 16)
        self.verdict.set_dense(not shape.columns)

    def first_focus(self) -> QWidget:
        """Where a file is chosen."""
        return self.file.button

    # ------------------------------------------------------------------ what it says
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show what is known of the file."""
        for label, text in ((self._lead, model.lead), (self._document_lead, model.document_lead)):
            label.set_text(text)
            label.setVisible(bool(text))
        self._show_file(self.file, model.file, busy=model.busy)
        self.document.setVisible(model.document is not None)
        if model.document is not None:
            self._show_file(self.document, model.document, busy=model.busy)
        self._show_notice(model)
        self._show_verdict(model)
        self._show_rows(model)
        self._say(model)

    def _show_file(self, area: DropArea, place: FilePlace, *, busy: bool) -> None:
        area.set_texts(place.lead, place.choose, place.file_name)
        area.set_busy(busy)

    def _show_notice(self, model: VerifyPage) -> None:
        notice = model.notice
        self._notice.setVisible(notice is not None or model.busy)
        if model.busy:
            self._notice.set_banner("info", model.busy_text)
        elif notice is not None:
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)

    def _show_verdict(self, model: VerifyPage) -> None:
        self.verdict.setVisible(bool(model.verdict))
        if model.verdict:
            self.verdict.set_verdict(model.verdict, model.headline, model.sentence)
            self.verdict.setAccessibleName(f"{model.headline}. {model.sentence}")

    def _show_rows(self, model: VerifyPage) -> None:
        while len(self._cards) > len(model.rows):
            card = self._cards.pop()
            card.hide()
            card.deleteLater()
        while len(self._cards) < len(model.rows):
            card = VerifiedCard(f"verify.signature.{len(self._cards) + 1}")
            card.set_wide(self._wide)
            self._cards.append(card)
            self._list.addWidget(card)
        for card, shown in zip(self._cards, model.rows, strict=True):
            card.set_row(shown)
        self.unmask.setVisible(bool(model.unmask))
        self.unmask.set_text(model.unmask)
        self.unmask.setChecked(model.unmasked)

    def _say(self, model: VerifyPage) -> None:
        """Speak what came of it, once."""
        notice = f"{model.notice.title} {model.notice.text}" if model.notice else ""
        verdict = f"{model.headline}. {model.sentence}" if model.verdict else ""
        said = (
            model.busy_text if model.busy else f"{notice} {verdict} {model.document_lead}".strip()
        )
        if said != self._said:
            self._said = said
            announce(self, said, at_once=not model.busy)

    def leave(self) -> None:
        """The next verdict is spoken again."""
        self._said = ""
