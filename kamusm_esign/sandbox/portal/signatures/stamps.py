"""Judges a time stamp token (RFC 3161) with pyHanko."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from kamusm_esign.sandbox.portal.signatures.facts import SignatureError


def stamp_context(anchors: Iterable[bytes], at: float) -> ValidationContext:
    """Whom a time stamp may come from. The practice world's own server is never revoked."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in anchors],
        moment=datetime.fromtimestamp(at, UTC),
        allow_fetching=False,
    )


def check_stamp(token: Any, stamped: bytes, context: ValidationContext) -> float:
    """When a token says that `stamped` existed: seconds since 1970.

    Raises:
        SignatureError: the token does not stand.
    """
    if token["content_type"].native != "signed_data":
        raise SignatureError("The time stamp is not signed data.")
    found = asyncio.run(
        validate_tst_signed_data(
            token["content"], context, lambda name: hashlib.new(name, stamped).digest()
        )
    )
    if not (found.get("intact") and found.get("valid")):
        raise SignatureError("The time stamp is for something else.")
    if found.get("trust_problem_indic") is not None or found.get("validation_path") is None:
        raise SignatureError("The time stamp is by a server that is not trusted.")
    return float(found["timestamp"].timestamp())
