"""Jobs of which nobody knows how they ended, and what can settle them.

A look at the card (`domain.pin_proof`), or the person who tries a PIN and says which one it was. A
look proves something only while nobody has used the PIN since, so what is in doubt about a card is
settled *before* the card is used again (`settling_cards`).
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.pin_proof import proved_outcome, proves
from kamusm_esign.domain.portal_session import Outcome, SessionKind
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.ports import Journal

_log = logging.getLogger(__name__)

_OUTCOMES = {
    JournalStep.AUTHORIZING: Outcome.FAILED,
    JournalStep.WRITING: Outcome.UNKNOWN,
    JournalStep.SIGNING: Outcome.FAILED,
    JournalStep.SIGNED: Outcome.SUCCEEDED,
    JournalStep.ENDED: Outcome.UNKNOWN,
}
"""What a step alone says: before WRITING nothing was asked of the card, and signatures count from
SIGNED on."""


def known_outcome(entry: JournalEntry) -> Outcome:
    """What is known of a job without asking its card."""
    if entry.outcome is not None:
        return entry.outcome
    return _OUTCOMES[entry.step]


def jobs_in_doubt(journal: Journal, token_serial: str) -> tuple[JournalEntry, ...]:
    """The unfinished jobs on a card that a look or the person may settle; the newest last."""
    found = [
        entry
        for entry in journal.entries()
        if entry.token_serial == token_serial and _in_doubt(entry)
    ]
    return tuple(sorted(found, key=lambda entry: entry.begun_at))


def only_the_person_knows(entry: JournalEntry) -> bool:
    """Whether not even a PIN that works tells how the job ended."""
    return proved_outcome(entry.pin_before, PinState.OK) is Outcome.UNKNOWN


def settle_by_look(journal: Journal, entry: JournalEntry, now: PinState, at: datetime) -> None:
    """Note what the state of the PIN proves, before the card is used again.

    Args:
        journal: where the entry is.
        entry: held by this process; one that somebody has settled by now stays as it is.
        now: the state in which the card is.
        at: this computer's time.

    Raises:
        FailedError: `JOURNAL_NOT_WRITABLE`.
    """
    outcome = proved_outcome(entry.pin_before, now)
    if not _in_doubt(entry):
        return  # it was settled before this look, when the card may have been another sight
    if outcome is not Outcome.UNKNOWN:
        settle(journal, entry, outcome, at)
    elif proves(entry.pin_before):
        # What the card looks like after its next use says nothing of this job.
        journal.note(replace(entry, pin_before=PinState.UNKNOWN))


def settle_by_person(
    journal: Journal, asked: JournalEntry, outcome: Outcome, now: datetime
) -> None:
    """Note what the person says of the job that they were asked about.

    A PIN that works proves nothing by itself: only the person knows whether it is the new one. It
    is an answer about the newest job on a card alone, so nothing is noted where that is another
    one by now.

    Raises:
        FailedError: `JOURNAL_NOT_WRITABLE`.
    """
    newest = jobs_in_doubt(journal, asked.token_serial)[-1:]
    if asked.session_id not in {entry.session_id for entry in newest}:
        return
    with journal.claim(asked.session_id) as entry:
        if entry is not None and _in_doubt(entry):
            settle(journal, entry, outcome, now)


def settle(journal: Journal, entry: JournalEntry, outcome: Outcome, now: datetime) -> JournalEntry:
    """Note an outcome that was found out (by a look at the card, or by the person).

    Args:
        journal: where the entry is.
        entry: held by this process.
        outcome: what is known now.
        now: this computer's time, which the entry's offset corrects.

    Raises:
        FailedError: `JOURNAL_NOT_WRITABLE`.
    """
    if entry.outcome is outcome:
        return entry
    settled = _ended(entry, outcome, now)
    journal.note(settled)
    if outcome is Outcome.SUCCEEDED and entry.purpose.kind is SessionKind.PIN:
        older = [e for e in jobs_in_doubt(journal, entry.token_serial) if _is_older(e, entry)]
        _supersede(journal, older, now)
    return settled


def pin_was_set(journal: Journal, token_serial: str, session_id: str | None, now: datetime) -> None:
    """A PIN was set just now, or may have been: no other job of this card can be found out.

    Args:
        journal: where the entries are.
        token_serial: the card's.
        session_id: the job that has set it, if it has one.
        now: this computer's time.
    """
    others = [e for e in jobs_in_doubt(journal, token_serial) if e.session_id != session_id]
    _supersede(journal, others, now)


def give_up(journal: Journal, token_serial: str, now: datetime) -> tuple[JournalEntry, ...]:
    """A PIN is about to be set by what keeps no entry: from now on nobody can tell of older jobs.

    Returns:
        The jobs in doubt as they were, for `take_up`.

    Raises:
        FailedError: `JOURNAL_NOT_WRITABLE`; the PIN must not be set then.
    """
    given_up: list[JournalEntry] = []
    try:
        for one in jobs_in_doubt(journal, token_serial):
            given_up += _give_up_one(journal, one, now)
    except FailedError:
        take_up(journal, tuple(given_up))
        raise
    return tuple(given_up)


def take_up(journal: Journal, given_up: tuple[JournalEntry, ...]) -> None:
    """The PIN was not set after all: what became of the jobs can be found out as before."""
    for before in given_up:
        try:
            with journal.claim(before.session_id) as entry:
                if entry is not None and entry.superseded:
                    journal.note(before)
        except FailedError as error:
            _log.error("an older job stays given up: %s", error.failure.code.value)


def _supersede(journal: Journal, listed: list[JournalEntry], now: datetime) -> None:
    for one in listed:
        try:
            _give_up_one(journal, one, now)
        except FailedError as error:
            # The PIN is set; that this is not noted must not turn it into a failure.
            _log.error("an older job stays in doubt: %s", error.failure.code.value)


def _give_up_one(journal: Journal, one: JournalEntry, now: datetime) -> list[JournalEntry]:
    with journal.claim(one.session_id) as entry:
        if entry is None or not _in_doubt(entry):
            return []
        journal.note(replace(_ended(entry, Outcome.UNKNOWN, now), superseded=True))
        return [entry]


def _in_doubt(entry: JournalEntry) -> bool:
    return known_outcome(entry) is Outcome.UNKNOWN and not entry.superseded


def _is_older(one: JournalEntry, than: JournalEntry) -> bool:
    return one.begun_at < than.begun_at


def _ended(entry: JournalEntry, outcome: Outcome, now: datetime) -> JournalEntry:
    return replace(
        entry,
        step=JournalStep.ENDED,
        outcome=outcome,
        failure_code=_failure_code(entry, outcome),
        puk_attempt_spent=entry.puk_attempt_spent and outcome is not Outcome.SUCCEEDED,
        decided_at=now + timedelta(seconds=entry.clock_offset),
    )


def _failure_code(entry: JournalEntry, outcome: Outcome) -> str | None:
    if outcome is Outcome.SUCCEEDED:
        return None
    doubt = FailureCode.PIN_SET_UNKNOWN.value
    if outcome is Outcome.FAILED and entry.failure_code == doubt:
        if entry.puk_attempt_spent:
            return FailureCode.PUK_REFUSED.value
        return FailureCode.PIN_NOT_SET.value
    return entry.failure_code or FailureCode.INTERRUPTED.value
