"""What is kept of a signature that the portal has taken."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignatureReceipt:
    """The portal's receipt for one signature, with what it is about. No secret."""

    document_id: str
    """The session's name for the document."""
    title: str
    """Of the document; plain text from the portal."""
    document_sha256: str
    signature_sha256: str
    signed_at: datetime
    """The signing time in the signature, UTC."""
    holder: str
    """Common name in the certificate. Personal data: shown and saved as the person chooses."""
    certificate_serial: str
    """The certificate's serial number, lower-case hex. Personal data."""
    receipt_no: str
    received_at: datetime
    """UTC, when the portal took it."""
    portal: str
    """Base URL of the portal."""
