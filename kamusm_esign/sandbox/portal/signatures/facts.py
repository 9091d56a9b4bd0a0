"""What every kind of signature comes down to, and how it is refused."""

from dataclasses import dataclass


class SignatureError(ValueError):
    """The signature does not stand; says why."""


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What a signature that stands says of itself. Times in seconds since 1970."""

    certificate: bytes
    """DER of the signer's."""
    certificate_sha256: str
    not_before: float
    not_after: float
    signing_time: float
    """The signer's own word for it."""
    enclosed: tuple[bytes, ...] = ()
    """Other certificates that came along."""
    stamped_at: float | None = None
    """When a time stamp proves that it existed."""
