"""What becomes of unfinished jobs."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Outcome, Purpose, SessionToken
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.runtime.recovery import PendingJob, hand_in, pending_jobs
from tests.equipment.recording_ports import RecordingPortal, RecordingWorld
from tests.equipment.values import SERVER_TIME, overview, token

SESSION = "session-0123456789"
ENTRY = JournalEntry(
    session_id=SESSION,
    portal="https://portal.example/api/v1",
    purpose=Purpose.PIN_UNBLOCK,
    token_serial="SN-0001",
    pin_before=PinState.BLOCKED,
    since=SERVER_TIME,
    clock_offset=0.0,
    step=JournalStep.WRITING,
)
AUTHORIZING = replace(ENTRY, step=JournalStep.AUTHORIZING)
TOLD_UNKNOWN = replace(ENTRY, step=JournalStep.ENDED, outcome=Outcome.UNKNOWN)
SUCCEEDED = replace(ENTRY, step=JournalStep.ENDED, outcome=Outcome.SUCCEEDED)
OLD = replace(SUCCEEDED, since=SERVER_TIME - timedelta(days=7, seconds=1))


def world_with(entry: JournalEntry, pin: PinState | None = PinState.OK) -> RecordingWorld:
    world = RecordingWorld()
    world.journal.kept[entry.session_id] = entry
    world.secrets.kept[entry.session_id] = SessionToken("t" * 40)
    world.card.seen = overview() if pin is None else overview(token(pin=pin))
    return world


def run(world: RecordingWorld) -> PendingJob:
    (job,) = hand_in(world.ports(), lambda url: world.portal)
    return job


@pytest.mark.parametrize(
    ("entry", "now", "told", "left"),
    [
        (AUTHORIZING, PinState.OK, Outcome.FAILED, 0),
        (AUTHORIZING, None, Outcome.FAILED, 0),
        (ENTRY, PinState.OK, Outcome.SUCCEEDED, 0),
        (ENTRY, PinState.BLOCKED, Outcome.FAILED, 0),
        (ENTRY, PinState.UNKNOWN, Outcome.UNKNOWN, 1),
        (ENTRY, None, Outcome.UNKNOWN, 1),
        (replace(ENTRY, pin_before=PinState.OK), PinState.OK, Outcome.UNKNOWN, 1),
        (TOLD_UNKNOWN, PinState.OK, Outcome.SUCCEEDED, 0),
        (TOLD_UNKNOWN, None, Outcome.UNKNOWN, 1),
        (SUCCEEDED, PinState.BLOCKED, Outcome.SUCCEEDED, 0),
    ],
)
def test_the_portal_is_told_the_truth(
    entry: JournalEntry, now: PinState | None, told: Outcome, left: int
) -> None:
    world = world_with(entry, now)
    job = run(world)
    assert [report.result for report in world.portal.reports] == [told]
    assert job.handed_in == (left == 0)
    assert len(world.journal.entries()) == len(world.secrets.kept) == left


def test_an_interrupted_job_says_so_and_a_success_says_nothing() -> None:
    world = world_with(AUTHORIZING)
    run(world)
    assert world.portal.reports[0].failure_code == FailureCode.INTERRUPTED.value
    world = world_with(replace(ENTRY, failure_code="KRT-111"), PinState.OK)
    run(world)
    assert world.portal.reports[0].failure_code is None


def test_a_proved_failure_is_not_told_as_a_doubt() -> None:
    world = world_with(replace(TOLD_UNKNOWN, failure_code="KRT-132"), PinState.BLOCKED)
    run(world)
    assert world.portal.reports[0].failure_code == FailureCode.PIN_NOT_SET.value


def test_what_is_known_already_asks_no_card() -> None:
    world = world_with(SUCCEEDED)
    run(world)
    assert "overview" not in world.calls


def test_an_outcome_goes_only_to_its_own_portal() -> None:
    world = world_with(SUCCEEDED)
    asked: list[str] = []

    def portal_at(url: str) -> RecordingPortal:
        asked.append(url)
        return world.portal

    hand_in(world.ports(), portal_at)
    assert asked == [ENTRY.portal]


@pytest.mark.parametrize(
    ("code", "left"),
    [
        (FailureCode.PORTAL_TIMEOUT, 1),
        (FailureCode.MAINTENANCE, 1),
        (FailureCode.OUTCOME_CONFLICT, 0),
        (FailureCode.SESSION_TOKEN_INVALID, 0),
    ],
)
def test_a_refusal_keeps_what_can_still_be_told(code: FailureCode, left: int) -> None:
    world = world_with(SUCCEEDED)
    world.fail("put_outcome", Failure.of(code))
    job = run(world)
    assert (job.handed_in, job.failure) == (False, Failure.of(code))
    assert len(world.journal.entries()) == left


def test_without_its_token_it_stays_and_says_why() -> None:
    world = world_with(SUCCEEDED)
    world.secrets.kept.clear()
    job = run(world)
    assert job.failure == Failure.of(FailureCode.NO_KEY_STORE)
    assert len(world.journal.entries()) == 1


def test_a_job_of_another_process_is_left_alone() -> None:
    world = world_with(ENTRY)
    world.journal.held_elsewhere.add(SESSION)
    job = run(world)
    assert job.failure == Failure.of(FailureCode.UNFINISHED_ELSEWHERE)
    assert world.calls == []


def test_after_seven_days_it_is_shown_once() -> None:
    world = world_with(OLD)
    world.fail("put_outcome", Failure.of(FailureCode.SESSION_TOKEN_INVALID))
    assert run(world).failure == Failure.of(FailureCode.OUTBOX_EXPIRED)
    assert world.journal.entries() == ()


@pytest.mark.parametrize(("days", "left"), [(13, 1), (15, 0)])
def test_what_has_no_token_ends_by_the_portal_s_clock_alone(days: int, left: int) -> None:
    """A session of seven days at most, and seven days in which its outcome is taken."""
    world = world_with(SUCCEEDED)
    world.secrets.kept.clear()
    world.local_clock_error = timedelta(days=3650)
    world.portal.client = replace(world.portal.client, said_at=SERVER_TIME + timedelta(days=days))
    code = FailureCode.NO_KEY_STORE if left else FailureCode.OUTBOX_EXPIRED
    assert run(world).failure == Failure.of(code)
    assert len(world.journal.entries()) == left


@pytest.mark.parametrize("said_at", [SERVER_TIME, None])
def test_a_key_store_that_is_locked_and_a_clock_that_jumped_lose_no_success(
    said_at: datetime | None,
) -> None:
    world = world_with(SUCCEEDED)
    world.local_clock_error = timedelta(days=3650)
    world.portal.client = replace(world.portal.client, said_at=said_at)
    locked, world.secrets.kept = world.secrets.kept, {}
    assert run(world).failure == Failure.of(FailureCode.NO_KEY_STORE)
    world.fail("client_info", Failure.of(FailureCode.PORTAL_TIMEOUT))
    assert run(world).failure == Failure.of(FailureCode.NO_KEY_STORE)
    world.secrets.kept = locked
    assert run(world).handed_in
    assert [report.result for report in world.portal.reports] == [Outcome.SUCCEEDED]


def test_a_doubt_that_the_portal_took_is_settled_after_the_clock_was_set() -> None:
    """The job began ten days behind; its card comes back after a hand-in without it."""
    began = replace(ENTRY, since=SERVER_TIME - timedelta(days=10), clock_offset=864000.0)
    world = world_with(began, None)
    assert run(world).failure == Failure.of(FailureCode.PIN_SET_UNKNOWN)
    world.card.seen = overview(token(pin=PinState.OK))
    assert run(world).handed_in
    reports = [report.result for report in world.portal.reports]
    assert reports == [Outcome.UNKNOWN, Outcome.SUCCEEDED]


def test_lost_signatures_are_told_though_the_clock_jumped() -> None:
    """That the files are gone is known here; that nothing came of it, the portal has to know."""
    signed = replace(ENTRY, purpose=Purpose.E_ONAY_GRANT, step=JournalStep.SIGNED)
    world = world_with(signed)
    world.local_clock_error = timedelta(days=3650)
    world.fail("put_outcome", Failure.of(FailureCode.PORTAL_TIMEOUT))
    assert run(world).failure == Failure.of(FailureCode.SIGNATURE_LOST)
    world.record.failures.clear()
    assert run(world).handed_in
    assert [report.result for report in world.portal.reports] == [Outcome.FAILED]


def test_a_clock_that_jumped_throws_nothing_away() -> None:
    """By this computer's clock it is too late; whether it is, the portal knows."""
    world = world_with(OLD)
    world.fail("put_outcome", Failure.of(FailureCode.PORTAL_CERTIFICATE))
    assert run(world).failure == Failure.of(FailureCode.PORTAL_CERTIFICATE)
    assert len(world.journal.entries()) == 1
    world.record.failures.clear()
    assert run(world).handed_in
    assert [report.result for report in world.portal.reports] == [Outcome.SUCCEEDED]


def test_what_cannot_be_deleted_now_is_told_once_more() -> None:
    """The disk became read-only: the entry stays, and with it what speaks for its session."""
    world = world_with(SUCCEEDED)
    world.journal.read_only = True
    assert run(world).handed_in
    assert (len(world.journal.entries()), len(world.secrets.kept)) == (1, 1)
    world.journal.read_only = False
    assert run(world).handed_in
    assert (len(world.journal.entries()), len(world.secrets.kept)) == (0, 0)


def test_looking_asks_nobody() -> None:
    world = world_with(ENTRY)
    (job,) = pending_jobs(world.journal)
    assert (job.outcome, world.calls) == (Outcome.UNKNOWN, [])
    (job,) = pending_jobs(world_with(AUTHORIZING).journal)
    assert job.outcome is Outcome.FAILED


def test_of_what_nobody_can_tell_any_more_the_portal_is_told_that() -> None:
    world = world_with(replace(TOLD_UNKNOWN, superseded=True), PinState.OK)
    job = run(world)
    assert (job.outcome, job.handed_in) == (Outcome.UNKNOWN, True)
    assert [report.result for report in world.portal.reports] == [Outcome.UNKNOWN]
    assert "overview" not in world.calls
    assert world.journal.entries() == ()
