"""The document view with what brings it pages: real lane, bridge and supply, any renderer."""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from kamusm_esign.domain.documents import PDF, PLAIN_TEXT
from kamusm_esign.domain.failures import Failure
from kamusm_esign.ports import DocumentRenderer
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.ui.bridge import Bridge
from kamusm_esign.ui.document_supply import DocumentSupply
from kamusm_esign.ui.presenter.document import DocumentTexts, ShownDocument, document_texts
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.widgets.document_sheets import PageSheet
from kamusm_esign.ui.widgets.document_view import DocumentView

SECONDS = 60.0


def texts(language: str = "tr") -> DocumentTexts:
    return document_texts(Words(Catalogue.load(language, "pages", "document_view")))


class Stage:
    """One view on the screen."""

    def __init__(self, app: QApplication, renderer: DocumentRenderer) -> None:
        self.app, self.renderer = app, renderer
        self.failures: list[tuple[str, Failure]] = []
        self.bridge, self.lane = Bridge(), Lane("documents")
        self.supply = DocumentSupply(
            renderer, self.lane, self.bridge.deliver, lambda *told: self.failures.append(told)
        )
        self.view = DocumentView()
        self.view.set_texts(texts())
        self.view.resize(912, 500)
        self.view.show()
        app.processEvents()

    def show(self, content: bytes, title: str = "Document") -> str:
        """Show a document; returns its key."""
        media_type = PDF if content.startswith(b"%PDF") else PLAIN_TEXT
        readable = self.renderer.open(content, media_type)
        self.view.set_document(ShownDocument(title, readable, self.supply))
        self.settle()
        return readable.key

    def settle(self) -> None:
        """Live until everything that was wanted has come."""
        self.until(lambda: not self.supply.busy)
        self.app.processEvents()  # what had come may have led to new wishes
        self.until(lambda: not self.supply.busy)
        self.app.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def until(self, done: Callable[[], bool]) -> None:
        """Live until something is so."""
        end = time.monotonic() + SECONDS
        self.app.processEvents()
        while not done():
            assert time.monotonic() < end, "it never came"
            self.app.processEvents()
            time.sleep(0.001)

    def pages_in_view(self) -> list[int]:
        """Pages of which something is to be seen."""
        sheets = self.view.canvas.sheets().values()
        seen = [s for s in sheets if not s.visibleRegion().isEmpty()]
        return sorted(s.page for s in seen if isinstance(s, PageSheet))

    def search(self, wanted: str) -> None:
        """Type into the search field, and wait."""
        self.view.search_bar.field.setText(wanted)
        self.view._begin_search()
        self.settle()

    def again(self, shown: ShownDocument, title: str) -> None:
        """Show the same document under another title."""
        self.view.set_document(replace(shown, title=title))

    def close(self) -> None:
        """Take everything down."""
        self.view.set_document(None)
        self.view.deleteLater()
        self.settle()
        self.bridge.close()
        self.lane.close(SECONDS)
        self.renderer.close()
