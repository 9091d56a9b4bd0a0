"""Judges a certificate's path and revocation, with pyHanko's validator (RFC 5280)."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

TRUSTED, EXPIRED, NOT_YET, REVOKED, UNTRUSTED = (
    "trusted",
    "expired",
    "not-yet-valid",
    "revoked",
    "untrusted",
)


def judge(
    certificate: bytes,
    *,
    anchors: Iterable[bytes],
    others: Iterable[bytes],
    crls: Iterable[bytes],
    at: float,
) -> str:
    """What is to be thought of a certificate at a time.

    Args:
        certificate: DER, as are the next two.
        anchors: trusted by themselves.
        others: may stand between.
        crls: of every issuer on the way; a path without one is not trusted.
        at: seconds since 1970.
    """
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in anchors],
        other_certs=[x509.Certificate.load(der) for der in others],
        crls=list(crls),
        revocation_mode="hard-fail",
        retroactive_revinfo=True,  # a list of today tells of the session's end too
        moment=datetime.fromtimestamp(at, UTC),
        allow_fetching=False,
    )
    validator = CertificateValidator(x509.Certificate.load(certificate), validation_context=context)
    try:
        asyncio.run(validator.async_validate_path())
    except RevokedError:
        return REVOKED
    except ExpiredError:
        return EXPIRED
    except NotYetValidError:
        return NOT_YET
    except (PathBuildingError, ValidationError):
        return UNTRUSTED
    return TRUSTED
