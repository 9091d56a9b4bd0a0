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
    """What is to be written where: the first one where the person said, the others beside it.

    The person has agreed to replace the first file; beside it nothing is replaced.

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
    files = {first: made(receipts[0])} if receipts else {}
    number = 1
    for receipt in receipts[1:]:
        number += 1
        while (path := first.with_name(f"{first.stem}-{number}{first.suffix}")).exists():
            number += 1
        files[path] = made(receipt)
    return files
