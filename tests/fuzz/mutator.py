"""Makes bad inputs out of good ones: seeded, so that an input can be made again by its number."""

import random
from collections.abc import Callable, Sequence

_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_TEXTS = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        *("\u0660\u0661\u0662", "\uff11\uff12", "\u202e", "\u200b", "\ufeff", "\u0130\u0131"),
        *("\ud800", "\U0001f600", "\x00", "\n", "%s%n", "../..", "'\"", "\\u0000", "\\ud800"),
        *("null", "true", "NaN", "Infinity", "-1", "1e999", "1" * 400, "0x", "[", "{", "}", "]"),
        *("9" * 5000, "[" * 2000, '{"a":' * 500, "a = " + "[" * 1500, "2026-13-45T99:99:99Z"),
        *("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+23:59", "1e308", "-0.0"),
    )
)
LONGEST = 1 << 16
"""Bytes of an input, at most."""


class Mutator:
    """An endless row of inputs."""

    def __init__(self, samples: Sequence[bytes], words: Sequence[bytes], seed: str) -> None:
        """Make one.

        Args:
            samples: good inputs.
            words: pieces that mean something to what is tried.
            seed: another seed, another row.
        """
        self._samples = tuple(samples)
        self._words = (*words, *_TEXTS)
        self._seed = seed
        self._changes: tuple[Callable[[random.Random, bytearray], None], ...] = (
            self._flip,
            self._flip,
            self._set,
            self._number,
            self._insert,
            self._remove,
            self._repeat,
            self._word,
            self._word,
            self._splice,
            self._cut,
        )

    def make(self, number: int) -> bytes:
        """The input of this number."""
        chance = random.Random(f"{self._seed} {number}")
        data = bytearray(chance.choice(self._samples))
        if chance.random() < 0.02:
            data = bytearray(chance.randbytes(chance.randrange(64)))
        for _ in range(min(int(chance.expovariate(0.5)), 12) + (number % 97 > 0)):
            chance.choice(self._changes)(chance, data)
        return bytes(data[:LONGEST])

    # ------------------------------------------------------------------------ changes
    @staticmethod
    def _place(chance: random.Random, data: bytearray) -> int:
        return chance.randrange(len(data) + 1)

    def _flip(self, chance: random.Random, data: bytearray) -> None:
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)

    def _set(self, chance: random.Random, data: bytearray) -> None:
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)

    def _number(self, chance: random.Random, data: bytearray) -> None:
        place, size = self._place(chance, data), chance.choice((1, 2, 4))
        value = chance.choice(_NUMBERS) & (1 << 8 * size) - 1
        data[place : place + size] = value.to_bytes(size, chance.choice(("big", "little")))

    def _insert(self, chance: random.Random, data: bytearray) -> None:
        place = self._place(chance, data)
        data[place:place] = chance.randbytes(chance.randrange(1, 9))

    def _remove(self, chance: random.Random, data: bytearray) -> None:
        place = self._place(chance, data)
        del data[place : place + chance.randrange(1, 17)]

    def _repeat(self, chance: random.Random, data: bytearray) -> None:
        place, size = self._place(chance, data), chance.randrange(1, 65)
        piece = data[place : place + size]
        data[place:place] = piece * chance.choice((1, 1, 2, 50))

    def _word(self, chance: random.Random, data: bytearray) -> None:
        place, word = self._place(chance, data), chance.choice(self._words)
        data[place : place + chance.choice((0, 0, len(word)))] = word

    def _splice(self, chance: random.Random, data: bytearray) -> None:
        other = chance.choice(self._samples)
        start = chance.randrange(len(other) + 1)
        place = self._place(chance, data)
        data[place : place + chance.choice((0, 32))] = other[start : start + chance.randrange(256)]

    def _cut(self, chance: random.Random, data: bytearray) -> None:
        del data[self._place(chance, data) :]
