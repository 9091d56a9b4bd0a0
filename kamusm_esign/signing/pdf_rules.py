"""Opening a PDF, and what earlier signatures in it allow (ISO 32000-1, section 12.8.2)."""

from io import BytesIO

from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko.sign.validation.status import SignatureCoverageLevel

from kamusm_esign.domain.failures import FailedError, FailureCode

_WHOLE = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)


def open_pdf(document: bytes) -> PdfFileReader:
    """Read a PDF, with the empty password where it is encrypted.

    Raises:
        FailedError: `PDF_ENCRYPTED`.
        Exception: anything that a hostile file makes the reader run into.
    """
    # Not strict: hybrid files and small faults of other writers are no reason to refuse.
    reader = PdfFileReader(BytesIO(document), strict=False)
    if reader.encrypted and not _opens_without_password(reader):
        raise FailedError.of(FailureCode.PDF_ENCRYPTED)
    return reader


def _opens_without_password(reader: PdfFileReader) -> bool:
    if not isinstance(reader.security_handler, StandardSecurityHandler):
        return False  # for recipients with a key of their own
    return bool(reader.decrypt(b"").status is not AuthStatus.FAILED)


def forbids_signing(reader: PdfFileReader) -> bool:
    """Whether an earlier signature says that nothing may follow it."""
    certified = read_certification_data(reader)
    if certified is not None and certified.permission is MDPPerm.NO_CHANGES:
        return True
    return any(
        signature.docmdp_level is MDPPerm.NO_CHANGES
        for signature in reader.embedded_regular_signatures
    )


def harms_signatures(before: PdfFileReader, after: PdfFileReader) -> bool:
    """Whether a signature that was good in `before` is not in `after`, a later revision."""
    good = [s.field_name for s in before.embedded_signatures if _undisturbed(s)]
    # Not `embedded_signatures`: what is about to be signed has a signature that is none yet.
    return any(
        name in good and not _undisturbed(EmbeddedPdfSignature(after, field, name))
        for name, _, field in enumerate_sig_fields(after, filled_status=True)
    )


def _undisturbed(signature: EmbeddedPdfSignature) -> bool:
    """Nothing was changed behind it but what it allows. Says nothing about its cryptography."""
    signature.compute_integrity_info()
    found = signature.summarise_integrity_info()
    return bool(found.get("docmdp_ok")) and found["coverage"] in _WHOLE
