"""What the document view needs of a document, whatever kind it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from PySide6.QtWidgets import QWidget

from kamusm_esign.domain.documents import Found
from kamusm_esign.ui.presenter.document import DocumentTexts
from kamusm_esign.ui.widgets.document_sheets import Sheet
from kamusm_esign.ui.widgets.document_stack import Stack

MARGIN = 16
"""Room above and below the paper."""
ZOOMS = (0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
WHOLE_WIDTH = 0.0
"""A zoom: as wide as there is room."""


FoundByPage = Mapping[int, tuple[Found, ...]]
Located = Callable[[int, float, float], None]
"""A sheet, and from where to where on it something stands."""


class Place(NamedTuple):
    """Where somebody reads."""

    sheet: int = 0
    share: float = 0.0
    """How much of that sheet is above the view."""
    across: float = 0.0
    """The same from left to right, of the whole width."""
    zoom: float | None = None
    """1.0 is 100 %; `WHOLE_WIDTH`; None: the same, but not above 100 %."""


class Paper(Protocol):
    """A document as a stack of sheets."""

    stack: Stack
    zoom: float
    """What is in effect."""
    width: int
    """Of the widest sheet."""

    def arrange(self, zoom: float | None, room: int, ratio: float) -> None:
        """Lay everything out anew: at a zoom, for so many pixels, dots to a pixel."""
        ...

    def measure(self, sheets: range) -> dict[int, int]:
        """True heights, where they were estimates."""
        ...

    def sheet(self, index: int, parent: QWidget) -> Sheet:
        """A new widget for a sheet."""
        ...

    def width_of(self, index: int) -> int:
        """How wide a sheet is."""
        ...

    def in_view(self, seen: Sequence[tuple[Sheet, int, int]], near: Sequence[Sheet]) -> None:
        """These are to be seen, from and to which of their pixels; those are next to them."""
        ...


class ReadablePaper(Paper, Protocol):
    """A paper that can be searched and is counted in pages."""

    @property
    def pages(self) -> int:
        """How many there are."""
        ...

    def page_of(self, sheet: int) -> int:
        """The page that a sheet belongs to, from 0."""
        ...

    def set_texts(self, texts: DocumentTexts) -> None:
        """Say everything in another language."""
        ...

    def set_found(self, found: FoundByPage, now: Found | None) -> None:
        """Mark what was found, the one that is looked at differently."""
        ...

    def let_go(self) -> None:
        """It is not shown any more: give back what takes memory."""
        ...

    def locate(self, found: Found, done: Located) -> None:
        """Tell where something found stands, now or later."""
        ...
