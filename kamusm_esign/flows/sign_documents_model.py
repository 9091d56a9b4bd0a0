"""The states of `sign_documents`, and the events that only it has.

Documents are named by their id in the session; their bytes never enter a state (the runtime keeps
them in memory and hands them to who shows or signs them).
"""

from dataclasses import dataclass
from enum import Enum

from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.signing_choice import CertificateChoice
from kamusm_esign.domain.tokens import CertificateInfo, Token
from kamusm_esign.flows.protocol import Answer, Event
from kamusm_esign.flows.session_model import InSession, Kept


class SigningPhase(Enum):
    """What `Signing` waits for."""

    LOGGING_IN = "logging-in"
    """The card has the PIN."""
    SIGNING = "signing"
    """The next signature is being made and verified."""
    DROPPING = "dropping"
    """The person stopped: the card logs out, the signatures are dropped."""
    KEEPING = "keeping"
    """Everything is signed and is being brought onto the disk: Cancel is no longer taken."""


# ---------------------------------------------------------------------------- states
@dataclass(frozen=True, slots=True, kw_only=True)
class FetchingDocuments(InSession):
    """The documents are brought from the portal, one after the other."""

    fetched: int = 0
    """How many are here and are what the session says."""
    failure: Failure | None = None
    """Why it stopped; `RetryPressed` goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(InSession):
    """The person reads."""

    opened: frozenset[str] = frozenset()
    """Ids of the documents that were shown."""
    read: frozenset[str] = frozenset()
    """Ids of the documents that the person marked as read ("okudum")."""
    confirming: bool = False
    """The second question of `e-onay-revoke` is open: something that was given is removed."""

    @property
    def complete(self) -> bool:
        """Whether every document was shown and marked as read."""
        ids = {document.id for document in self.session.documents}
        return ids <= self.opened & self.read

    @property
    def keeps(self) -> Kept:
        """The marks, and that the person has not gone on yet."""
        return _kept(self, self.read, accepted=False, certificate=self.kept.certificate)


@dataclass(frozen=True, slots=True)
class Reviewed(InSession):
    """Anything after the review: everything was read and is wanted."""

    @property
    def keeps(self) -> Kept:
        """Everything that was read, and the certificate that was wanted before."""
        every = frozenset(document.id for document in self.session.documents)
        return _kept(self, every, accepted=True, certificate=self.kept.certificate)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMatch(Reviewed):
    """The person types the two digits that their own page shows (`origin.match_number`)."""

    wrong: int = 0
    """How many wrong pairs were typed; the third ends the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingToken(Reviewed):
    """No certificate yet that may sign."""

    choices: tuple[CertificateChoice, ...] = ()
    """Everything that is plugged in, each unusable one with its reason."""
    failure: Failure | None = None
    """Why nothing is ready; None before the first look."""
    refused: Failure | None = None
    """What ended the last try to sign (card removed, driver dead); nothing was handed in."""
    looked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseCertificate(Reviewed):
    """Several certificates may sign: one has to be chosen."""

    choices: tuple[CertificateChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithCertificate(Reviewed):
    """Anything that knows with what is signed."""

    token: Token
    certificate: CertificateInfo
    choices: tuple[CertificateChoice, ...] = ()
    """Everything that is plugged in: another one may be chosen as long as nothing is signed."""

    @property
    def keeps(self) -> Kept:
        """Everything that was read, and the chosen certificate."""
        every = frozenset(document.id for document in self.session.documents)
        return _kept(self, every, accepted=True, certificate=self.certificate.sha256)

    @property
    def place(self) -> str | None:
        """Serial of the token that a new code goes on with."""
        return self.token.serial


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPin(WithCertificate):
    """The person types the PIN. `token.pin` says what is left of it before anything is typed."""

    refused: Failure | None = None
    """What became of the last try (`PIN_WRONG` with the tries left, `PIN_LAST_TRY`)."""
    looking: bool = False
    """After a refused try the card is read again: what is typed meanwhile is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinUnusable(WithCertificate):
    """The PIN is blocked, or was never set. A PIN journey mends it; another certificate may be
    chosen; a card whose PIN works again goes on by itself."""

    failure: Failure
    """`PIN_BLOCKED` or `PIN_UNSET`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing(WithCertificate):
    """The card logs in once, then signs one document after the other.

    Cancel is noted and takes effect between two documents; nothing of it is handed in then.
    """

    phase: SigningPhase
    signed: int = 0
    """How many documents are signed and verified."""
    stopping: bool = False
    """The person wants to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamping(WithCertificate):
    """Signed and kept in the outbox; the time stamps are being fetched. No return."""

    failure: Failure | None = None
    """Why it stopped; `RetryPressed` goes on, `LaterPressed` leaves it to the outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitting(WithCertificate):
    """The kept signatures are handed in, one after the other. No return."""

    receipts: tuple[SignatureReceipt, ...] = ()
    failure: Failure | None = None
    """Why it stopped; `RetryPressed` hands in the very same bytes again, `LaterPressed` leaves
    them to the outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingSignatures(WithCertificate):
    """How it ended is known and is told to the portal."""

    outcome: Outcome
    failure: Failure | None
    receipts: tuple[SignatureReceipt, ...]


def _kept(
    state: InSession, read: frozenset[str], *, accepted: bool, certificate: str | None
) -> Kept:
    return Kept(
        certificate=certificate,
        purpose=state.session.purpose,
        requested_by=state.session.requested_by,
        read=frozenset((d.sha256, d.media_type) for d in state.session.documents if d.id in read),
        accepted=accepted,
    )


# ---------------------------------------------------------------------------- events
@dataclass(frozen=True, slots=True)
class DocumentFetched(Answer):
    """One more document is here; its size, media type and SHA-256 are those of the session."""


@dataclass(frozen=True, slots=True)
class DocumentOpened(Event):
    """A document is on the screen."""

    document_id: str


@dataclass(frozen=True, slots=True)
class DocumentMarked(Event):
    """The person set or took back the mark "okudum". It counts once the document was opened."""

    document_id: str
    read: bool = True


@dataclass(frozen=True, slots=True)
class ReviewAccepted(Event):
    """The person goes on from the review. `e-onay-revoke` asks a second question first."""


@dataclass(frozen=True, slots=True)
class RemovalConfirmed(Event):
    """The answer to the second question of `e-onay-revoke`; False goes back to the review."""

    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class MatchEntered(Event):
    """The two digits were typed."""

    digits: str


@dataclass(frozen=True, slots=True)
class CertificateChosen(Event):
    """The person chose one; one that may not sign is not taken."""

    token_serial: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SigningPinEntered(Event):
    """The PIN was typed."""

    handle: SecretHandle
    last_try: bool = False
    """The person confirmed that the last try may be used."""


@dataclass(frozen=True, slots=True)
class RetryPressed(Event):
    """Once more what failed: fetching, stamping, handing in. Never a signature."""


@dataclass(frozen=True, slots=True)
class LaterPressed(Event):
    """What is signed stays in the outbox and is handed in later."""


@dataclass(frozen=True, slots=True)
class Declined(Event):
    """The person does not want this (another purpose than they accepted, another page's digits):
    cancelled, with the reason."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class CardOpened(Answer):
    """The PIN was right; the card signs until `FinishSigning`."""


@dataclass(frozen=True, slots=True)
class DocumentSigned(Answer):
    """One more signature is made and was verified on this computer."""


@dataclass(frozen=True, slots=True)
class SigningFinished(Answer):
    """The card is logged out; the signatures are on the disk, or dropped, as was asked for."""


@dataclass(frozen=True, slots=True)
class SignaturesStamped(Answer):
    """Every signature that wants a time stamp has one."""


@dataclass(frozen=True, slots=True)
class SignatureTaken(Answer):
    """The portal took one signature."""

    receipt: SignatureReceipt
