"""PAdES B-B (ETSI EN 319 142-1): an incremental update with one invisible signature field.

The signing time stands in /M of the signature dictionary and not in the CMS, as section 6.3
demands. Everything that can go wrong with a PDF goes wrong before the card is asked.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfTBSDocument

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.signing.card_signer import CardSigner
from kamusm_esign.signing.pdf_rules import forbids_signing, harms_signatures, open_pdf

_CMS_BYTES = 4096
"""For everything but the certificate and the time stamp."""
_STAMP_BYTES = 16384
"""Kept free for a time stamp: those with a whole chain inside have some 8 KB."""
_FIELD = "Signature"
_CHECK_DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A PDF with everything in it but the signature."""

    to_be_signed: PdfTBSDocument
    digest: bytes
    output: BytesIO


def check_pdf(document: bytes, at: datetime) -> None:
    """Whether a PDF can be signed: everything is done but the signature.

    Raises:
        FailedError: `PDF_NOT_READABLE`, `PDF_ENCRYPTED`, `PDF_FORBIDS_SIGNING`.
    """
    _prepare(document, Signer(), _CHECK_DIGEST, at, _CMS_BYTES)


def sign_pades(document: bytes, signer: CardSigner, at: datetime, *, stamped: bool) -> bytes:
    """The document with a signature behind it, with room for a time stamp where one will follow.

    Raises:
        FailedError: as `check_pdf`, or what the card raised.
    """
    room = _CMS_BYTES + len(signer.certificate_der) + (_STAMP_BYTES if stamped else 0)
    prepared = _prepare(document, signer, signer.digest_algorithm, at, room)
    asyncio.run(
        prepared.to_be_signed.perform_signature(
            prepared.digest, PdfCMSSignedAttributes(signing_time=at)
        )
    )
    return prepared.output.getvalue()


def _prepare(document: bytes, signer: Signer, digest: str, at: datetime, room: int) -> _Prepared:
    try:
        return _try_to_prepare(document, signer, digest, at, room)
    except FailedError:
        raise
    # A hostile PDF surfaces as whatever the reader hits first, RecursionError included.
    except Exception as error:
        name = type(error).__name__
        raise FailedError.of(FailureCode.PDF_NOT_READABLE, raw=name) from error


def _try_to_prepare(
    document: bytes, signer: Signer, digest: str, at: datetime, room: int
) -> _Prepared:
    reader = open_pdf(document)
    if forbids_signing(reader):
        raise FailedError.of(FailureCode.PDF_FORBIDS_SIGNING)
    metadata = PdfSignatureMetadata(
        field_name=_free_name(reader),
        md_algorithm=digest,
        subfilter=SigSeedSubFilter.PADES,
    )
    writer = IncrementalPdfFileWriter.from_reader(reader)
    session = PdfSigner(metadata, signer).init_signing_session(writer)
    session.system_time = at
    # Counted in hexadecimal digits.
    to_be_signed = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * room)
    output = BytesIO()
    prepared, _ = to_be_signed.digest_tbs_document(output=output)
    _refuse_harm(document, output)
    return _Prepared(to_be_signed, prepared.document_digest, output)


def _refuse_harm(document: bytes, output: BytesIO) -> None:
    """Once more from the bytes: a reader that was written from is not as it was."""
    before = open_pdf(document)
    if before.embedded_signatures and harms_signatures(before, open_pdf(output.getvalue())):
        raise FailedError.of(FailureCode.PDF_FORBIDS_SIGNING)


def _free_name(reader: PdfFileReader) -> str:
    """A name that no form field of the document has."""
    try:
        fields = list(reader.root["/AcroForm"]["/Fields"])
    except KeyError:
        fields = []
    taken = {str(field.get_object().get("/T", "")) for field in fields}
    number = 1
    while f"{_FIELD}{number}" in taken:
        number += 1
    return f"{_FIELD}{number}"
