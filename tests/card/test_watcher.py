"""The watcher on the real pcscd: levels, fast swaps, and a service that comes and goes."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kamusm_esign.card.watcher import PcscWatcher, is_virtual_reader
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import ReadersSnapshot, ServiceStatus
from tests.equipment.pcsc_world import (
    AKIS_ATR,
    PcscWorld,
    missing_equipment,
    pcsc_world,
    wait_until,
)

OTHER_ATR = bytes.fromhex("3B9F968131FE45806755454B41451293318073B3A1806B")
STOPPED = ReadersSnapshot(ServiceStatus.STOPPED, (), Failure.of(FailureCode.NO_PCSC_SERVICE))


class Seen:
    """Keeps the snapshots of a watcher and waits for one of a kind."""

    def __init__(self) -> None:
        self.snapshots: list[ReadersSnapshot] = []
        self._changed = threading.Condition()

    def __call__(self, snapshot: ReadersSnapshot) -> None:
        with self._changed:
            self.snapshots.append(snapshot)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[ReadersSnapshot], bool]) -> ReadersSnapshot:
        with self._changed:
            assert self._changed.wait_for(
                lambda: bool(self.snapshots) and wanted(self.snapshots[-1]), 10
            )
            return self.snapshots[-1]


def atr(snapshot: ReadersSnapshot) -> str | None:
    """What is in the first reader."""
    return snapshot.readers[0].atr if snapshot.readers else None


def running_and_empty(snapshot: ReadersSnapshot) -> bool:
    """A service with readers, and no card in any."""
    return bool(snapshot.readers) and not any(r.card_present for r in snapshot.readers)


@pytest.fixture
def world() -> Iterator[PcscWorld]:
    """A PC/SC world whose service is not started."""
    missing = missing_equipment()
    if missing is not None:
        pytest.skip(missing)
    with pcsc_world() as world:
        yield world


@pytest.fixture
def watcher() -> Iterator[PcscWatcher]:
    """A watcher that waits long enough for an event to be what wakes it, and heals quickly."""
    watcher = PcscWatcher(wait=5.0, back_off=(0.02, 0.05))
    yield watcher
    watcher.stop()


@pytest.mark.pcsc
def test_snapshot_without_and_with_a_service(world: PcscWorld, watcher: PcscWatcher) -> None:
    assert watcher.snapshot() == STOPPED
    world.start_service()
    assert running_and_empty(watcher.snapshot())
    world.kill_service()
    assert watcher.snapshot() == STOPPED


@pytest.mark.pcsc
def test_insert_and_remove(world: PcscWorld, watcher: PcscWatcher) -> None:
    world.start_service()
    seen = Seen()
    watcher.start(seen)
    seen.wait(running_and_empty)
    world.insert()
    inserted = seen.wait(lambda s: atr(s) == AKIS_ATR.hex().upper())
    assert inserted == watcher.snapshot()
    world.remove()
    seen.wait(running_and_empty)
    assert len(seen.snapshots) == len(set(seen.snapshots)), "only changes are posted"


@pytest.mark.pcsc
def test_a_swap_that_nobody_watched_is_seen_by_its_event_counter(
    world: PcscWorld, watcher: PcscWatcher
) -> None:
    world.start_service()
    world.insert()
    seen = Seen()
    watcher.start(seen)
    first = seen.wait(lambda s: atr(s) is not None)
    held = threading.Event()
    reached = threading.Event()

    def hold(snapshot: ReadersSnapshot) -> None:
        seen(snapshot)
        if not snapshot.readers[0].card_present:
            reached.set()
            held.wait(10)

    watcher.start(hold)
    world.remove()
    assert reached.wait(10)
    world.insert()
    other = PcscWatcher()
    wait_until(lambda: atr(other.snapshot()) is not None)
    held.set()
    second = seen.wait(lambda s: atr(s) is not None)
    assert atr(second) == atr(first)
    assert second.readers[0].event_count >= first.readers[0].event_count + 2


@pytest.mark.pcsc
def test_another_card(world: PcscWorld, watcher: PcscWatcher) -> None:
    world.start_service()
    world.insert()
    seen = Seen()
    watcher.start(seen)
    seen.wait(lambda s: atr(s) == AKIS_ATR.hex().upper())
    world.remove()
    seen.wait(running_and_empty)
    world.insert(OTHER_ATR)
    seen.wait(lambda s: atr(s) == OTHER_ATR.hex().upper())


@pytest.mark.pcsc
def test_heals_when_the_service_dies_and_comes_back(world: PcscWorld, watcher: PcscWatcher) -> None:
    seen = Seen()
    watcher.start(seen)
    seen.wait(lambda s: s == STOPPED)
    for _ in range(2):
        world.start_service()
        seen.wait(running_and_empty)
        world.kill_service()
        seen.wait(lambda s: s == STOPPED)
    assert len(seen.snapshots) == 5


@pytest.mark.pcsc
@pytest.mark.parametrize("service", [True, False])
def test_stop_is_prompt_and_final(world: PcscWorld, service: bool) -> None:
    if service:
        world.start_service()
    watcher = PcscWatcher(wait=60.0, back_off=(60.0,))
    for _ in range(5):
        seen = Seen()
        watcher.start(seen)
        seen.wait(lambda s: True)
        began = time.monotonic()
        watcher.stop()
        assert time.monotonic() - began < 2
        assert "token-watcher" not in [t.name for t in threading.enumerate()]


@pytest.mark.pcsc
def test_idle_means_idle(world: PcscWorld, watcher: PcscWatcher) -> None:
    """No spinning, neither with a service nor without one."""
    world.start_service()
    seen = Seen()
    watcher.start(seen)
    seen.wait(running_and_empty)
    began = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - began < 0.03


def test_stop_without_start() -> None:
    PcscWatcher().stop()


@pytest.mark.parametrize(
    ("name", "virtual"),
    [
        ("Windows Hello for Business 1", True),
        ("Microsoft Virtual Smart Card 0", True),
        ("Microsoft UICC ISO Reader 1ba5d4bb 0", True),
        ("UICC Slot 0", True),
        ("ACS ACR39U ICC Reader 0", False),
        ("ACS ACR38U 00 00", False),
        ("MILKO Smart Card Reader 0", False),
        ("Virtual PCD 00 00", False),
    ],
)
def test_virtual_readers(name: str, virtual: bool) -> None:
    assert is_virtual_reader(name) is virtual
