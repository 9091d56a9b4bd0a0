"""PDFium, as much of it as looking at pages takes; runs in the drawing process only.

No form environment is ever made and this build has neither JavaScript nor XFA: actions, links,
launches and scripts are data that nobody looks at. Fields and notes are drawn as they stand.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2_raw as pdfium

from kamusm_esign.documents.finding import places

MOST_PAGES = 5_000
LONGEST_SIDE, SHORTEST_SIDE = 14_400.0, 3.0
"""Points (ISO 32000-2, annex C)."""
NARROWEST = 0.02
"""Width to height, or height to width."""
MOST_TEXT = 1_000_000
"""Characters of a page that are read."""
MOST_DOTS = 8 << 20
_FORMAT = 3
"""FPDFBitmap_BGRx: blue, green, red, unused."""


class BrokenError(Exception):
    """It cannot be read."""


class LockedError(Exception):
    """It wants a password."""


class TooLargeError(Exception):
    """Larger than is shown."""


def start() -> None:
    """Get ready; once in a process."""
    pdfium.FPDF_InitLibrary()


class Document:
    """One open PDF."""

    def __init__(self, content: bytes | bytearray) -> None:
        """Open it.

        Raises:
            BrokenError, LockedError, TooLargeError: why it cannot be shown.
        """
        held = content if isinstance(content, bytearray) else bytearray(content)
        self._content = (ctypes.c_char * len(held)).from_buffer(held)
        handle = pdfium.FPDF_LoadMemDocument64(self._content, len(content), None)
        if not handle:
            error = pdfium.FPDF_GetLastError()
            locked = error in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
            raise LockedError if locked else BrokenError
        self._handle = handle
        try:
            self.sizes = self._sizes()
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Let go of it."""
        pdfium.FPDF_CloseDocument(self._handle)

    def _sizes(self) -> list[tuple[float, float]]:
        count = pdfium.FPDF_GetPageCount(self._handle)
        if count < 1:
            raise BrokenError
        if count > MOST_PAGES:
            raise TooLargeError
        return [self._size(index) for index in range(count)]

    def _size(self, index: int) -> tuple[float, float]:
        size = pdfium.FS_SIZEF()
        if not pdfium.FPDF_GetPageSizeByIndexF(self._handle, index, ctypes.byref(size)):
            raise BrokenError
        short, long = sorted((size.width, size.height))
        if not SHORTEST_SIDE <= short <= long <= LONGEST_SIDE or short < long * NARROWEST:
            raise TooLargeError
        return size.width, size.height

    @contextmanager
    def _page(self, index: int) -> Iterator[object]:
        if not 0 <= index < len(self.sizes):
            raise BrokenError
        page = pdfium.FPDF_LoadPage(self._handle, index)
        if not page:
            raise BrokenError
        try:
            yield page
        finally:
            pdfium.FPDF_ClosePage(page)

    def picture(self, index: int, width: int, top: int, rows: int) -> bytearray:
        """Draw a band of a page that is `width` dots wide.

        Raises:
            BrokenError: there is no such page, or it cannot be read.
            TooLargeError: the band is.
        """
        if not (width > 0 and rows > 0 and width * rows <= MOST_DOTS and top >= 0):
            raise TooLargeError
        dots = bytearray(b"\xff") * (width * rows * 4)
        with self._page(index) as page:
            wide, high = self.sizes[index]
            buffer = (ctypes.c_char * len(dots)).from_buffer(dots)
            bitmap = pdfium.FPDFBitmap_CreateEx(width, rows, _FORMAT, buffer, width * 4)
            if not bitmap:
                raise MemoryError
            try:
                height = max(round(width * high / wide), 1)
                flags = pdfium.FPDF_ANNOT | pdfium.FPDF_RENDER_LIMITEDIMAGECACHE
                pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, -top, width, height, 0, flags)
            finally:
                pdfium.FPDFBitmap_Destroy(bitmap)
        return dots

    # ------------------------------------------------------------------------ its text
    @contextmanager
    def _text_page(self, page: object) -> Iterator[object]:
        text = pdfium.FPDFText_LoadPage(page)
        if not text:
            raise BrokenError
        try:
            yield text
        finally:
            pdfium.FPDFText_ClosePage(text)

    @contextmanager
    def _reading(self, index: int) -> Iterator[tuple[object, object]]:
        with self._page(index) as page, self._text_page(page) as text:
            yield page, text

    def text(self, index: int) -> str:
        """The text of a page, in the order in which it stands in the file."""
        with self._reading(index) as (_, text):
            return _decoded(_units(text))

    def search(self, index: int, wanted: str) -> list[tuple[int, int]]:
        """Where a text stands on a page: start and length in characters."""
        return places(self.text(index), wanted)

    def boxes(self, index: int, start: int, length: int) -> list[tuple[float, ...]]:
        """Where characters of a page's text are: left, top, right and bottom as shares of it."""
        with self._reading(index) as (page, text):
            units = _units(text)
            read = _decoded(units)
            first = len(read[:start].encode("utf-16-le", "surrogatepass")) // 2
            last = len(read[: start + length].encode("utf-16-le", "surrogatepass")) // 2 - 1
            begin = pdfium.FPDFText_GetCharIndexFromTextIndex(text, first)
            end = pdfium.FPDFText_GetCharIndexFromTextIndex(text, last)
            if begin < 0 or end < begin:
                return []
            count = pdfium.FPDFText_CountRects(text, begin, end - begin + 1)
            return [_box(page, text, place) for place in range(max(count, 0))]


def _units(text: object) -> bytes:
    count = min(pdfium.FPDFText_CountChars(text), MOST_TEXT)
    if count <= 0:
        return b""
    buffer = (ctypes.c_ushort * (2 * count + 1))()
    written = pdfium.FPDFText_GetText(text, 0, count, buffer)
    return bytes(buffer)[: max(written - 1, 0) * 2]


def _decoded(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")


def _box(page: object, text: object, place: int) -> tuple[float, ...]:
    """One rectangle, in the page as it is shown."""
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetRect(
        text, place, *(ctypes.byref(side) for side in (left, top, right, bottom))
    )
    corners = [_shown_at(page, x, y) for x in (left, right) for y in (top, bottom)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _shown_at(page: object, x: ctypes.c_double, y: ctypes.c_double) -> tuple[float, float]:
    whole = 100_000
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(
        page, 0, 0, whole, whole, 0, x, y, ctypes.byref(across), ctypes.byref(down)
    )
    return tuple(min(max(v.value / whole, 0.0), 1.0) for v in (across, down))  # type: ignore[return-value]
