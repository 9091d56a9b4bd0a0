"""Screen 8: with which certificate, and the PIN."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.pin_columns import PinColumns
from kamusm_esign.ui.pages.try_entry import PadNote, TryEntry
from kamusm_esign.ui.presenter.intents import (
    Cancel,
    ChooseCertificate,
    EnterSigningPin,
    LookBack,
)
from kamusm_esign.ui.presenter.pieces import Notice
from kamusm_esign.ui.presenter.sign_models import SignerRow, SignPinPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner, Message
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.choice_list import Choice, ChoiceList
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.numbered_steps import Item
from kamusm_esign.ui.widgets.pin_field import IDLE_MS
from kamusm_esign.ui.widgets.text import Label

ABOUT_ICONS = ("document-check", "question", "user")


class SignPin(Page):
    """What is signed at the left; certificates and PIN in the middle; keypad at the right."""

    scrolls_itself = True

    def __init__(self, parent: QWidget | None = None, *, idle_ms: int = IDLE_MS) -> None:
        super().__init__(parent)
        self._model: SignPinPage | None = None
        self._shape: Shape | None = None
        self._said = ""
        self._columns = PinColumns(drawn=False)
        self.entry, self._pad = TryEntry(idle_ms=idle_ms), PadNote()
        self._notice, self._advice = Banner("page.problem"), Banner("pin.advice")
        self._choose, self._certificates = Label("strong"), ChoiceList("certificate.list")
        self._note, self._unblock = Message("pin.note"), Button("pin.unblock", "key")
        self._cancel = Button("button.cancel", "x")
        self._show = self._columns.info.add_link("sign.documents", "eye")
        whole = column(self)
        whole.addWidget(self._columns, 1)
        whole.addWidget(self._pad)
        self._arrange()
        self._columns.keys.keypad.serve(self.entry.field)
        self._show.clicked.connect(lambda: self.intent.emit(LookBack()))
        self._cancel.clicked.connect(lambda: self.intent.emit(Cancel()))
        self._unblock.clicked.connect(self._press_unblock)
        self._certificates.chosen.connect(self._choose_one)
        self.entry.changed.connect(self._tell_primary)
        self.entry.submitted.connect(self.primary_pressed)
        self.entry.code_way.clicked.connect(self._go_to_code)

    def _arrange(self) -> None:
        matter = self._columns.matter
        matter.setSpacing(8)
        unblock = row()
        unblock.addWidget(self._unblock)
        unblock.addStretch(1)
        matter.addWidget(self._notice)
        matter.addLayout(unblock)
        matter.addWidget(self._choose)
        matter.addWidget(self._certificates)
        matter.addSpacing(8)
        matter.addWidget(self.entry)
        matter.addStretch(1)
        matter.addWidget(self._advice)
        matter.addWidget(self._note)

    @property
    def in_bar(self) -> tuple[QWidget | None, QWidget | None]:
        """The way out; what leads back is the frame's."""
        return self._cancel, None

    # ------------------------------------------------------------------ what it says
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show it; what was typed goes only with the certificate that it was meant for."""
        before, self._model = self._model, model
        if before is not None and (_chosen(before) != _chosen(model) or not model.can_type):
            self.entry.forget()
        columns = self._columns
        items = [
            Item(fact.name, fact.value, icon=icon)
            for fact, icon in zip(model.about, ABOUT_ICONS, strict=True)
        ]
        columns.info.set_info(model.about_title, items, model.keypad.capture_note)
        columns.set_keypad(model.keypad)
        columns.keys.setEnabled(model.can_type)
        self._show.set_text(model.show_documents)
        self._cancel.set_text(model.cancel)
        self._unblock.setVisible(model.unblock is not None)
        if model.unblock is not None:
            self._unblock.set_text(model.unblock.text)
        self._show_certificates(model)
        self._show_entry(before, model)
        self._show_notices(model)
        self._tell_primary()

    def _show_entry(self, before: SignPinPage | None, model: SignPinPage) -> None:
        self.entry.set_model(model)
        self.entry.setVisible(bool(model.certificates) and model.unblock is None)
        self._show_pad(model)
        self.entry.field.setEnabled(model.can_type)
        if model.can_type and (before is None or not before.can_type or model.pin_problem):
            if before is not None and before.pin_problem == model.pin_problem and before.can_type:
                return
            self.entry.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_certificates(self, model: SignPinPage) -> None:
        there = bool(model.certificates)
        self._choose.setVisible(there)
        self._certificates.setVisible(there)
        self._choose.set_text(model.choose)
        self._certificates.set_name(model.choose)
        dense = self._shape is not None and self._shape.short
        choices = [_choice(signer) for signer in model.certificates]
        self._certificates.set_choices(choices, _chosen(model), dense=dense)

    def _show_notices(self, model: SignPinPage) -> None:
        for banner, notice in ((self._notice, model.notice), (self._advice, model.advice)):
            banner.setVisible(notice is not None)
            if notice is not None:
                banner.set_banner(notice.kind, notice.title, notice.text, notice.code)
        short = self._shape is not None and self._shape.short
        self._note.set_message("muted", "" if short or model.advice is not None else model.note)
        said = " ".join(_words(notice) for notice in (model.notice, model.advice) if notice)
        said = f"{model.pin_problem} {said}".strip()
        if said != self._said:
            self._said = said
            announce(self, said, at_once=True)

    def _show_pad(self, model: SignPinPage) -> None:
        there = bool(model.certificates) and model.unblock is None
        there = there and self._shape is not None and not self._shape.columns
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
        if self._model is not None:
            self._show_certificates(self._model)
            self._show_notices(self._model)

    def first_focus(self) -> QWidget | None:
        """The PIN field, once it is known which PIN; else the list."""
        model = self._model
        if model is not None and model.can_type and model.keypad.pad is None:
            return self.entry.field
        return next(iter(self._certificates.items), None)

    # ------------------------------------------------------------------ what is pressed
    def _tell_primary(self) -> None:
        model = self._model
        if model is None:
            return
        ready, reason = self.entry.readiness()
        if not model.can_type:
            ready, reason = False, model.frame.primary.reason if model.frame.primary else ""
        self.primary_state_changed.emit(ready, reason)

    def _go_to_code(self) -> None:
        if self._model is not None:
            self.intent.emit(self._model.keypad.code_way.intent)

    def primary_pressed(self) -> None:
        """Hand the PIN over, once; what is missing is said."""
        if self._model is None or not self._model.can_type:
            return
        ready, reason = self.entry.readiness()
        if not ready:
            self.entry.say(reason)
            return
        last_try = self.entry.last_try_confirmed
        self.intent.emit(EnterSigningPin(self.entry.field.take(), last_try=last_try))
        self.entry.forget()

    def _choose_one(self, key: str) -> None:
        serial, _, sha256 = key.rpartition(" ")
        self.intent.emit(ChooseCertificate(serial, sha256))

    def _press_unblock(self) -> None:
        if self._model is not None and self._model.unblock is not None:
            self.intent.emit(self._model.unblock.intent)


def _key(signer: SignerRow) -> str:
    return f"{signer.serial} {signer.sha256}"


def _chosen(model: SignPinPage) -> str:
    return next((_key(signer) for signer in model.certificates if signer.chosen), "")


def _choice(signer: SignerRow) -> Choice:
    chips = tuple((chip.kind, chip.text, chip.icon) for chip in signer.chips)
    return Choice(
        _key(signer),
        signer.holder,
        signer.line,
        signer.icon,
        () if signer.reason else chips,
        signer.reason,
        signer.reason_icon,
    )


def _words(notice: Notice) -> str:
    return f"{notice.title} {notice.text}"
