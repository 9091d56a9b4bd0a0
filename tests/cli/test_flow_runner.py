"""A flow on the command line: what the person's side breaks does not break the flow."""

import os
import signal
import threading
from dataclasses import dataclass

import pytest

from kamusm_esign.cli.flow_runner import FlowRunner
from kamusm_esign.cli.interrupts import InterruptedInputError
from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import SecretBox
from kamusm_esign.flows.protocol import (
    Answer,
    CancelPressed,
    Done,
    Effect,
    Event,
    GivenUp,
    State,
    Step,
    stay,
)
from kamusm_esign.runtime.driver import Handlers
from kamusm_esign.runtime.lanes import Lane


@dataclass(frozen=True, slots=True)
class Asking(State):
    """Can be cancelled and given up."""


@dataclass(frozen=True, slots=True)
class Writing(State):
    """Cannot."""


@dataclass(frozen=True, slots=True)
class Go(Event):
    """To the next state."""


@dataclass(frozen=True, slots=True)
class Write(Effect):
    """What takes its time."""


@dataclass(frozen=True, slots=True)
class Written(Answer):
    """It is done."""


def step(state: State, event: Event) -> Step:
    if isinstance(event, Go):
        return (Writing(1), (Write(1),)) if isinstance(state, Asking) else (Asking(0), ())
    if isinstance(state, Asking) and isinstance(event, CancelPressed):
        return Done(1, Outcome.CANCELLED, None, True), ()
    if isinstance(state, Asking) and isinstance(event, GivenUp):
        return Done(1, Outcome.FAILED, event.failure, True), ()
    if isinstance(event, Written):
        return Done(1, Outcome.SUCCEEDED, None, True), ()
    return stay(state)


class BreaksError(Exception):
    """Our own mistake."""


@pytest.mark.expects_log("Asking raised BreaksError")
def test_a_mistake_while_asking_gives_up_in_the_flows_own_way() -> None:
    def react(state: State) -> Event | None:
        if isinstance(state, Done):
            return None
        raise BreaksError("482915")

    done = FlowRunner(SecretBox()).run(step, State(0), {}, react, Go())
    assert done.outcome is Outcome.FAILED
    assert done.failure is not None
    assert (done.failure.code, done.failure.param("raw")) == (FailureCode.UNEXPECTED, "BreaksError")


@pytest.mark.expects_log("Writing raised BreaksError")
def test_a_mistake_while_writing_waits_for_the_end_of_it() -> None:
    told = threading.Event()

    def react(state: State) -> Event | None:
        if isinstance(state, Writing):
            told.set()
            raise BreaksError
        return None

    def write(effect: Write) -> Written:
        assert told.wait(10)
        return Written(effect.ticket)

    handlers: Handlers = {Write: (Lane("card"), write)}
    done = FlowRunner(SecretBox()).run(step, Asking(0), handlers, react, Go())
    assert done.outcome is Outcome.SUCCEEDED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_past_the_point_of_no_return_is_answered_and_changes_nothing(
    number: signal.Signals,
) -> None:
    answered = threading.Event()

    def write(effect: Write) -> Written:
        os.kill(os.getpid(), number)
        assert answered.wait(10)
        return Written(effect.ticket)

    runner = FlowRunner(SecretBox(), (Writing,), answered.set)
    with runner.signals():
        handlers: Handlers = {Write: (Lane("card"), write)}
        done = runner.run(step, Asking(0), handlers, lambda state: None, Go())
    assert done.outcome is Outcome.SUCCEEDED
    assert answered.is_set()


def test_a_signal_while_a_question_is_open_cancels() -> None:
    runner = FlowRunner(SecretBox())

    def react(state: State) -> Event | None:
        if isinstance(state, Asking):
            with runner.asking():
                signal.raise_signal(signal.SIGINT)
        return None

    with runner.signals():
        done = runner.run(step, State(0), {}, react, Go())
        assert done.outcome is Outcome.CANCELLED
        with pytest.raises(InterruptedInputError), runner.asking():
            signal.raise_signal(signal.SIGTERM)
