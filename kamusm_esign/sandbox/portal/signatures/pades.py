"""Validates one PAdES baseline signature (ETSI EN 319 142-1), with pyHanko."""

import asyncio
import hashlib
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.policy_api import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from kamusm_esign.sandbox.portal.signatures.facts import SignatureError, SignatureFacts

_STRONG = ("sha256", "sha384", "sha512")
_USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
"""A Mali Mühür certificate has digitalSignature only."""


def _one_signature_more() -> StandardDiffPolicy:
    """What may differ after a first signature was added to a form without any."""
    form = DEFAULT_DIFF_POLICY.form_rule
    rules = [] if form is None else form.field_rules
    more = FormUpdatingRule(rules, ignored_acroform_keys={"/Fields", "/SigFlags"})
    return StandardDiffPolicy(DEFAULT_DIFF_POLICY.global_rules, more)


_POLICY = _one_signature_more()


def check_pades(
    signed: bytes, document: bytes, *, stamp_context: ValidationContext | None
) -> SignatureFacts:
    """Check a signed PDF against the document that was to be signed.

    The certificate's path is not judged here (`chain.py`).

    Args:
        stamp_context: whom the time stamp must come from; None: no stamp is asked for.

    Raises:
        SignatureError: it does not stand.
    """
    try:
        return _check(signed, document, stamp_context)
    except SignatureError:
        raise
    except Exception as error:
        # A PDF can be wrong in more ways than pyHanko has errors for.
        raise SignatureError(f"The PDF cannot be read ({type(error).__name__}).") from None


def _check(
    signed: bytes, document: bytes, stamp_context: ValidationContext | None
) -> SignatureFacts:
    if not signed.startswith(document):
        raise SignatureError("The PDF is not the document with a signature added.")
    reader = PdfFileReader(BytesIO(signed))
    signatures = list(reader.embedded_signatures)
    if len(signatures) != 1:
        raise SignatureError("There is not exactly one signature.")
    embedded = signatures[0]
    if embedded.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        raise SignatureError("The signature is not of PAdES' kind.")
    signer = embedded.signer_cert
    # The signer is an anchor here: the path is for `chain.py` to judge.
    status = asyncio.run(
        async_validate_pdf_signature(
            embedded,
            signer_validation_context=ValidationContext(trust_roots=[signer]),
            ts_validation_context=stamp_context,
            key_usage_settings=_USAGE,
            skip_diff=True,
        )
    )
    if not (status.intact and status.valid):
        raise SignatureError("The signature is not by this certificate, or for another document.")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise SignatureError("The signature does not cover the whole file.")
    if status.md_algorithm not in _STRONG:
        raise SignatureError("The digest is weaker than SHA-256.")
    _check_what_was_added(reader, document)
    _check_attributes(embedded, signer)
    return _facts(embedded, signer, _stamped_at(status, stamp_context))


def _check_what_was_added(reader: PdfFileReader, document: bytes) -> None:
    """The signature and nothing else: no page may look otherwise than before."""
    revisions = PdfFileReader(BytesIO(document)).xrefs.total_revisions
    result = _POLICY.review_file(reader, revisions - 1)
    if isinstance(result, SuspiciousModification):
        raise SignatureError("More than the signature was added to the document.")
    if result.modification_level > ModificationLevel.FORM_FILLING:
        raise SignatureError("More than the signature was added to the document.")


def _check_attributes(embedded: EmbeddedPdfSignature, signer: x509.Certificate) -> None:
    found = {a["type"].native: a for a in embedded.signer_info["signed_attrs"]}
    for name in ("content_type", "message_digest", "signing_certificate_v2"):
        if name not in found:
            raise SignatureError(f"A mandatory signed attribute is missing: {name}.")
    if "signature_policy_identifier" in found:
        raise SignatureError("A policy is named, which BES forbids.")
    bound = found["signing_certificate_v2"]["values"][0]["certs"][0]
    digest = hashlib.new(bound["hash_algorithm"]["algorithm"].native, signer.dump()).digest()
    if digest != bound["cert_hash"].native:
        raise SignatureError("signing-certificate-v2 binds another certificate.")
    if "/M" not in embedded.sig_object:
        raise SignatureError("The signing time /M is missing.")


def _stamped_at(status: Any, context: ValidationContext | None) -> float | None:
    if context is None:
        return None
    stamp = status.timestamp_validity
    if stamp is None:
        raise SignatureError("The time stamp is missing.")
    if not (stamp.intact and stamp.valid and stamp.trusted):
        raise SignatureError("The time stamp is by a server that is not trusted.")
    return float(stamp.timestamp.timestamp())


def _facts(
    embedded: EmbeddedPdfSignature, signer: x509.Certificate, stamped_at: float | None
) -> SignatureFacts:
    time = embedded.self_reported_timestamp
    if time is None or time.tzinfo is None:
        raise SignatureError("The signing time /M has no time zone.")
    validity = signer["tbs_certificate"]["validity"]
    return SignatureFacts(
        certificate=signer.dump(),
        certificate_sha256=hashlib.sha256(signer.dump()).hexdigest(),
        not_before=validity["not_before"].native.timestamp(),
        not_after=validity["not_after"].native.timestamp(),
        signing_time=time.timestamp(),
        enclosed=tuple(c.dump() for c in embedded.other_embedded_certs),
        stamped_at=stamped_at,
    )
