"""A PC/SC service for the tests of one module, and cards that come and go in its readers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.equipment.pcsc_world import (
    READER,
    SECOND_READER,
    PcscWorld,
    missing_equipment,
    pcsc_world,
    wait_until,
)
from tests.equipment.real_card import RealDesk, card_in, opensc


@pytest.fixture(scope="module")
def world() -> Iterator[PcscWorld]:
    """One PC/SC service for all tests of this module; cards come and go."""
    missing = missing_equipment() or (None if opensc() else "install opensc-pkcs11")
    if missing is not None:
        pytest.skip(missing)
    with pcsc_world() as world:
        world.start_service()
        yield world


@pytest.fixture
def desk(world: PcscWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealDesk]:
    library = opensc()
    assert library is not None
    desk = RealDesk(tmp_path, world, library)
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(world.socket))
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    yield desk
    desk.close()
    for reader in (READER, SECOND_READER):
        wait_until(lambda reader=reader: not card_in(reader), 30)  # type: ignore[misc]
