"""A card is not used before what is in doubt about it was settled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinState, TokenTarget, UnblockMethod
from kamusm_esign.runtime.settling_cards import SettlingCards
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import SERVER_TIME, overview, token
from tests.runtime.test_recovery import ENTRY, SESSION, world_with

TARGET = TokenTarget("SN-0001", None)


def unblock(cards: SettlingCards, pin: Secret) -> CardResult:
    return cards.unblock_pin(TARGET, "my-session", UnblockGrant(UnblockMethod.SO_PIN, b""), pin)


def change(cards: SettlingCards, pin: Secret) -> CardResult:
    return cards.change_pin(TARGET, pin, secret(), last_try=False)


def verify(cards: SettlingCards, pin: Secret) -> CardResult:
    return cards.verify_pin(TARGET, pin, last_try=False)


def sign(cards: SettlingCards, pin: Secret) -> CardResult:
    try:
        with cards.signing(TARGET, "00", pin, last_try=False):
            return CardResult(Outcome.SUCCEEDED, None)
    except FailedError as error:
        return CardResult(Outcome.FAILED, error.failure)


USES = {"unblock_pin": unblock, "change_pin": change, "verify_pin": verify, "log_in": sign}


def secret() -> Secret:
    return Secret.taking(bytearray(b"590271"))


def cards_of(world: RecordingWorld) -> SettlingCards:
    return SettlingCards(world.card, world.journal, lambda: SERVER_TIME)


@pytest.mark.parametrize("call", USES)
def test_where_nothing_is_in_doubt_nothing_is_looked_at(call: str) -> None:
    world = world_with(replace(ENTRY, token_serial="another card"))
    assert USES[call](cards_of(world), secret()).outcome is Outcome.SUCCEEDED
    assert call in world.calls
    assert "overview" not in world.calls


@pytest.mark.parametrize("call", USES)
@pytest.mark.parametrize(
    ("now", "outcome"), [(PinState.OK, Outcome.SUCCEEDED), (PinState.BLOCKED, Outcome.FAILED)]
)
def test_the_look_comes_before_the_use(call: str, now: PinState, outcome: Outcome) -> None:
    world = world_with(ENTRY, now)
    USES[call](cards_of(world), secret())
    assert world.journal.kept[SESSION].outcome is outcome
    assert world.calls.index("overview") < world.calls.index("note ended") < world.calls.index(call)


@pytest.mark.parametrize("call", USES)
@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("held", FailureCode.UNFINISHED_ELSEWHERE),
        ("no card", FailureCode.CARD_REMOVED),
        ("full disk", FailureCode.JOURNAL_NOT_WRITABLE),
    ],
)
def test_what_cannot_be_settled_keeps_the_card_unused(
    call: str, trouble: str, code: FailureCode
) -> None:
    world = world_with(ENTRY)
    if trouble == "held":
        world.journal.held_elsewhere.add(SESSION)
    elif trouble == "no card":
        world.card.seen = overview()
    else:
        world.fail("note ended", Failure.of(code))
    pin = secret()
    assert USES[call](cards_of(world), pin) == CardResult(Outcome.FAILED, Failure.of(code))
    assert call not in world.calls
    assert len(pin) == 0
    assert world.journal.kept[SESSION] == ENTRY


@pytest.mark.parametrize("call", USES)
def test_the_look_waits_for_what_outlives_the_job(call: str) -> None:
    """Its program is dead and its card host still writes: until it has ended, both the entry and
    the card are held. A look from before that would say that nothing was changed."""
    world = world_with(ENTRY, PinState.BLOCKED)
    claim = world.journal.claim

    @contextmanager
    def held_until_then(session_id: str) -> Iterator[JournalEntry | None]:
        world.card.seen = overview(token(pin=PinState.OK))
        with claim(session_id) as entry:
            yield entry

    world.journal.claim = held_until_then  # type: ignore[method-assign]
    USES[call](cards_of(world), secret())
    assert world.journal.kept[SESSION].outcome is Outcome.SUCCEEDED


def test_before_a_change_older_jobs_are_given_up() -> None:
    """The change keeps no entry: who is killed in it leaves nothing that says so."""
    world = world_with(replace(ENTRY, pin_before=PinState.OK))
    change(cards_of(world), secret())
    assert world.calls.index("note ended") < world.calls.index("change_pin")


def test_a_change_that_cannot_be_noted_is_not_begun() -> None:
    before = replace(ENTRY, pin_before=PinState.OK)
    world = world_with(before)
    world.fail("note ended", Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    result = change(cards_of(world), secret())
    assert result.failure == Failure.of(FailureCode.JOURNAL_NOT_WRITABLE)
    assert "change_pin" not in world.calls
    assert world.journal.kept[SESSION] == before


@pytest.mark.parametrize("raises", [True, False])
def test_a_change_that_failed_leaves_older_jobs_as_they_were(raises: bool) -> None:
    before = replace(ENTRY, pin_before=PinState.OK)
    world = world_with(before)
    failure = Failure.of(FailureCode.PIN_WRONG)
    if raises:
        world.fail("change_pin", failure)
    else:
        world.card.result = CardResult(Outcome.FAILED, failure)
    assert change(cards_of(world), secret()) == CardResult(Outcome.FAILED, failure)
    assert world.journal.kept[SESSION] == before


def test_its_own_job_does_not_stand_in_its_way() -> None:
    mine = replace(ENTRY, session_id="my-session")
    world = world_with(mine)
    world.journal.held_elsewhere.add("my-session")
    assert unblock(cards_of(world), secret()).outcome is Outcome.SUCCEEDED
    assert "overview" not in world.calls


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.UNKNOWN, Outcome.FAILED])
@pytest.mark.parametrize("call", ["unblock_pin", "change_pin"])
def test_another_pin_ends_the_doubt_about_older_jobs(call: str, outcome: Outcome) -> None:
    world = world_with(replace(ENTRY, pin_before=PinState.OK))
    world.card.result = CardResult(outcome, None)
    USES[call](cards_of(world), secret())
    entry = world.journal.kept[SESSION]
    assert entry.superseded is (outcome is not Outcome.FAILED)


def test_a_pin_that_was_only_used_leaves_the_person_to_be_asked() -> None:
    world = world_with(replace(ENTRY, pin_before=PinState.OK))
    verify(cards_of(world), secret())
    assert not world.journal.kept[SESSION].superseded


def test_what_the_inner_one_raises_is_an_answer() -> None:
    world = world_with(ENTRY)
    world.fail("overview", Failure.of(FailureCode.SETTINGS_INVALID))
    assert verify(cards_of(world), secret()).failure == Failure.of(FailureCode.SETTINGS_INVALID)


def test_the_rest_is_handed_on() -> None:
    world = world_with(ENTRY)
    cards = cards_of(world)
    assert cards.overview() == overview(token(pin=PinState.OK))
    assert cards.seal_key() == b"public key"
    cards.close()
    assert world.calls == ["overview", "seal_key", "close_cards"]
