"""The portal's session: what was asked for, who may do it, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from kamusm_esign.domain.outcome import Outcome as Outcome
from kamusm_esign.domain.secret import Sensitive
from kamusm_esign.domain.tokens import (
    CertificateInfo,
    CertificateKind,
    PinLimits,
    Token,
    UnblockMethod,
)
from kamusm_esign.domain.update import version_numbers

LONGEST_SESSION = timedelta(days=7)
"""A session is short-lived; anything longer is a broken clock or a broken answer."""


class SessionToken(Sensitive):
    """The bearer secret of one session."""


class SessionKind(Enum):
    """What a session can do."""

    PIN = "pin"
    SIGN = "sign"


class Purpose(Enum):
    """What the person started on the portal page."""

    PIN_CREATE = "pin-create"
    PIN_UNBLOCK = "pin-unblock"
    E_ONAY_GRANT = "e-onay-grant"
    E_ONAY_REVOKE = "e-onay-revoke"
    APPLICATION = "application"
    LOGIN = "login"

    @property
    def kind(self) -> SessionKind:
        """The kind of session that it belongs to."""
        is_pin = self in (Purpose.PIN_CREATE, Purpose.PIN_UNBLOCK)
        return SessionKind.PIN if is_pin else SessionKind.SIGN


class SignatureFormat(Enum):
    """How a document is to be signed (ETSI EN 319 122-1, EN 319 142-1)."""

    CADES_BES_DETACHED = "cades-bes-detached"
    CADES_BES_ATTACHED = "cades-bes-attached"
    CADES_T_DETACHED = "cades-t-detached"
    PADES_B_B = "pades-b-b"
    PADES_B_T = "pades-b-t"

    @property
    def in_pdf(self) -> bool:
        """The signature is the signed PDF; otherwise it is a CMS."""
        return self in (SignatureFormat.PADES_B_B, SignatureFormat.PADES_B_T)

    @property
    def needs_time_stamp(self) -> bool:
        """Without a time stamp a signature of this format is not finished."""
        return self in (SignatureFormat.CADES_T_DETACHED, SignatureFormat.PADES_B_T)

    @property
    def media_type(self) -> str:
        """Of the signature (portal-api.yaml, `putSignature`)."""
        return "application/pdf" if self.in_pdf else "application/pkcs7-signature"


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a `sign` session."""

    id: str
    title: str
    media_type: str
    """`text/plain` (UTF-8) or `application/pdf`."""
    size: int
    """Bytes."""
    sha256: str
    format: SignatureFormat


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """What arrived where a document was asked for; nothing of it is judged yet."""

    media_type: str
    """Without parameters."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Holder:
    """Who the portal says the person is; masked by the portal."""

    masked_name: str
    masked_id: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the job was started."""

    started_at: datetime
    browser: str
    masked_address: str
    match_number: str
    """Two digits that the person's own page shows."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session of the portal (portal-api.yaml, schema Session), without its token."""

    id: str
    kind: SessionKind
    purpose: Purpose
    certificate_kind: CertificateKind
    holder: Holder | None
    server_time: datetime
    """UTC, when the server made the answer."""
    expires_at: datetime
    """UTC, on the server's clock."""
    asked_at: float
    """Seconds on the program's steady clock (counts in suspend, never jumps) when the request
    was sent; `server_time` is taken to be that moment."""
    masked_phone: str | None
    """Where the SMS code goes; None where no step-up is asked for."""
    eligible_certificates: frozenset[str]
    eligible_token_serials: frozenset[str]
    pin_policy: PinLimits | None
    unblock_methods: tuple[UnblockMethod, ...]
    documents: tuple[Document, ...]
    requested_by: str
    reason_tr: str
    reason_en: str
    origin: Origin | None

    @property
    def deadline(self) -> float:
        """When the session ends, on the program's steady clock, in seconds."""
        return self.asked_at + (self.expires_at - self.server_time).total_seconds()

    def server_now(self, steady_now: float) -> datetime:
        """The server's time at `steady_now` seconds of the steady clock."""
        return self.server_time + timedelta(seconds=steady_now - self.asked_at)

    def may_sign(self, certificate: CertificateInfo) -> bool:
        """Whether the certificate may do this `sign` job, validity aside (portal-api.yaml, "Who
        may do a job"): a listed one whatever its kind; without a list one of the right kind."""
        if self.eligible_certificates:
            return certificate.sha256 in self.eligible_certificates
        return certificate.kind is self.certificate_kind

    def may_unblock(self, token: Token) -> bool:
        """Whether the card may do this `pin` job (portal-api.yaml, "Who may do a job")."""
        lists_empty = not self.eligible_token_serials and not self.eligible_certificates
        if lists_empty:
            return any(c.kind is self.certificate_kind for c in token.certificates)
        by_serial = not self.eligible_token_serials or token.serial in self.eligible_token_serials
        by_certificate = not self.eligible_certificates or any(
            c.sha256 in self.eligible_certificates for c in token.certificates
        )
        if not token.certificates and not self.eligible_token_serials:
            return False
        return by_serial and by_certificate


@dataclass(frozen=True, slots=True)
class SessionAccess:
    """What a request needs to speak for a session."""

    session_id: str
    token: SessionToken
    deadline: float | None
    """End of the session on the steady clock; None where only the seven days of `putOutcome`
    matter (a hand-in after a restart)."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The answer to a code: the session, and the key to it."""

    session: Session
    access: SessionAccess


@dataclass(frozen=True, slots=True)
class UnblockRequest:
    """Asks for the permission to set a new PIN on one token."""

    token_serial: str
    certificate_sha256: str | None
    methods: tuple[UnblockMethod, ...]
    seal_key: bytes | None
    """1,216 bytes: ML-KEM-768 encapsulation key and X25519 public key; None without `so-pin`."""


@dataclass(frozen=True, slots=True)
class UnblockGrant:
    """The portal's permission."""

    method: UnblockMethod
    sealed_puk: bytes | None
    """With `so-pin`: HPKE `enc` (1,120 bytes) and ciphertext; not a secret by itself."""

    @property
    def without_puk(self) -> bool:
        """Whether the portal answers the card's challenge instead of releasing a PUK."""
        return self.method is UnblockMethod.CHALLENGE_RESPONSE


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """How a job ended, as told to the portal."""

    result: Outcome
    failure_code: str | None
    puk_attempt_spent: bool
    token_serial: str | None
    at: datetime
    """UTC, corrected by the server's clock."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The portal's receipt for one signature."""

    receipt_no: str
    document_id: str
    signature_sha256: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """Which versions of the program the portal accepts."""

    minimum_version: str
    latest_version: str
    download_url: str
    notice: str | None
    said_at: datetime | None = None
    """UTC on the portal's clock, when it answered; None: it did not say."""

    def accepts(self, version: str) -> bool:
        """Whether the portal opens sessions for a version of the program."""
        return version_numbers(version) >= version_numbers(self.minimum_version)


TOLERATED_CLOCK_ERROR = 300.0
"""Seconds by which a clock may be wrong before a person should set it. The program itself does not
depend on it, certificates' validity as shown does."""


def unblock_info(session_id: str, token_serial: str) -> bytes:
    """HPKE `info` for the sealed PUK (portal-api.yaml, `UnblockGrant.sealed_puk`)."""
    return f"kamusm-esign unblock v1|{session_id}|{token_serial}".encode()
