"""Which page a state of `flows.sign_documents` is."""

from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.flows.sign_documents_model import (
    AskMatch,
    AskPin,
    AwaitingToken,
    ChooseCertificate,
    FetchingDocuments,
    PinUnusable,
    ReportingSignatures,
    Review,
    Reviewed,
    Signing,
    Stamping,
    Submitting,
)
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.sign import Reading
from kamusm_esign.ui.presenter.sign_pin import present_pin
from kamusm_esign.ui.presenter.sign_progress import (
    present_delivering,
    present_fetching,
    present_signing,
)
from kamusm_esign.ui.presenter.sign_result import present_signed
from kamusm_esign.ui.presenter.sign_review import present_match, present_review
from kamusm_esign.ui.presenter.words import Words

OWN = (FetchingDocuments, Review, Reviewed)
"""The states that are pages of a signing journey and of no other."""


def present_sign(
    state: State, reading: Reading, words: Words, *, hides: bool, ending: Ending
) -> object:
    """The page for a state of a signing journey; a model of `sign_models`.

    Raises:
        TypeError: the state belongs to another journey.
    """
    if isinstance(state, FetchingDocuments):
        return present_fetching(state, words)
    if isinstance(state, Review):
        return present_review(state, reading, words)
    if isinstance(state, Signing):
        return present_signing(state, words)
    if isinstance(state, (Stamping, Submitting, ReportingSignatures)):
        return present_delivering(state, words)
    if isinstance(state, Reviewed) and reading.looking_back:
        return present_review(state, reading, words)
    if isinstance(state, AskMatch):
        return present_match(state, words)
    if isinstance(state, (AwaitingToken, ChooseCertificate, AskPin, PinUnusable)):
        return present_pin(state, reading, words, hides=hides)
    if isinstance(state, Done):
        return present_signed(state, ending, reading, words)
    raise TypeError(type(state).__name__)
