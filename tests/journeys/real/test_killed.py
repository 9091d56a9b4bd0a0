"""A slice of the kills at random moments of set-pin (`python -m tests.faults kill` does more)."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.equipment.portal_double import PortalDouble
from tests.equipment.real_card import RealDesk
from tests.faults.killed import Length, killed_run

pytestmark = [pytest.mark.pcsc, pytest.mark.slow]


def test_pending_tells_the_truth_whenever_it_was_killed(
    desk: RealDesk, key_store: Mapping[str, str], tmp_path: Path
) -> None:
    length, found = Length(), []
    with PortalDouble() as portal:
        for seed in range(11):  # the first is left alone, and measured
            folder = tmp_path / str(seed)
            folder.mkdir()
            with killed_run(
                seed, folder, desk.world, desk.library, portal, key_store, length
            ) as run:
                run.play()
            found += [f"{run.case}: {violation}" for violation in run.violations]
    assert not found, "\n".join(found)
