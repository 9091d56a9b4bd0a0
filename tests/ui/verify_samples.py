"""Models of screen 14, made by the presenter from what a verifier finds."""

from collections.abc import Callable

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import CertificateInfo
from kamusm_esign.domain.verification import (
    Checked,
    FileKind,
    Finding,
    Point,
    Reason,
    VerifiedFile,
    VerifiedSignature,
)
from kamusm_esign.ui.presenter.verify import Verifying, present_verify
from kamusm_esign.ui.presenter.words import Words
from tests.equipment.values import SERVER_TIME, certificate, signature_receipt

Make = Callable[[Words], object]

GOOD = tuple(
    Checked(point, Finding.GOOD)
    for point in (Point.DOCUMENT, Point.SIGNATURE, Point.WHOLE_FILE, Point.CHAIN, Point.TIME)
)
OFFLINE = Checked(Point.REVOCATION, Finding.NOT_CHECKED, Reason.OFFLINE)
TRUSTED = (*GOOD, OFFLINE)
INTACT = (
    *GOOD[:2],
    Checked(Point.WHOLE_FILE, Finding.GOOD, Reason.ADDED_LATER),
    Checked(Point.CHAIN, Finding.NOT_CHECKED, Reason.NO_TRUST_FOLDER),
    Checked(Point.TIME, Finding.NOT_CHECKED, Reason.NO_TIME_STAMP),
    OFFLINE,
)
BROKEN = (
    Checked(Point.DOCUMENT, Finding.BAD, Reason.CHANGED),
    *GOOD[1:2],
    Checked(Point.WHOLE_FILE, Finding.BAD, Reason.NOT_ALLOWED_LATER),
    Checked(Point.CHAIN, Finding.BAD, Reason.NOT_VALID_THEN),
    Checked(Point.TIME, Finding.NOT_CHECKED, Reason.NO_TIME_STAMP),
    OFFLINE,
)
SIGNER = certificate()
FILE, P7S, RECEIPT = "/home/a/Başvuru formu.pdf", "/home/a/Beyan.p7s", "/home/a/makbuz-R-1.json"


def signed(*checks: tuple[Checked, ...], signer: CertificateInfo | None = SIGNER) -> VerifiedFile:
    """A PDF with a signature for each given set of checks."""
    stamps = [SERVER_TIME if GOOD[4] in each else None for each in checks]
    return VerifiedFile(
        FileKind.SIGNED_PDF,
        "0" * 64,
        tuple(
            VerifiedSignature(signer, SERVER_TIME, stamp, each)
            for stamp, each in zip(stamps, checks, strict=True)
        ),
    )


def receipt(finding: Finding, reason: Reason = Reason.NONE) -> VerifiedFile:
    """A receipt that was held against a document, or not."""
    checks = (
        Checked(Point.DOCUMENT, finding, reason),
        Checked(Point.RECEIPT, Finding.NOT_CHECKED, Reason.NOT_SIGNED_BY_PORTAL),
    )
    return VerifiedFile(FileKind.RECEIPT, "0" * 64, (), signature_receipt(), checks)


def failed(code: FailureCode) -> Failure:
    """A failure by its code."""
    return Failure.of(code)


NEEDED = failed(FailureCode.DOCUMENT_NEEDED)
REFUSED = failed(FailureCode.SIGNATURE_DOES_NOT_STAND)

STATES: dict[str, Verifying] = {
    "verify": Verifying(),
    "verify-running": Verifying(FILE, busy=True),
    "verify-trusted": Verifying(FILE, found=signed(TRUSTED)),
    "verify-intact": Verifying(FILE, found=signed(INTACT)),
    "verify-broken": Verifying(FILE, found=signed(TRUSTED, BROKEN), failure=REFUSED),
    "verify-document": Verifying(P7S, failure=NEEDED),
    "verify-nothing": Verifying(FILE, failure=failed(FailureCode.NOTHING_TO_VERIFY)),
    "verify-receipt": Verifying(
        RECEIPT, found=receipt(Finding.NOT_CHECKED, Reason.NO_DOCUMENT), failure=NEEDED
    ),
    "verify-receipt-fits": Verifying(RECEIPT, FILE, receipt(Finding.GOOD)),
    "verify-receipt-other": Verifying(
        RECEIPT, FILE, receipt(Finding.BAD, Reason.CHANGED), failure=REFUSED
    ),
}


def _shown(state: Verifying) -> Make:
    return lambda words: present_verify(state, words)


VERIFYING: dict[str, Make] = {name: _shown(state) for name, state in STATES.items()}
