"""What the flows need of the world, as Protocols; the composition roots hand in the real ones.

Every call blocks and is made from one lane at a time. A port answers with values of `domain` and
raises `FailedError`; it never makes a sentence. Doubles stand behind the same Protocols.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.journal_entry import JournalEntry
from kamusm_esign.domain.portal_session import (
    ClientInfo,
    FetchedDocument,
    OpenedSession,
    OutcomeReport,
    Receipt,
    SessionAccess,
    SessionToken,
    UnblockGrant,
    UnblockRequest,
)
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CardOverview, ReadersSnapshot, TokenTarget
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.ports.documents import DocumentRenderer as DocumentRenderer
from kamusm_esign.ports.looking import Check as Check
from kamusm_esign.ports.looking import FailureMemory as FailureMemory
from kamusm_esign.ports.looking import HttpAnswer as HttpAnswer
from kamusm_esign.ports.looking import HttpFetcher as HttpFetcher
from kamusm_esign.ports.looking import LastFailure as LastFailure
from kamusm_esign.ports.outbox import Outbox as Outbox
from kamusm_esign.ports.settings import PasswordStore as PasswordStore
from kamusm_esign.ports.signing import IssuerChains as IssuerChains
from kamusm_esign.ports.signing import SignatureBuilder as SignatureBuilder
from kamusm_esign.ports.signing import SignatureVerifier as SignatureVerifier
from kamusm_esign.ports.signing import SigningCard as SigningCard
from kamusm_esign.ports.updates import Updates as Updates

# ---------------------------------------------------------------------------- card
AnswerChallenge = Callable[[bytes], bytes]
"""The portal's answer to a card's challenge; raises FailedError."""


class CardGateway(Protocol):
    """The cards that are plugged in. Nothing here is ever repeated by itself."""

    def overview(self) -> CardOverview:
        """Read everything that is plugged in. Never logs in, never raises for a card's trouble:
        what is wrong stands in the overview."""
        ...

    def seal_key(self) -> bytes:
        """Make a key pair for one sealed PUK and return its public part (1,216 bytes: ML-KEM-768
        encapsulation key, X25519 public key). The private part lives in the card host until the
        next operation that uses a secret, and nowhere else.

        Raises:
            FailedError: the card host could not be started.
        """
        ...

    def unblock_pin(
        self,
        target: TokenTarget,
        session_id: str,
        grant: UnblockGrant,
        new_pin: Secret,
        answer: AnswerChallenge | None = None,
    ) -> CardResult:
        """Set a new PIN with the portal's permission, never repeated: one SO login and one
        C_InitPIN, or (`challenge-response`) one answered challenge and one RESET RETRY COUNTER.

        `new_pin` is wiped in any case. Before that the token's serial, its certificate and the
        state of its PUK or admin key are checked again. `answer` is for `challenge-response`; the
        card waits for it a few seconds, in a transaction.
        """
        ...

    def change_pin(
        self, target: TokenTarget, current: Secret, new_pin: Secret, *, last_try: bool
    ) -> CardResult:
        """Change the PIN (C_SetPIN). Both secrets are wiped in any case.

        A PIN at its last try is used only with `last_try`.
        """
        ...

    def verify_pin(self, target: TokenTarget, pin: Secret, *, last_try: bool) -> CardResult:
        """Try the PIN: one login. The secret is wiped in any case."""
        ...

    def signing(
        self, target: TokenTarget, certificate_sha256: str, pin: Secret, *, last_try: bool
    ) -> AbstractContextManager[SigningCard]:
        """Log in once for any number of signatures; the secret is wiped once the card has it.

        Raises (on entering):
            FailedError: wrong card, wrong PIN, no such key.
        """
        ...

    def close(self) -> None:
        """End the card host, whatever it is doing. The gateway may be used again afterwards."""
        ...


class TokenWatcher(Protocol):
    """Looks at readers and cards without ever connecting to one."""

    def snapshot(self) -> ReadersSnapshot:
        """What is plugged in now."""
        ...

    def start(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        """Call `on_change` from a thread of the watcher, now and after every change."""
        ...

    def stop(self) -> None:
        """Stop watching; returns once no further call will come."""
        ...


# ---------------------------------------------------------------------------- portal
class PortalGateway(Protocol):
    """The portal's short-lived code API (portal-api.yaml). Every method raises FailedError."""

    def client_info(self) -> ClientInfo:
        """Which versions the portal accepts."""
        ...

    def open_session(self, code: VerificationCode, idempotency_key: str) -> OpenedSession:
        """Exchange a code for a session; the same pair again gives the same session."""
        ...

    def cancel_session(self, access: SessionAccess) -> None:
        """The person gave up."""
        ...

    def send_step_up(self, access: SessionAccess) -> None:
        """Have the SMS code sent."""
        ...

    def check_step_up(self, access: SessionAccess, otp: Secret) -> None:
        """Check the SMS code (6 ASCII digits); wiped in any case, never repeated.

        Raises:
            FailedError: `OTP_WRONG` with `attempts_left`, 0 meaning that the session is over.
        """
        ...

    def authorize_unblock(
        self, access: SessionAccess, request: UnblockRequest, idempotency_key: str
    ) -> UnblockGrant:
        """Ask for the permission to set a new PIN on one token."""
        ...

    def answer_challenge(self, access: SessionAccess, challenge: bytes) -> bytes:
        """The server's cryptogram for the card's challenge."""
        ...

    def get_document(self, access: SessionAccess, document_id: str) -> FetchedDocument:
        """The exact bytes to show and to sign (at most 20 MiB), and what the portal says they
        are. Who asks holds both against the session."""
        ...

    def put_signature(
        self, access: SessionAccess, document_id: str, signature: bytes, media_type: str
    ) -> Receipt:
        """Hand in one signature."""
        ...

    def put_outcome(self, access: SessionAccess, report: OutcomeReport) -> None:
        """Tell how it ended."""
        ...


# ---------------------------------------------------------------------------- memory
class Journal(Protocol):
    """Survives crash and power cut: every note is on the disk when the call returns."""

    def begin(self, entry: JournalEntry) -> None:
        """Start an entry and hold it for this process.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`.
        """
        ...

    def note(self, entry: JournalEntry) -> None:
        """Write down the entry's new state.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`.
        """
        ...

    def reserve(self, session_id: str) -> None:
        """An entry is about to begin: what is put elsewhere for it is among the `leftovers`, should
        it not come to that.

        Raises:
            FailedError: as `begin`.
        """
        ...

    def told(self, session_id: str) -> bool:
        """The portal knows: list the entry no more, but remember that it has traces.

        Returns:
            False where it stays as it was, because it cannot be changed now.
        """
        ...

    def close(self, session_id: str) -> bool:
        """Forget the entry, told or not. Nothing happens if there is none.

        Returns:
            False where it stays, because it cannot be deleted now.
        """
        ...

    def leftovers(self) -> tuple[str, ...]:
        """Sessions that the portal was told of and whose traces may still be there."""
        ...

    def entries(self) -> tuple[JournalEntry, ...]:
        """All entries that the portal is still to be told of, oldest first, whoever holds them."""
        ...

    def claim(self, session_id: str) -> AbstractContextManager[JournalEntry | None]:
        """Hold an entry that another process left; None when it is gone or still held."""
        ...


class SecretStore(PasswordStore, Protocol):
    """The operating system's key store, for session tokens that a hand-in will need, and for
    passwords of accounts."""

    def available(self) -> bool:
        """Whether something put in will be there after a restart."""
        ...

    def put(self, session_id: str, token: SessionToken) -> None:
        """Keep a session's token.

        Raises:
            FailedError: `NO_KEY_STORE`.
        """
        ...

    def get(self, session_id: str) -> SessionToken | None:
        """The token, or None where it is not (or no longer) there."""
        ...

    def erase(self, session_id: str) -> bool:
        """Forget the token; nothing happens if there is none.

        Returns:
            False where it may stay, because the store cannot be used now.
        """
        ...


# ---------------------------------------------------------------------------- all of it
@dataclass(frozen=True, slots=True)
class Ports:
    """The world as one value; a composition root makes it."""

    card: CardGateway
    watcher: TokenWatcher
    portal: PortalGateway
    portal_url: str
    """Base URL of `portal`, noted with every job: an outcome goes only where it belongs."""
    journal: Journal
    outbox: Outbox
    signatures: SignatureBuilder
    secrets: SecretStore
    documents: DocumentRenderer
    steady: Callable[[], float]
    """Seconds on a clock that neither jumps nor stops in suspend."""
    utc_now: Callable[[], datetime]
    """This computer's clock, aware, which may be wrong."""
    banner: str | None = None
    """Shown on every screen where this is not the real world (sandbox)."""
    failures: FailureMemory | None = None
    """Told what stands in the way of a job, for the doctor; None: nobody wants to know."""
    chains: IssuerChains | None = None
    """Who issued a certificate; None: nobody can tell."""
