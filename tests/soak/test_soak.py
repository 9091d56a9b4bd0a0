"""A slice of the soak; `python -m tests.soak 1000 500` is the whole of it."""

from collections.abc import Callable

import pytest

from tests.equipment.pcsc_world import missing_equipment
from tests.soak.__main__ import Soaked, cycles, journeys

GROWTH = 8 << 20
"""Bytes by which a process may differ so early: allocators fill their pools."""


def cards_that_come_and_go(times: int) -> Soaked:
    missing = missing_equipment()
    if missing:
        pytest.skip(missing)
    return cycles(times)


@pytest.mark.pcsc
@pytest.mark.slow
@pytest.mark.parametrize(("part", "times"), [(cards_that_come_and_go, 20), (journeys, 12)])
def test_nothing_piles_up(
    part: Callable[[int], Soaked], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("P11SHIM_MODULE", "P11SHIM_FOLDER", "SOFTHSM2_CONF", "PCSCLITE_CSOCK_NAME"):
        monkeypatch.setenv(name, "")  # and put back what the part sets
        monkeypatch.delenv(name)
    soaked = part(times)
    assert soaked.end.threads <= soaked.warm.threads
    assert soaked.end.descriptors <= soaked.warm.descriptors
    assert soaked.end.memory - soaked.warm.memory < GROWTH
