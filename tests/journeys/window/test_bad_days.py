"""A slice of the runs with the window (`python -m tests.faults window` plays more)."""

from pathlib import Path

import pytest

from tests.faults.bad_day import BadDay
from tests.faults.odd_window import KINDS as ODD_KINDS
from tests.faults.odd_window import OddWindowDesk, odd_day
from tests.faults.window_day import JOURNEYS, KINDS, window_day
from tests.faults.with_window import WindowDesk, window_desk

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

RUNS = 12
ODD = (6, 5)
"""One that is stopped past its session's end, one with somebody else at the card."""


def test_it_answers_all_along_and_says_what_is_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    with window_desk(tmp_path) as desk:
        for name, value in desk.computer.card.environment.items():
            monkeypatch.setenv(name, value)
        for seed in range(RUNS):
            case = _played(desk, seed)
            found += [f"{case}: {violation}" for violation in desk.violations]
    assert not found, "\n".join(found)


def _played(desk: WindowDesk, seed: int) -> BadDay:
    """One run; where only an answer took long, once more: what the program does takes long again,
    what the machine does beside it does not."""
    case, _said = desk.play(seed)
    if desk.only_slow:
        case, _said = desk.play(seed)
    return case


def test_stopped_and_two_at_one_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    with window_desk(tmp_path, OddWindowDesk) as desk:
        for name, value in desk.computer.card.environment.items():
            monkeypatch.setenv(name, value)
        for seed in ODD:
            _played(desk, seed)
            found += [f"{odd_day(seed)}: {violation}" for violation in desk.violations]
    assert not found, "\n".join(found)
    assert {odd_day(seed).kind for seed in ODD} == set(ODD_KINDS)


def test_a_seed_means_the_same_for_ever() -> None:
    days = [window_day(seed) for seed in range(200)]
    assert days == [window_day(seed) for seed in range(200)]
    assert {day.journey for day, _line in days} == set(JOURNEYS)
    assert {day.kind for day, _line in days} == set(KINDS)
