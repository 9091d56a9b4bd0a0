"""The trust folder: certificates that somebody has decided to trust, as files."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

_ENDINGS = frozenset((".pem", ".crt", ".cer", ".der"))
_LARGEST_FILE = 1 << 20
_MOST_FILES = 1000

ANY_SIGNER = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
"""A Mali Mühür has digitalSignature only."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a chain may end with, and what may stand between."""

    roots: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()

    def context(self, moment: datetime | None) -> ValidationContext:
        """For one judgement, offline, as of a moment; None is now."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=list(self.others),
            moment=moment,
            allow_fetching=False,
        )


def read_trust(folder: Path) -> Trust:
    """Read every certificate in a folder; what is none is passed over.

    A certificate that names itself as its issuer is a root.

    Raises:
        OSError: the folder cannot be read.
    """
    found: list[x509.Certificate] = []
    for path in sorted(folder.iterdir())[:_MOST_FILES]:
        if path.suffix in _ENDINGS and path.stat().st_size <= _LARGEST_FILE:
            found += _certificates(path.read_bytes())
    roots = tuple(c for c in found if c.issuer == c.subject)
    return Trust(roots, tuple(c for c in found if c.issuer != c.subject))


def _certificates(content: bytes) -> list[x509.Certificate]:
    try:
        if not pem.detect(content):
            return [_certificate(content)]
        blocks = pem.unarmor(content, multiple=True)
        return [_certificate(der) for kind, _, der in blocks if kind == "CERTIFICATE"]
    except (ValueError, TypeError):
        return []


def _certificate(der: bytes) -> x509.Certificate:
    certificate = x509.Certificate.load(der, strict=True)
    certificate.issuer.dump()  # asn1crypto reads when it is asked
    certificate.public_key.dump()
    return certificate
