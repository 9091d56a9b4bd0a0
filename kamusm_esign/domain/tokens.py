"""What is plugged in: readers, tokens, certificates, and what each of them can do now."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from kamusm_esign.domain.failures import Failure


class PinState(Enum):
    """What the token's flags say of the user PIN (PKCS#11 v2.40 section 3.2, CKF_USER_PIN_*)."""

    OK = "ok"
    LOW = "low"
    """At least one wrong try since the last right one."""
    FINAL_TRY = "final-try"
    BLOCKED = "blocked"
    UNSET = "unset"
    """No PIN was ever set (CKF_USER_PIN_INITIALIZED missing)."""
    UNKNOWN = "unknown"
    """The card did not say."""

    @property
    def attempts_left(self) -> int | None:
        """Tries left as far as the flags tell: 1 or 0; None where the card did not say."""
        return {PinState.FINAL_TRY: 1, PinState.BLOCKED: 0}.get(self)


class PukState(Enum):
    """What the token's flags say of the PUK (PKCS#11: SO PIN; CKF_SO_PIN_*)."""

    OK = "ok"
    LOW = "low"
    FINAL_TRY = "final-try"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    """The card did not say."""


class CertificateKind(Enum):
    """What a certificate is for."""

    NES = "nes"
    """Qualified certificate of a natural person (Law 5070)."""
    MALI_MUHUR = "mali-muhur"
    """Fiscal seal of a company."""
    E_MUHUR = "e-muhur"
    """Electronic seal of an institution."""
    ENCRYPTION = "encryption"
    OTHER = "other"


class UnusableReason(Enum):
    """Why a certificate cannot sign now; the first that applies, in this order."""

    NOT_READABLE = "not-readable"
    NOT_ELIGIBLE = "not-eligible"
    """The session is for other certificates; only a `sign` job gives this reason."""
    WRONG_KIND = "wrong-kind"
    NO_PRIVATE_KEY = "no-private-key"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """What the program knows of one X.509 certificate on a token."""

    sha256: str
    """SHA-256 of the DER bytes, lower-case hex."""
    kind: CertificateKind
    holder: str
    """Common name of the subject, or "" where it has none. Personal data."""
    holder_id: str
    """subject serialNumber: TCKN, VKN, passport or foreigner's number; "" if none. Personal."""
    birth_date: str | None
    """yyyymmdd from subjectDirectoryAttributes (RFC 3739 section 3.2.2), None where unknown."""
    not_before: datetime
    """UTC, to the second."""
    not_after: datetime
    """UTC, to the second; the last second in which it is valid."""
    key: str
    """`rsa2048`, `p256`, `p384`, …: algorithm and size in one word."""
    has_private_key: bool
    """Whether a private key object with the same CKA_ID or public key was seen; without login
    cards may hide private keys, then a matching public key counts."""
    readable: bool = True
    """False: not a certificate that can be read; nothing but `sha256` and `has_private_key` tells
    anything then."""
    serial_number: str = ""
    """The certificate's own serial number, lower-case hex, two places a byte; "" where it cannot be
    read. Personal data."""
    issuer: str = field(default="", compare=False)
    """Common name of the issuer, else its organisation; "" where it has neither or is damaged."""
    der: bytes = field(default=b"", repr=False, compare=False)
    """The certificate itself; b"" where nobody needs it. Personal data."""

    def unusable(self, now: datetime) -> UnusableReason | None:
        """Why it cannot sign at `now` (aware), or None where it can. The chain is not judged."""
        if not self.readable:
            return UnusableReason.NOT_READABLE
        if self.kind in (CertificateKind.ENCRYPTION, CertificateKind.OTHER):
            return UnusableReason.WRONG_KIND
        return self.unfit(now)

    def unfit(self, now: datetime) -> UnusableReason | None:
        """The same, whatever kind it is: only its key and its time are judged."""
        if not self.has_private_key:
            return UnusableReason.NO_PRIVATE_KEY
        if now < self.not_before:
            return UnusableReason.NOT_YET_VALID
        if now > self.not_after:
            return UnusableReason.EXPIRED
        return None


@dataclass(frozen=True, slots=True)
class PinLimits:
    """Shortest and longest PIN in digits, both inclusive."""

    minimum: int
    maximum: int


class UnblockMethod(Enum):
    """How a token's PIN can be set without knowing it."""

    SO_PIN = "so-pin"
    """The portal releases the PUK, sealed to the card host."""
    CHALLENGE_RESPONSE = "challenge-response"
    """The portal answers the card's challenge; no PUK exists."""


@dataclass(frozen=True, slots=True)
class Token:
    """A card as an identity."""

    serial: str
    """CK_TOKEN_INFO.serialNumber without trailing blanks and NULs. Personal data."""
    label: str
    """CK_TOKEN_INFO.label, decoded leniently. May hold personal data."""
    pin: PinState
    puk: PukState
    pin_limits: PinLimits | None
    """CK_TOKEN_INFO.ulMinPinLen / ulMaxPinLen; None where the driver does not say."""
    certificates: tuple[CertificateInfo, ...]
    unblock_methods: tuple[UnblockMethod, ...]
    """What this kind of card can do, in the order the program prefers."""
    pin_pad: bool = False
    """CKF_PROTECTED_AUTHENTICATION_PATH: the PIN is asked on the reader."""

    def certificate(self, sha256: str) -> CertificateInfo | None:
        """The certificate with this SHA-256, or None."""
        return next((c for c in self.certificates if c.sha256 == sha256), None)


@dataclass(frozen=True, slots=True)
class TokenTarget:
    """Which token an operation is meant for; checked again right before the card is used."""

    serial: str
    certificate_sha256: str | None
    """A certificate that must be on it; None where the card carries none yet."""
    pin: PinState | None = None
    """What its PIN must still be, where a later look would prove by it what was done; else None."""


class DriverStatus(Enum):
    """What became of the PKCS#11 library for the card in a reader."""

    OK = "ok"
    NO_CARD = "no-card"
    """Nothing in the reader: no driver is needed yet."""
    FOREIGN_CARD = "foreign-card"
    """The card-type table knows no driver for this ATR."""
    MUTE_CARD = "mute-card"
    """A card that does not answer (no ATR)."""
    MISSING = "missing"
    WRONG_ARCHITECTURE = "wrong-architecture"
    NOT_LOADABLE = "not-loadable"
    NO_TOKEN = "no-token"  # noqa: S105
    """The library is loaded and does not recognise the card."""
    CRASHED = "crashed"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    """Another process of ours writes to the card, or another program holds it."""


@dataclass(frozen=True, slots=True)
class Driver:
    """The PKCS#11 library in charge of one reader."""

    path: str | None
    """Absolute path of the library; None where none was found or needed."""
    status: DriverStatus


@dataclass(frozen=True, slots=True)
class Reader:
    """One smart card reader and what is in it."""

    name: str
    card_present: bool
    atr: str | None
    """Upper-case hex; None without a card or where PC/SC does not run."""
    card_type: str | None
    """Name of the row of the card-type table, e.g. `AKİS`."""
    driver: Driver
    tokens: tuple[Token, ...]
    failure: Failure | None
    """Why there is no usable token here; None where there is one."""


class ServiceStatus(Enum):
    """The PC/SC service (Windows: Smart Card service; Linux: pcscd)."""

    RUNNING = "running"
    STOPPED = "stopped"
    UNAVAILABLE = "unavailable"
    """No PC/SC on this machine, or none that lets this user in."""


@dataclass(frozen=True, slots=True)
class PluggedReader:
    """A reader as PC/SC shows it, without touching the card."""

    name: str
    card_present: bool
    atr: str | None
    """Upper-case hex."""
    event_count: int
    """High word of SCARD_READERSTATE.dwEventState: tells a fast swap of cards."""
    exclusive: bool = False
    """Another program holds the card exclusively (SCARD_STATE_EXCLUSIVE)."""
    mute: bool = False
    """SCARD_STATE_MUTE."""


@dataclass(frozen=True, slots=True)
class ReadersSnapshot:
    """The levels, not the edges, of the PC/SC world at one moment."""

    service: ServiceStatus
    readers: tuple[PluggedReader, ...]
    failure: Failure | None = None
    """Why the service could not be asked; None while it runs."""


@dataclass(frozen=True, slots=True)
class CardOverview:
    """Everything that is plugged in, read at one moment without asking for a secret."""

    service: ServiceStatus
    readers: tuple[Reader, ...]
    failure: Failure | None
    """The one thing that stands in the way of all of it (no service, no reader), or None."""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens of all readers."""
        return tuple(token for reader in self.readers for token in reader.tokens)

    def token(self, serial: str) -> Token | None:
        """The token with this serial, byte for byte, or None."""
        return next((t for t in self.tokens if t.serial == serial), None)
