"""What is known of the card on screen 10: the card itself, and its facts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.widgets.buttons import Button, LinkButton
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.plastic_card import PlasticCard
from kamusm_esign.ui.widgets.text import Label


class CardPanel(Card):
    """Beside the certificates where there is room, else above them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._plastic, self._facts = PlasticCard(), Facts("card.facts")
        self.reveal = LinkButton("card.reveal", "eye")
        self.read_again = Button("card.readAgain", "refresh")
        self._note = Label("small", "text2")
        self._typing = QWidget()
        note = row(self._typing, spacing=8)
        note.addWidget(Icon("no-capture", 20, "text2"), 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self._note, 1)
        self._layout = column(self, spacing=8)
        self._layout.addWidget(self._plastic)
        self._layout.addWidget(self._facts)
        self._layout.addWidget(self.reveal, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self.read_again)
        self._layout.addStretch(1)
        self._layout.addWidget(self._typing)

    def set_model(self, model: TryPinPage) -> None:
        """Show the chosen card."""
        chosen = next((card for card in model.cards if card.chosen), None)
        facts = [(fact.name, fact.value) for fact in model.facts]
        self._facts.set_facts(facts)
        if chosen is not None and len(facts) > 2:
            self._plastic.set_card(model.kind, facts[2][1], chosen.holder, facts[1][1])
        self.reveal.set_text(model.reveal)
        self.reveal.setVisible(bool(model.reveal))
        self.read_again.set_text(model.read_again)
        self._note.set_text(model.keypad.capture_note)

    def set_asking(self, asks: bool) -> None:
        """While a PIN is typed: what concerns typing, in the place of reading again."""
        self._typing.setVisible(asks)
        self.read_again.setVisible(not asks)

    def set_dense(self, dense: bool) -> None:
        """Without the picture, with less around.

        What has the focus first is at the top then: it would be scrolled to, past the facts.
        """
        self._layout.removeWidget(self.read_again)
        self._layout.insertWidget(0 if dense else 3, self.read_again)
        self._plastic.setVisible(not dense)
        margin = 16 if dense else 20
        self._layout.setContentsMargins(margin, margin, margin, margin)
