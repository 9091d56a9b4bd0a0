"""The `SignatureVerifier` of the program; nothing heavy is imported before it is used."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.receipt_file import NoReceiptError, read_receipt
from kamusm_esign.domain.verification import (
    Checked,
    FileKind,
    Finding,
    Point,
    Reason,
    VerifiedFile,
)

if TYPE_CHECKING:
    from kamusm_esign.domain.tokens import CertificateInfo

_LONG_SEQUENCES = tuple(bytes((0x30, length)) for length in (0x80, 0x81, 0x82, 0x83, 0x84))
"""How the outer SEQUENCE of a CMS begins (X.690, section 8.1.3), if it is longer than 127 bytes."""
_PDF_WITHIN = 1024
"""Bytes in which the header of a PDF has to stand (ISO 32000-1, annex H.3)."""


class FileVerifier:
    """Implements `ports.SignatureVerifier`."""

    def __init__(
        self, trust_folder: Path | None, describe: "Callable[[bytes], CertificateInfo]"
    ) -> None:
        """Opens nothing yet.

        Args:
            trust_folder: certificates of authorities; None: no chain is checked.
            describe: reads a certificate (DER).
        """
        self._trust_folder = trust_folder
        self._describe = describe

    def verify(self, content: bytes, document: bytes | None = None) -> VerifiedFile:
        """See `ports.SignatureVerifier.verify`."""
        sha256 = hashlib.sha256(content).hexdigest()
        if content.lstrip()[:1] == b"{":
            return _receipt(content, sha256, document)
        from kamusm_esign.signing.judge import Judge
        from kamusm_esign.signing.trust import read_trust

        try:
            trust = None if self._trust_folder is None else read_trust(self._trust_folder)
        except OSError as error:
            raise FailedError.of(FailureCode.TRUST_FOLDER_NOT_READABLE) from error
        judge = Judge(trust, self._describe)
        # A signature around a PDF has its first bytes inside as well.
        if b"%PDF-" in content[:_PDF_WITHIN] and not content.startswith(_LONG_SEQUENCES):
            return VerifiedFile(FileKind.SIGNED_PDF, sha256, judge.judge_pdf(content))
        return VerifiedFile(FileKind.SIGNATURE, sha256, judge.judge_cms(content, document))


def _receipt(content: bytes, sha256: str, document: bytes | None) -> VerifiedFile:
    """A receipt says which document was signed; the document, or the signature, may be held
    against it."""
    try:
        receipt = read_receipt(content)
    except NoReceiptError as error:
        raise FailedError.of(FailureCode.NOTHING_TO_VERIFY) from error
    if document is None:
        same = Checked(Point.DOCUMENT, Finding.NOT_CHECKED, Reason.NO_DOCUMENT)
    else:
        known = (receipt.document_sha256, receipt.signature_sha256)
        fits = hashlib.sha256(document).hexdigest() in known
        same = (
            Checked(Point.DOCUMENT, Finding.GOOD)
            if fits
            else Checked(Point.DOCUMENT, Finding.BAD, Reason.CHANGED)
        )
    given = Checked(Point.RECEIPT, Finding.NOT_CHECKED, Reason.NOT_SIGNED_BY_PORTAL)
    return VerifiedFile(FileKind.RECEIPT, sha256, (), receipt, (same, given))
