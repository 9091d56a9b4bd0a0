"""The documents of a session for the eye: opened one after the other, saved where one wishes."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kamusm_esign.domain.documents import PDF, Readable
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import Document
from kamusm_esign.runtime.document_shelf import DocumentShelf
from kamusm_esign.runtime.lanes import LaneOnDemand
from kamusm_esign.ui.document_supply import DocumentSupply
from kamusm_esign.ui.jobs.job import Workshop
from kamusm_esign.ui.presenter.document import ShownDocument
from kamusm_esign.ui.presenter.sign import Reading


class SessionDocuments:
    """Lives on the window's thread; opens and saves on a lane of its own."""

    def __init__(
        self, workshop: Workshop, shelf: DocumentShelf, changed: Callable[[], None]
    ) -> None:
        """Nothing is opened yet.

        Args:
            workshop: the renderer is one of its ports.
            shelf: has the documents that were fetched and checked.
            changed: told whenever `reading` has changed.
        """
        self.reading = Reading()
        self._workshop, self._shelf, self._changed = workshop, shelf, changed
        self._lane = LaneOnDemand("documents")
        self._renderer = workshop.ports.documents
        self._supply = DocumentSupply(self._renderer, self._lane, workshop.deliver, self._undrawn)
        self._documents: tuple[Document, ...] = ()
        self._started = False

    def prepare(self, documents: tuple[Document, ...]) -> None:
        """These are on their way: have what draws them come up meanwhile, where it is needed."""
        if not self._started and any(d.media_type == PDF for d in documents):
            self._started = True
            self._lane.submit(self._start)

    def follow(self, documents: tuple[Document, ...]) -> None:
        """These are the session's; what was shown of them before is shown again."""
        if documents == self._documents:
            return
        before = next((d.sha256 for d in self._documents if d.id == self.reading.chosen), None)
        same = next((d for d in documents if d.sha256 == before), documents[0])
        opened = {d.id: self.reading.readables.get(d.id) for d in self._documents}
        by_content = {d.sha256: opened[d.id] for d in self._documents}
        self._documents = documents
        known = {d.id: by_content.get(d.sha256) for d in documents}
        readables = {key: readable for key, readable in known.items() if readable is not None}
        self.reading = replace(self.reading, readables=readables, looking_back=False)
        self.choose(same.id)

    def choose(self, document_id: str) -> None:
        """Show one of them."""
        document = self._document(document_id)
        if document is None:
            return
        self.reading = replace(
            self.reading,
            chosen=document_id,
            shown=None,
            failure=None,
            saved=False,
            not_saved=None,
        )
        readable = self.reading.readables.get(document_id)
        if readable is None:
            self._lane.submit(lambda: self._open(document))
        else:
            self._show(document, readable)
        self._changed()

    def look_back(self, *, back: bool) -> None:
        """Show what was accepted once more, or go on from it."""
        self.reading = replace(self.reading, looking_back=back)
        self._changed()

    def unmask(self, *, unmasked: bool) -> None:
        """Show and save receipts in full."""
        self.reading = replace(self.reading, unmasked=unmasked)
        self._changed()

    def save(self, document_id: str, path: str) -> None:
        """Save a document exactly as it came."""
        document = self._document(document_id)
        content = self._shelf.get(document.sha256) if document is not None else None
        if content is not None:
            self.write({Path(path): lambda: content})

    def write(self, files: dict[Path, Callable[[], bytes]]) -> None:
        """Make and write files; `reading` says what became of it."""

        def save() -> None:
            failure = None
            try:
                for path, made in files.items():
                    path.write_bytes(made())
            except OSError:
                failure = Failure.of(FailureCode.FILE_NOT_SAVED)
            self._workshop.deliver(lambda: self._saved(failure))

        self._lane.submit(save)

    def close(self) -> None:
        """Let go of everything; the process that draws ends."""
        if not self._documents and not self._started:
            return
        self._documents = ()
        self._lane.submit(self._renderer.close)
        self._lane.end()

    # ------------------------------------------------------------------------ inside
    def _document(self, document_id: str) -> Document | None:
        return next((d for d in self._documents if d.id == document_id), None)

    def _start(self) -> None:
        """On the lane. Who opens a document is told what is wrong with the process."""
        with suppress(FailedError):
            self._renderer.start()

    def _open(self, document: Document) -> None:
        """On the lane."""
        content = self._shelf.get(document.sha256)
        if content is None:
            return
        try:
            readable = self._renderer.open(content, document.media_type)
        except FailedError as error:
            failure = error.failure
            self._workshop.deliver(lambda: self._refused(document, failure))
        else:
            self._workshop.deliver(lambda: self._opened(document, readable))

    def _opened(self, document: Document, readable: Readable) -> None:
        readables = {**self.reading.readables, document.id: readable}
        self.reading = replace(self.reading, readables=readables)
        if document.id == self.reading.chosen:
            self._show(document, readable)
        self._changed()

    def _show(self, document: Document, readable: Readable) -> None:
        shown = ShownDocument(document.title, readable, self._supply)
        self.reading = replace(self.reading, shown=shown)

    def _refused(self, document: Document, failure: Failure) -> None:
        if document.id == self.reading.chosen:
            self.reading = replace(self.reading, failure=failure)
            self._changed()

    def _undrawn(self, key: str, failure: Failure) -> None:
        """A page cannot be drawn: nobody can say that they read it."""
        shown = self.reading.shown
        if shown is not None and shown.readable.key == key:
            self.reading = replace(self.reading, failure=failure)
            self._changed()

    def _saved(self, failure: Failure | None) -> None:
        self.reading = replace(self.reading, saved=failure is None, not_saved=failure)
        self._changed()
