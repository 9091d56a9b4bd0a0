"""Lanes, the flow driver and the session timer."""

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

import pytest

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.flows.protocol import DropSecret, Effect, EffectFailed, Event, State, Step
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.session_timer import SessionTimer

SOON = 10.0


class TestLane:
    def test_jobs_run_one_after_the_other_on_a_daemon_thread(self) -> None:
        lane, seen = Lane("test"), list[tuple[int, bool]]()

        def note(number: int) -> None:
            seen.append((number, threading.current_thread().daemon))

        for number in range(50):
            lane.submit(partial(note, number))
        assert lane.wait_idle(SOON)
        assert seen == [(number, True) for number in range(50)]
        lane.close(SOON)

    @pytest.mark.expects_log("ValueError")
    def test_a_job_that_raises_does_not_end_the_lane(self) -> None:
        lane, seen = Lane("test"), list[int]()

        def broken() -> None:
            raise ValueError("123456")

        lane.submit(broken)
        lane.submit(lambda: seen.append(1))
        assert lane.wait_idle(SOON)
        assert seen == [1]
        lane.close(SOON)

    def test_a_stuck_job_is_not_waited_for(self) -> None:
        lane, release = Lane("test"), threading.Event()

        def stuck() -> None:
            release.wait(SOON)

        lane.submit(stuck)
        assert not lane.wait_idle(0.01)
        release.set()
        assert lane.wait_idle(SOON)
        lane.close(SOON)


class Answered(Event):
    pass


def counting_step(state: State, event: Event) -> Step:
    """Each event that is no failure asks for one more effect, three times."""
    if isinstance(event, EffectFailed) or state.ticket == 3:
        return state, ()
    ticket = state.ticket + 1
    return State(ticket), (Effect(ticket),)


class TestDriver:
    def run_once(self, handler: Callable[[Effect], Event]) -> tuple[list[State], list[Event]]:
        """Drive one event and everything that comes of it."""
        calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        states: list[State] = []
        events: list[Event] = []
        lane = Lane("test")

        def recording_step(state: State, event: Event) -> Step:
            events.append(event)
            return counting_step(state, event)

        driver = FlowDriver(
            recording_step,
            State(0),
            {Effect: (lane, handler)},
            SecretBox(),
            calls.put,
            states.append,
        )
        driver.dispatch(Answered())
        while lane.wait_idle(SOON) and not calls.empty():
            calls.get()()
        lane.close(SOON)
        return states, events

    def test_every_effect_is_answered_once(self) -> None:
        states, events = self.run_once(lambda effect: Answered())
        assert [state.ticket for state in states] == [1, 2, 3]
        assert len(events) == 4

    def test_a_coded_failure_is_an_answer(self) -> None:
        def failing(effect: Effect) -> Event:
            raise FailedError.of(FailureCode.PORTAL_TIMEOUT)

        _, events = self.run_once(failing)
        assert events[1:] == [EffectFailed(1, Failure.of(FailureCode.PORTAL_TIMEOUT))]

    @pytest.mark.expects_log("KeyError")
    def test_anything_else_is_an_answer_without_its_words(self) -> None:
        def broken(effect: Effect) -> Event:
            raise KeyError("a secret 123456")

        _, events = self.run_once(broken)
        assert events[1:] == [EffectFailed(1, Failure.of(FailureCode.UNEXPECTED, raw="KeyError"))]

    def test_a_secret_that_went_with_the_person_is_no_error(self) -> None:
        """Nothing is logged: they had left before the lane came to it."""
        box = SecretBox()
        handle = box.put(Secret.taking(bytearray(b"314159")))
        box.wipe()

        def late(_effect: Effect) -> Event:
            box.take(handle)
            return Answered()

        _, events = self.run_once(late)
        assert events[1:] == [EffectFailed(1, Failure.of(FailureCode.CANCELLED))]

    def test_a_dropped_secret_is_wiped(self) -> None:
        box, secret = SecretBox(), Secret()
        secret.push(ord("7"))
        handle = box.put(secret)

        def dropping(state: State, event: Event) -> Step:
            return state, (DropSecret(0, handle),)

        driver = FlowDriver(dropping, State(0), {}, box, lambda call: None, lambda state: None)
        driver.dispatch(Answered())
        assert (len(box), len(secret)) == (0, 0)


class TestSessionTimer:
    def test_it_tells_once_the_deadline_is_reached(self) -> None:
        now, told = [0.0], threading.Event()
        timer = SessionTimer(lambda: now[0], look_every=0.01)
        timer.start(5.0, told.set)
        assert not told.wait(0.1)
        now[0] = 5.0
        assert told.wait(SOON)

    def test_suspend_counts(self) -> None:
        """The clock jumps over the deadline in one look, as it does when a laptop wakes up."""
        now, told = [0.0], threading.Event()
        timer = SessionTimer(lambda: now[0], look_every=0.01)
        timer.start(300.0, told.set)
        now[0] = 4000.0
        assert told.wait(SOON)

    def test_a_stopped_or_replaced_watch_says_nothing(self) -> None:
        now, first, second = [0.0], threading.Event(), threading.Event()
        timer = SessionTimer(lambda: now[0], look_every=0.01)
        timer.start(1.0, first.set)
        timer.start(2.0, second.set)
        now[0] = 3.0
        assert second.wait(SOON)
        assert not first.is_set()
        timer.start(9.0, first.set)
        timer.stop()
        now[0] = 10.0
        assert not first.wait(0.1)
