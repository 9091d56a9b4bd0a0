"""Who looks when: at the start, at every change, when asked; never twice at once."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CardOverview,
    PluggedReader,
    ReadersSnapshot,
    ServiceStatus,
)
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.ui.bridge import Bridge
from kamusm_esign.ui.presenter.pieces import Status
from kamusm_esign.ui.status_watch import StatusWatch
from kamusm_esign.ui.texts import Texts
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import overview, token
from tests.ui.pages.stage import wait_until

CARD = ReadersSnapshot(
    ServiceStatus.RUNNING, (PluggedReader("reader", True, "3B00", event_count=1),)
)


class Watcher:
    """Tells what the test wants it to tell, from another thread."""

    def __init__(self) -> None:
        self.on_change: Callable[[ReadersSnapshot], None] = lambda _: None
        self.stopped = False

    def snapshot(self) -> ReadersSnapshot:
        return CARD

    def start(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        self.on_change = on_change
        self.tell(ReadersSnapshot(ServiceStatus.RUNNING, ()))

    def tell(self, snapshot: ReadersSnapshot) -> None:
        thread = threading.Thread(target=self.on_change, args=(snapshot,))
        thread.start()
        thread.join()

    def stop(self) -> None:
        self.stopped = True


class Room:
    """One watch over recorded ports."""

    def __init__(self, *, portal_every: float = 60.0) -> None:
        self.world, self.watcher = RecordingWorld(), Watcher()
        self.card, self.portal, self.bridge = Lane("card"), Lane("portal"), Bridge()
        self.watch = StatusWatch(
            replace(self.world.ports(), watcher=self.watcher),
            self.card,
            self.portal,
            self.bridge.deliver,
            Texts("tr"),
            "2.0.0",
            portal_every=portal_every,
        )
        self.statuses: list[Status] = []
        self.looked: list[CardOverview] = []
        self.watch.status_changed.connect(self.statuses.append)
        self.watch.looked.connect(self.looked.append)

    def asked(self, call: str) -> int:
        """How often a port was asked."""
        return list(self.world.calls).count(call)

    def hold(self, lane: Lane, gate: threading.Event) -> None:
        """Keep a lane busy until a gate opens, five seconds at most."""

        def wait() -> None:
            gate.wait(5)

        lane.submit(wait)

    def settle(self) -> None:
        """Until everything that was begun is done and told."""
        told: list[int] = []
        for _ in range(3):
            assert self.card.wait_idle(5)
            assert self.portal.wait_idle(5)
            told.clear()
            self.bridge.deliver(lambda: told.append(1))
            wait_until(lambda: told)


@pytest.fixture
def room(app: QApplication) -> Iterator[Room]:
    made = Room()
    yield made
    made.watch.stop()
    made.bridge.close()
    made.card.close(5)
    made.portal.close(5)


def states(status: Status) -> tuple[str, ...]:
    return tuple(
        light.state for light in (status.reader, status.driver, status.token, status.portal)
    )


def test_nothing_is_asked_before_the_start(room: Room) -> None:
    room.settle()
    assert room.world.calls == []


def test_the_start_looks_at_cards_and_portal(room: Room) -> None:
    room.watch.start()
    assert states(room.statuses[0]) == ("running",) * 4
    room.settle()
    assert states(room.statuses[-1]) == ("ok", "ok", "warn", "ok")
    assert (room.asked("overview"), room.asked("client_info")) == (1, 1)
    assert room.looked == [room.world.card.seen]


def test_changes_while_the_card_is_read_are_one_more_look(room: Room) -> None:
    room.watch.start()
    room.settle()
    gate = threading.Event()
    room.hold(room.card, gate)
    for _ in range(5):
        room.watcher.tell(CARD)
    wait_until(lambda: room.statuses[-1].token.state == "running")
    room.world.card.seen = overview(token("9"), token("10"))
    gate.set()
    room.settle()
    assert room.asked("overview") == 3
    assert room.statuses[-1].token.sentence == "2 kart okundu"
    assert len(room.looked) == 3


def test_again_asks_both(room: Room) -> None:
    room.watch.start()
    room.settle()
    room.watch.look_again()
    room.watch.look_again()
    room.settle()
    assert room.asked("client_info") == 2
    assert room.asked("overview") == 3


def test_an_overview_that_fails_is_told_and_forgotten_when_it_works(room: Room) -> None:
    room.world.fail("overview", Failure.of(FailureCode.SETTINGS_INVALID, path="x", detail="y"))
    room.watch.start()
    room.settle()
    assert room.statuses[-1].token.state == "bad"
    assert room.looked == []
    room.world.record.failures.clear()
    room.watch.look_again()
    room.settle()
    assert room.statuses[-1].token.state == "warn"


def test_what_nobody_expected_is_a_failure_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> CardOverview:
        raise ZeroDivisionError

    monkeypatch.setattr(room.world.card, "overview", broken)
    room.watch.start()
    room.settle()
    assert FailureCode.UNEXPECTED.value in room.statuses[-1].token.sentence


def test_the_portal_is_asked_again_now_and_then_but_never_in_the_way(app: QApplication) -> None:
    room = Room(portal_every=0.02)
    room.world.fail("client_info", Failure.of(FailureCode.PORTAL_UNREACHABLE))
    room.watch.start()
    wait_until(lambda: room.asked("client_info") >= 3)
    gate, asked = threading.Event(), 0
    room.hold(room.portal, gate)
    wait_until(lambda: not room.portal.wait_idle(0))
    asked = room.asked("client_info")
    held: list[int] = []
    threading.Timer(0.1, lambda: held.append(1)).start()
    wait_until(lambda: held)
    assert room.asked("client_info") <= asked + 1  # one may have been in the queue before
    room.watch.stop()
    assert room.watcher.stopped
    gate.set()
    room.settle()
    assert room.statuses[-1].portal.state == "bad"
    room.card.close(5)
    room.portal.close(5)


@pytest.mark.parametrize(
    ("ahead", "minutes"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=300), 0),
        (timedelta(seconds=-299), 0),
        (timedelta(seconds=301), 5),
        (timedelta(hours=-2), -120),
    ],
)
def test_the_portal_tells_whether_the_clock_is_right(
    room: Room, ahead: timedelta, minutes: int
) -> None:
    room.world.local_clock_error = ahead
    room.watch.start()
    room.settle()
    assert room.statuses[-1].clock_error == minutes
    assert room.asked("client_info") == 1


def test_a_portal_that_does_not_answer_tells_no_time(room: Room) -> None:
    room.watch.start()
    room.settle()
    room.world.fail("client_info", Failure.of(FailureCode.PORTAL_TIMEOUT))
    room.watch.look_again()
    room.settle()
    assert room.statuses[-1].clock_error is None


def test_another_language_says_it_again(room: Room) -> None:
    room.watch.start()
    room.settle()
    room.watch.set_texts(Texts("en"))
    assert room.statuses[-1].portal.sentence == "reachable"
    assert room.asked("overview") == 1


def test_a_closed_bridge_runs_nothing(app: QApplication) -> None:
    bridge = Bridge()
    ran: list[int] = []
    bridge.deliver(lambda: ran.append(1))
    bridge.close()
    bridge.deliver(lambda: ran.append(2))
    app.processEvents()
    assert ran == []


def test_calls_from_threads_run_here_in_their_order(app: QApplication) -> None:
    bridge = Bridge()
    ran: list[tuple[int, bool]] = []
    here = threading.get_ident()

    def run(number: int) -> None:
        ran.append((number, threading.get_ident() == here))

    def deliver_all() -> None:
        for number in range(100):
            bridge.deliver(partial(run, number))

    thread = threading.Thread(target=deliver_all)
    thread.start()
    thread.join()
    wait_until(lambda: len(ran) == 100)
    assert ran == [(number, True) for number in range(100)]
