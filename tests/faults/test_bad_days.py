"""A slice of the runs of the whole program (`python -m tests.faults program` plays more)."""

from collections.abc import Iterator

import pytest

from tests.faults.bad_day import KINDS, BadDay
from tests.faults.days import Days, bad_days
from tests.faults.whole_program import ProgramRun

MENDED = (100, 107, 111, 179, 332, 338, 358, 424, 739, 42084)
"""Seeds that have found something: the disk became read-only while the portal was told (100, 111),
a lock that could not be made was called an unexpected error (107, 179), and on a full disk an empty
draft of the last failure stayed behind (42084)."""


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    with bad_days(tmp_path_factory.mktemp("days")) as days:
        yield days


@pytest.mark.parametrize("seed", [*MENDED, *range(24)])
def test_nothing_is_lost_and_nothing_is_made_up(days: Days, seed: int) -> None:
    case = BadDay.of(seed)
    with days.computer(case) as computer:
        run = ProgramRun(case, computer)
        run.play()
    assert not run.violations, f"{case}: {run.violations}"


def test_a_seed_means_the_same_for_ever() -> None:
    assert BadDay.of(0) == BadDay.of(0)
    assert {BadDay.of(seed).kind for seed in range(100)} == set(KINDS)
