"""A PDF as a stack of pages whose pictures come one by one."""

from collections.abc import Sequence

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from kamusm_esign.domain.documents import Box, Found, Picture, PictureWanted
from kamusm_esign.domain.failures import Failure
from kamusm_esign.ui.presenter.document import DocumentTexts, ShownDocument
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.document_paper import MARGIN, ZOOMS, FoundByPage, Located
from kamusm_esign.ui.widgets.document_pictures import Pictures
from kamusm_esign.ui.widgets.document_sheets import PageSheet, Sheet
from kamusm_esign.ui.widgets.document_stack import Stack

POINT = 96 / 72
"""Logical pixels to a point at 100 %."""
GAP = 16
WIDEST = 16_000
"""Dots that a page may be wide; a larger zoom of a very large page goes no further."""


class PdfPaper:
    """Pages under each other. Asks the supply for what is seen, then for what is near."""

    def __init__(self, shown: ShownDocument, texts: DocumentTexts) -> None:
        self._shown = shown
        self._sizes = shown.readable.pages
        self.pictures = Pictures()
        self.stack, self.zoom, self.width = Stack(), 1.0, 1
        self.waiting, self.not_shown = texts.waiting, texts.not_shown
        self._texts = texts
        self._widths: list[int] = []
        self._ratio = 1.0
        self._sheets: dict[int, PageSheet] = {}
        self._failed: set[int] = set()
        self._seen: list[int] = []
        self._found: FoundByPage = {}
        self._now: Found | None = None
        self._boxes: dict[Found, tuple[Box, ...]] = {}
        self._asked: set[Found] = set()
        self._locating: tuple[Found, Located] | None = None

    def set_texts(self, texts: DocumentTexts) -> None:
        """Say everything in another language."""
        self._texts, self.waiting, self.not_shown = texts, texts.waiting, texts.not_shown

    # ------------------------------------------------------------------ layout
    def arrange(self, zoom: float | None, room: int, ratio: float) -> None:
        """See `Paper`."""
        widest = max((size.width for size in self._sizes), default=1.0) * POINT
        fitting = min(room / widest, theme.scale) if zoom is None else room / widest
        self.zoom = min(zoom or fitting, ZOOMS[-1], WIDEST / ratio / widest)
        scale = POINT * self.zoom
        self._ratio = ratio
        self._widths = [max(round(size.width * scale), 1) for size in self._sizes]
        heights = [max(round(size.height * scale), 1) for size in self._sizes]
        self.width = max(self._widths, default=1)
        self.stack = Stack(heights, gap=GAP, margin=MARGIN)

    def measure(self, sheets: range) -> dict[int, int]:
        """See `Paper`; sizes of pages are known."""
        return {}

    def width_of(self, index: int) -> int:
        """See `Paper`."""
        return self._widths[index]

    def sheet(self, index: int, parent: QWidget) -> Sheet:
        """See `Paper`."""
        sheet = PageSheet(parent, index, self)
        sheet.setAccessibleName(self._texts.page(index + 1, len(self._sizes)))
        dots = (self._widths[index] * self._ratio, self.stack.height(index) * self._ratio)
        sheet.set_dots(round(dots[0]), round(dots[1]))
        self._sheets[index] = sheet
        return sheet

    def in_view(self, seen: Sequence[tuple[Sheet, int, int]], near: Sequence[Sheet]) -> None:
        """See `Paper`."""
        sheets = [sheet for sheet, _, _ in seen] + list(near)
        self._sheets = {s.page: s for s in sheets if isinstance(s, PageSheet)}
        wanted = [
            band for s, top, end in seen if isinstance(s, PageSheet) for band in s.bands(top, end)
        ]
        for sheet in near:
            if isinstance(sheet, PageSheet):
                wanted += sheet.bands()[:1]
        missing = [w for w in wanted if w not in self.pictures and w.page not in self._failed]
        self._shown.supply.want_pictures(self._shown.readable.key, missing, self._drawn)
        self._seen = [s.page for s, _, _ in seen if isinstance(s, PageSheet)]
        self._have_boxes(self._seen)
        if QAccessible.isActive():
            for sheet, _, _ in seen:
                self._have_spoken(sheet)

    def _have_spoken(self, sheet: Sheet) -> None:
        if isinstance(sheet, PageSheet) and not sheet.spoken:
            self._shown.supply.want_text(self._shown.readable.key, sheet.page, self._read)

    def let_go(self) -> None:
        """See `ReadablePaper`. Sheets and paper know each other: Python would keep both long."""
        self._shown.supply.want_pictures(self._shown.readable.key, (), self._drawn)
        self.pictures.clear()
        self._sheets.clear()

    # ------------------------------------------------------------------ what comes
    def _drawn(self, wanted: PictureWanted, came: Picture | Failure) -> None:
        if isinstance(came, Failure):
            self._failed.add(wanted.page)
        else:
            self.pictures.put(wanted, came)
        self._repaint(wanted.page)

    def _read(self, page: int, text: str) -> None:
        if page in self._sheets:
            self._sheets[page].spoken = text

    def _repaint(self, page: int) -> None:
        if page in self._sheets:
            self._sheets[page].update()

    def failed(self, page: int) -> bool:
        """See `PageLook`."""
        return page in self._failed

    # ------------------------------------------------------------------ marks
    def set_found(self, found: FoundByPage, now: Found | None) -> None:
        """See `ReadablePaper`."""
        for page in self._found.keys() | found.keys():
            self._repaint(page)
        self._found, self._now = found, now
        self._boxes = {hit: boxes for hit, boxes in self._boxes.items() if hit.page in found}
        self._have_boxes(self._seen)

    def locate(self, found: Found, done: Located) -> None:
        """See `ReadablePaper`."""
        self._locating = (found, done)
        if found in self._boxes:
            self._located()
        else:
            self._shown.supply.want_boxes(self._shown.readable.key, found, self._boxed)

    def boxes(self, page: int) -> Sequence[tuple[Box, bool]]:
        """See `PageLook`."""
        hits = self._found.get(page, ())
        return [(box, hit == self._now) for hit in hits for box in self._boxes.get(hit, ())]

    def _have_boxes(self, pages: Sequence[int]) -> None:
        for page in pages:
            for hit in self._found.get(page, ()):
                if hit not in self._boxes and hit not in self._asked:
                    self._asked.add(hit)
                    self._shown.supply.want_boxes(self._shown.readable.key, hit, self._boxed)

    def _boxed(self, found: Found, boxes: tuple[Box, ...]) -> None:
        self._asked.discard(found)
        self._boxes[found] = boxes
        self._repaint(found.page)
        self._located()

    def _located(self) -> None:
        if self._locating is None or self._locating[0] not in self._boxes:
            return
        (found, done), self._locating = self._locating, None
        boxes, high = self._boxes[found], self.stack.height(found.page)
        top, end = (boxes[0].top * high, boxes[-1].bottom * high) if boxes else (0.0, 0.0)
        done(found.page, top, end)

    # ------------------------------------------------------------------ pages
    @property
    def pages(self) -> int:
        """How many there are."""
        return len(self._sizes)

    def page_of(self, sheet: int) -> int:
        """The page that a sheet belongs to, from 0."""
        return sheet
