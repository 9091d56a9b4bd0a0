"""What became of jobs that a crash, a power cut or a lost network left unfinished.

An entry of the journal is *pending* until the portal has taken its outcome. `hand_in` finds out
the outcome where it is not known yet (by looking at the card, which asks for no secret), and
tells the portal. Nothing here can spend a try.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry
from kamusm_esign.domain.pin_proof import proved_outcome
from kamusm_esign.domain.portal_session import (
    LONGEST_SESSION,
    Outcome,
    OutcomeReport,
    SessionAccess,
    SessionKind,
)
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.flows.sign_delivery import REFUSALS
from kamusm_esign.ports import Journal, PortalGateway, Ports
from kamusm_esign.runtime.delivery import stamp, submit
from kamusm_esign.runtime.doubt import known_outcome, settle
from kamusm_esign.runtime.forgetting import clear_leftovers, forget

KEPT_FOR = timedelta(days=7)
"""How long the portal takes an outcome after the session's end (portal-api.yaml, putOutcome)."""

_FINAL_REFUSALS = frozenset(
    {
        FailureCode.OUTCOME_CONFLICT,
        FailureCode.SESSION_TOKEN_INVALID,
        FailureCode.REQUEST_MALFORMED,
    }
)


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
    return tuple(PendingJob(e, known_outcome(e)) for e in journal.entries())


def hand_in(ports: Ports, portal_at: Callable[[str], PortalGateway]) -> tuple[PendingJob, ...]:
    """Bring the portal to the truth about every unfinished job.

    Args:
        ports: the world.
        portal_at: a gateway to the portal at a base URL: an outcome goes only where it belongs.

    Returns:
        Every job that was pending, with what became of it.
    """
    clear_leftovers(ports)
    # The newest first: a PIN that it has set is what ends the doubt about older ones.
    newest_first = sorted(ports.journal.entries(), key=lambda e: e.begun_at, reverse=True)
    return tuple(_hand_in_one(ports, portal_at, e) for e in newest_first)[::-1]


def _hand_in_one(
    ports: Ports, portal_at: Callable[[str], PortalGateway], listed: JournalEntry
) -> PendingJob:
    with ports.journal.claim(listed.session_id) as entry:
        if entry is None:
            elsewhere = Failure.of(FailureCode.UNFINISHED_ELSEWHERE)
            return PendingJob(listed, known_outcome(listed), failure=elsewhere)
        job = _attempt(ports, portal_at, entry)
        code = job.failure.code if job.failure is not None else None
        too_late = False
        if code is FailureCode.NO_KEY_STORE and _is_over(portal_at, entry):
            forget(ports, entry.session_id)
            too_late = True
        elif code is FailureCode.SESSION_TOKEN_INVALID:
            # The portal has said no; this computer's clock only chooses the words for it.
            too_late = ports.utc_now() - entry.since > KEPT_FOR
        return replace(job, failure=Failure.of(FailureCode.OUTBOX_EXPIRED)) if too_late else job


def _is_over(portal_at: Callable[[str], PortalGateway], entry: JournalEntry) -> bool:
    """Whether by the portal's own clock it takes no outcome any more, whoever tells it.

    This computer's clock is not asked: it may have jumped, and a key store that gives no token may
    be locked for now.
    """
    try:
        said_at = portal_at(entry.portal).client_info().said_at
    except FailedError:
        return False
    return said_at is not None and said_at - entry.begun_at > LONGEST_SESSION + KEPT_FOR


def _attempt(
    ports: Ports, portal_at: Callable[[str], PortalGateway], entry: JournalEntry
) -> PendingJob:
    try:
        if entry.purpose.kind is SessionKind.SIGN:
            return _deliver(ports, portal_at, entry)
        return _tell(ports, portal_at, _find_out(ports, entry))
    except FailedError as error:
        return PendingJob(entry, known_outcome(entry), failure=error.failure)


def _deliver(
    ports: Ports, portal_at: Callable[[str], PortalGateway], entry: JournalEntry
) -> PendingJob:
    """Hand in what is signed, then say how it ended."""
    if known_outcome(entry) is not Outcome.SUCCEEDED:
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
    outcome = known_outcome(entry)
    if outcome is Outcome.UNKNOWN and not entry.superseded:
        token = ports.card.overview().token(entry.token_serial)
        if token is not None:
            outcome = proved_outcome(entry.pin_before, token.pin)
    return settle(ports.journal, entry, outcome, ports.utc_now())


def _tell(
    ports: Ports, portal_at: Callable[[str], PortalGateway], entry: JournalEntry
) -> PendingJob:
    outcome, access = known_outcome(entry), _access(ports, entry)
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
            forget(ports, entry.session_id)
        return PendingJob(entry, outcome, failure=error.failure)
    if outcome is Outcome.UNKNOWN and not entry.superseded:
        return PendingJob(entry, outcome, failure=Failure.of(FailureCode.PIN_SET_UNKNOWN))
    forget(ports, entry.session_id)
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
