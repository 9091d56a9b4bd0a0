"""Nothing of a session stays once the portal knows, whatever stopped the clearing away."""

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.runtime.forgetting import clear_leftovers
from kamusm_esign.runtime.recovery import hand_in, pending_jobs
from tests.equipment.recording_ports import RecordingWorld
from tests.runtime.test_recovery import SUCCEEDED, run, world_with

KILLED = Failure.of(FailureCode.INTERRUPTED)


def left(world: RecordingWorld) -> tuple[int, int, int]:
    """Entries to tell, tokens, sessions that still have traces."""
    return len(world.journal.entries()), len(world.secrets.kept), len(world.journal.traces)


def test_a_locked_key_store_keeps_no_token_for_good() -> None:
    world = world_with(SUCCEEDED)
    world.secrets.locked = True
    assert run(world).handed_in
    assert left(world) == (0, 1, 1)
    assert pending_jobs(world.journal) == ()
    world.secrets.locked = False
    assert hand_in(world.ports(), lambda url: world.portal) == ()
    assert left(world) == (0, 0, 0)
    assert len(world.portal.reports) == 1


@pytest.mark.parametrize("last_call", ["erase_token", "close"])
def test_a_kill_while_clearing_away_leaves_nothing_for_good(last_call: str) -> None:
    world = world_with(SUCCEEDED)
    world.fail(last_call, KILLED)
    run(world)
    assert pending_jobs(world.journal) == ()
    world.record.failures.clear()
    clear_leftovers(world.ports())
    assert left(world) == (0, 0, 0)


def test_a_kill_before_it_is_noted_that_the_portal_knows_tells_it_once_more() -> None:
    world = world_with(SUCCEEDED)
    world.fail("told", KILLED)
    run(world)
    assert left(world) == (1, 1, 0)
    world.record.failures.clear()
    assert run(world).handed_in
    assert left(world) == (0, 0, 0)
