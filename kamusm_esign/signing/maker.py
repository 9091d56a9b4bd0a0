"""Makes one signature and checks it; what `builder.py` does once everything is loaded."""

from dataclasses import dataclass
from datetime import UTC, datetime

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.ports import SigningCard
from kamusm_esign.signing.cades import sign_cades
from kamusm_esign.signing.card_signer import CardSigner
from kamusm_esign.signing.own_check import CheckError, Expected, Parts, check_signature
from kamusm_esign.signing.pades import sign_pades
from kamusm_esign.signing.pdf_hole import holes


@dataclass(frozen=True, slots=True)
class _Job:
    document: bytes
    form: SignatureFormat
    signer: CardSigner
    at: datetime

    @property
    def attached(self) -> bool:
        return self.form is SignatureFormat.CADES_BES_ATTACHED

    def expected(self, parts: Parts) -> Expected:
        return Expected(
            certificate=self.signer.certificate_der,
            digest_algorithm=self.signer.digest_algorithm,
            parts=parts,
            inside=self.document if self.attached else None,
            signing_time=None if self.form.in_pdf else self.at,
        )


def make_signature(
    document: bytes, form: SignatureFormat, card: SigningCard, at: datetime
) -> bytes:
    """See `ports.SignatureBuilder.sign`."""
    at = at.astimezone(UTC).replace(microsecond=0)
    job = _Job(document, form, CardSigner(card), at)
    if form.in_pdf:
        signature = sign_pades(document, job.signer, at, stamped=form.needs_time_stamp)
        check = _check_pdf
    else:
        signature = sign_cades(document, job.signer, at, attached=job.attached)
        check = _check_cms
    try:
        check(signature, job)
    # What does not even parse surfaces as whatever the parser hits first.
    except Exception as error:
        raw = str(error) if isinstance(error, CheckError) else type(error).__name__
        raise FailedError.of(FailureCode.SIGNATURE_NOT_VALID_HERE, raw=raw) from error
    return signature


def _check_cms(signature: bytes, job: _Job) -> None:
    check_signature(signature, job.expected((job.document,)))


def _check_pdf(signature: bytes, job: _Job) -> None:
    """The document is an untouched prefix, and all but the hole behind it is signed."""
    size = len(job.document)
    if memoryview(signature)[:size] != job.document:
        raise CheckError("prefix")
    hole = next(holes(signature), None)
    if hole is None or hole.start < size:
        raise CheckError("byte range")
    check_signature(hole.cms(signature), job.expected(hole.signed_parts(signature)))
