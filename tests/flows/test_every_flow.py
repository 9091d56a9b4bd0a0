"""What holds for every flow, whatever it does."""

import dataclasses
import typing
from collections.abc import Callable, Iterator
from types import UnionType
from typing import Any

import pytest

from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.secret import Secret, SecretBox, Sensitive
from kamusm_esign.domain.tokens import CertificateInfo
from kamusm_esign.flows import change_or_verify_pin, set_pin, sign_documents, with_code
from kamusm_esign.flows.protocol import (
    Answer,
    CancelPressed,
    Done,
    Effect,
    Event,
    State,
    Step,
    Transitions,
)
from kamusm_esign.flows.session_model import AskCode, Kept
from kamusm_esign.flows.set_pin_model import CheckingOutcome, Reporting, Unblocking, UnblockPin
from kamusm_esign.flows.sign_documents_effects import (
    OpenCard,
)
from kamusm_esign.flows.sign_documents_model import (
    ReportingSignatures,
    Signing,
    SigningPhase,
    Stamping,
    Submitting,
)
from tests.flows.samples import PIN_USE_STATES, SET_PIN_STATES, SIGN_STATES, TICKET, events

FLOWS = {
    "set-pin": (set_pin.step, set_pin.TRANSITIONS, SET_PIN_STATES),
    "change-or-verify-pin": (
        change_or_verify_pin.step,
        change_or_verify_pin.TRANSITIONS,
        PIN_USE_STATES,
    ),
    "sign-documents": (sign_documents.step, sign_documents.TRANSITIONS, SIGN_STATES),
    "with-code": (with_code.step, with_code.TRANSITIONS, SET_PIN_STATES + SIGN_STATES),
}
NO_RETURN = (
    *(Unblocking, CheckingOutcome, Reporting, change_or_verify_pin.UsingCard),
    *(Stamping, Submitting, ReportingSignatures),
)
SPENDS_A_TRY = (UnblockPin, change_or_verify_pin.UsePin, OpenCard)
STARTS = {
    "set-pin": AskCode(0),
    "sign-documents": sign_documents.initial_state(),
    "with-code": with_code.initial_state(),
    "change-or-verify-pin": change_or_verify_pin.Start(0),
}

FlowStep = Callable[[State, Event], Step]
each_flow = pytest.mark.parametrize("name", FLOWS)


@each_flow
def test_every_state_answers_every_event(name: str) -> None:
    step, _, states = FLOWS[name]
    for state in states:
        for event in events(TICKET):
            after, effects = step(state, event)
            assert isinstance(after, State)
            assert all(isinstance(effect, Effect) for effect in effects)


@each_flow
def test_tickets_only_grow(name: str) -> None:
    step, _, states = FLOWS[name]
    for state in states:
        for event in events(TICKET):
            after, effects = step(state, event)
            assert after.ticket >= state.ticket
            assert all(effect.ticket <= after.ticket for effect in effects)


@each_flow
def test_the_end_is_sealed(name: str) -> None:
    step, _, states = FLOWS[name]
    done = next(state for state in states if isinstance(state, Done))
    for event in events(TICKET):
        assert step(done, event) == (done, ())


@each_flow
def test_no_return_states_ignore_cancel(name: str) -> None:
    step, _, states = FLOWS[name]
    found = [state for state in states if isinstance(state, NO_RETURN)]
    assert found
    for state in found:
        assert step(state, CancelPressed()) == (state, ())


def test_cancel_is_noted_between_two_signatures_and_not_after_the_last() -> None:
    for state in (state for state in SIGN_STATES if isinstance(state, Signing)):
        after, effects = sign_documents.step(state, CancelPressed())
        assert effects == ()
        assert isinstance(after, Signing)
        assert after.stopping is (state.phase is not SigningPhase.KEEPING)


@each_flow
def test_a_stale_answer_changes_nothing(name: str) -> None:
    step, _, states = FLOWS[name]
    for state in states:
        for event in events(TICKET - 1):
            if isinstance(event, Answer):
                assert step(state, event) == (state, ())


@each_flow
def test_one_press_spends_at_most_one_try(name: str) -> None:
    step, _, states = FLOWS[name]
    for state in states:
        for event in events(TICKET):
            _, effects = step(state, event)
            assert sum(isinstance(effect, SPENDS_A_TRY) for effect in effects) <= 1


@each_flow
def test_every_state_is_reachable_and_sampled(name: str) -> None:
    step, transitions, states = FLOWS[name]
    reached = _reachable(step, STARTS[name])
    in_table = {state for state, _ in transitions}
    assert in_table | {Done} == reached
    assert in_table | {Done} == {type(state) for state in states}


@each_flow
def test_every_transition_is_taken_by_a_sample(name: str) -> None:
    """A row that no sample can take would be a row that no test reads."""
    _, transitions, states = FLOWS[name]
    sampled = {(type(s), type(e)) for s in states for e in events(TICKET)}
    assert set(transitions) <= sampled


@each_flow
def test_no_state_or_message_can_hold_a_secret(name: str) -> None:
    _, _, states = FLOWS[name]
    types = {type(s) for s in states} | {type(e) for e in events(TICKET)}
    for holder in types:
        held = set(_types_held(holder))
        if issubclass(holder, State):
            assert not held & {bytes, bytearray, memoryview}
            assert not any(issubclass(t, Sensitive) for t in held)
        assert not any(issubclass(t, (Secret, SecretBox)) for t in held), holder


def test_the_walk_over_types_finds_a_secret() -> None:
    @dataclasses.dataclass(frozen=True)
    class Inner:
        deep: tuple[Secret | None, ...]

    assert Secret in set(_types_held(Inner))


def _reachable(step: FlowStep, start: State) -> set[type[State]]:
    """The types of all states that some order of events leads to, up to 20 events deep."""
    seen: set[type[State]] = set()
    frontier: dict[Any, State] = {_shape(start): start}
    known = set(frontier)
    for _ in range(20):
        after: dict[Any, State] = {}
        for state in frontier.values():
            seen.add(type(state))
            for event in events(state.ticket):
                following, _ = step(state, event)
                if _shape(following) not in known:
                    known.add(_shape(following))
                    after[_shape(following)] = following
        frontier = after
    return seen


def _shape(state: State) -> Any:
    """What of a state decides where a walk can go, so that it does not go round for ever."""
    values = (getattr(state, field.name) for field in dataclasses.fields(state)[1:])
    kept = (value for value in values if not isinstance(value, Kept))
    return type(state), *(isinstance(v, Failure) or v for v in kept)


PUBLIC = {(CertificateInfo, "der")}
"""Fields of bytes that everybody may know."""


def _types_held(holder: type) -> Iterator[type]:
    """All classes that the fields of a dataclass can hold, at any depth."""
    done: set[Any] = set()
    waiting: list[Any] = [holder]
    while waiting:
        one = waiting.pop()
        if one in done:
            continue
        done.add(one)
        arguments = typing.get_args(one)
        if arguments or isinstance(one, UnionType):
            waiting.extend(argument for argument in arguments if argument is not Ellipsis)
        elif isinstance(one, type):
            yield one
            if dataclasses.is_dataclass(one):
                hints = typing.get_type_hints(one)
                waiting.extend(kind for name, kind in hints.items() if (one, name) not in PUBLIC)


def test_tables_name_only_states_and_events() -> None:
    tables: list[Transitions] = [transitions for _, transitions, _ in FLOWS.values()]
    for table in tables:
        for state, event in table:
            assert issubclass(state, State)
            assert issubclass(event, Event)
