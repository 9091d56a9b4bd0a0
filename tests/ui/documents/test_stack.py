"""Where sheets are that stand under each other."""

import pytest

from kamusm_esign.ui.widgets.document_stack import Stack


def test_tops_and_total() -> None:
    stack = Stack([100, 50, 200], gap=10, margin=16)
    assert [stack.top(i) for i in range(3)] == [16, 126, 186]
    assert stack.total == 16 + 100 + 10 + 50 + 10 + 200 + 16


@pytest.mark.parametrize(
    ("y", "index"), [(-5, 0), (0, 0), (16, 0), (125, 0), (126, 1), (185.9, 1), (186, 2), (9999, 2)]
)
def test_what_is_at(y: float, index: int) -> None:
    assert Stack([100, 50, 200], gap=10, margin=16).at(y) == index


def test_between() -> None:
    stack = Stack([100] * 10)
    assert stack.between(150, 320) == range(1, 4)
    assert Stack().between(0, 100) == range(0)
    assert Stack().total == 0


def test_estimates_become_measures() -> None:
    stack = Stack([100, 100, 100])
    assert not stack.measured({0: 100})
    assert stack.measured({0: 150, 2: 20})
    assert ([stack.top(i) for i in range(3)], stack.total) == ([0, 150, 250], 270)
