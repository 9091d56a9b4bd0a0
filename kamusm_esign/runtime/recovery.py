"""What became of jobs that a crash, a power cut or a lost network left unfinished.

An entry of the journal is *pending* until the portal has taken its outcome. `hand_in` finds out
the outcome where it is not known yet (by looking at the card, which asks for no secret), and
tells the portal. Nothing here can spend a try.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.pin_proof import proved_outcome
from kamusm_esign.domain.portal_session import (
    Outcome,
    OutcomeReport,
    SessionAccess,
    SessionKind,
)
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.flows.sign_delivery import REFUSALS
from kamusm_esign.ports import Journal, PortalGateway, Ports
from kamusm_esign.runtime.delivery import stamp, submit

KEPT_FOR = timedelta(days=7)
"""How long the portal takes an outcome after the session's end (portal-api.yaml, putOutcome)."""

_FINAL_REFUSALS = frozenset(
    {
        FailureCode.OUTCOME_CONFLICT,
        FailureCode.SESSION_TOKEN_INVALID,
        FailureCode.REQUEST_MALFORMED,
    }
)

_NO_MORE_TO_TELL = _FINAL_REFUSALS | {
    FailureCode.SESSION_OVER,
    FailureCode.DOCUMENT_UNKNOWN,
    FailureCode.NO_KEY_STORE,
    FailureCode.SIGNATURE_LOST,
    FailureCode.PIN_SET_UNKNOWN,
}
"""What an entry that is too old ends with: the portal, or what is missing here, has said no. This
computer's clock alone has not: it may have jumped, and then the portal often cannot be reached."""

_OUTCOMES = {
    JournalStep.AUTHORIZING: Outcome.FAILED,
    JournalStep.WRITING: Outcome.UNKNOWN,
    JournalStep.SIGNING: Outcome.FAILED,
    JournalStep.SIGNED: Outcome.SUCCEEDED,
    JournalStep.ENDED: Outcome.UNKNOWN,
}
"""What a step alone says: before WRITING nothing was asked of the card, and signatures count from
SIGNED on."""


@dataclass(frozen=True, slots=True)
class PendingJob:
    """One unfinished job, as it stands now."""

    entry: JournalEntry
    outcome: Outcome
    """What is known without asking the card again."""
    handed_in: bool = False
    """The portal has taken it, and nothing more is to be found out."""
    failure: Failure | None = None
    """Why it was not handed in."""
    receipts: tuple[SignatureReceipt, ...] = ()
    """What the portal gave for each signature that it has taken."""


def pending_jobs(journal: Journal) -> tuple[PendingJob, ...]:
    """Everything that is unfinished; asks neither card nor portal."""
    return tuple(PendingJob(e, _known_outcome(e)) for e in journal.entries())


def jobs_in_doubt(journal: Journal, token_serial: str) -> tuple[JournalEntry, ...]:
    """The unfinished jobs on a card of which nobody knows how they ended."""
    return tuple(
        entry
        for entry in journal.entries()
        if entry.token_serial == token_serial and _known_outcome(entry) is Outcome.UNKNOWN
    )


def only_the_person_knows(entry: JournalEntry) -> bool:
    """Whether not even a PIN that works tells how the job ended."""
    return proved_outcome(entry.pin_before, PinState.OK) is Outcome.UNKNOWN


def settle_by_person(journal: Journal, token_serial: str, outcome: Outcome, now: datetime) -> None:
    """Note what the person says of a job that nothing else can tell about.

    A PIN that works proves nothing by itself: only the person knows whether it is the new one.
    """
    for listed in jobs_in_doubt(journal, token_serial):
        with journal.claim(listed.session_id) as entry:
            if entry is not None:
                settle(journal, entry, outcome, now)


def _known_outcome(entry: JournalEntry) -> Outcome:
    if entry.outcome is not None:
        return entry.outcome
    return _OUTCOMES[entry.step]


def hand_in(ports: Ports, portal_at: Callable[[str], PortalGateway]) -> tuple[PendingJob, ...]:
    """Bring the portal to the truth about every unfinished job.

    Args:
        ports: the world.
        portal_at: a gateway to the portal at a base URL: an outcome goes only where it belongs.

    Returns:
        Every job that was pending, with what became of it.
    """
    return tuple(_hand_in_one(ports, portal_at, e) for e in ports.journal.entries())


def _hand_in_one(
    ports: Ports, portal_at: Callable[[str], PortalGateway], listed: JournalEntry
) -> PendingJob:
    with ports.journal.claim(listed.session_id) as entry:
        if entry is None:
            elsewhere = Failure.of(FailureCode.UNFINISHED_ELSEWHERE)
            return PendingJob(listed, _known_outcome(listed), failure=elsewhere)
        job = _attempt(ports, portal_at, entry)
        too_old = ports.utc_now() - entry.since > KEPT_FOR
        if too_old and job.failure is not None and job.failure.code in _NO_MORE_TO_TELL:
            _forget(ports, entry)
            return replace(job, failure=Failure.of(FailureCode.OUTBOX_EXPIRED))
        return job


def _attempt(
    ports: Ports, portal_at: Callable[[str], PortalGateway], entry: JournalEntry
) -> PendingJob:
    try:
        if entry.purpose.kind is SessionKind.SIGN:
            return _deliver(ports, portal_at, entry)
        return _tell(ports, portal_at, _find_out(ports, entry))
    except FailedError as error:
        return PendingJob(entry, _known_outcome(entry), failure=error.failure)


def _deliver(
    ports: Ports, portal_at: Callable[[str], PortalGateway], entry: JournalEntry
) -> PendingJob:
    """Hand in what is signed, then say how it ended."""
    if _known_outcome(entry) is not Outcome.SUCCEEDED:
        return _tell(ports, portal_at, _find_out(ports, entry))
    kept = ports.outbox.kept(entry.session_id)
    refusal = None if kept else Failure.of(FailureCode.SIGNATURE_LOST)
    receipts: list[SignatureReceipt] = []
    try:
        for one in kept:
            access = _access(ports, entry)
            stamped = stamp(ports, entry.session_id, one)
            taken = submit(ports, portal_at(entry.portal), access, stamped)
            receipts.append(taken.receipt_for(entry.portal))
    except FailedError as error:
        refusal = error.failure
        if refusal.code not in (*REFUSALS, FailureCode.SIGNATURE_LOST):
            return PendingJob(entry, Outcome.SUCCEEDED, failure=refusal, receipts=tuple(receipts))
    job = _tell(ports, portal_at, _settle_delivery(ports, entry, refusal))
    return replace(job, receipts=tuple(receipts), failure=refusal or job.failure)


def _settle_delivery(ports: Ports, entry: JournalEntry, refusal: Failure | None) -> JournalEntry:
    if refusal is None:
        return settle(ports.journal, entry, Outcome.SUCCEEDED, ports.utc_now())
    refused = replace(entry, failure_code=refusal.code.value)
    return settle(ports.journal, refused, Outcome.FAILED, ports.utc_now())


def _find_out(ports: Ports, entry: JournalEntry) -> JournalEntry:
    """The entry with everything that can be known now, noted."""
    outcome = _known_outcome(entry)
    if outcome is Outcome.UNKNOWN:
        token = ports.card.overview().token(entry.token_serial)
        if token is not None:
            outcome = proved_outcome(entry.pin_before, token.pin)
    return settle(ports.journal, entry, outcome, ports.utc_now())


def settle(journal: Journal, entry: JournalEntry, outcome: Outcome, now: datetime) -> JournalEntry:
    """Note an outcome that was found out (by a look at the card, or by the person).

    Args:
        journal: where the entry is.
        entry: held by this process.
        outcome: what is known now.
        now: this computer's time, which the entry's offset corrects.
    """
    if entry.outcome is outcome:
        return entry
    settled = replace(
        entry,
        step=JournalStep.ENDED,
        outcome=outcome,
        failure_code=_failure_code(entry, outcome),
        decided_at=now + timedelta(seconds=entry.clock_offset),
    )
    journal.note(settled)
    return settled


def _failure_code(entry: JournalEntry, outcome: Outcome) -> str | None:
    if outcome is Outcome.SUCCEEDED:
        return None
    doubt = FailureCode.PIN_SET_UNKNOWN.value
    if outcome is Outcome.FAILED and entry.failure_code == doubt:
        return FailureCode.PIN_NOT_SET.value
    return entry.failure_code or FailureCode.INTERRUPTED.value


def _tell(
    ports: Ports, portal_at: Callable[[str], PortalGateway], entry: JournalEntry
) -> PendingJob:
    outcome, access = _known_outcome(entry), _access(ports, entry)
    report = OutcomeReport(
        result=outcome,
        failure_code=entry.failure_code,
        puk_attempt_spent=entry.puk_attempt_spent,
        token_serial=entry.token_serial,
        at=entry.decided_at or ports.utc_now(),
    )
    try:
        portal_at(entry.portal).put_outcome(access, report)
    except FailedError as error:
        if error.failure.code in _FINAL_REFUSALS:
            _forget(ports, entry)
        return PendingJob(entry, outcome, failure=error.failure)
    if outcome is Outcome.UNKNOWN:
        return PendingJob(entry, outcome, failure=Failure.of(FailureCode.PIN_SET_UNKNOWN))
    _forget(ports, entry)
    return PendingJob(entry, outcome, handed_in=True)


def _access(ports: Ports, entry: JournalEntry) -> SessionAccess:
    """What speaks for the entry's session.

    Raises:
        FailedError: `NO_KEY_STORE`.
    """
    token = ports.secrets.get(entry.session_id)
    if token is None:
        raise FailedError.of(FailureCode.NO_KEY_STORE)
    return SessionAccess(entry.session_id, token, None)


def _forget(ports: Ports, entry: JournalEntry) -> None:
    # An entry that cannot be deleted now is told once more, and needs its token for that.
    if ports.journal.close(entry.session_id):
        ports.secrets.erase(entry.session_id)
        ports.outbox.erase(entry.session_id)
