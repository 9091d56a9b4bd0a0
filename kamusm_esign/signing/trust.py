"""The trust folder: certificates that somebody has decided to trust, as files."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from kamusm_esign.signing.trust_files import read_certificates

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
    found = read_certificates(folder)
    roots = tuple(c for c in found if c.issuer == c.subject)
    return Trust(roots, tuple(c for c in found if c.issuer != c.subject))
