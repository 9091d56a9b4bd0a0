"""What a card's objects are to us, without the driver that told of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardCertificate:
    """One certificate object."""

    der: bytes
    id: bytes
    """CKA_ID, b"" where it has none."""


@dataclass(frozen=True, slots=True)
class CardKey:
    """What identifies one key object."""

    id: bytes
    """CKA_ID, b"" where it has none."""
    fragment: bytes
    """Bytes that only its SubjectPublicKeyInfo contains; b"" where the object tells none."""

    def belongs_to(self, certificate: CardCertificate, public_key: bytes) -> bool:
        """By CKA_ID, else by public key; never by label."""
        if self.id and self.id == certificate.id:
            return True
        return bool(self.fragment) and self.fragment in public_key


def lenient_text(raw: bytes) -> str:
    """A padded field as text: UTF-8, else Windows' Turkish code page."""
    trimmed = raw.rstrip(b" \0")
    try:
        return trimmed.decode("utf-8")
    except UnicodeDecodeError:
        return trimmed.decode("cp1254", errors="replace")
