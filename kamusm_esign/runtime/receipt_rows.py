"""What a printed receipt says, line by line."""

from collections.abc import Callable
from datetime import datetime

from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.receipts import SignatureReceipt

Row = tuple[str, str]
"""What it is, and what it says."""


def receipt_rows(
    receipt: SignatureReceipt, text: Callable[[str], str], *, personal_data: bool
) -> tuple[Row, ...]:
    """The rows of a receipt, for the screen and for paper.

    Args:
        receipt: what to say.
        text: a text of the catalogue with the area `receipt`, by its key.
        personal_data: whether holder and certificate serial stand whole.
    """
    holder, serial = receipt.holder, receipt.certificate_serial
    return (
        (text("receipt.document"), receipt.title),
        (text("receipt.document-sha256"), receipt.document_sha256),
        (text("receipt.signed-at"), _moment(receipt.signed_at)),
        (text("receipt.holder"), holder if personal_data else mask_name(holder)),
        (text("receipt.certificate"), serial if personal_data else mask_serial(serial)),
        (text("receipt.number"), receipt.receipt_no),
        (text("receipt.received-at"), _moment(receipt.received_at)),
        (text("receipt.portal"), receipt.portal),
        (text("receipt.signature-sha256"), receipt.signature_sha256),
    )


def _moment(moment: datetime) -> str:
    """A time in the person's own zone, with the zone beside it."""
    return moment.astimezone().strftime("%d.%m.%Y %H:%M:%S (UTC%z)")
