"""Every failure is a code: made in one line, explained in one catalogue entry, never renumbered.

`KRT` card, reader, driver · `PRT` portal, network · `IMZ` signature, certificate · `SYS` program.
The texts are in `resources/i18n`, the numbers are locked by `tests/domain/failure_codes.lock`.
"""

from dataclasses import dataclass
from enum import Enum

ParamValue = str | int | bool | None


class FailureCode(Enum):
    """Stable codes; append only."""

    # Readers, cards, drivers: nothing was asked of the card yet.
    NO_PCSC_SERVICE = "KRT-101"
    NO_READER = "KRT-102"
    NO_CARD = "KRT-103"
    DRIVER_WRONG_ARCHITECTURE = "KRT-104"
    DRIVER_MISSING = "KRT-105"
    DRIVER_NOT_LOADABLE = "KRT-106"
    FOREIGN_CARD = "KRT-107"
    MUTE_CARD = "KRT-108"
    TOKEN_NOT_RECOGNISED = "KRT-109"  # noqa: S105
    DRIVER_CRASHED = "KRT-110"
    DRIVER_NO_ANSWER = "KRT-111"
    DRIVER_UNEXPECTED = "KRT-112"
    """params: `raw`, what the driver answered."""
    CARD_BUSY = "KRT-113"
    CARD_HOST_FAILED = "KRT-114"
    """The card host did not start or broke the protocol."""
    PIN_PAD_UNSUPPORTED = "KRT-115"
    # PIN and PUK.
    PIN_WRONG = "KRT-121"
    """params: `attempts_left` (None where the card did not say)."""
    PIN_LAST_TRY = "KRT-122"
    """Refused before the card was asked: the last try needs a confirmation."""
    PIN_BLOCKED = "KRT-123"
    PIN_UNSET = "KRT-124"
    PUK_REFUSED = "KRT-125"
    """The card refused the PUK that the portal released; one try of it is spent."""
    PUK_LAST_TRY = "KRT-126"
    """Refused before anything was asked: a PUK at its last try is not used."""
    PUK_BLOCKED = "KRT-127"
    NEW_PIN_REFUSED = "KRT-128"
    """The card did not take the new PIN (length or characters)."""
    CARD_REFUSED_UNBLOCK = "KRT-129"
    """This card cannot set its PIN in this way."""
    # What happened to the card meanwhile.
    CARD_REMOVED = "KRT-131"
    PIN_SET_UNKNOWN = "KRT-132"
    """Whether the new PIN was set cannot be known."""
    PIN_CHANGE_UNKNOWN = "KRT-133"
    OTHER_CARD = "KRT-134"
    """Another card, or other certificates, than the one that was chosen."""
    NO_ELIGIBLE_TOKEN = "KRT-135"  # noqa: S105
    """No card is plugged in that may do this job."""
    CODE_FOR_OTHER_CARD = "KRT-136"
    """A card is there, and the code is for another one."""
    TOKEN_NOT_FOUND = "KRT-137"  # noqa: S105
    """`--token` names none of the cards."""
    SIGNATURE_REFUSED_BY_CARD = "KRT-138"
    PIN_NOT_SET = "KRT-139"
    """The card was written to without an answer; read again, it still has no new PIN."""
    PIN_PAD_CANCELLED = "KRT-145"
    """No PIN was typed on the reader's own keys: cancelled there, or nothing for too long."""
    # Setting a PIN without a PUK.
    ADMIN_KEY_REFUSED = "KRT-141"
    """The card refused the portal's answer to its challenge; params: `raw`, the status word."""
    ADMIN_KEY_LAST_TRY = "KRT-142"
    """Refused before anything was presented: an admin key at its last try is not used."""
    ADMIN_KEY_BLOCKED = "KRT-143"
    CHALLENGE_TOO_LATE = "KRT-144"
    """The portal's answer came when the card no longer waits for it; it was not presented."""
    # The PC/SC service itself.
    PCSC_REFUSED = "KRT-116"
    """The PC/SC service runs and does not let this user in (Linux: polkit, remote log-in)."""
    PCSC_UNEXPECTED = "KRT-117"
    """params: `raw`, the SCARD_* code in hex."""

    # The way to the portal.
    PORTAL_UNREACHABLE = "PRT-201"
    PORTAL_TIMEOUT = "PRT-202"
    PORTAL_CERTIFICATE = "PRT-203"
    PORTAL_ANSWER_INVALID = "PRT-204"
    PORTAL_ANSWER_TOO_LARGE = "PRT-205"
    PORTAL_REDIRECT = "PRT-206"
    PROXY_FAILED = "PRT-207"
    # What the portal said (portal-api.yaml, ProblemCode).
    CODE_MALFORMED = "PRT-210"
    CODE_UNKNOWN = "PRT-211"
    CODE_EXPIRED = "PRT-212"
    CODE_USED = "PRT-213"
    CLIENT_TOO_OLD = "PRT-214"
    TOO_MANY_ATTEMPTS = "PRT-215"
    """params: `retry_after` seconds or None."""
    MAINTENANCE = "PRT-216"
    """params: `retry_after` seconds or None."""
    SESSION_TOKEN_INVALID = "PRT-217"  # noqa: S105
    SESSION_OVER = "PRT-218"
    WRONG_SESSION_KIND = "PRT-219"
    STEP_UP_REQUIRED = "PRT-220"
    STEP_UP_NOT_REQUIRED = "PRT-221"
    OTP_WRONG = "PRT-222"
    """params: `attempts_left`."""
    TOKEN_NOT_ELIGIBLE = "PRT-223"  # noqa: S105
    NO_COMMON_METHOD = "PRT-224"
    PUK_ALREADY_RELEASED = "PRT-225"
    CHALLENGE_ALREADY_ANSWERED = "PRT-226"
    DOCUMENT_UNKNOWN = "PRT-227"
    REQUEST_TOO_LARGE = "PRT-229"
    ALREADY_SIGNED = "PRT-230"
    OUTCOME_CONFLICT = "PRT-231"
    PORTAL_INTERNAL = "PRT-232"
    REQUEST_MALFORMED = "PRT-233"
    PROBLEM_UNKNOWN = "PRT-234"
    """A problem code that this version does not know; params: `raw`."""
    PUK_NOT_OPENED = "PRT-235"
    """The sealed PUK is not for this request; it was not used."""
    SESSION_EXPIRED = "PRT-236"
    CODE_FOR_SIGNING = "PRT-237"
    """A code of kind `sign` where a PIN was to be set."""
    OTP_USED_UP = "PRT-238"
    OUTCOME_NOT_DELIVERED = "PRT-239"
    OUTBOX_EXPIRED = "PRT-240"
    CODE_FOR_PIN = "PRT-241"
    """A code of kind `pin` where something was to be signed."""

    SIGNATURE_INVALID = "IMZ-321"
    CERTIFICATE_NOT_ELIGIBLE = "IMZ-322"
    CERTIFICATE_EXPIRED = "IMZ-323"
    CERTIFICATE_REVOKED = "IMZ-324"
    CERTIFICATE_NOT_FOUND = "IMZ-325"
    CERTIFICATE_NOT_YET_VALID = "IMZ-326"
    # Before anything is signed.
    DOCUMENT_DIFFERS = "IMZ-350"
    """What arrived is not the session's document; params: `what` (size, media-type, sha256)."""
    OTHER_PURPOSE = "IMZ-352"
    """The session is for something else than the person accepted; params: `purpose`."""
    MATCH_NUMBER_WRONG = "IMZ-353"
    """The two digits are not those of this session: somebody else may have started it."""
    SIGNATURE_LOST = "IMZ-354"
    """A signature that was kept for the portal cannot be read any more."""
    # Documents that are to be shown.
    DOCUMENT_TYPE_WRONG = "IMZ-370"
    """It is not what its media type says, or of a kind that cannot be shown."""
    DOCUMENT_BROKEN = "IMZ-371"
    DOCUMENT_LOCKED = "IMZ-372"
    """A PDF that opens with a password only."""
    DOCUMENT_TOO_LARGE = "IMZ-373"
    """It, a page of it or the number of its pages is larger than can be shown."""
    DOCUMENT_TOO_SLOW = "IMZ-374"
    DOCUMENT_CRASHED = "IMZ-375"
    """The process that draws it ended: a crash, or out of the memory that it may use."""
    DOCUMENT_HOST_FAILED = "IMZ-376"
    """The process that draws documents could not be started."""
    # Making a signature; nothing was handed in.
    SIGNATURE_NOT_VALID_HERE = "IMZ-327"
    """The card answered, and what it answered does not verify on this computer; params: `raw`."""
    SIGNING_KEY_UNSUPPORTED = "IMZ-328"
    PDF_NOT_READABLE = "IMZ-329"
    """Not a PDF that can be signed; params: `raw`."""
    PDF_ENCRYPTED = "IMZ-330"
    PDF_FORBIDS_SIGNING = "IMZ-331"
    """An earlier signature in the PDF forbids another one, or would be broken by it."""
    # Time stamps; the signature that exists stays as it is.
    TIME_STAMP_NOT_SET_UP = "IMZ-335"
    """params: `detail`, `address`, `scheme` or `password`."""
    TIME_STAMP_UNREACHABLE = "IMZ-336"
    TIME_STAMP_ACCESS_REFUSED = "IMZ-337"
    TIME_STAMP_REFUSED = "IMZ-338"
    """params: `raw`, what the server said."""
    TIME_STAMP_INVALID = "IMZ-339"
    """The answer is not a time stamp of this signature; params: `raw`."""
    # Verifying what others made.
    NOTHING_TO_VERIFY = "IMZ-340"
    """The file is neither a signed PDF nor a signature nor a receipt."""
    SIGNATURE_DOES_NOT_STAND = "IMZ-341"
    DOCUMENT_NEEDED = "IMZ-342"
    """A detached signature without the document that was signed."""
    TRUST_FOLDER_NOT_READABLE = "IMZ-343"
    FILE_NOT_READABLE = "IMZ-344"
    """A file to verify, or its document, is not there, not to be read, or far too large."""

    UNEXPECTED = "SYS-901"
    """params: `raw`, the type of the exception."""
    PIN_BREAKS_RULE = "SYS-902"
    """params: `problems`, names of the broken rules separated by blanks."""
    PIN_BREAKS_POLICY = "SYS-903"
    """The session's own limits, known only after the code was exchanged."""
    CODE_NOT_15_DIGITS = "SYS-904"
    PORTAL_ADDRESS_INVALID = "SYS-905"
    USAGE = "SYS-906"
    """params: `detail`."""
    CHOICE_NEEDED = "SYS-907"
    SECRET_MISSING = "SYS-908"  # noqa: S105
    """Standard input ended before the secret came."""
    NO_KEY_STORE = "SYS-909"
    JOURNAL_NOT_WRITABLE = "SYS-910"
    CANCELLED = "SYS-911"
    SETTINGS_INVALID = "SYS-912"
    """params: `path`, `line`, `detail`."""
    LOCKED_BY_POLICY = "SYS-913"
    """params: `key`."""
    PIN_ENTRY_INVALID = "SYS-914"
    """A present PIN that is empty or too long to be one."""
    UNFINISHED_ELSEWHERE = "SYS-915"
    """Another window or process of ours is working on this."""
    INCIDENT_CODE_INVALID = "SYS-916"
    INTERRUPTED = "SYS-917"
    """The program ended in the middle of a job."""
    CLOCK_WRONG = "SYS-918"
    """This computer's clock is far from the portal's; params: `seconds`, positive when ahead."""
    MATCH_NUMBER_MISSING = "SYS-921"
    """The session wants the two digits of the person's page, and none were given."""
    DOCUMENTS_NOT_SAVED = "SYS-922"
    """The folder that was named for the documents (or receipts) cannot be written to."""
    FILE_NOT_SAVED = "SYS-925"
    """Where the person wanted a document or receipt, nothing can be written."""
    LOGIN_DENIED = "SYS-926"
    """The person says that they did not begin this login."""
    # Settings that are read and written.
    SETTING_IGNORED = "SYS-941"
    """An entry that does not count; params: `path`, `line`, `key`, `setting_problem`, `allowed`."""
    SETTINGS_NOT_SAVED = "SYS-942"
    PASSWORD_NOT_KEPT = "SYS-943"  # noqa: S105
    """No key store of the operating system took an account's password."""

    @property
    def family(self) -> str:
        """`KRT`, `PRT`, `IMZ` or `SYS`."""
        return self.value[:3]


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure and its data; the sentence is made at the edge, from the catalogue."""

    code: FailureCode
    params: tuple[tuple[str, ParamValue], ...] = ()
    """Sorted pairs; never a secret, never personal data."""

    @classmethod
    def of(cls, code: FailureCode, **params: ParamValue) -> "Failure":
        """Make a failure with named data."""
        return cls(code, tuple(sorted(params.items())))

    def param(self, name: str) -> ParamValue:
        """One value, None where it is not there."""
        return dict(self.params).get(name)


class FailedError(Exception):
    """A port could not do what it was asked to; carries the failure, never a sentence."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code.value)
        self.failure = failure

    @classmethod
    def of(cls, code: FailureCode, **params: ParamValue) -> "FailedError":
        """Shorthand for `FailedError(Failure.of(...))`."""
        return cls(Failure.of(code, **params))
