"""What the document view shows and says, and what it asks of whoever has the documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kamusm_esign.domain.documents import Box, Found, Picture, PictureWanted, Readable
from kamusm_esign.domain.failures import Failure
from kamusm_esign.ui.presenter.words import Words

PictureDone = Callable[[PictureWanted, Picture | Failure], None]
"""One wish and what came of it."""
TextDone = Callable[[int, str], None]
"""A page (from 0) and its text."""
SearchDone = Callable[[int, tuple[Found, ...]], None]
"""A page that was searched, and what was found on it."""
BoxesDone = Callable[[Found, tuple[Box, ...]], None]


class PageSupply(Protocol):
    """Brings what the view needs, later and on the window's thread. Wishes replace older ones.

    What fails while it is searched or read aloud is left out; a page that cannot be drawn is told
    to who asked for its picture, and to the job by whoever made the supply.
    """

    def want_pictures(self, key: str, pictures: Sequence[PictureWanted], done: PictureDone) -> None:
        """Have these drawn, the first one first; what was wanted before is not any more."""
        ...

    def want_text(self, key: str, page: int, done: TextDone) -> None:
        """Have a page's text."""
        ...

    def search(self, key: str, pages: Sequence[int], wanted: str, done: SearchDone) -> None:
        """Search page after page, in this order; an empty text only ends the search before."""
        ...

    def want_boxes(self, key: str, found: Found, done: BoxesDone) -> None:
        """Have the places of something that was found."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentTexts:
    """What the view says."""

    view_name: str
    """Of the document itself, for screen readers."""
    page: Callable[[int, int], str]
    """`Sayfa 3 / 12`, pages counted from 1."""
    search: str
    previous: str
    next: str
    hits: Callable[[int, int], str]
    """Which one of how many."""
    no_hits: str
    searching: str
    zoom: Callable[[int], str]
    """`%100`."""
    zoom_in: str
    zoom_out: str
    whole_width: str
    """What pressing the figure between the zoom buttons does."""
    waiting: str
    """Instead of a page that is being drawn."""
    not_shown: str
    """Instead of a page that cannot be drawn."""


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """One document in the view."""

    title: str
    readable: Readable
    supply: PageSupply


def document_texts(words: Words) -> DocumentTexts:
    """The view's texts in the person's language (the catalogue's file `document_view`)."""

    def text(key: str, **params: str | int) -> str:
        return words(f"document_view.{key}", **params)

    return DocumentTexts(
        view_name=text("name"),
        page=lambda page, count: text("page", page=page, count=count),
        search=text("search"),
        previous=text("previous"),
        next=text("next"),
        hits=lambda place, count: text("hits", place=place, count=count),
        no_hits=text("no-hits"),
        searching=text("searching"),
        zoom=lambda percent: text("zoom", percent=percent),
        zoom_in=text("zoom-in"),
        zoom_out=text("zoom-out"),
        whole_width=text("whole-width"),
        waiting=text("waiting"),
        not_shown=text("not-shown"),
    )
