"""Shows one document: a bar with page count, search and zoom, and the document under it."""

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from kamusm_esign.domain.documents import PLAIN_TEXT, Found
from kamusm_esign.ui.presenter.document import DocumentTexts, ShownDocument
from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.buttons import IconButton, SmallButton
from kamusm_esign.ui.widgets.containers import Line, column, row
from kamusm_esign.ui.widgets.document_canvas import Canvas
from kamusm_esign.ui.widgets.document_pages import PdfPaper
from kamusm_esign.ui.widgets.document_paper import WHOLE_WIDTH, ZOOMS, Place, ReadablePaper
from kamusm_esign.ui.widgets.document_search import Search, SearchBar
from kamusm_esign.ui.widgets.text import Label

ONE_ROW = 640
"""Width from which on the whole bar stands in one row, at the ordinary text size."""
TYPING = 250
"""Milliseconds without a key after which a search begins."""


class DocumentView(QWidget):
    """One document, read from its first page to its last.

    `set_texts` once and for every other language; `set_document` for what is to be shown. Where
    somebody was in a document is kept: the same view shows it there again.
    """

    page_changed = Signal(int, int)
    """The page that is being read, from 1, and how many there are."""
    read_to_end = Signal(str)
    """Key of a document whose end has come into view."""

    def __init__(self, name: str = "document.view", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._texts: DocumentTexts | None = None
        self._shown: ShownDocument | None = None
        self._paper: ReadablePaper | None = None
        self._places: dict[str, Place] = {}
        self._told = (0, 0)
        self._ended = False
        self.canvas = Canvas(f"{name}.canvas")
        self.search_bar = SearchBar("document.search")
        self._search = Search(self._found_more, self._go_to)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING)
        self._title, self._page = (
            Label("small-strong"),
            Label("small", "text2", name=f"{name}.page"),
        )
        self.smaller = IconButton(f"{name}.smaller", "minus")
        self.figure = SmallButton(f"{name}.zoom")
        self.larger = IconButton(f"{name}.larger", "plus")
        self._build()
        self._connect()
        theme.changed.connect(self._theme_changed)

    def _build(self) -> None:
        words = row(spacing=16)
        words.addWidget(self._title, 0, Qt.AlignmentFlag.AlignVCenter)
        words.addWidget(self._page, 1, Qt.AlignmentFlag.AlignVCenter)
        tools = row(spacing=4)
        tools.addWidget(self.search_bar, 1)
        tools.addSpacing(4)
        for button in (self.smaller, self.figure, self.larger):
            tools.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setContentsMargins(16, 4, 8, 4)
        self._bar.addLayout(words, 1)
        self._bar.addLayout(tools)
        layout = column(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addLayout(self._bar)
        layout.addWidget(Line())
        layout.addWidget(self.canvas, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """The document comes right after the words that are looked for in it."""
        return (self.search_bar.field, self.canvas)

    def _connect(self) -> None:
        self.canvas.moved.connect(self._moved)
        self.canvas.zoom_wanted.connect(self.zoom_by)
        self.smaller.clicked.connect(lambda: self.zoom_by(-1))
        self.larger.clicked.connect(lambda: self.zoom_by(1))
        self.figure.clicked.connect(self._turn_zoom)
        bar, find = self.search_bar, QKeySequence.StandardKey
        bar.field.textChanged.connect(self._typed)
        bar.field.step.connect(self._step)
        bar.field.emptied.connect(lambda: self.canvas.setFocus())
        bar.back.clicked.connect(lambda: self._search.go(-1))
        bar.on.clicked.connect(lambda: self._search.go(1))
        self._typing.timeout.connect(self._begin_search)
        for keys, act in (
            (QKeySequence(find.Find), self.go_to_search),
            (QKeySequence("F3"), lambda: self._step(1)),
            (QKeySequence("Shift+F3"), lambda: self._step(-1)),
            (QKeySequence("Ctrl++"), lambda: self.zoom_by(1)),
            (QKeySequence("Ctrl+="), lambda: self.zoom_by(1)),
            (QKeySequence("Ctrl+-"), lambda: self.zoom_by(-1)),
            (QKeySequence("Ctrl+0"), lambda: self.set_zoom(1.0)),
        ):
            QShortcut(keys, self).activated.connect(act)

    # ------------------------------------------------------------------ what is shown
    def set_texts(self, texts: DocumentTexts) -> None:
        """Say everything in a language; nothing moves."""
        self._texts = texts
        self.search_bar.set_texts(texts)
        for button, name in ((self.smaller, texts.zoom_out), (self.larger, texts.zoom_in)):
            button.set_name(name)
        self.figure.setToolTip(texts.whole_width)
        self.figure.setAccessibleDescription(texts.whole_width)
        if self._paper is not None:
            self._paper.set_texts(texts)
            self.canvas.again()
        self._told = (0, 0)
        self._say()

    def set_document(self, shown: ShownDocument | None) -> None:
        """Show a document where it was left, or nothing. The same one again changes nothing.

        Texts must have been set before.
        """
        if shown is not None and self._shown is not None and _same(shown, self._shown):
            self._shown = shown
            self._title.set_text(shown.title)
            return
        self._keep_place()
        self.search_bar.field.clear()
        self._search.end()
        before = self._paper
        self._shown, self._ended, self._told = shown, False, (0, 0)
        self._paper = self._make_paper(shown) if shown is not None else None
        title = shown.title if shown is not None else ""
        self._title.set_text(title)
        name = self._texts.view_name if self._texts is not None else ""
        self.canvas.setAccessibleName(": ".join(part for part in (name, title) if part))
        key = shown.readable.key if shown is not None else ""
        self.canvas.set_paper(self._paper, self._places.get(key, Place()))
        if before is not None:
            before.let_go()

    def _make_paper(self, shown: ShownDocument) -> ReadablePaper:
        if self._texts is None:
            raise ValueError("texts first")
        if shown.readable.media_type == PLAIN_TEXT:
            from kamusm_esign.ui.widgets.document_text import TextPaper

            return TextPaper(shown, self._texts)
        return PdfPaper(shown, self._texts)

    def _keep_place(self) -> None:
        if self._shown is not None:
            self._places[self._shown.readable.key] = self.canvas.place()

    def keep_places_in(self, places: dict[str, Any]) -> None:
        """Keep them outside, for another view to go on from."""
        self._places = places

    def forget_places(self) -> None:
        """Begin every document at its start again."""
        self._places.clear()

    # ------------------------------------------------------------------ zoom
    def set_zoom(self, zoom: float | None) -> None:
        """See `Place.zoom`."""
        self.canvas.set_zoom(zoom)

    def zoom_by(self, steps: int) -> None:
        """To the next larger or smaller step."""
        if self._paper is None:
            return
        now = self._paper.zoom
        further = [z for z in ZOOMS if (z > now + 0.005 if steps > 0 else z < now - 0.005)]
        if further:
            self.set_zoom(further[0] if steps > 0 else further[-1])

    def _turn_zoom(self) -> None:
        """The figure itself: the whole width, or back to 100 %."""
        self.set_zoom(1.0 if self.canvas.wanted_zoom == WHOLE_WIDTH else WHOLE_WIDTH)

    # ------------------------------------------------------------------ where one is
    def _moved(self) -> None:
        self._say()
        reading = self._shown is not None and not self._ended and self.isVisible()
        if reading and self._shown is not None and self.canvas.at_end():
            self._ended = True
            self.read_to_end.emit(self._shown.readable.key)

    def _say(self) -> None:
        texts, paper = self._texts, self._paper
        there = texts is not None and paper is not None
        for widget in (self._page, self.search_bar, self.smaller, self.figure, self.larger):
            widget.setEnabled(there)
        if texts is None or paper is None:
            self._page.set_text("")
            return
        now = paper.page_of(self.canvas.current()) + 1
        self._page.set_text(texts.page(now, paper.pages))
        percent = texts.zoom(round(paper.zoom * 100))
        self.figure.set_text(percent)
        if (now, paper.pages) != self._told:
            self._told = (now, paper.pages)
            self.page_changed.emit(now, paper.pages)

    # ------------------------------------------------------------------ search
    def go_to_search(self) -> None:
        """Go to the search field."""
        self.search_bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_bar.field.selectAll()

    def _typed(self) -> None:
        self._typing.start()

    def _begin_search(self) -> None:
        self._typing.stop()
        paper, wanted = self._paper, self.search_bar.field.text()
        if paper is not None and wanted.strip() != self._search.wanted:
            first = paper.page_of(self.canvas.current())
            self._search.begin(self._shown, paper.pages, first, wanted)

    def _step(self, step: int) -> None:
        if self.search_bar.field.text().strip() != self._search.wanted:
            self._begin_search()
        else:
            self._search.go(step)

    def _found_more(self) -> None:
        if self._paper is None or self._texts is None:
            return
        self._paper.set_found(self._search.found, self._search.now)
        said = self._search.said(self._texts)
        self.search_bar.show_hits(said, any_there=self._search.now is not None)
        if not self._search.running:
            announce(self, said)

    def _go_to(self, found: Found) -> None:
        if self._paper is not None:
            self._paper.locate(found, self.canvas.reveal)

    # ------------------------------------------------------------------ looks
    def _theme_changed(self) -> None:
        self.search_bar.field.refit()
        self._arrange_bar()
        self.canvas.again()
        self._say()

    def _arrange_bar(self) -> None:
        wide = self.width() >= ONE_ROW * theme.scale
        ways = QBoxLayout.Direction
        self._bar.setDirection(ways.LeftToRight if wide else ways.TopToBottom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._arrange_bar()
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        self._keep_place()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        paint.box(painter, self.rect(), "surface", "line")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(280, 240)


def _same(one: ShownDocument, other: ShownDocument) -> bool:
    return one.readable.key == other.readable.key and one.supply is other.supply
