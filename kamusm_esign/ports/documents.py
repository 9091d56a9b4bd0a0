"""What shows documents."""

from typing import Protocol

from kamusm_esign.domain.documents import Box, Found, Picture, PictureWanted, Readable


class DocumentRenderer(Protocol):
    """Documents that are only looked at: nothing that is active in them ever runs.

    What a document does to it is a failure of that document (`IMZ-37x`): a page that takes too
    long, takes too much memory or makes the process that draws it crash. The next call works again.
    A key that is not (or no longer) open is a KeyError.
    """

    def start(self) -> None:
        """Have the drawing process come up, and do not wait for it: somebody will need it soon.

        Raises:
            FailedError: `DOCUMENT_HOST_FAILED`.
        """
        ...

    def open(self, content: bytes, media_type: str) -> Readable:
        """Check that a document is what its media type says and can be shown, and keep it.

        Raises:
            FailedError: `DOCUMENT_TYPE_WRONG`, `DOCUMENT_BROKEN`, `DOCUMENT_LOCKED`,
                `DOCUMENT_TOO_LARGE`, `DOCUMENT_TOO_SLOW`, `DOCUMENT_CRASHED`,
                `DOCUMENT_HOST_FAILED`.
        """
        ...

    def picture(self, key: str, wanted: PictureWanted) -> Picture:
        """Draw a band of a page.

        Raises:
            FailedError: `DOCUMENT_BROKEN`, `DOCUMENT_TOO_LARGE`, `DOCUMENT_TOO_SLOW`,
                `DOCUMENT_CRASHED`, `DOCUMENT_HOST_FAILED`.
        """
        ...

    def page_text(self, key: str, page: int) -> str:
        """The text of a page (from 0), for search and screen readers; raises as `picture` does."""
        ...

    def search(self, key: str, page: int, wanted: str) -> tuple[Found, ...]:
        """Where a text stands on a page; capital and small letters are alike, İ, I, ı and i too.

        Raises as `picture` does.
        """
        ...

    def boxes(self, key: str, found: Found) -> tuple[Box, ...]:
        """What to mark on a page for something found there, one box a line; raises likewise."""
        ...

    def forget(self, key: str) -> None:
        """Let go of a document; nothing happens if it is not there."""
        ...

    def close(self) -> None:
        """End the drawing process, whatever it is doing. The renderer may be used again."""
        ...
