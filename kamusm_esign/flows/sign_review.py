"""The first part of `sign_documents`: the documents arrive, the person reads them and agrees."""

from dataclasses import replace

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.flows.protocol import EffectFailed, State, Step, WatchTokens, stay
from kamusm_esign.flows.session_entry import SESSION_IS_OVER, give_up, new_code_needed
from kamusm_esign.flows.session_model import InSession
from kamusm_esign.flows.sign_documents_effects import (
    FetchDocument,
)
from kamusm_esign.flows.sign_documents_model import (
    AskMatch,
    AwaitingToken,
    Declined,
    DocumentFetched,
    DocumentMarked,
    DocumentOpened,
    FetchingDocuments,
    MatchEntered,
    RemovalConfirmed,
    RetryPressed,
    Review,
    ReviewAccepted,
)

MATCH_TRIES = 3
"""Wrong pairs of digits after which the session ends: guessing one hundred pairs is easy."""


def declined(state: State, event: Declined) -> Step:
    """Transition: the person does not want what this session asks for."""
    return give_up(state, Outcome.CANCELLED, event.failure)


# ---------------------------------------------------------------------------- fetching
def enter(state: InSession) -> Step:
    """Where this flow's own part begins."""
    if not state.session.documents:
        invalid = Failure.of(FailureCode.PORTAL_ANSWER_INVALID, member="documents")
        return give_up(state, Outcome.FAILED, invalid)
    known = (state.session, state.key_store, state.wanted)
    return _fetch(FetchingDocuments(state.ticket, *known, kept=state.kept))


def _fetch(state: FetchingDocuments) -> Step:
    ticket, document = state.ticket + 1, state.session.documents[state.fetched]
    fetching = replace(state, ticket=ticket, failure=None)
    return fetching, (FetchDocument(ticket, state.session, document),)


def fetched(state: FetchingDocuments, _event: DocumentFetched) -> Step:
    """Transition: one more document is here and is the right one."""
    here = replace(state, fetched=state.fetched + 1)
    if here.fetched < len(state.session.documents):
        return _fetch(here)
    known = (state.ticket, state.session, state.key_store, state.wanted)
    marked = frozenset(
        d.id for d in state.session.documents if (d.sha256, d.media_type) in state.kept.read
    )
    review = Review(*known, kept=state.kept, opened=marked, read=marked)
    return _agreed(review) if _agreed_before(review) else (review, ())


def _agreed_before(state: Review) -> bool:
    """Whether the person went on from a review of the very same documents, for the same job."""
    asked = (state.session.purpose, state.session.requested_by)
    kept = state.kept
    return kept.accepted and (kept.purpose, kept.requested_by) == asked and state.complete


def not_fetched(state: FetchingDocuments, event: EffectFailed) -> Step:
    """Transition: a document did not come, or is not what was announced."""
    if event.failure.code in SESSION_IS_OVER:
        return new_code_needed(state, event.failure)
    if event.failure.code.family == "IMZ":
        return give_up(state, Outcome.FAILED, event.failure)
    return replace(state, failure=event.failure), ()


def fetch_again(state: FetchingDocuments, _event: RetryPressed) -> Step:
    """Transition: once more what did not come."""
    return stay(state) if state.failure is None else _fetch(state)


# ---------------------------------------------------------------------------- reading
def opened(state: Review, event: DocumentOpened) -> Step:
    """Transition: a document is on the screen."""
    if not _is_document(state, event.document_id):
        return stay(state)
    return replace(state, opened=state.opened | {event.document_id}), ()


def marked(state: Review, event: DocumentMarked) -> Step:
    """Transition: the mark "okudum" is set or taken back."""
    if event.document_id not in state.opened:
        return stay(state)
    one = {event.document_id}
    return replace(state, read=state.read | one if event.read else state.read - one), ()


def _is_document(state: Review, document_id: str) -> bool:
    return any(document.id == document_id for document in state.session.documents)


def accepted(state: Review, _event: ReviewAccepted) -> Step:
    """Transition: the person wants it signed."""
    if not state.complete:
        return stay(state)
    if state.session.purpose is Purpose.E_ONAY_REVOKE:
        return replace(state, confirming=True), ()
    return _agreed(state)


def removal_confirmed(state: Review, event: RemovalConfirmed) -> Step:
    """Transition: the second question of a removal is answered."""
    if not (state.confirming and state.complete):
        return stay(state)
    return _agreed(state) if event.confirmed else (replace(state, confirming=False), ())


def _agreed(state: Review) -> Step:
    known = (state.session, state.key_store, state.wanted)
    origin = state.session.origin
    if origin is not None:
        return AskMatch(state.ticket, *known, kept=state.kept), ()
    return look_for_token(state)


# ---------------------------------------------------------------------------- the two digits
def match_entered(state: AskMatch, event: MatchEntered) -> Step:
    """Transition: the digits of the person's own page. Others mean that somebody else started
    this, and would be let in by the signature."""
    origin = state.session.origin
    if origin is None or event.digits == origin.match_number:
        return look_for_token(state)
    if state.wrong + 1 < MATCH_TRIES:
        return replace(state, wrong=state.wrong + 1), ()
    return give_up(state, Outcome.CANCELLED, Failure.of(FailureCode.MATCH_NUMBER_WRONG))


def look_for_token(state: InSession) -> Step:
    """On to the cards."""
    ticket = state.ticket + 1
    known = (ticket, state.session, state.key_store, state.wanted)
    return AwaitingToken(*known, kept=state.kept), (WatchTokens(ticket),)
