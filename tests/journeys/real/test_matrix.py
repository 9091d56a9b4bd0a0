"""A slice of the fault matrix on the real stack (`tests/faults/real.py`)."""

import pytest

from tests.equipment.real_card import RealDesk
from tests.faults.real import RealCase, RealRun

pytestmark = pytest.mark.pcsc


FOUND = (230,)
"""Seeds outside the slice that found something: a card that says "refused" when it is done."""


@pytest.mark.parametrize("seed", [*range(20), *FOUND])
def test_nothing_is_lost_and_nothing_is_made_up(desk: RealDesk, seed: int) -> None:
    run = RealRun(RealCase.of(seed), desk)
    run.play()
    assert not run.violations, f"{run.case}: {run.violations}"
