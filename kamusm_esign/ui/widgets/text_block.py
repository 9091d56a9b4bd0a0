"""A text, broken into lines by its own hand: the line height of its kind, some words standing out.

Not by `QTextLayout`: loading it and its formats takes longer than all that the first screen says.
"""

from collections.abc import Iterator, Sequence
from math import ceil

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import STRONG, Kind
from kamusm_esign.ui.style.theme import theme

Span = tuple[str, bool]
"""Some words, and whether they stand out."""

Line = tuple[list[Span], float]
"""What stands on a line, and its width in pixels."""

Word = Line
"""A word (one span, or several without a space between them), and its width in pixels."""

UNLIMITED = 1_000_000

PHONE = "444 5 576"
"""The call centre's number, which stays on one line: it is read out and typed."""


class TextBlock:
    """A text, measured for a width and drawn into it. Lines break at spaces and line ends."""

    def __init__(self, kind: Kind, *, strong: Role | None = None, centred: bool = False) -> None:
        """`strong`: colour of the words that stand out, where they have one of their own."""
        self.kind = kind
        self.text = ""
        self._strong, self._centred = strong, centred
        self._spans: tuple[Span, ...] = ()
        self._generation = self._natural = self._least = -1
        self._lines: dict[int, list[Line]] = {}
        self._words: list[list[Word]] = []

    def set_text(self, text: str) -> bool:
        """Show one text; returns whether it is another one than before."""
        return self.set_spans(((text, False),))

    def set_spans(self, spans: Sequence[Span]) -> bool:
        """Show words of which some stand out; returns whether anything is different."""
        if self._spans == tuple(spans):
            return False
        self._spans = tuple(spans)
        self.text = "".join(words for words, _ in self._spans)
        self._generation = -1
        return True

    def set_kind(self, kind: Kind) -> None:
        """Use another kind of type."""
        if kind != self.kind:
            self.kind, self._generation = kind, -1

    # ------------------------------------------------------------------ measures
    def natural_width(self) -> int:
        """Width in pixels on as few lines as the text itself has."""
        if self._generation != theme.generation or self._natural < 0:
            lines = self._broken(UNLIMITED)
            self._natural = ceil(max((width for _, width in lines), default=0))
        return self._natural

    def least_width(self) -> int:
        """Width of the longest word: narrower, and it would break within a word."""
        if self._generation != theme.generation or self._least < 0:
            self._refresh()
            words = (width for line in self._words for _, width in line)
            self._least = ceil(max(words, default=0))
        return self._least

    def line_count(self, width: int) -> int:
        """Number of lines when broken at a width."""
        return len(self._broken(width))

    def line_width(self, index: int, width: int) -> int:
        """Width in pixels of one line when broken at a width."""
        return ceil(self._broken(width)[index][1])

    def height(self, width: int) -> int:
        """Height in pixels when broken at a width."""
        return self.line_count(width) * theme.line_height(self.kind) if self.text else 0

    # ------------------------------------------------------------------ painting
    def draw(self, painter: QPainter, x: float, y: float, width: int, role: Role) -> int:
        """Paint at (x, y), broken at a width; returns the height."""
        if not self.text:
            return 0
        step, metrics = theme.line_height(self.kind), theme.metrics(self.kind)
        base = y + (step - metrics.height()) // 2 + metrics.ascent()
        for spans, taken in self._broken(width):
            left = x + (width - taken) / 2 if self._centred else x
            for place, (words, strong) in enumerate(spans, 1):
                painter.setFont(theme.font(self._kind_of(strong)))
                painter.setPen(theme.colour((strong and self._strong) or role))
                painter.drawText(QPointF(left, base), words)
                if place < len(spans):
                    left += theme.advance(self._kind_of(strong), words)
            base += step
        return self.height(width)

    # ------------------------------------------------------------------ lines
    def _kind_of(self, strong: bool) -> Kind:
        return STRONG.get(self.kind, self.kind) if strong else self.kind

    def _width(self, spans: Sequence[Span]) -> float:
        if len(spans) == 1:
            words, strong = spans[0]
            return theme.advance(self._kind_of(strong) if strong else self.kind, words)
        return sum(theme.advance(self._kind_of(strong), words) for words, strong in spans)

    def _refresh(self) -> None:
        if self._generation != theme.generation:
            self._generation = theme.generation
            self._natural = self._least = -1
            self._lines.clear()
            self._words = [
                [(word, self._width(word)) for word in line] for line in self._paragraphs()
            ]

    def _broken(self, width: int) -> list[Line]:
        if self._generation != theme.generation:
            self._refresh()
        found = self._lines.get(width)
        if found is None:
            if width < UNLIMITED and width >= self.natural_width():
                found = self._broken(UNLIMITED)
            else:
                found = [line for words in self._words for line in self._fill(words, width)]
            self._lines[width] = found
        return found

    def _paragraphs(self) -> list[list[list[Span]]]:
        """Lines that the text itself has, as words; a word is one span or several."""
        paragraphs: list[list[list[Span]]] = [[[]]]
        for text, strong in self._spans:
            for number, line in enumerate(text.split("\n")):
                if number:
                    paragraphs.append([[]])
                whole = line.replace(PHONE, PHONE.replace(" ", "\u00a0"))
                for place, word in enumerate(whole.split(" ")):
                    if place:
                        paragraphs[-1].append([])
                    if word:
                        paragraphs[-1][-1].append((word, strong))
        return [[word for word in words if word] for words in paragraphs]

    def _fill(self, words: list[Word], width: int) -> Iterator[Line]:
        """Put words on lines, as many as there is room for."""
        line: list[Span] = []
        taken = 0.0
        for whole in words:
            for word, wide in self._pieces(*whole, width):
                gap = theme.advance(self._kind_of(line[-1][1]), " ") if line else 0.0
                if line and taken + gap + wide > width + 0.01:
                    yield line, taken
                    line, taken, gap = [], 0.0, 0.0
                _append(line, word)
                taken += gap + wide
        yield line, taken

    def _pieces(self, word: list[Span], wide: float, width: int) -> Iterator[Word]:
        """Break a word that is too long for a line of its own, letter by letter."""
        if wide <= width:
            yield word, wide
            return
        piece: list[Span] = []
        for text, strong in word:
            for letter in text:
                if piece and self._width([*piece, (letter, strong)]) > width:
                    yield piece, self._width(piece)
                    piece = []
                piece.append((letter, strong))
        yield piece, self._width(piece)


def _append(line: list[Span], word: list[Span]) -> None:
    """Put a word at the end of a line; what looks the same is drawn in one go."""
    if line:
        line[-1] = (line[-1][0] + " ", line[-1][1])
    for text, strong in word:
        if line and line[-1][1] == strong:
            line[-1] = (line[-1][0] + text, strong)
        else:
            line.append((text, strong))
