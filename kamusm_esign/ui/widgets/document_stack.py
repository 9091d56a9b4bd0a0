"""What stands under what: heights of many sheets, some of them only estimated so far."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


class Stack:
    """Sheets one under the other, with a gap between and a margin above and below."""

    def __init__(self, heights: Sequence[int] = (), *, gap: int = 0, margin: int = 0) -> None:
        self._gap, self._margin = gap, margin
        self._steps = [height + gap for height in heights]
        self._tops: list[int] = []
        self._place()

    def _place(self) -> None:
        """Tens of thousands at times, and while somebody scrolls: no line of Python for each."""
        self._tops = list(accumulate(self._steps, initial=self._margin))

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def total(self) -> int:
        """Height of all of it."""
        return self._tops[-1] - self._gap + self._margin if self._steps else 0

    def top(self, index: int) -> int:
        """Where a sheet begins."""
        return self._tops[index]

    def height(self, index: int) -> int:
        """How high it is."""
        return self._steps[index] - self._gap

    def at(self, y: float) -> int:
        """The sheet at a height; a gap belongs to the sheet above it."""
        return min(max(bisect_right(self._tops, y) - 1, 0), max(len(self._steps) - 1, 0))

    def between(self, top: float, bottom: float) -> range:
        """The sheets that reach into a span."""
        return range(self.at(top), self.at(bottom) + 1) if self._steps else range(0)

    def measured(self, heights: dict[int, int]) -> bool:
        """Take true heights for estimated ones; whether any was different."""
        different = {i: h for i, h in heights.items() if self.height(i) != h}
        for index, height in different.items():
            self._steps[index] = height + self._gap
        if different:
            self._place()
        return bool(different)
