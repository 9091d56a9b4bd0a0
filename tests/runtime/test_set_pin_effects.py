"""The order in which journal, key store, card and portal are asked while a PIN is set."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from queue import SimpleQueue

import pytest

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalStep
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import PinState, UnblockMethod
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import CancelPressed, Done, Event, State, TokensSeen
from kamusm_esign.flows.session_model import AskCode, CheckStepUp, CodeEntered
from kamusm_esign.flows.set_pin import initial_state, step
from kamusm_esign.flows.set_pin_model import AskNewPin, Authorizing, NewPinEntered
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.recovery import hand_in
from kamusm_esign.runtime.set_pin_effects import SetPinEffects
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import SERVER_TIME, overview, session, token

SOON = 10.0
LOST = Failure.of(FailureCode.PORTAL_TIMEOUT)


class Journey:
    """One flow over recording ports, played to its end (or to a state where nobody goes on)."""

    def __init__(self, world: RecordingWorld) -> None:
        self.world = world
        self.box = SecretBox()
        self.new_pin = Secret()
        self.deadlines: list[tuple[str, float]] = []
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lanes = Lane("card"), Lane("portal")
        effects = SetPinEffects(
            world.ports(), self.box, lambda *deadline: self.deadlines.append(deadline)
        )
        self.driver = FlowDriver(
            step,
            initial_state(),
            effects.handlers(*self._lanes),
            self.box,
            self._calls.put,
            self._react,
        )
        self.cancel_while_authorizing = False

    def play(self) -> State:
        for byte in b"739164":
            self.new_pin.push(byte)
        self.driver.dispatch(CodeEntered(VerificationCode("123456789012345")))
        self._settle()
        return self.driver.state

    def send(self, event: Event) -> State:
        self.driver.dispatch(event)
        self._settle()
        return self.driver.state

    def _settle(self) -> None:
        while all(lane.wait_idle(SOON) for lane in self._lanes) and not self._calls.empty():
            self._calls.get()()

    def _react(self, state: State) -> None:
        if isinstance(state, AskNewPin):
            self.driver.post(NewPinEntered(self.box.put(self.new_pin), ()))
        if isinstance(state, Authorizing) and self.cancel_while_authorizing:
            self.driver.post(CancelPressed())


def test_the_journal_is_ahead_of_everything_that_can_happen() -> None:
    world = RecordingWorld()
    journey = Journey(world)
    done = journey.play()
    assert done == Done(done.ticket, Outcome.SUCCEEDED, None, True, "SN-0001")
    assert world.calls == [
        "open_session",
        "overview",
        "reserve",
        "put_token",
        "begin",
        "seal_key",
        "authorize_unblock",
        "note writing",
        "unblock_pin",
        "note ended",
        "note ended",
        "put_outcome",
        "told",
        "erase_token",
        "close",
    ]
    assert (len(journey.box), len(journey.new_pin)) == (0, 0)
    assert journey.deadlines == [(session().id, session().deadline)]


def test_a_wrong_clock_is_corrected_in_what_is_kept_and_told() -> None:
    world = RecordingWorld()
    world.local_clock_error = timedelta(days=3650)
    world.fail("put_outcome", LOST)
    Journey(world).play()
    (entry,) = world.journal.entries()
    assert entry.clock_offset == -timedelta(days=3650).total_seconds()
    assert entry.decided_at == SERVER_TIME


def test_an_outcome_that_is_not_taken_is_kept_with_its_token() -> None:
    world = RecordingWorld()
    world.fail("put_outcome", LOST)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.reported) == (Outcome.SUCCEEDED, False)
    (entry,) = world.journal.entries()
    assert (entry.step, entry.outcome) == (JournalStep.ENDED, Outcome.SUCCEEDED)
    assert entry.session_id in world.secrets.kept


def test_without_a_key_store_a_lost_report_is_handed_in_while_the_program_runs() -> None:
    world = RecordingWorld()
    world.fail("put_token", Failure.of(FailureCode.NO_KEY_STORE))
    world.fail("put_outcome", LOST)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert not done.reported
    world.record.failures.clear()
    (job,) = hand_in(world.ports(), lambda url: world.portal)
    assert (job.handed_in, job.failure) == (True, None)
    assert [report.result for report in world.portal.reports] == [Outcome.SUCCEEDED]
    assert world.journal.entries() == ()


def test_a_conflict_is_not_kept_for_ever() -> None:
    world = RecordingWorld()
    world.fail("put_outcome", Failure.of(FailureCode.OUTCOME_CONFLICT))
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert not done.reported
    assert (world.journal.entries(), world.secrets.kept) == ((), {})


@pytest.mark.parametrize("call", ["reserve", "begin", "seal_key", "authorize_unblock"])
def test_what_fails_before_the_grant_touches_no_card(call: str) -> None:
    world = RecordingWorld()
    world.fail(call, LOST)
    journey = Journey(world)
    state = journey.play()
    assert isinstance(state, AskCode)
    assert state.failure == LOST
    assert "unblock_pin" not in world.calls
    assert world.calls.count("cancel_session") == 1
    assert (world.journal.entries(), len(journey.box), len(journey.new_pin)) == ((), 0, 0)
    assert world.secrets.kept == {}


def test_no_key_store_does_not_stop_it() -> None:
    world = RecordingWorld()
    world.fail("put_token", Failure.of(FailureCode.NO_KEY_STORE))
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert done.outcome is Outcome.SUCCEEDED


def test_a_journal_that_cannot_be_written_stops_it_before_the_card() -> None:
    world = RecordingWorld()
    world.fail("note writing", Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    journey = Journey(world)
    done = journey.play()
    assert isinstance(done, Done)
    assert (done.outcome, done.failure) == (
        Outcome.FAILED,
        Failure.of(FailureCode.JOURNAL_NOT_WRITABLE),
    )
    assert "unblock_pin" not in world.calls
    assert (len(journey.box), len(journey.new_pin)) == (0, 0)


@pytest.mark.expects_log("the end is not noted")
def test_a_full_disk_does_not_keep_the_portal_from_being_told() -> None:
    world = RecordingWorld()
    world.fail("note ended", Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.reported) == (Outcome.SUCCEEDED, True)


def test_an_unknown_outcome_stays_in_the_journal_although_it_was_told() -> None:
    world = RecordingWorld()
    unclear = Failure.of(FailureCode.DRIVER_NO_ANSWER)
    world.card.seen = overview(token(pin=PinState.OK))
    world.card.result = CardResult(Outcome.UNKNOWN, unclear)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.failure, done.reported) == (Outcome.UNKNOWN, unclear, True)
    (entry,) = world.journal.entries()
    assert entry.outcome is Outcome.UNKNOWN
    assert entry.session_id in world.secrets.kept


def test_a_spent_puk_try_is_told() -> None:
    world = RecordingWorld()
    refused = Failure.of(FailureCode.PUK_REFUSED)
    world.card.result = CardResult(Outcome.FAILED, refused, puk_attempt_spent=True)
    Journey(world).play()
    (report,) = world.portal.reports
    assert (report.result, report.failure_code, report.puk_attempt_spent) == (
        Outcome.FAILED,
        "KRT-125",
        True,
    )


def test_cancel_while_the_grant_is_asked_for() -> None:
    world = RecordingWorld()
    journey = Journey(world)
    journey.cancel_while_authorizing = True
    done = journey.play()
    assert isinstance(done, Done)
    assert (done.outcome, done.reported) == (Outcome.CANCELLED, True)
    assert "unblock_pin" not in world.calls
    assert (world.journal.entries(), len(journey.new_pin)) == ((), 0)


def test_a_cancel_that_the_portal_does_not_hear_is_kept() -> None:
    world = RecordingWorld()
    world.fail("cancel_session", LOST)
    journey = Journey(world)
    journey.cancel_while_authorizing = True
    done = journey.play()
    assert isinstance(done, Done)
    assert not done.reported
    (entry,) = world.journal.entries()
    assert (entry.step, entry.outcome) == (JournalStep.ENDED, Outcome.CANCELLED)


def test_a_late_look_changes_nothing_at_the_end() -> None:
    journey = Journey(RecordingWorld())
    done = journey.play()
    assert journey.send(TokensSeen(overview())) == done


@pytest.mark.parametrize("typed", [b"", b"12345", b"1234567", b"12345a", b"\xd9\xa1" * 3])
def test_what_is_no_sms_code_is_not_sent_and_not_counted(typed: bytes) -> None:
    world, box = RecordingWorld(), SecretBox()
    lane, otp = Lane("portal"), Secret.taking(bytearray(typed))
    effects = SetPinEffects(world.ports(), box)
    _lane, check = effects.handlers(lane, lane)[CheckStepUp]
    with pytest.raises(FailedError) as caught:
        check(CheckStepUp(1, session(), box.put(otp)))
    assert caught.value.failure == Failure.of(FailureCode.OTP_WRONG, attempts_left=None)
    assert (world.calls, len(otp), len(box)) == ([], 0, 0)


@pytest.mark.parametrize("lost", [False, True])
def test_without_a_puk_the_portal_answers_the_card(lost: bool) -> None:
    world = RecordingWorld()
    methods = (UnblockMethod.CHALLENGE_RESPONSE,)
    world.portal.session = replace(session(), unblock_methods=methods)
    world.card.seen = overview(replace(token(), unblock_methods=methods))
    if lost:
        world.fail("answer_challenge", LOST)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.failure) == (
        (Outcome.FAILED, LOST) if lost else (Outcome.SUCCEEDED, None)
    )
    begin = world.calls.index("authorize_unblock")
    assert world.calls[begin : begin + 5] == [
        "authorize_unblock",
        "note writing",
        "unblock_pin",
        "answer_challenge",
        "note ended",
    ]
    assert "seal_key" not in world.calls
