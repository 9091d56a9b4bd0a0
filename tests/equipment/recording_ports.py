"""Ports that write down, in one list, what was asked of them, and fail where they are told to."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure
from kamusm_esign.domain.journal_entry import JournalEntry
from kamusm_esign.domain.outbox import KeptSignature
from kamusm_esign.domain.portal_session import (
    ClientInfo,
    FetchedDocument,
    OpenedSession,
    Outcome,
    OutcomeReport,
    Receipt,
    Session,
    SessionAccess,
    SessionToken,
    SignatureFormat,
    UnblockGrant,
    UnblockRequest,
)
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import (
    CardOverview,
    ReadersSnapshot,
    ServiceStatus,
    TokenTarget,
    UnblockMethod,
)
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.ports import AnswerChallenge, IssuerChains, Ports, SigningCard
from kamusm_esign.support.remembering_store import RememberingSecretStore
from tests.equipment.recording_documents import RecordingDocuments
from tests.equipment.values import SERVER_TIME, overview, session, token


@dataclass
class Recorder:
    """What happened, in order, and what is to fail."""

    calls: list[str] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)

    def __call__(self, call: str) -> None:
        """Write a call down; raise what was planned for it."""
        self.calls.append(call)
        if call in self.failures:
            raise FailedError(self.failures[call])


class RecordingCards:
    """`CardGateway`: shows one overview, answers with one result."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self.seen: CardOverview = overview(token())
        self.result = CardResult(Outcome.SUCCEEDED, None)

    def overview(self) -> CardOverview:
        self._record("overview")
        return self.seen

    def seal_key(self) -> bytes:
        self._record("seal_key")
        return b"public key"

    def unblock_pin(
        self,
        target: TokenTarget,
        session_id: str,
        grant: UnblockGrant,
        new_pin: Secret,
        answer: AnswerChallenge | None = None,
    ) -> CardResult:
        self._record("unblock_pin")
        if grant.without_puk and answer is not None:
            try:
                answer(b"challenge of the card")
            except FailedError as error:
                return CardResult(Outcome.FAILED, error.failure)
        return self.result

    def change_pin(
        self, target: TokenTarget, current: Secret, new_pin: Secret, *, last_try: bool
    ) -> CardResult:
        self._record("change_pin")
        return self.result

    def verify_pin(self, target: TokenTarget, pin: Secret, *, last_try: bool) -> CardResult:
        self._record("verify_pin")
        return self.result

    def signing(
        self, target: TokenTarget, certificate_sha256: str, pin: Secret, *, last_try: bool
    ) -> AbstractContextManager[SigningCard]:
        return self._logged_in()

    @contextmanager
    def _logged_in(self) -> Iterator[SigningCard]:
        self._record("log_in")
        try:
            yield RecordingSigningCard()
        finally:
            self._record("log_out")

    def close(self) -> None:
        self._record("close_cards")


class RecordingSigningCard:
    """`SigningCard` that nobody asks: the builder beside it is a double too."""

    @property
    def certificate(self) -> bytes:
        raise AssertionError("nobody looks at it")

    def sign(self, digest: bytes, digest_algorithm: str) -> bytes:
        raise AssertionError("nobody asks it")


class RecordingSignatures:
    """`SignatureBuilder`: what it makes tells from what and in which turn."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self.made = 0

    def check(self, document: bytes, form: SignatureFormat) -> None:
        self._record("check")

    def sign(
        self, document: bytes, form: SignatureFormat, card: SigningCard, at: datetime
    ) -> bytes:
        self._record("sign")
        self.made += 1
        return b"%d signed %s" % (self.made, document)

    def time_stamp(self, signature: bytes, form: SignatureFormat) -> bytes:
        self._record("time_stamp")
        return signature + b" stamped"


class RecordingOutbox:
    """`Outbox` in memory."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self._kept: dict[str, dict[int, tuple[KeptSignature, bytes]]] = {}

    def add(self, session_id: str, kept: KeptSignature, signature: bytes) -> None:
        self._record("add")
        self._kept.setdefault(session_id, {})[kept.number] = kept, signature

    def seal(self, session_id: str) -> None:
        self._record("seal")

    def replace(self, session_id: str, kept: KeptSignature, signature: bytes) -> None:
        self._record("replace")
        self._kept[session_id][kept.number] = kept, signature

    def note(self, session_id: str, kept: KeptSignature) -> None:
        self._record("note receipt")
        self._kept[session_id][kept.number] = kept, self.signature(session_id, kept.number)

    def kept(self, session_id: str) -> tuple[KeptSignature, ...]:
        return tuple(kept for kept, _ in self._kept.get(session_id, {}).values())

    def signature(self, session_id: str, number: int) -> bytes:
        return self._kept[session_id][number][1]

    def erase(self, session_id: str) -> bool:
        if self._kept.pop(session_id, None) is not None:
            self._record("erase signatures")
        return True


class NoWatcher:
    """`TokenWatcher` of an empty desk."""

    def snapshot(self) -> ReadersSnapshot:
        return ReadersSnapshot(ServiceStatus.RUNNING, ())

    def start(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        on_change(self.snapshot())

    def stop(self) -> None:
        return


class RecordingPortal:
    """`PortalGateway`: one session, one grant, every outcome kept."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self.session: Session = session()
        address = "https://example.invalid/"
        self.client = ClientInfo("2.0.0", "2.0.0", address, None, said_at=SERVER_TIME)
        self.reports: list[OutcomeReport] = []
        self.documents: dict[str, FetchedDocument] = {}
        self.signatures: dict[str, list[bytes]] = {}
        """Everything that was handed in, lost or not, by the document's id."""

    def client_info(self) -> ClientInfo:
        self._record("client_info")
        return self.client

    def open_session(self, code: VerificationCode, idempotency_key: str) -> OpenedSession:
        self._record("open_session")
        access = SessionAccess(self.session.id, SessionToken("t" * 40), self.session.deadline)
        return OpenedSession(self.session, access)

    def cancel_session(self, access: SessionAccess) -> None:
        self._record("cancel_session")

    def send_step_up(self, access: SessionAccess) -> None:
        self._record("send_step_up")

    def check_step_up(self, access: SessionAccess, otp: Secret) -> None:
        self._record("check_step_up")

    def authorize_unblock(
        self, access: SessionAccess, request: UnblockRequest, idempotency_key: str
    ) -> UnblockGrant:
        self._record("authorize_unblock")
        method = request.methods[0]
        return UnblockGrant(method, b"sealed" if method is UnblockMethod.SO_PIN else None)

    def answer_challenge(self, access: SessionAccess, challenge: bytes) -> bytes:
        self._record("answer_challenge")
        return b"cryptogram"

    def get_document(self, access: SessionAccess, document_id: str) -> FetchedDocument:
        self._record(f"get_document {document_id}")
        return self.documents[document_id]

    def put_signature(
        self, access: SessionAccess, document_id: str, signature: bytes, media_type: str
    ) -> Receipt:
        self._record(f"put_signature {document_id}")
        self.signatures.setdefault(document_id, []).append(signature)
        digest = hashlib.sha256(signature).hexdigest()
        return Receipt(f"R-{document_id}", document_id, digest, SERVER_TIME)

    def put_outcome(self, access: SessionAccess, report: OutcomeReport) -> None:
        self._record("put_outcome")
        self.reports.append(report)


class RecordingJournal:
    """`Journal` in memory."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self.kept: dict[str, JournalEntry] = {}
        self.traces: set[str] = set()
        self.held_elsewhere: set[str] = set()
        self.read_only = False

    def reserve(self, session_id: str) -> None:
        self._record("reserve")

    def begin(self, entry: JournalEntry) -> None:
        self._record("begin")
        self.kept[entry.session_id] = entry

    def note(self, entry: JournalEntry) -> None:
        self._record(f"note {entry.step.value}")
        self.kept[entry.session_id] = entry

    def told(self, session_id: str) -> bool:
        self._record("told")
        if not self.read_only:
            self.traces.add(session_id)
            self.kept.pop(session_id, None)
        return not self.read_only

    def close(self, session_id: str) -> bool:
        self._record("close")
        if not self.read_only:
            self.traces.discard(session_id)
            self.kept.pop(session_id, None)
        return not self.read_only

    def leftovers(self) -> tuple[str, ...]:
        return tuple(self.traces)

    def entries(self) -> tuple[JournalEntry, ...]:
        return tuple(self.kept.values())

    @contextmanager
    def claim(self, session_id: str) -> Iterator[JournalEntry | None]:
        yield None if session_id in self.held_elsewhere else self.kept.get(session_id)


class RecordingSecrets:
    """`SecretStore` in memory."""

    def __init__(self, record: Recorder) -> None:
        self._record = record
        self.kept: dict[str, SessionToken] = {}
        self.locked = False
        self.passwords: dict[str, AccountPassword] = {}

    def available(self) -> bool:
        return True

    def put(self, session_id: str, token: SessionToken) -> None:
        self._record("put_token")
        self.kept[session_id] = token

    def get(self, session_id: str) -> SessionToken | None:
        return self.kept.get(session_id)

    def erase(self, session_id: str) -> bool:
        self._record("erase_token")
        if self.locked:
            return False
        self.kept.pop(session_id, None)
        return True

    def password(self, name: str) -> AccountPassword | None:
        return self.passwords.get(name)

    def keep_password(self, name: str, password: AccountPassword) -> None:
        self.passwords[name] = password

    def forget_password(self, name: str) -> None:
        self.passwords.pop(name, None)


@dataclass
class RecordingWorld:
    """All of them, and the list they share."""

    record: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        self.card = RecordingCards(self.record)
        self.portal = RecordingPortal(self.record)
        self.journal = RecordingJournal(self.record)
        self.secrets = RecordingSecrets(self.record)
        self.remembered = RememberingSecretStore(self.secrets)
        self.documents = RecordingDocuments(self.record)
        self.signatures = RecordingSignatures(self.record)
        self.outbox = RecordingOutbox(self.record)
        self.chains: IssuerChains | None = None
        self.passed = 0.0
        """Seconds since the session was opened."""
        self.local_clock_error = timedelta()
        """How far this computer's clock is ahead of the portal's."""

    @property
    def calls(self) -> Sequence[str]:
        """What was asked, in order."""
        return self.record.calls

    def fail(self, call: str, failure: Failure) -> None:
        """Let a call fail from now on."""
        self.record.failures[call] = failure

    def ports(self) -> Ports:
        """The world as the product takes it; time passes in it where a test says so."""
        return Ports(
            card=self.card,
            watcher=NoWatcher(),
            portal=self.portal,
            portal_url="https://portal.example/api/v1",
            journal=self.journal,
            outbox=self.outbox,
            signatures=self.signatures,
            secrets=self.remembered,
            documents=self.documents,
            steady=lambda: 1000.0 + self.passed,
            utc_now=lambda: SERVER_TIME + self.local_clock_error,
            chains=self.chains,
        )
