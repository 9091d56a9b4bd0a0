"""Sign documents (E-Onay given and removed, applications, logins), from the code to the receipts.

Read `OWN_TRANSITIONS` at the end: with those of `session_entry` it is the whole flow. The review
comes before the card, the card is logged in once, and Cancel works until the last document is
signed. From `FinishSigning` on what exists is delivered, now or later, and never signed again.
"""

from kamusm_esign.domain.portal_session import SessionKind
from kamusm_esign.flows import sign_certificate as certificate
from kamusm_esign.flows import sign_delivery as delivery
from kamusm_esign.flows import sign_review as review
from kamusm_esign.flows.protocol import (
    CancelPressed,
    EffectFailed,
    Event,
    GivenUp,
    State,
    Step,
    TokensSeen,
    Transition,
    Transitions,
    take_step,
)
from kamusm_esign.flows.session_entry import (
    cancel_pressed,
    entry_transitions,
    expired,
    given_up,
    new_code_pressed,
)
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    Kept,
    NewCodePressed,
    OutcomeReported,
    SessionExpired,
)
from kamusm_esign.flows.sign_documents_model import (
    AskMatch,
    AskPin,
    AwaitingToken,
    CardOpened,
    CertificateChosen,
    ChooseCertificate,
    Declined,
    DocumentFetched,
    DocumentMarked,
    DocumentOpened,
    DocumentSigned,
    FetchingDocuments,
    LaterPressed,
    MatchEntered,
    PinUnusable,
    RemovalConfirmed,
    ReportingSignatures,
    RetryPressed,
    Review,
    ReviewAccepted,
    SignaturesStamped,
    SignatureTaken,
    Signing,
    SigningFinished,
    SigningPinEntered,
    Stamping,
    Submitting,
)

enter = review.enter
"""Where this flow's own part begins."""


def initial_state(wanted: str | None = None, certificate_sha256: str | None = None) -> AskCode:
    """Where the flow begins.

    Args:
        wanted: serial of the only token that may be used, None for whichever may do it.
        certificate_sha256: the only certificate that may be used, None for whichever may do it.
    """
    return AskCode(0, wanted, kept=Kept(certificate=certificate_sha256))


def step(state: State, event: Event) -> Step:
    """The next state and what is to be done."""
    return take_step(TRANSITIONS, state, event)


_FREE: tuple[type[State], ...] = (
    FetchingDocuments,
    Review,
    AskMatch,
    AwaitingToken,
    ChooseCertificate,
    AskPin,
    PinUnusable,
)
"""Nothing of the card was used yet: every way out is open."""
_WAYS_OUT: tuple[tuple[type[Event], Transition], ...] = (
    (CancelPressed, cancel_pressed),
    (Declined, review.declined),
    (GivenUp, given_up),
    (SessionExpired, expired),
    (NewCodePressed, new_code_pressed),
)

OWN_TRANSITIONS: Transitions = {
    (AskStepUp, Declined): review.declined,
    (FetchingDocuments, DocumentFetched): review.fetched,
    (FetchingDocuments, EffectFailed): review.not_fetched,
    (FetchingDocuments, RetryPressed): review.fetch_again,
    (Review, DocumentOpened): review.opened,
    (Review, DocumentMarked): review.marked,
    (Review, ReviewAccepted): review.accepted,
    (Review, RemovalConfirmed): review.removal_confirmed,
    (AskMatch, MatchEntered): review.match_entered,
    (AwaitingToken, TokensSeen): certificate.tokens_seen,
    (AwaitingToken, EffectFailed): certificate.cannot_look,
    (AwaitingToken, CertificateChosen): certificate.certificate_chosen,
    (ChooseCertificate, TokensSeen): certificate.choose,
    (ChooseCertificate, CertificateChosen): certificate.certificate_chosen,
    (AskPin, TokensSeen): certificate.token_looked_at,
    (AskPin, EffectFailed): certificate.cannot_look_again,
    (AskPin, CertificateChosen): certificate.certificate_chosen,
    (AskPin, SigningPinEntered): certificate.pin_entered,
    (PinUnusable, TokensSeen): certificate.token_looked_at,
    (PinUnusable, CertificateChosen): certificate.certificate_chosen,
    **{(state, event): leave for state in _FREE for event, leave in _WAYS_OUT},
    (Signing, CardOpened): delivery.card_opened,
    (Signing, DocumentSigned): delivery.signed,
    (Signing, SigningFinished): delivery.finished,
    (Signing, EffectFailed): delivery.not_signed,
    (Signing, CancelPressed): delivery.stop_signing,
    (Stamping, SignaturesStamped): delivery.stamped,
    (Stamping, EffectFailed): delivery.not_stamped,
    (Stamping, RetryPressed): delivery.stamp_again,
    (Stamping, LaterPressed): delivery.later,
    (Submitting, SignatureTaken): delivery.taken,
    (Submitting, EffectFailed): delivery.not_taken,
    (Submitting, RetryPressed): delivery.submit_again,
    (Submitting, LaterPressed): delivery.later,
    (ReportingSignatures, OutcomeReported): delivery.reported,
    (ReportingSignatures, EffectFailed): delivery.not_reported,
}

TRANSITIONS: Transitions = {
    **entry_transitions({SessionKind.SIGN: enter}),
    **OWN_TRANSITIONS,
}
