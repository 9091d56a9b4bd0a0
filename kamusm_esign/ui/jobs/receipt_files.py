"""Receipts as files, one for each signature."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kamusm_esign.domain.receipt_file import write_receipt
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.runtime.receipt_rows import receipt_rows
from kamusm_esign.ui.jobs.job import ReceiptPdf
from kamusm_esign.ui.presenter.intents import SaveReceipts
from kamusm_esign.ui.presenter.words import Words


def receipt_files(
    receipts: Sequence[SignatureReceipt],
    wanted: SaveReceipts,
    words: Words,
    pdf: ReceiptPdf,
    *,
    personal_data: bool,
) -> dict[Path, Callable[[], bytes]]:
    """What is to be written where; the first one where the person said, the others beside it.

    Args:
        receipts: what the portal gave.
        wanted: where to, and whether JSON or PDF.
        words: the texts, for paper.
        pdf: makes the page.
        personal_data: whether holder and certificate serial stand whole.
    """

    def made(receipt: SignatureReceipt) -> Callable[[], bytes]:
        if wanted.form == "json":
            return lambda: write_receipt(receipt, personal_data=personal_data)
        rows = receipt_rows(receipt, words, personal_data=personal_data)
        return lambda: pdf(words("receipt.title"), rows, words("receipt.note"))

    first = Path(wanted.path)
    files = {}
    for number, receipt in enumerate(receipts, 1):
        name = f"{first.stem}-{number}{first.suffix}" if number > 1 else first.name
        files[first.with_name(name)] = made(receipt)
    return files
