"""Screen 7: what signing does, the documents, and "okudum" for each of them."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.file_dialogs import ask_where
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.removal_question import RemovalPanel
from kamusm_esign.ui.pages.review_side import ReviewSide
from kamusm_esign.ui.presenter.intents import (
    ConfirmRemoval,
    MarkDocument,
    SaveDocument,
    ShowDocument,
)
from kamusm_esign.ui.presenter.sign_models import Meaning, ReviewPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.document_view import DocumentView
from kamusm_esign.ui.widgets.meaning_banner import MeaningBanner
from kamusm_esign.ui.widgets.tick_box import TickBox

SIDE, LEAST_VIEW = 304, 260


class Review(Page):
    """The banner above; documents and facts at the left, the document itself beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: ReviewPage | None = None
        self._shape: Shape | None = None
        self._said = ""
        self._notice, self._banner = Banner("page.problem"), MeaningBanner("review.meaning")
        self.question, self._side = RemovalPanel(), ReviewSide()
        self.view = DocumentView()
        self.accept, self._save = TickBox("document.accept"), Button("document.save", "save")
        for own in (self.accept, self._save):
            own.setParent(self)  # Shown before the bar has them, they would be windows.
        self._body = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._body)
        self._own = row(spacing=16)
        self._arrange()
        self._side.documents.chosen.connect(self._choose)
        self.accept.clicked.connect(self._mark)
        self._save.clicked.connect(self._ask_where)
        self.question.changed.connect(self._tell_primary)

    def _arrange(self) -> None:
        viewer = Card()
        self._viewer = column(viewer)
        self._viewer.addWidget(self.view)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.addWidget(self._side)
        self._columns.addWidget(viewer, 1)
        self._layout = column(self, spacing=16)
        for part in (self._notice, self._banner, self.question):
            self._layout.addWidget(part)
        self._layout.addWidget(self._body, 1)
        self._layout.addLayout(self._own)
        self._layout.addStretch(0)

    # ------------------------------------------------------------------ room
    def set_shape(self, shape: Shape) -> None:
        """List beside the document, or above it; tick and save in the bar where there is room."""
        self._shape = shape
        wide = shape.columns
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        gap = 16 if shape.short else 24
        self._columns.setSpacing(gap)
        self._layout.setSpacing(12 if shape.short else 16)
        width = round(SIDE * theme.scale)
        self._side.setMinimumWidth(width if wide else 0)
        self._side.setMaximumWidth(width if wide else 16_777_215)
        self._side.set_dense(not wide, short=shape.short)
        self._banner.set_narrow(not wide, short=shape.short)
        self.view.setMinimumHeight(round(LEAST_VIEW * theme.scale) if not wide else 0)
        if not wide:
            self._own.addWidget(self._save)
            self._own.addStretch(1)
            self._own.addWidget(self.accept)

    @property
    def in_bar(self) -> tuple[QWidget | None, QWidget | None]:
        """Save, and the mark."""
        wide = self._shape is not None and self._shape.columns
        return (self._save, self.accept) if wide else (None, None)

    def first_focus(self) -> QWidget:
        """What signing does is read out first."""
        return self._banner

    # ------------------------------------------------------------------ what it shows
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Show the model; where the person is in the document stays."""
        old, self._model = self._model, model
        self._show_meaning(model.meaning)
        self._side.set_model(model)
        self._show_view(model)
        self.accept.set_text(model.accept)
        self.accept.setChecked(model.accepted)
        self.accept.setEnabled(model.can_accept)
        self.accept.setVisible(not model.read_only and model.question is None)
        self._save.set_text(model.save)
        self._save.setEnabled(model.shown is not None)
        self._save.setVisible(model.question is None)
        self._show_question(old, model)
        self._show_notice(model)
        self._tell_primary()

    def _show_meaning(self, meaning: Meaning) -> None:
        lines = [(line.icon, line.kind, line.text) for line in meaning.lines]
        self._banner.set_meaning(meaning.kind, meaning.icon, meaning.title, meaning.subtitle, lines)
        self._banner.setAccessibleName(meaning.spoken)

    def _show_view(self, model: ReviewPage) -> None:
        self.view.keep_places_in(model.places)
        self.view.set_texts(model.view)
        self.view.set_document(model.shown)

    def _show_question(self, old: ReviewPage | None, model: ReviewPage) -> None:
        asked, before = model.question is not None, old is not None and old.question is not None
        self._body.setVisible(not asked)
        self._layout.setStretch(self._layout.count() - 1, int(asked))
        self.question.setVisible(asked)
        if model.question is None:
            self.question.forget()
            if before:
                self._banner.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.question.set_question(model.question)
        if not before:
            self.question.box.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self.question, f"{model.question.title}. {model.question.text}", at_once=True)

    def _show_notice(self, model: ReviewPage) -> None:
        notice = model.notice
        self._notice.setVisible(notice is not None)
        said = f"{notice.title} {notice.text}" if notice is not None else ""
        if notice is not None:
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
        if said != self._said:
            self._said = said
            announce(self._notice, said, at_once=True)

    def _tell_primary(self) -> None:
        model = self._model
        button = model.frame.primary if model is not None else None
        if model is None or button is None:
            return
        enabled, reason = button.enabled, button.reason
        if model.question is not None:
            enabled = self.question.box.isChecked()
            reason = "" if enabled else model.question.incomplete
        self.primary_state_changed.emit(enabled, reason)

    def leave(self) -> None:
        """Remember where the person was."""
        self.view.set_document(None)
        self._model = None

    # ------------------------------------------------------------------ what is pressed
    def primary_pressed(self) -> None:
        """The second question is answered with yes."""
        if self._model is not None and self._model.question is not None:
            self.intent.emit(ConfirmRemoval(confirmed=True))

    def _choose(self, document_id: str) -> None:
        self.intent.emit(ShowDocument(document_id))

    def _mark(self, read: bool) -> None:
        if self._model is not None:
            self.intent.emit(MarkDocument(self._model.chosen, read))

    def _ask_where(self) -> None:
        if self._model is not None:
            chosen = self._model.chosen
            ask_where(
                self,
                self._model.save,
                self._model.file_name,
                lambda path: self.intent.emit(SaveDocument(chosen, path)),
            )
