"""What people find when they look for words."""

import pytest

from kamusm_esign.documents.finding import MOST, places


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("", "a", []),
        ("abc", "", []),
        ("abc", "  ", []),
        ("İmza IMZA imza ımza", "imza", [(0, 4), (5, 4), (10, 4), (15, 4)]),
        ("İmza imza", "IMZA", [(0, 4), (5, 4)]),
        ("IŞIK ışık", "ışık", [(0, 4), (5, 4)]),
        ("one\n  two", " one two ", [(0, 9)]),
        ("a.b axb", "a.b", [(0, 3)]),
        ("\U0001f600 ab", "ab", [(2, 2)]),
        ("aaaa", "aa", [(0, 2), (2, 2)]),
    ],
)
def test_places(text: str, wanted: str, found: list[tuple[int, int]]) -> None:
    assert places(text, wanted) == found


def test_not_without_end() -> None:
    assert len(places("a" * 5000, "a")) == MOST
