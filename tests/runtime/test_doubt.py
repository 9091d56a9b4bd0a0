"""Which jobs are in doubt, and what settles them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.runtime.doubt import (
    give_up,
    jobs_in_doubt,
    only_the_person_knows,
    pin_was_set,
    settle,
    settle_by_look,
    settle_by_person,
    take_up,
)
from kamusm_esign.runtime.recovery import hand_in
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import SERVER_TIME
from tests.runtime.test_recovery import (
    AUTHORIZING,
    ENTRY,
    SUCCEEDED,
    TOLD_UNKNOWN,
    run,
    world_with,
)

UNPROVABLE = replace(ENTRY, pin_before=PinState.OK)
LATER = replace(
    UNPROVABLE, session_id="session-a-minute-later", since=SERVER_TIME + timedelta(minutes=1)
)


def two_jobs(first: JournalEntry = UNPROVABLE, second: JournalEntry = LATER) -> RecordingWorld:
    world = world_with(first)
    world.journal.kept[second.session_id] = second
    world.secrets.kept[second.session_id] = world.secrets.kept[first.session_id]
    return world


def outcomes(world: RecordingWorld) -> list[tuple[Outcome | None, bool]]:
    kept = sorted(world.journal.kept.values(), key=lambda e: e.begun_at)
    return [(entry.outcome, entry.superseded) for entry in kept]


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.FAILED])
def test_the_person_can_tell_what_nothing_else_can(outcome: Outcome) -> None:
    world = world_with(replace(TOLD_UNKNOWN, pin_before=PinState.OK))
    settle_by_person(world.journal, world.journal.entries()[0], outcome, SERVER_TIME)
    assert world.journal.entries()[0].outcome is outcome
    run(world)
    assert [report.result for report in world.portal.reports] == [outcome]
    assert world.journal.entries() == ()


@pytest.mark.parametrize(
    ("entry", "serial", "in_doubt"),
    [
        (ENTRY, "SN-0001", 1),
        (TOLD_UNKNOWN, "SN-0001", 1),
        (ENTRY, "another card", 0),
        (AUTHORIZING, "SN-0001", 0),
        (SUCCEEDED, "SN-0001", 0),
    ],
)
def test_which_jobs_are_in_doubt(entry: JournalEntry, serial: str, in_doubt: int) -> None:
    assert len(jobs_in_doubt(world_with(entry).journal, serial)) == in_doubt


@pytest.mark.parametrize("pin", PinState)
def test_a_pin_that_works_tells_all_where_there_was_none_that_could(pin: PinState) -> None:
    proves = pin in (PinState.BLOCKED, PinState.UNSET)
    assert only_the_person_knows(replace(ENTRY, pin_before=pin)) is not proves


@pytest.mark.parametrize(
    ("before", "now", "outcome", "pin_before"),
    [
        (PinState.BLOCKED, PinState.BLOCKED, Outcome.FAILED, PinState.BLOCKED),
        (PinState.BLOCKED, PinState.OK, Outcome.SUCCEEDED, PinState.BLOCKED),
        (PinState.BLOCKED, PinState.FINAL_TRY, Outcome.SUCCEEDED, PinState.BLOCKED),
        (PinState.UNSET, PinState.UNSET, Outcome.FAILED, PinState.UNSET),
        # What nobody can read now must not be read into the card after its next use.
        (PinState.BLOCKED, PinState.UNKNOWN, None, PinState.UNKNOWN),
        (PinState.OK, PinState.OK, None, PinState.OK),
    ],
)
def test_a_look_before_the_next_use_settles_it(
    before: PinState, now: PinState, outcome: Outcome | None, pin_before: PinState
) -> None:
    world = world_with(replace(ENTRY, pin_before=before))
    settle_by_look(world.journal, world.journal.entries()[0], now, SERVER_TIME)
    (entry,) = world.journal.entries()
    assert (entry.outcome, entry.pin_before) == (outcome, pin_before)


@pytest.mark.parametrize("known", [SUCCEEDED, replace(TOLD_UNKNOWN, superseded=True)])
def test_a_look_that_comes_late_changes_nothing(known: JournalEntry) -> None:
    """Another process has settled it and used the card, which is blocked again by now."""
    world = world_with(known)
    settle_by_look(world.journal, known, PinState.BLOCKED, SERVER_TIME)
    assert world.journal.entries() == (known,)


def test_the_new_pin_says_nothing_of_an_older_job() -> None:
    world = two_jobs()
    settle_by_person(world.journal, LATER, Outcome.SUCCEEDED, SERVER_TIME)
    assert outcomes(world) == [(Outcome.UNKNOWN, True), (Outcome.SUCCEEDED, False)]
    assert jobs_in_doubt(world.journal, ENTRY.token_serial) == ()
    hand_in(world.ports(), lambda url: world.portal)
    assert [r.result for r in world.portal.reports] == [Outcome.SUCCEEDED, Outcome.UNKNOWN]
    assert world.journal.entries() == ()


def test_the_old_pin_leaves_an_older_job_to_be_asked_about() -> None:
    world = two_jobs()
    settle_by_person(world.journal, LATER, Outcome.FAILED, SERVER_TIME)
    assert outcomes(world) == [(None, False), (Outcome.FAILED, False)]
    assert jobs_in_doubt(world.journal, ENTRY.token_serial) == (UNPROVABLE,)


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.FAILED])
def test_an_answer_is_no_answer_about_a_job_that_came_after_the_question(outcome: Outcome) -> None:
    """Another program has begun one on the same card while the question stood there."""
    world = two_jobs()
    settle_by_person(world.journal, UNPROVABLE, outcome, SERVER_TIME)
    assert outcomes(world) == [(None, False), (None, False)]


@pytest.mark.parametrize(
    ("outcome", "code", "spent"),
    [
        (Outcome.FAILED, FailureCode.PUK_REFUSED, True),
        (Outcome.SUCCEEDED, None, False),
    ],
)
def test_a_puk_that_was_refused_is_told_with_the_outcome(
    outcome: Outcome, code: FailureCode | None, spent: bool
) -> None:
    doubt = FailureCode.PIN_SET_UNKNOWN.value
    told = replace(TOLD_UNKNOWN, failure_code=doubt, puk_attempt_spent=True)
    world = world_with(told)
    settled = settle(world.journal, told, outcome, SERVER_TIME)
    assert (settled.failure_code, settled.puk_attempt_spent) == (code and code.value, spent)


def test_the_newest_is_the_newest_on_the_portals_clock() -> None:
    """This computer's clock jumped ten years back between the two."""
    year = timedelta(days=3650)
    jumped = replace(LATER, since=LATER.since - year, clock_offset=year.total_seconds())
    world = two_jobs(second=jumped)
    assert jobs_in_doubt(world.journal, ENTRY.token_serial) == (UNPROVABLE, jumped)


def test_a_success_that_a_look_proves_ends_the_doubt_about_older_ones() -> None:
    world = two_jobs(second=replace(LATER, pin_before=PinState.BLOCKED))
    jobs = hand_in(world.ports(), lambda url: world.portal)
    assert [job.entry.session_id for job in jobs] == [ENTRY.session_id, LATER.session_id]
    told = [report.result for report in world.portal.reports]
    assert told == [Outcome.SUCCEEDED, Outcome.UNKNOWN]
    assert world.journal.entries() == ()


def test_an_older_success_leaves_a_newer_job_in_doubt() -> None:
    world = two_jobs(first=replace(ENTRY, pin_before=PinState.BLOCKED))
    first = world.journal.kept[ENTRY.session_id]
    settle_by_look(world.journal, first, PinState.OK, SERVER_TIME)
    assert outcomes(world) == [(Outcome.SUCCEEDED, False), (None, False)]


def test_after_a_pin_was_set_only_its_own_job_can_be_found_out() -> None:
    world = two_jobs()
    pin_was_set(world.journal, ENTRY.token_serial, LATER.session_id, SERVER_TIME)
    assert outcomes(world) == [(Outcome.UNKNOWN, True), (None, False)]
    pin_was_set(world.journal, "another card", None, SERVER_TIME)
    assert jobs_in_doubt(world.journal, ENTRY.token_serial) == (LATER,)
    pin_was_set(world.journal, ENTRY.token_serial, None, SERVER_TIME)
    assert jobs_in_doubt(world.journal, ENTRY.token_serial) == ()


@pytest.mark.expects_log("an older job stays in doubt: SYS-910")
def test_a_full_disk_does_not_turn_a_pin_that_was_set_into_a_failure() -> None:
    world = two_jobs()
    world.fail("note ended", Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    pin_was_set(world.journal, ENTRY.token_serial, LATER.session_id, SERVER_TIME)
    assert outcomes(world) == [(None, False), (None, False)]


def test_what_is_given_up_before_a_change_is_as_before_where_nothing_was_changed() -> None:
    world = two_jobs()
    given_up = give_up(world.journal, ENTRY.token_serial, SERVER_TIME)
    assert outcomes(world) == [(Outcome.UNKNOWN, True), (Outcome.UNKNOWN, True)]
    take_up(world.journal, given_up)
    assert world.journal.entries() == (UNPROVABLE, LATER)


def test_what_was_handed_in_meanwhile_is_not_taken_up() -> None:
    world = two_jobs()
    given_up = give_up(world.journal, ENTRY.token_serial, SERVER_TIME)
    hand_in(world.ports(), lambda url: world.portal)
    take_up(world.journal, given_up)
    assert world.journal.entries() == ()


@pytest.mark.expects_log("an older job stays given up: SYS-910")
def test_a_full_disk_keeps_jobs_given_up() -> None:
    world = two_jobs()
    given_up = give_up(world.journal, ENTRY.token_serial, SERVER_TIME)
    world.fail("note writing", Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    take_up(world.journal, given_up)
    assert outcomes(world) == [(Outcome.UNKNOWN, True), (Outcome.UNKNOWN, True)]
