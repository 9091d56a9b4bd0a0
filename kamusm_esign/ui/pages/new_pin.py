"""Screens 4 and 9: which card, and which PIN."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.pin_columns import PinColumns
from kamusm_esign.ui.pages.pin_entry import PinEntry
from kamusm_esign.ui.presenter.intents import ChooseToken, EnterNewPin, EnterPins
from kamusm_esign.ui.presenter.models import NewPinPage
from kamusm_esign.ui.presenter.pieces import CardRow
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner, Message
from kamusm_esign.ui.widgets.choice_list import Choice, ChoiceList
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.pin_field import IDLE_MS
from kamusm_esign.ui.widgets.text import Label


class NewPin(Page):
    """Cards and fields, the three steps beside them, and the keypad."""

    scrolls_itself = True

    def __init__(self, parent: QWidget | None = None, *, idle_ms: int = IDLE_MS) -> None:
        super().__init__(parent)
        self._model: NewPinPage | None = None
        self._shape: Shape | None = None
        self._refocus = False
        self._columns = PinColumns()
        self._notice = Banner("page.problem")
        self._choose, self._holder = Label("strong", "navy"), Label("small", "text2")
        self._cards = ChoiceList("token.list")
        self.entry = PinEntry(idle_ms=idle_ms)
        self._note = Message("pin.note")
        self.keypad = self._columns.keys.keypad
        self.keypad.serve(*self.entry.fields, self.entry.current)
        self._arrange()
        self._cards.chosen.connect(lambda serial: self.intent.emit(ChooseToken(serial)))
        self.entry.judged.connect(self._tell_primary)
        self.entry.done.connect(self.primary_pressed)
        self.entry.code_way.clicked.connect(self._go_to_code)

    # ------------------------------------------------------------------ how it is arranged
    def _arrange(self) -> None:
        head = row(spacing=12)
        head.addWidget(self._choose)
        head.addStretch(1)
        head.addWidget(self._holder)
        self._list = column(spacing=8)
        self._list.addLayout(head)
        self._list.addWidget(self._cards)
        matter = self._columns.matter
        matter.addWidget(self._notice)
        matter.addLayout(self._list)
        matter.addWidget(self.entry)
        matter.addStretch(1)
        matter.addWidget(self._note)
        column(self).addWidget(self._columns)

    def set_shape(self, shape: Shape) -> None:
        """Arrange for a shape of the window."""
        self._shape = shape
        self._columns.set_shape(shape)
        self.entry.set_shape(shape)
        self._columns.matter.setSpacing(14 if shape.short else 20)
        self._holder.setVisible(shape.compact)
        if self._model is not None:
            self._show_cards(self._model)
            self._show_note(self._model)

    def first_focus(self) -> QWidget | None:
        """The first field; as long as no card is chosen, the list.

        Where there is nothing to choose from, the field has its turn as soon as it is on.
        """
        if self._model is not None and self._model.keypad.pad is not None:
            return None
        first = self.entry.fields[0]
        if first.isEnabled():
            return first
        cards = self._model.cards if self._model is not None else ()
        self._refocus = sum(not card.reason for card in cards) <= 1
        return next(iter(self._cards.items), None)

    def focus_outline(self) -> None:
        """No ring around the whole page, where Qt puts the focus for want of a control."""

    # ------------------------------------------------------------------ what it shows
    def render(self, model: NewPinPage) -> None:  # type: ignore[override]
        """Show the model; what is typed stays, unless it was meant for another card."""
        old, self._model = self._model, model
        if old is not None and (_chosen(old) != _chosen(model) or model.waiting):
            self.entry.wipe()
        self._columns.set_info(
            model.info_title,
            model.info_steps,
            model.keypad.capture_note,
            (model.current_name, model.new_name, model.repeat_name),
        )
        self._columns.set_keypad(model.keypad)
        self._choose.set_text(model.choose)
        self._holder.set_text(model.frame.holder_line)
        self._cards.set_name(model.choose)
        self._show_cards(model)
        self._show_note(model)
        self._show_notice(old, model)
        self._switch(model.waiting)
        self.entry.show_model(model)
        self._give_focus(model.waiting)

    def _show_cards(self, model: NewPinPage) -> None:
        dense = self._shape is not None and self._shape.short
        self._cards.set_choices([_choice(c) for c in model.cards], _chosen(model), dense=dense)
        self._cards.setVisible(bool(model.cards))
        self._choose.setVisible(bool(model.cards))

    def _show_note(self, model: NewPinPage) -> None:
        short = self._shape is not None and self._shape.short
        self._note.set_message("muted", "" if short else model.note)

    def _show_notice(self, old: NewPinPage | None, model: NewPinPage) -> None:
        notice = model.notice
        self._notice.setVisible(notice is not None)
        if notice is None:
            return
        self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
        if old is None or old.notice != notice:
            announce(self._notice, f"{notice.title} {notice.text}", at_once=True)

    def _switch(self, waiting: bool) -> None:
        """Fields and keys are off while there is no card to type for."""
        keys = self._columns.keys
        if waiting and keys.isEnabled():
            mine = (*self.entry.fields, *self.keypad.keys.values())
            self._refocus = self._refocus or any(widget.hasFocus() for widget in mine)
        keys.setEnabled(not waiting)

    def _give_focus(self, waiting: bool) -> None:
        """Back to the fields, once they are on again, for whoever was there before."""
        fields = self.entry.fields
        if self.keypad.focusProxy() not in fields:
            self.keypad.setFocusProxy(fields[0])
        if self._refocus and not waiting:
            self._refocus = False
            fields[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_primary(self) -> None:
        if self._model is not None:
            why = self.entry.why_not()
            self.primary_state_changed.emit(not why, why)

    # ------------------------------------------------------------------ what goes on
    def primary_pressed(self) -> None:
        """Hand the PINs on; they are the job's from here on."""
        model, why = self._model, self.entry.why_not()
        if model is None or why:
            announce(self.entry, why, at_once=True)
            return
        self._refocus = True
        current, new = self.entry.take()
        if model.current_name:
            last = model.last_try is not None
            self.intent.emit(EnterPins(current, new, last_try=last))
        else:
            self.intent.emit(EnterNewPin(new))

    def _go_to_code(self) -> None:
        if self._model is not None:
            self.intent.emit(self._model.keypad.code_way.intent)

    def leave(self) -> None:
        """Wipe what was typed."""
        self._model = None
        self.entry.wipe()


def _chosen(model: NewPinPage) -> str:
    return next((card.serial for card in model.cards if card.chosen), "")


def _choice(card: CardRow) -> Choice:
    chips = tuple((chip.kind, chip.text, chip.icon) for chip in card.chips)
    # Why it cannot be chosen is all that counts then.
    return Choice(
        card.serial, card.holder, card.line, card.icon, () if card.reason else chips, card.reason
    )
