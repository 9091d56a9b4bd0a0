"""A text in pieces, with everything invisible made visible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.ui.widgets.document_chunks import CHUNK, chunk_at, chunks, line_ends, shown

TEXTS = st.text(alphabet="ab \n\r\t\u202e\u2028\U0001f600\x1b", max_size=4 * CHUNK)


@given(TEXTS)
def test_chunks_are_the_text(text: str) -> None:
    starts = chunks(text)
    ends = [*starts[1:], len(text)]
    assert starts[0] == 0
    assert (
        all(0 < end - start <= CHUNK for start, end in zip(starts, ends, strict=True)) or not text
    )
    assert sum(line_ends(text, starts)) == text.count("\n")
    assert all(chunk_at(starts, start) == place for place, start in enumerate(starts))


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", [0]),
        ("a\n" * 10, [0]),
        ("a" * (2 * CHUNK + 1), [0, CHUNK, 2 * CHUNK]),
        ("a" * 1000 + "\n" + "b" * 1000, [0, 1001]),
        ("a" * 1000 + " " + "b" * 1000, [0, 1001]),
    ],
)
def test_where_chunks_begin(text: str, starts: list[int]) -> None:
    assert chunks(text) == starts


@pytest.mark.parametrize(
    ("chunk", "text", "places", "marks"),
    [
        ("", "", [0], []),
        ("ab", "ab", [0, 1, 2], []),
        ("a\nb\n", "a\u2028b", [0, 1, 2, 3, 4], []),
        ("a\r\nb", "a\u2028b", [0, 1, 1, 2, 3], []),
        ("a\rb", "a[U+000D]b", [0, 1, 9, 10], [(1, 8)]),
        ("\u202ea", "[U+202E]a", [0, 8, 9], [(0, 8)]),
        ("a\u2028b", "a[U+2028]b", [0, 1, 9, 10], [(1, 8)]),
        ("\U0001f600\U000e0041b", "\U0001f600[U+E0041]b", [0, 2, 11, 12], [(2, 9)]),
        ("a\tb", "a\tb", [0, 1, 2, 3], []),
    ],
)
def test_shown(chunk: str, text: str, places: list[int], marks: list[tuple[int, int]]) -> None:
    assert shown(chunk) == (text, places, marks)


@given(TEXTS)
def test_nothing_invisible_is_left(text: str) -> None:
    made = shown(text)
    assert not set(made.text) & set("\u202e\x1b\r")
    assert len(made.places) == len(text) + 1
    units = len(made.text.encode("utf-16-le")) // 2
    assert made.places == sorted(made.places)
    assert made.places[-1] - units in (0, 1)  # the line end that ends it
