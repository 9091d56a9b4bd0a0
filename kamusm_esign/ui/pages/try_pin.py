"""Screen 10: the card, its certificates, and one try of the PIN when it is asked for."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from kamusm_esign.ui.file_dialogs import ask_where
from kamusm_esign.ui.pages.card_columns import CardColumns
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.try_entry import PadNote, TryEntry
from kamusm_esign.ui.presenter.intents import (
    ChooseToken,
    EnterPins,
    LookAgain,
)
from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.presenter.my_card_intents import RevealSerial, SaveCertificate
from kamusm_esign.ui.presenter.pieces import CertificateRow
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.certificate import Certificate, CertificateFact, CertificateView
from kamusm_esign.ui.widgets.choice_list import Choice, ChoiceList
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.pin_field import IDLE_MS
from kamusm_esign.ui.widgets.text import Label


class TryPin(Page):
    """The card at the left; certificates and PIN in the middle; keypad at the right."""

    scrolls_itself = True

    def __init__(self, parent: QWidget | None = None, *, idle_ms: int = IDLE_MS) -> None:
        super().__init__(parent)
        self._model: TryPinPage | None = None
        self._shape: Shape | None = None
        self._said = ""
        self._columns = CardColumns()
        self.entry, self._pad = TryEntry(idle_ms=idle_ms), PadNote()
        self._notice, self._lead = Banner("page.problem"), Label("base", "text2")
        self._choose, self._cards = Label("strong"), ChoiceList("token.list")
        self._title = Label("strong", "text")
        self._views: list[CertificateView] = []
        self._certificates = QWidget()
        self._certificates.setObjectName("certificate.list")
        self._list = column(self._certificates, spacing=8)
        whole = column(self)
        whole.addWidget(self._columns, 1)
        whole.addWidget(self._pad)
        self._arrange()
        self._columns.keys.keypad.serve(self.entry.field)
        self._columns.card.reveal.clicked.connect(self._reveal)
        self._columns.card.read_again.clicked.connect(lambda: self.intent.emit(LookAgain()))
        self._cards.chosen.connect(lambda serial: self.intent.emit(ChooseToken(serial)))
        self.entry.changed.connect(self._tell_primary)
        self.entry.submitted.connect(self.primary_pressed)
        self.entry.code_way.clicked.connect(self._go_to_code)

    def _arrange(self) -> None:
        matter = self._columns.matter
        matter.setSpacing(8)
        for widget in (self._notice, self._lead, self._choose, self._cards):
            matter.addWidget(widget)
        matter.addWidget(self._title)
        matter.addWidget(self._certificates)
        matter.addSpacing(8)
        matter.addWidget(self.entry)
        matter.addStretch(1)

    # ------------------------------------------------------------------ what it says
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show the card; what was typed goes only with the card it was meant for."""
        before, self._model = self._model, model
        if before is not None and _chosen(before) != _chosen(model):
            self.entry.forget()
        asks = model.can_try and model.asking
        self._columns.card.set_model(model)
        self._columns.keys.set_texts(model.keypad)
        self._columns.set_card_there(model.can_try, asks=asks)
        self._show_notice(model)
        self._place_notice(3 if asks else 0)
        self._show_cards(model)
        # While the PIN is asked for there is one thing to do, and it needs no scrolling.
        self._show_certificates(() if asks else model.certificates)
        self._title.set_text(model.certificates_title)
        self._title.setVisible(bool(model.certificates) and not asks)
        self._certificates.setAccessibleName(model.certificates_title)
        self.entry.set_model(model)
        self.entry.set_brief(model.notice is not None and len(model.cards) > 1)
        self.entry.setVisible(asks)
        self._show_pad(model)
        self._tell_primary()
        self._follow(before, model)

    def _follow(self, before: TryPinPage | None, model: TryPinPage) -> None:
        """The focus goes to the PIN when it is asked for, and to the card when it is there."""
        if before is None or not model.can_try:
            return
        asks = model.asking and not before.asking
        now = QApplication.focusWidget()
        nowhere = now is None or now is self or now.isAncestorOf(self)
        if asks or (nowhere and not before.can_try):
            first = self.first_focus()
            if first is not None:
                first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_notice(self, model: TryPinPage) -> None:
        notice = model.notice or model.saved
        self._notice.setVisible(notice is not None)
        if notice is not None:
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
        self._lead.set_text(model.try_lead)
        self._lead.setVisible(not model.can_try)
        said = f"{notice.title}. {notice.text}" if notice is not None else ""
        if said != self._said:
            self._said = said
            announce(self, said, at_once=True)

    def _place_notice(self, place: int) -> None:
        """Beside what it is about: the card, or the PIN that was wrong, with big text as well."""
        if self._columns.matter.indexOf(self._notice) != place:
            self._columns.matter.removeWidget(self._notice)
            self._columns.matter.insertWidget(place, self._notice)

    def _show_cards(self, model: TryPinPage) -> None:
        several = len(model.cards) > 1
        self._choose.setVisible(several)
        self._cards.setVisible(several)
        self._choose.set_text(model.choose)
        self._cards.set_name(model.choose)
        choices = [
            Choice(
                card.serial,
                card.holder,
                card.line,
                card.icon,
                tuple((chip.kind, chip.text, chip.icon) for chip in card.chips),
                card.reason,
            )
            for card in model.cards
        ]
        self._cards.set_choices(choices, _chosen(model), dense=True)

    def _show_certificates(self, rows: tuple[CertificateRow, ...]) -> None:
        while len(self._views) < len(rows):
            view = CertificateView(f"certificate.list.{len(self._views) + 1}")
            view.save_wanted.connect(partial(self._ask_where, len(self._views)))
            self._views.append(view)
            self._list.addWidget(view)
        self._certificates.setVisible(bool(rows))
        for place, view in enumerate(self._views):
            view.setVisible(place < len(rows))
        for view, shown in zip(self._views, rows, strict=False):
            view.set_certificate(_certificate(shown))

    def _ask_where(self, place: int, form: str) -> None:
        """Ask where a certificate is to be saved, or its end."""
        if self._model is None or place >= len(self._model.certificates):
            return
        shown, view = self._model.certificates[place], self._views[place]
        title = (view.export if form == "cer" else view.calendar).text()

        def save(path: str) -> None:
            self.intent.emit(SaveCertificate(shown.sha256, path, form))

        ask_where(self, title, f"{shown.file_stem}.{form}", save)

    def _show_pad(self, model: TryPinPage) -> None:
        shape = self._shape
        low = shape is not None and (shape.short or not shape.columns)
        there = model.can_try and model.asking and low
        self.entry.set_pad_here(not there)
        self._pad.show_for(model.keypad.pad if there else None, self._shape, self._columns)

    def leave(self) -> None:
        """Wipe what was typed."""
        self.entry.forget()
        self._model, self._said = None, ""

    def set_shape(self, shape: Shape) -> None:
        """Pass it on."""
        self._shape = shape
        self._columns.set_shape(shape)
        self.entry.set_narrow(not shape.columns)
        if self._model is not None:
            self._show_pad(self._model)

    def first_focus(self) -> QWidget | None:
        """Once there is a card: the PIN field where it is asked for, else what is the card's."""
        model = self._model
        if model is None or not model.can_try:
            return None
        typed = model.asking and model.keypad.pad is None
        return self.entry.field if typed else self._columns.card.read_again

    # ------------------------------------------------------------------ what is pressed
    def _tell_primary(self) -> None:
        model = self._model
        ready, reason = self.entry.readiness()
        if model is None or not model.can_try:
            ready, reason = False, model.incomplete if model is not None else ""
        elif not model.asking:
            ready, reason = True, ""
        self.primary_state_changed.emit(ready, reason)

    def _reveal(self) -> None:
        if self._model is not None:
            self.intent.emit(RevealSerial(not self._model.revealed))

    def _go_to_code(self) -> None:
        if self._model is not None:
            self.intent.emit(self._model.keypad.code_way.intent)

    def primary_pressed(self) -> None:
        """Hand the PIN over, once; what is missing is said."""
        if self._model is None or not (self._model.can_try and self._model.asking):
            return
        ready, reason = self.entry.readiness()
        if not ready:
            self.entry.say(reason)
            return
        last_try = self.entry.last_try_confirmed
        self.intent.emit(EnterPins(self.entry.field.take(), None, last_try=last_try))
        self.entry.forget()


def _chosen(model: TryPinPage) -> str:
    return next((card.serial for card in model.cards if card.chosen), "")


def _certificate(shown: CertificateRow) -> Certificate:
    return Certificate(
        title=shown.title,
        icon=shown.icon,
        chips=tuple((chip.kind, chip.text, chip.icon) for chip in shown.chips),
        facts=tuple(
            CertificateFact(fact.name, fact.value, fact.strong, fact.mark, fact.said)
            for fact in shown.facts
        ),
        note=shown.note,
        used=shown.used,
        renewal=shown.renewal,
        details=shown.details,
        more=tuple((fact.name, fact.value) for fact in shown.more),
        export=shown.export,
        calendar=shown.calendar,
    )
