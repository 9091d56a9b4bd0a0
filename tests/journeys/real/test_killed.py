"""A slice of the kills at random moments of set-pin (`python -m tests.faults kill` does more)."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.equipment.portal_double import PortalDouble
from tests.equipment.real_card import RealDesk
from tests.faults.killed import Length, killed_run

pytestmark = [pytest.mark.pcsc, pytest.mark.slow]

AT_ANY_MOMENT = 10
"""So many; the ones after them when the card was written to, and the portal does not know."""


def test_pending_tells_the_truth_whenever_it_was_killed(
    desk: RealDesk, key_store: Mapping[str, str], tmp_path: Path
) -> None:
    lengths, found = dict[str, Length](), []
    with PortalDouble() as portal:
        for seed in range(14):  # the first of each method is left alone, and measured
            folder = tmp_path / str(seed)
            folder.mkdir()
            late = seed > AT_ANY_MOMENT
            with killed_run(
                seed, folder, desk.world, desk.library, portal, key_store, lengths, late=late
            ) as run:
                run.play()
            found += [f"{run.case}: {violation}" for violation in run.violations]
    assert not found, "\n".join(found)
