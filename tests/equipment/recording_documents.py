"""A `DocumentRenderer` that draws white pages, writes down its calls, and fails on demand."""

from collections.abc import Callable

from kamusm_esign.documents.finding import places
from kamusm_esign.domain.documents import (
    PLAIN_TEXT,
    Box,
    Found,
    PageSize,
    Picture,
    PictureWanted,
    Readable,
)
from kamusm_esign.domain.failures import FailedError, FailureCode

A4 = PageSize(595, 842)


class RecordingDocuments:
    """Every PDF has three pages, on each of which stands where it is."""

    def __init__(self, record: Callable[[str], None]) -> None:
        self._record = record
        self.pages: tuple[PageSize, ...] = (A4, A4, A4)
        self.kept: dict[str, Readable] = {}
        self.drawn: list[PictureWanted] = []
        self.undrawable: FailureCode | None = None
        """What becomes of the next pictures."""

    def start(self) -> None:
        self._record("start_documents")

    def open(self, content: bytes, media_type: str) -> Readable:
        self._record("open_document")
        key = f"{media_type} {content.hex()}"
        if media_type == PLAIN_TEXT:
            self.kept[key] = Readable(key, media_type, (), content.decode())
        else:
            self.kept[key] = Readable(key, media_type, self.pages)
        return self.kept[key]

    def picture(self, key: str, wanted: PictureWanted) -> Picture:
        self._record("picture")
        if self.undrawable is not None:
            raise FailedError.of(self.undrawable)
        self.drawn.append(wanted)
        return Picture(wanted.width, wanted.rows, b"\xff" * (wanted.width * wanted.rows * 4))

    def page_text(self, key: str, page: int) -> str:
        self._record("page_text")
        return self.kept[key].text or f"Page {page + 1}"

    def search(self, key: str, page: int, wanted: str) -> tuple[Found, ...]:
        self._record("search")
        return tuple(Found(page, *place) for place in places(self.page_text(key, page), wanted))

    def boxes(self, key: str, found: Found) -> tuple[Box, ...]:
        self._record("boxes")
        return (Box(0.1, 0.1, 0.4, 0.15),)

    def forget(self, key: str) -> None:
        self._record("forget_document")
        self.kept.pop(key, None)

    def close(self) -> None:
        self._record("close_documents")
