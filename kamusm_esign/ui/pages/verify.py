"""Screen 14: a signed file or a receipt, whether it stands, what was checked and what was not."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.file_dialogs import ask_which
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.presenter.intents import Intent, VerifyDocument, VerifyFile
from kamusm_esign.ui.presenter.pieces import CheckRow
from kamusm_esign.ui.presenter.sign_models import SignatureRow, VerifyPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.check_list import Check, CheckList
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.drop_area import DropArea
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.verdict_panel import VerdictPanel


class SignatureCard(Card):
    """One signature."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self._title, self._chip, self._facts = Label("strong", "navy"), Chip(), Facts()
        head = row(spacing=12)
        head.addWidget(self._title, 1)
        head.addWidget(self._chip)
        layout = column(self, margin=20, spacing=12)
        layout.addLayout(head)
        layout.addWidget(self._facts)

    def set_signature(self, shown: SignatureRow) -> None:
        """Show it."""
        self._title.set_text(shown.title)
        self._chip.set_chip(shown.chip.kind, shown.chip.text, shown.chip.icon)
        self._facts.set_facts([(fact.name, fact.value) for fact in shown.facts])


class ChecksCard(Card):
    """What was checked, or what was not."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title, self.list = Label("section", "navy"), CheckList(name)
        self._layout = column(self, margin=20, spacing=8)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self.list)
        self._layout.addStretch(1)

    def set_checks(self, title: str, checks: Sequence[CheckRow]) -> None:
        """Show them; none: nothing."""
        self.setVisible(bool(checks))
        self._title.set_text(title)
        self.list.setAccessibleName(title)
        self.list.set_checks([Check(c.name, c.state, c.sentence, c.todo, c.code) for c in checks])


class Verify(Page):
    """Files above, the verdict, the signatures, and two lists."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: VerifyPage | None = None
        self._said = ""
        self._notice, self._lead = Banner("page.problem"), Label("base", "text2")
        self.file, self.document = DropArea("verify.file"), DropArea("verify.document")
        self._document_lead = Label("base", "text")
        self.verdict = VerdictPanel("verify.result")
        self._cards: list[SignatureCard] = []
        self._list = column(spacing=16)
        self._checked, self._unchecked = (
            ChecksCard("verify.checked"),
            ChecksCard("verify.unchecked"),
        )
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(16)
        self._columns.addWidget(self._checked, 1)
        self._columns.addWidget(self._unchecked, 1)
        self._layout = column(self, spacing=16)
        parts = (self._lead, self._notice, self.file, self._document_lead, self.document)
        for part in (*parts, self.verdict):
            self._layout.addWidget(part)
        self._layout.addLayout(self._list)
        self._layout.addLayout(self._columns)
        self._layout.addStretch(1)
        self._connect(self.file, VerifyFile)
        self._connect(self.document, VerifyDocument)

    def _connect(self, area: DropArea, made: type[VerifyFile | VerifyDocument]) -> None:
        def send(path: str) -> None:
            wish: Intent = made(path)
            self.intent.emit(wish)

        area.dropped.connect(send)
        area.pressed.connect(lambda: ask_which(self, area.button.text(), send))

    def set_shape(self, shape: Shape) -> None:
        """One list under the other in narrow windows."""
        direction = QBoxLayout.Direction
        wide = shape.columns
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._layout.setSpacing(12 if shape.short else 16)
        self.verdict.set_dense(not wide)

    def first_focus(self) -> QWidget:
        """Where a file is chosen."""
        return self.file.button

    # ------------------------------------------------------------------ what it says
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show what is known of the file."""
        self._model = model
        self._lead.set_text(model.lead)
        self.file.set_texts(model.drop, model.choose, model.file_name)
        wanted = bool(model.document_lead)
        self._document_lead.set_text(model.document_lead)
        self._document_lead.setVisible(wanted)
        self.document.setVisible(wanted)
        self.document.set_texts(model.drop, model.choose_document, model.document_name)
        for area in (self.file, self.document):
            area.setEnabled(not model.busy)
        self._show_notice(model)
        self._show_verdict(model)
        self._checked.set_checks(model.checked_title, model.checked)
        self._unchecked.set_checks(model.unchecked_title, model.unchecked)

    def _show_notice(self, model: VerifyPage) -> None:
        notice = model.notice
        self._notice.setVisible(notice is not None or model.busy)
        if notice is not None:
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
        elif model.busy:
            self._notice.set_banner("info", model.busy_text)

    def _show_verdict(self, model: VerifyPage) -> None:
        self.verdict.setVisible(bool(model.verdict))
        if model.verdict:
            self.verdict.set_verdict(model.verdict, model.headline, model.sentence)
            self.verdict.setAccessibleName(f"{model.headline} {model.sentence}")
        while len(self._cards) > len(model.signatures):
            self._cards.pop().deleteLater()
        while len(self._cards) < len(model.signatures):
            self._cards.append(SignatureCard(f"verify.signature.{len(self._cards) + 1}"))
            self._list.addWidget(self._cards[-1])
        for card, shown in zip(self._cards, model.signatures, strict=True):
            card.set_signature(shown)
        notice = f"{model.notice.title} {model.notice.text}" if model.notice else ""
        said = f"{notice} {model.headline} {model.sentence}".strip()
        if said != self._said:
            self._said = said
            announce(self, said, at_once=True)

    def leave(self) -> None:
        """The next verdict is spoken again."""
        self._model, self._said = None, ""
