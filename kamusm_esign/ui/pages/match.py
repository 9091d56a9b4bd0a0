"""Screen 7 of a login: the two digits of the person's own page."""

from typing import Any

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.presenter.intents import EnterMatch
from kamusm_esign.ui.presenter.sign_models import MatchPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import Card, Panel, column, row
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.text_field import TextField

LENGTH, FIELD = 2, 120


class Match(Page):
    """One short field; beside it where the login was asked for, and a way out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: MatchPage | None = None
        self._notice, self._warning = Banner("page.problem"), Banner("match.warning")
        self._lead, self._name = Label("base", "text2"), Label("strong", "text")
        self.field = TextField("session.match")
        self.field.setMaxLength(LENGTH)
        digits = QRegularExpression("[0-9]*")
        self.field.setValidator(QRegularExpressionValidator(digits, self))
        self._facts_title, self._facts = Label("strong", "navy"), Facts("match.origin")
        self._stop = Button("match.stop", "x-circle")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._arrange()
        self.field.textChanged.connect(lambda _text: self._tell_primary())
        self.field.returnPressed.connect(self.primary_pressed)
        self._stop.clicked.connect(self._press_stop)

    def _arrange(self) -> None:
        typed, asked = column(spacing=8), Panel()
        for widget in (self._lead, self._name):
            typed.addWidget(widget)
        typed.addWidget(self.field, 0, Qt.AlignmentFlag.AlignLeft)
        typed.addStretch(1)
        inside = column(asked, margin=20, spacing=12)
        inside.addWidget(self._facts_title)
        inside.addWidget(self._facts)
        inside.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addStretch(1)
        card = Card()
        self._inside = row(card, spacing=20)
        self._inside.addWidget(Icon("portal", 32, "teal"), 0, Qt.AlignmentFlag.AlignTop)
        self._inside.addLayout(self._columns, 1)
        self._columns.setSpacing(24)
        self._columns.addLayout(typed, 1)
        self._columns.addWidget(asked, 1)
        layout = column(self, spacing=16)
        for part in (self._notice, card, self._warning):
            layout.addWidget(part)
        layout.addStretch(1)

    def set_shape(self, shape: Shape) -> None:
        """One thing under the other in narrow windows."""
        direction = QBoxLayout.Direction
        wide = shape.columns
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        margin = 24 if wide else 16
        self._inside.setContentsMargins(margin, margin, margin, margin)
        self.field.setFixedWidth(round(FIELD * theme.scale))

    def first_focus(self) -> QWidget:
        """The field."""
        return self.field

    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show the model; what is typed stays, unless it was wrong."""
        old, self._model = self._model, model
        self._lead.set_text(model.lead)
        self._name.set_text(model.field_name)
        self.field.set_name(model.field_name)
        self.field.setAccessibleDescription(f"{model.lead} {model.warning_title} {model.warning}")
        self._facts_title.set_text(model.facts_title)
        self._facts.set_facts([(fact.name, fact.value) for fact in model.facts])
        self._warning.set_banner("warn", model.warning_title, model.warning)
        self._stop.set_text(model.stop.text)
        self._notice.setVisible(model.notice is not None)
        self.field.set_error(model.notice is not None)
        if model.notice is not None:
            notice = model.notice
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
            if old is None or old.notice != notice:
                announce(self._notice, f"{notice.title} {notice.text}", at_once=True)
        self._tell_primary()

    def _tell_primary(self) -> None:
        model = self._model
        if model is not None and model.frame.primary is not None:
            ready = len(self.field.text()) == LENGTH
            self.primary_state_changed.emit(ready, "" if ready else model.frame.primary.reason)

    def primary_pressed(self) -> None:
        """Hand the digits on."""
        if self._model is not None and len(self.field.text()) == LENGTH:
            digits = self.field.text()
            self.field.clear()
            self.intent.emit(EnterMatch(digits))

    def _press_stop(self) -> None:
        if self._model is not None:
            self.intent.emit(self._model.stop.intent)

    def leave(self) -> None:
        """Forget what was typed."""
        self._model = None
        self.field.clear()
