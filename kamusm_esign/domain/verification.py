"""What came of verifying a file: what it holds, whether it stands, what was checked."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.tokens import CertificateInfo


class FileKind(Enum):
    """What a file that can be verified is."""

    SIGNED_PDF = "signed-pdf"
    SIGNATURE = "signature"
    """A CMS signature, with the document inside or beside it."""
    RECEIPT = "receipt"


class Point(Enum):
    """One thing that is checked."""

    DOCUMENT = "document"
    """The document is, byte for byte, what was signed."""
    SIGNATURE = "signature"
    """The signature was made with the key of the certificate."""
    WHOLE_FILE = "whole-file"
    """Nothing was added to the PDF but what the signature allows."""
    CHAIN = "chain"
    """The certificate comes from an authority of the trust folder, and was valid when signed."""
    TIME = "time"
    """When it was signed is proved by a time stamp."""
    REVOCATION = "revocation"
    """The certificate was not revoked."""
    RECEIPT = "receipt"
    """The portal's part of the receipt."""


class Finding(Enum):
    """What came of one check."""

    GOOD = "good"
    BAD = "bad"
    NOT_CHECKED = "not-checked"


class Reason(Enum):
    """Why something is bad or was not checked; `NONE` where it is good without a word."""

    NONE = "none"
    MALFORMED = "malformed"
    CHANGED = "changed"
    NOT_BY_CERTIFICATE = "not-by-certificate"
    ADDED_LATER = "added-later"
    """Good: something was added later that the signature allows (such as another signature)."""
    NOT_ALLOWED_LATER = "not-allowed-later"
    NO_TRUST_FOLDER = "no-trust-folder"
    UNKNOWN_AUTHORITY = "unknown-authority"
    NOT_VALID_THEN = "not-valid-then"
    CHAIN_BROKEN = "chain-broken"
    NO_TIME_STAMP = "no-time-stamp"
    STAMP_BROKEN = "stamp-broken"
    STAMP_AUTHORITY_UNKNOWN = "stamp-authority-unknown"
    OFFLINE = "offline"
    NO_DOCUMENT = "no-document"
    NOT_SIGNED_BY_PORTAL = "not-signed-by-portal"
    """A receipt carries no signature of the portal's: whether it gave it only the portal knows."""


class Verdict(Enum):
    """What it all comes to."""

    TRUSTED = "trusted"
    """The signature stands, and so does the certificate's chain."""
    INTACT = "intact"
    """Nothing was changed and the key is the certificate's; whose certificate was not checked."""
    BROKEN = "broken"
    UNDECIDED = "undecided"
    """What is needed to say something is missing."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One check and what came of it."""

    point: Point
    finding: Finding
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """One signature of a file."""

    signer: CertificateInfo | None
    """None: the certificate could not be read."""
    signed_at: datetime | None
    """As the signer says; None where the signature does not say."""
    stamped_at: datetime | None
    """As a time stamp that belongs to it says."""
    checks: tuple[Checked, ...]

    @property
    def verdict(self) -> Verdict:
        """The sum of the checks."""
        findings = {check.point: check.finding for check in self.checks}
        if Finding.BAD in findings.values():
            return Verdict.BROKEN
        if findings.get(Point.DOCUMENT) is not Finding.GOOD:
            return Verdict.UNDECIDED
        trusted = findings.get(Point.CHAIN) is Finding.GOOD
        return Verdict.TRUSTED if trusted else Verdict.INTACT


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """One file that was verified."""

    kind: FileKind
    sha256: str
    signatures: tuple[VerifiedSignature, ...]
    """At least one but for a receipt, which has none."""
    receipt: SignatureReceipt | None = None
    checks: tuple[Checked, ...] = ()
    """Of a receipt."""

    @property
    def verdict(self) -> Verdict:
        """The worst of its signatures."""
        if self.kind is FileKind.RECEIPT:
            return _of_receipt(self.checks)
        found = {signature.verdict for signature in self.signatures}
        order = (Verdict.BROKEN, Verdict.UNDECIDED, Verdict.INTACT, Verdict.TRUSTED)
        return next((verdict for verdict in order if verdict in found), Verdict.UNDECIDED)


def _of_receipt(checks: tuple[Checked, ...]) -> Verdict:
    """A receipt is never more than intact: nobody signed it."""
    findings = {check.point: check.finding for check in checks}
    if Finding.BAD in findings.values():
        return Verdict.BROKEN
    good = findings.get(Point.DOCUMENT) is Finding.GOOD
    return Verdict.INTACT if good else Verdict.UNDECIDED
