"""Signatures that exist and that the portal has not taken yet."""

from dataclasses import dataclass
from datetime import datetime

from kamusm_esign.domain.portal_session import Document, Receipt
from kamusm_esign.domain.receipts import SignatureReceipt


@dataclass(frozen=True, slots=True)
class KeptSignature:
    """What is known of one signature, beside its bytes."""

    number: int
    """Its place in the session's order of signing, from 1."""
    total: int
    """How many signatures the session wants."""
    document: Document
    signed_at: datetime
    """The signing time in the signature, UTC."""
    holder: str
    """Common name in the certificate. Personal data."""
    certificate_serial: str
    """Lower-case hex. Personal data."""
    stamped: bool
    """Whether nothing is missing: the time stamp is there, or the format wants none."""
    receipt: Receipt | None = None
    """None until the portal has taken it."""

    def receipt_for(self, portal: str) -> SignatureReceipt:
        """The portal's receipt with what it is about.

        Args:
            portal: base URL of the portal that gave it.

        Raises:
            ValueError: there is none yet.
        """
        if self.receipt is None:
            raise ValueError("no receipt yet")
        return SignatureReceipt(
            document_id=self.document.id,
            title=self.document.title,
            document_sha256=self.document.sha256,
            signature_sha256=self.receipt.signature_sha256,
            signed_at=self.signed_at,
            holder=self.holder,
            certificate_serial=self.certificate_serial,
            receipt_no=self.receipt.receipt_no,
            received_at=self.receipt.received_at,
            portal=portal,
        )
