"""Screen 6 of a signing journey: as every result, with the receipts."""

from typing import Any

from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.file_dialogs import ask_where
from kamusm_esign.ui.pages.result import Result
from kamusm_esign.ui.presenter.intents import SaveReceipts, UnmaskReceipts
from kamusm_esign.ui.presenter.sign_models import ReceiptRow, Receipts, SignedPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.containers import Card, Line, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.flow import Flow
from kamusm_esign.ui.widgets.switch import Switch
from kamusm_esign.ui.widgets.text import Label


class ReceiptView(QWidget):
    """One document: its title, whether the portal has the signature, and the facts."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title, self._chip, self._facts = Label("strong"), Chip(), Facts(name)
        head = row(spacing=12)
        head.addWidget(self._title, 1)
        head.addWidget(self._chip)
        layout = column(self, spacing=8)
        layout.addLayout(head)
        layout.addWidget(self._facts)

    def set_receipt(self, shown: ReceiptRow) -> None:
        """Show it."""
        self._title.set_text(shown.title)
        self._chip.set_chip(shown.chip.kind, shown.chip.text, shown.chip.icon)
        self._facts.set_facts([(fact.name, fact.value) for fact in shown.facts])


class ReceiptCard(Card):
    """All receipts, and saving them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="receipt.list", parent=parent)
        self._title, self._saved = Label("section", "navy"), Banner("receipt.saved")
        self._views: list[ReceiptView] = []
        self._list = column(spacing=16)
        self.unmask = Switch("receipt.unmask")
        self.pdf, self.json = Button("receipt.pdf", "save"), Button("receipt.json", "save")
        self._buttons = Flow(gap=12, spread=True)
        for part in (self.unmask, self.pdf, self.json):
            self._buttons.add(part)
        self._foot = QWidget()
        foot = column(self._foot, spacing=8)
        foot.addWidget(Line())
        foot.addWidget(self._buttons)
        self._layout = column(self, spacing=12)
        self._layout.addWidget(self._title)
        self._layout.addLayout(self._list)
        self._layout.addStretch(1)
        self._layout.addWidget(self._saved)
        self._layout.addWidget(self._foot)

    def set_margin(self, margin: int) -> None:
        """Room around it."""
        self._layout.setContentsMargins(margin, margin, margin, margin)

    def set_receipts(self, receipts: Receipts) -> None:
        """Show them."""
        self._title.set_text(receipts.title)
        self.setAccessibleName(receipts.title)
        while len(self._views) > len(receipts.rows):
            self._views.pop().deleteLater()
        while len(self._views) < len(receipts.rows):
            self._views.append(ReceiptView(f"receipt.list.{len(self._views) + 1}"))
            self._list.addWidget(self._views[-1])
        for view, shown in zip(self._views, receipts.rows, strict=True):
            view.set_receipt(shown)
        self.unmask.set_text(receipts.unmask)
        self.unmask.setChecked(receipts.unmasked)
        self.pdf.set_text(receipts.save_pdf)
        self.json.set_text(receipts.save_json)
        self._foot.setVisible(receipts.can_save)

    def set_saved(self, model: SignedPage) -> None:
        """Say what became of saving."""
        saved = model.saved
        self._saved.setVisible(saved is not None)
        if saved is not None:
            self._saved.set_banner(saved.kind, saved.title, saved.text, saved.code)


class Signed(Result):
    """The verdict above; what to do and the receipts below, and support where it failed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.receipts = ReceiptCard()
        self._said = ""
        self._layout.insertWidget(self._layout.count() - 1, self.receipts)
        self._beside: bool | None = None
        self.receipts.unmask.clicked.connect(lambda on: self.intent.emit(UnmaskReceipts(on)))
        self.receipts.pdf.clicked.connect(lambda: self._ask_where("pdf"))
        self.receipts.json.clicked.connect(lambda: self._ask_where("json"))

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show how it ended."""
        super().render(model)
        shown: Receipts | None = model.receipts
        self.receipts.setVisible(shown is not None)
        if shown is not None:
            self.receipts.set_receipts(shown)
        self.receipts.set_saved(model)
        self._put(beside=model.support is None)
        said = f"{model.saved.title} {model.saved.text}" if model.saved is not None else ""
        if said != self._said:
            self._said = said
            announce(self, said, at_once=True)

    def _put(self, *, beside: bool) -> None:
        """In the place of the summary, or below both cards where support stands there."""
        if self._beside == beside:
            return
        self._beside = beside
        if beside:
            self._right.hide()
            self._cards.addWidget(self.receipts, 1)
            self._insides[0].addWidget(self._buttons)
        else:
            self._right.show()
            self._layout.insertWidget(self._layout.count() - 1, self.receipts)
            self._insides[1].addWidget(self._buttons)

    def set_shape(self, shape: Shape) -> None:
        """As every result."""
        super().set_shape(shape)
        self.receipts.set_margin(16 if shape.compact else 20 if shape.short else 24)

    def _ask_where(self, form: str) -> None:
        model = self._model
        if not isinstance(model, SignedPage) or model.receipts is None:
            return
        title = model.receipts.save_pdf if form == "pdf" else model.receipts.save_json
        ask_where(
            self,
            title,
            f"{model.receipts.file_name}.{form}",
            lambda path: self.intent.emit(SaveReceipts(path, form)),
        )
