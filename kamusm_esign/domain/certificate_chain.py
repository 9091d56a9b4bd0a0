"""Who issued a certificate, up to a root, as far as this computer can tell without a network."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class ChainEnd(Enum):
    """Why a chain goes no further; from the best to the worst."""

    COMPLETE = "complete"
    """It leads to a root of the trust folder, and everything in it is valid now."""
    NO_ISSUER = "no-issuer"
    """The next issuer's certificate is not on this computer: no fault of the card."""
    FOLDER_NOT_READABLE = "folder-not-readable"
    SELF_SIGNED = "self-signed"
    """The certificate itself was issued by nobody else, and is not in the trust folder."""
    ISSUER_NOT_BEGUN = "issuer-not-begun"
    ISSUER_EXPIRED = "issuer-expired"
    NOT_CHECKED = "not-checked"
    """A certificate, or the way it was signed, is none that this program can check."""
    NOT_ALLOWED = "not-allowed"
    """It was signed with a certificate that may not issue others."""
    WRONG_SIGNATURE = "wrong-signature"
    """The issuer of that name is here, and its key did not make the signature."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One issuer of a chain."""

    name: str
    """Common name, else organisation; "" where it has neither."""
    not_before: datetime
    """UTC, to the second."""
    not_after: datetime
    """UTC, the last second in which it is valid."""


@dataclass(frozen=True, slots=True)
class CertificateChain:
    """The issuers of one certificate, the nearest first; each signature in it was verified."""

    issuer: str
    """Name of who issued the certificate; "" where it cannot be read."""
    issuers: tuple[ChainLink, ...]
    end: ChainEnd
    concerns: str = ""
    """Name of the issuer that `end` is about; "" where it is about none."""
