"""Beside the document on screen 7: which ones there are, who asks, and what for."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kamusm_esign.ui.presenter.sign_models import ReviewPage
from kamusm_esign.ui.widgets.containers import Card, Line, column, row
from kamusm_esign.ui.widgets.document_list import DocumentList, document_choice
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.scroll_area import ScrollArea
from kamusm_esign.ui.widgets.text import Label


class NamedTexts(QWidget):
    """Small names with what they are below: for columns too narrow for two."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._labels: list[tuple[Label, Label]] = []
        self._layout = column(self, spacing=8)

    def set_texts(self, facts: list[tuple[str, str]]) -> None:
        """Show (name, value) pairs."""
        while len(self._labels) > len(facts):
            for label in self._labels.pop():
                label.deleteLater()
        while len(self._labels) < len(facts):
            pair = (Label("small", "text2"), Label("small", "text"))
            one = column()
            for label in pair:
                one.addWidget(label)
            self._layout.addLayout(one)
            self._labels.append(pair)
        for (name, value), (above, below) in zip(facts, self._labels, strict=True):
            above.set_text(name)
            below.set_text(value)
            below.setAccessibleDescription(name)


class ReviewSide(Card):
    """The list scrolls by itself where there are many documents."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title, self.documents = Label("strong", "navy"), DocumentList()
        self._facts, self._same = NamedTexts("review.facts"), Label("small", "text")
        self._inside, self._scroll = QWidget(), ScrollArea()
        scrolled = column(self._inside, spacing=16)
        scrolled.setContentsMargins(0, 0, 2, 0)
        scrolled.addWidget(self.documents)
        scrolled.addWidget(self._facts)
        scrolled.addStretch(1)
        self._scroll.setWidget(self._inside)
        same = row(spacing=8)
        same.addWidget(
            Icon("check-circle", 18, "green", line="small"), 0, Qt.AlignmentFlag.AlignTop
        )
        same.addWidget(self._same, 1)
        self._layout = column(self, spacing=8)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._scroll, 1)
        self._layout.addWidget(Line())
        self._layout.addLayout(same)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_dense(self, dense: bool, *, short: bool) -> None:
        """Above the document in narrow windows: as high as it needs, nothing scrolls inside."""
        edge = (16, 12, 16, 12) if dense or short else (20, 16, 20, 16)
        self._layout.setContentsMargins(*edge)
        inside = self._inside
        if dense and self._scroll.widget() is inside:
            self._scroll.takeWidget()
            self._layout.insertWidget(1, inside)
            inside.show()
        elif not dense and self._scroll.widget() is None:
            self._layout.removeWidget(inside)
            self._scroll.setWidget(inside)
        self._scroll.setVisible(not dense)

    def set_model(self, model: ReviewPage) -> None:
        """Show it."""
        self._title.set_text(model.list_title)
        self.documents.set_name(model.list_title)
        choices = [document_choice(d.id, d.title, d.line, read=d.read) for d in model.documents]
        self.documents.set_choices(choices, model.chosen)
        self._show_chosen()
        self._facts.set_texts([(fact.name, fact.value) for fact in model.facts])
        self._same.set_text(model.same)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Bring the line of the document that is shown into view."""
        if self._scroll.widget() is self._inside:
            for item in self.documents.items:
                if item.isChecked():
                    self._scroll.keep_in_view(item)
