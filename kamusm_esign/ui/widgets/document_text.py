"""A plain text on paper. Only what is near the view is ever laid out, however long it is."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from kamusm_esign.domain.documents import Found
from kamusm_esign.ui.presenter.document import DocumentTexts, ShownDocument
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.document_chunks import Shown, chunk_at, chunks, line_ends, shown
from kamusm_esign.ui.widgets.document_paper import MARGIN, FoundByPage, Located
from kamusm_esign.ui.widgets.document_sheets import (
    INK,
    MARK,
    MARK_NOW,
    PAPER,
    Sheet,
    on_paper,
    paint_edge,
)
from kamusm_esign.ui.widgets.document_stack import Stack

WIDEST, SIDE, NARROW_SIDE, END = 720, 40, 16, 24
"""Width of the paper, and the blank beside the text and above and below it."""
HIGHEST = 2_000_000_000
"""Pixels that a scroll bar can count."""


class Laid:
    """One chunk, laid out for a width."""

    def __init__(self, chunk: Shown, font: QFont, width: float, step: float) -> None:
        self.chunk, self.step = chunk, step
        self.layout = QTextLayout(chunk.text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTabStopDistance(8 * QFontMetricsF(font).horizontalAdvance(" "))
        self.layout.setTextOption(option)
        self.layout.setFormats([_range(start, length, _MARK) for start, length in chunk.marks])
        self.layout.beginLayout()
        y = 0.0
        while (line := self.layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y + (step - line.height()) / 2))
            y += step
        self.layout.endLayout()
        self.height = max(y, step)

    def span(self, start: int, end: int) -> tuple[float, float]:
        """From where to where characters of the chunk stand."""
        places = self.chunk.places
        first = self.layout.lineForTextPosition(places[start])
        last = self.layout.lineForTextPosition(places[min(end, len(places) - 1)])
        top = first.lineNumber() * self.step if first.isValid() else 0.0
        bottom = (last.lineNumber() + 1) * self.step if last.isValid() else self.height
        return top, bottom


def _format(ground: str, ink: QColor) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(QBrush(QColor(ground)))
    made.setForeground(QBrush(ink))
    return made


_MARK = _format("#FFF4D1", on_paper("amber-text"))
_FOUND, _NOW = (_format(ground, QColor(INK)) for ground in (MARK, MARK_NOW))


def _range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, look
    return made


class TextSheet(Sheet):
    """One chunk on the screen."""

    def __init__(self, parent: QWidget, index: int, paper: "TextPaper") -> None:
        super().__init__(parent)
        self.index, self._paper = index, paper

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(PAPER))
        painter.setPen(QColor(INK))
        paper, clip = self._paper, QRectF(event.rect())
        corner = QPointF(paper.side, paper.above(self.index))
        paper.laid(self.index).layout.draw(painter, corner, paper.marks(self.index), clip)
        last = self.index == len(paper.stack) - 1
        paint_edge(painter, self.rect(), top=self.index == 0, bottom=last)


class TextPaper:
    """A text as a stack of chunks without gaps: one long page."""

    def __init__(self, document: ShownDocument, texts: DocumentTexts) -> None:
        self._document, self._texts = document, texts
        self._text = document.readable.text
        self._starts = chunks(self._text)
        self._line_ends = line_ends(self._text, self._starts)
        ends = [*self._starts[1:], len(self._text)]
        self._lengths = [end - start for start, end in zip(self._starts, ends, strict=True)]
        self.stack, self.zoom, self.width, self.side = Stack(), 1.0, 1, SIDE
        self._font, self._step = theme.font("base"), 22.0
        self._laid: dict[int, Laid] = {}
        self._sheets: dict[int, TextSheet] = {}
        self._found: tuple[Found, ...] = ()
        self._now: Found | None = None

    def set_texts(self, texts: DocumentTexts) -> None:
        """See `ReadablePaper`."""
        self._texts = texts

    # ------------------------------------------------------------------ layout
    def arrange(self, zoom: float | None, room: int, ratio: float) -> None:
        """See `Paper`; the text is as wide as there is room, so nothing goes to the side."""
        self.zoom = zoom or 1.0
        lines = sum(self._line_ends) + len(self._starts)
        least = theme.line_height("base") * lines
        self.zoom = min(self.zoom, HIGHEST / 2 / max(least, 1))
        self._font = QFont(theme.font("base"))
        self._font.setPointSizeF(self._font.pointSizeF() * self.zoom)
        metrics = QFontMetricsF(self._font)
        self._step = max(round(theme.line_height("base") * self.zoom), ceil(metrics.height()))
        self.width = min(round(WIDEST * self.zoom * theme.scale), room)
        self.side = SIDE if self.width >= 400 else NARROW_SIDE
        self._laid.clear()
        self.stack = Stack(self._estimates(metrics.averageCharWidth()), margin=MARGIN)

    def _estimates(self, character: float) -> list[int]:
        in_line = max((self.width - 2 * self.side) / max(character, 1.0), 1.0)
        step, more = int(self._step), self._step / in_line / 2
        sizes = zip(self._lengths, self._line_ends, strict=True)
        return [int(step * lines + more * length) + 1 for length, lines in sizes]

    def above(self, index: int) -> int:
        """Blank above the text of a chunk."""
        return END if index == 0 else 0

    def measure(self, sheets: range) -> dict[int, int]:
        """See `Paper`."""
        last = len(self._starts) - 1
        return {
            i: ceil(self.laid(i).height) + self.above(i) + (END if i == last else 0) for i in sheets
        }

    def laid(self, index: int) -> Laid:
        """A chunk's layout."""
        found = self._laid.get(index)
        if found is None:
            width = self.width - 2 * self.side
            found = Laid(shown(self._chunk(index)), self._font, width, self._step)
            self._laid[index] = found
        return found

    def _chunk(self, index: int) -> str:
        starts = self._starts
        end = starts[index + 1] if index + 1 < len(starts) else len(self._text)
        return self._text[starts[index] : end]

    def width_of(self, index: int) -> int:
        """See `Paper`."""
        return self.width

    def sheet(self, index: int, parent: QWidget) -> Sheet:
        """See `Paper`."""
        sheet = self._sheets[index] = TextSheet(parent, index, self)
        sheet.setAccessibleName(self._texts.page(1, 1))
        sheet.spoken = self.laid(index).chunk.text.replace("\u2028", "\n")
        return sheet

    def in_view(self, seen: Sequence[tuple[Sheet, int, int]], near: Sequence[Sheet]) -> None:
        """See `Paper`."""
        sheets = [sheet for sheet, _, _ in seen] + list(near)
        self._sheets = {s.index: s for s in sheets if isinstance(s, TextSheet)}
        self._laid = {i: laid for i, laid in self._laid.items() if i in self._sheets}

    def let_go(self) -> None:
        """See `ReadablePaper`."""
        self._laid.clear()
        self._sheets.clear()

    # ------------------------------------------------------------------ marks
    def set_found(self, found: FoundByPage, now: Found | None) -> None:
        """See `ReadablePaper`."""
        self._found, self._now = tuple(found.get(0, ())), now
        for sheet in self._sheets.values():
            sheet.update()

    def marks(self, index: int) -> list[QTextLayout.FormatRange]:
        """What to mark in a chunk."""
        places, start = self.laid(index).chunk.places, self._starts[index]
        end = start + len(places) - 1
        made = []
        for found in self._found:
            if found.start < end and found.start + found.length > start:
                first = places[max(found.start - start, 0)]
                last = places[min(found.start + found.length - start, len(places) - 1)]
                look = _NOW if found == self._now else _FOUND
                made.append(_range(first, last - first, look))
        return made

    def locate(self, found: Found, done: Located) -> None:
        """See `ReadablePaper`."""
        index = chunk_at(self._starts, found.start)
        start = found.start - self._starts[index]
        top, bottom = self.laid(index).span(start, start + found.length)
        done(index, top + self.above(index), bottom + self.above(index))

    # ------------------------------------------------------------------ pages
    @property
    def pages(self) -> int:
        """A text is one page."""
        return 1

    def page_of(self, sheet: int) -> int:
        """See `ReadablePaper`."""
        return 0
