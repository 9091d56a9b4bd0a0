"""`--save DIR`: the documents before the PIN is asked for, the receipts at the end."""

from collections.abc import Sequence
from pathlib import Path

from kamusm_esign.cli.output import tell
from kamusm_esign.cli.result import Shown
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Document
from kamusm_esign.domain.receipt_file import write_receipt
from kamusm_esign.domain.receipts import SignatureReceipt

_ENDINGS = {"application/pdf": "pdf", "text/plain": "txt"}


def writable_folder(name: str) -> Path:
    """The folder, made if need be.

    Raises:
        FailedError: `DOCUMENTS_NOT_SAVED`.
    """
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FailedError.of(FailureCode.DOCUMENTS_NOT_SAVED) from error
    return folder


def save_document(folder: Path, number: int, document: Document, content: bytes) -> None:
    """Write a document as it will be signed.

    The name is made of our own and the session's letters: a title may hold anything.

    Raises:
        FailedError: `DOCUMENTS_NOT_SAVED`.
    """
    _write(folder / f"{number:02}-{document.id}.{_ENDINGS[document.media_type]}", content)


def save_receipts(folder: Path, receipts: Sequence[SignatureReceipt], shown: Shown) -> None:
    """Write each receipt as JSON and as PDF. What is signed is signed: trouble is only told."""
    from kamusm_esign.runtime.receipt_rows import receipt_rows
    from kamusm_esign.signing.receipt_pdf import receipt_pdf

    text = shown.catalogue.text
    try:
        for number, receipt in enumerate(receipts, 1):
            name = f"receipt-{number:02}-{receipt.document_id}"
            content = write_receipt(receipt, personal_data=shown.personal_data)
            _write(folder / f"{name}.json", content)
            rows = receipt_rows(receipt, text, personal_data=shown.personal_data)
            pdf = receipt_pdf(text("receipt.title"), rows, text("receipt.note"))
            _write(folder / f"{name}.pdf", pdf)
    except FailedError as error:
        tell(shown.catalogue.failure(error.failure).title)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise FailedError.of(FailureCode.DOCUMENTS_NOT_SAVED) from error
