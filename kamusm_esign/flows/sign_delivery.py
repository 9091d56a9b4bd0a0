"""The last part of `sign_documents`: the card signs, and what is signed is delivered."""

from dataclasses import replace
from typing import TypeVar

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.flows.protocol import CancelPressed, Done, EffectFailed, Step, WatchTokens, stay
from kamusm_esign.flows.session_entry import SESSION_IS_OVER, give_up, new_code_needed
from kamusm_esign.flows.session_model import OutcomeReported, ReportOutcome
from kamusm_esign.flows.sign_certificate import look_after_refusal
from kamusm_esign.flows.sign_documents_effects import (
    FinishSigning,
    SignDocument,
    StampSignatures,
    SubmitSignature,
)
from kamusm_esign.flows.sign_documents_model import (
    AwaitingToken,
    CardOpened,
    DocumentSigned,
    LaterPressed,
    ReportingSignatures,
    RetryPressed,
    SignaturesStamped,
    SignatureTaken,
    Signing,
    SigningFinished,
    SigningPhase,
    Stamping,
    Submitting,
    WithCertificate,
)

_Same = TypeVar("_Same", bound=WithCertificate)
_ABOUT_THE_PIN = frozenset(
    {
        FailureCode.PIN_WRONG,
        FailureCode.PIN_LAST_TRY,
        FailureCode.PIN_BLOCKED,
        FailureCode.PIN_UNSET,
    }
)
_ABOUT_THE_CERTIFICATE = frozenset(
    {
        FailureCode.CERTIFICATE_EXPIRED,
        FailureCode.CERTIFICATE_NOT_YET_VALID,
        FailureCode.CERTIFICATE_NOT_FOUND,
    }
)
REFUSALS = frozenset(
    {
        FailureCode.SIGNATURE_INVALID,
        FailureCode.CERTIFICATE_NOT_ELIGIBLE,
        FailureCode.CERTIFICATE_EXPIRED,
        FailureCode.CERTIFICATE_REVOKED,
        FailureCode.ALREADY_SIGNED,
        FailureCode.DOCUMENT_UNKNOWN,
        FailureCode.SESSION_OVER,
        FailureCode.SESSION_TOKEN_INVALID,
        FailureCode.WRONG_SESSION_KIND,
        FailureCode.STEP_UP_REQUIRED,
        FailureCode.REQUEST_TOO_LARGE,
        FailureCode.REQUEST_MALFORMED,
    }
)
"""The portal's last word on a signature: the same bytes will get the same answer. Everything else
may pass."""


# ---------------------------------------------------------------------------- the card
def card_opened(state: Signing, _event: CardOpened) -> Step:
    """Transition: logged in; the first document."""
    opened = replace(state, phase=SigningPhase.SIGNING)
    return _next_document(opened) if state.phase is SigningPhase.LOGGING_IN else stay(state)


def signed(state: Signing, _event: DocumentSigned) -> Step:
    """Transition: one more signature."""
    if state.phase is not SigningPhase.SIGNING:
        return stay(state)
    return _next_document(replace(state, signed=state.signed + 1))


def _next_document(state: Signing) -> Step:
    ticket, documents = state.ticket + 1, state.session.documents
    if state.stopping:
        phase, effect = SigningPhase.DROPPING, FinishSigning(ticket, state.session, keep=False)
    elif state.signed == len(documents):
        phase, effect = SigningPhase.KEEPING, FinishSigning(ticket, state.session, keep=True)
    else:
        document = documents[state.signed]
        return replace(state, ticket=ticket), (SignDocument(ticket, state.session, document),)
    return replace(state, ticket=ticket, phase=phase), (effect,)


def stop_signing(state: Signing, _event: CancelPressed) -> Step:
    """Transition: the person wants to stop; between two documents it happens."""
    too_late = state.phase is SigningPhase.KEEPING
    return stay(state) if too_late else (replace(state, stopping=True), ())


def not_signed(state: Signing, event: EffectFailed) -> Step:
    """Transition: no login, no signature, or no room to keep it. Nothing was handed in."""
    failure = event.failure
    if state.stopping:
        return give_up(state, Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED))
    if failure.code in _ABOUT_THE_PIN:
        return look_after_refusal(state, failure)
    if failure.code in SESSION_IS_OVER:
        return new_code_needed(state, failure)
    if failure.code.family != "KRT" and failure.code not in _ABOUT_THE_CERTIFICATE:
        return give_up(state, Outcome.FAILED, failure)
    ticket = state.ticket + 1
    known = (ticket, state.session, state.key_store, state.wanted)
    waiting = AwaitingToken(*known, kept=state.kept, choices=state.choices, refused=failure)
    return waiting, (WatchTokens(ticket),)


def finished(state: Signing, _event: SigningFinished) -> Step:
    """Transition: logged out, and everything is on the disk or dropped."""
    if state.phase is SigningPhase.DROPPING:
        return give_up(state, Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED))
    if state.phase is not SigningPhase.KEEPING:
        return stay(state)
    if any(document.format.needs_time_stamp for document in state.session.documents):
        return _stamp(_with_same(state, Stamping))
    return _submit(_with_same(state, Submitting))


# ---------------------------------------------------------------------------- time stamps
def _stamp(state: Stamping) -> Step:
    ticket = state.ticket + 1
    stamping = replace(state, ticket=ticket, failure=None)
    return stamping, (StampSignatures(ticket, state.session),)


def stamped(state: Stamping, _event: SignaturesStamped) -> Step:
    """Transition: every time stamp is there."""
    return _submit(_with_same(state, Submitting))


def not_stamped(state: Stamping, event: EffectFailed) -> Step:
    """Transition: the time-stamp server does not answer; the signatures are safe."""
    return replace(state, failure=event.failure), ()


def stamp_again(state: Stamping, _event: RetryPressed) -> Step:
    """Transition: once more what is missing."""
    return stay(state) if state.failure is None else _stamp(state)


# ---------------------------------------------------------------------------- handing in
def _submit(state: Submitting) -> Step:
    ticket, document = state.ticket + 1, state.session.documents[len(state.receipts)]
    submitting = replace(state, ticket=ticket, failure=None)
    return submitting, (SubmitSignature(ticket, state.session, document),)


def taken(state: Submitting, event: SignatureTaken) -> Step:
    """Transition: one more receipt; after the last one the signatures take effect together."""
    receipts = (*state.receipts, event.receipt)
    if len(receipts) < len(state.session.documents):
        return _submit(replace(state, receipts=receipts))
    return _report(state, Outcome.SUCCEEDED, None, receipts)


def not_taken(state: Submitting, event: EffectFailed) -> Step:
    """Transition: refused for good, or lost on the way."""
    if event.failure.code in REFUSALS:
        return _report(state, Outcome.FAILED, event.failure, state.receipts)
    return replace(state, failure=event.failure), ()


def submit_again(state: Submitting, _event: RetryPressed) -> Step:
    """Transition: the very same bytes once more."""
    return stay(state) if state.failure is None else _submit(state)


def later(state: Stamping | Submitting, _event: LaterPressed) -> Step:
    """Transition: signed, and left to the outbox."""
    if state.failure is None:
        return stay(state)
    receipts = state.receipts if isinstance(state, Submitting) else ()
    serial = state.token.serial
    return Done(state.ticket, Outcome.SUCCEEDED, None, False, serial, receipts), ()


# ---------------------------------------------------------------------------- telling
def _report(
    state: WithCertificate,
    outcome: Outcome,
    failure: Failure | None,
    receipts: tuple[SignatureReceipt, ...],
) -> Step:
    ticket, serial = state.ticket + 1, state.token.serial
    reporting = ReportingSignatures(
        *(ticket, state.session, state.key_store, state.wanted),
        kept=state.kept,
        token=state.token,
        certificate=state.certificate,
        outcome=outcome,
        failure=failure,
        receipts=receipts,
    )
    return reporting, (ReportOutcome(ticket, state.session, serial, outcome, failure),)


def reported(state: ReportingSignatures, _event: OutcomeReported) -> Step:
    """Transition: the portal knows."""
    return _done(state, reported=True)


def not_reported(state: ReportingSignatures, _event: EffectFailed) -> Step:
    """Transition: the portal is told later."""
    return _done(state, reported=False)


def _done(state: ReportingSignatures, *, reported: bool) -> Step:
    serial, receipts = state.token.serial, state.receipts
    return Done(state.ticket, state.outcome, state.failure, reported, serial, receipts), ()


def _with_same(state: WithCertificate, kind: type[_Same]) -> _Same:
    known = (state.ticket, state.session, state.key_store, state.wanted)
    return kind(*known, kept=state.kept, token=state.token, certificate=state.certificate)
