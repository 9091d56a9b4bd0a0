"""Judges a signed PDF or a CMS signature; what `verifier.py` does once everything is loaded."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import cms, core, pem
from pyhanko.sign.validation import async_validate_detached_cms, async_validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_self_reported_ts, extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import StandardCMSSignatureStatus

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.tokens import CertificateInfo
from kamusm_esign.domain.verification import (
    Checked,
    Finding,
    Point,
    Reason,
    VerifiedSignature,
)
from kamusm_esign.signing.findings import checks_of, stamped_at
from kamusm_esign.signing.pdf_rules import open_pdf
from kamusm_esign.signing.trust import ANY_SIGNER, Trust

Describe = Callable[[bytes], CertificateInfo]
"""Reads a certificate (DER)."""

_T = TypeVar("_T")


class Judge:
    """Signatures against one trust folder."""

    def __init__(self, trust: Trust | None, describe: Describe) -> None:
        """Without a trust folder no chain is checked."""
        self._trust = trust or Trust()
        self._with_roots = trust is not None
        self._describe = describe

    # ------------------------------------------------------------------------ PDF
    def judge_pdf(self, content: bytes) -> tuple[VerifiedSignature, ...]:
        """Every signature in a PDF, oldest first.

        Raises:
            FailedError: `NOTHING_TO_VERIFY`, `PDF_ENCRYPTED`.
        """
        try:
            found = list(open_pdf(content).embedded_regular_signatures)
        except FailedError:
            raise
        except Exception as error:  # whatever a hostile PDF makes the reader run into
            raise FailedError.of(FailureCode.NOTHING_TO_VERIFY) from error
        if not found:
            raise FailedError.of(FailureCode.NOTHING_TO_VERIFY)
        return tuple(self._in_pdf(signature) for signature in found)

    def _in_pdf(self, signature: EmbeddedPdfSignature) -> VerifiedSignature:
        def judge(moment: datetime | None, stamped: datetime | None) -> Any:
            return async_validate_pdf_signature(
                signature,
                self._trust.context(moment),
                self._trust.context(stamped),
                key_usage_settings=ANY_SIGNER,
            )

        said = _or_none(lambda: signature.self_reported_timestamp)
        return self._judged(_or_none(lambda: signature.signer_info), said, judge)

    # ------------------------------------------------------------------------ CMS
    def judge_cms(self, content: bytes, document: bytes | None) -> tuple[VerifiedSignature, ...]:
        """Every signature of a CMS; the document stands in it, or is given.

        Raises:
            FailedError: `NOTHING_TO_VERIFY`, `DOCUMENT_NEEDED`.
        """
        signed_data, inside = _signed_data(content)
        if inside is None and document is None:
            raise FailedError.of(FailureCode.DOCUMENT_NEEDED)
        over = document if document is not None else inside
        other = inside is not None and document is not None and inside != document
        signatures = tuple(self._in_cms(one, over or b"") for one in _one_by_one(signed_data))
        return tuple(_of_another(s) for s in signatures) if other else signatures

    def _in_cms(self, signed_data: cms.SignedData, document: bytes) -> VerifiedSignature:
        def judge(moment: datetime | None, stamped: datetime | None) -> Any:
            return async_validate_detached_cms(
                document,
                signed_data,
                self._trust.context(moment),
                self._trust.context(stamped),
                key_usage_settings=ANY_SIGNER,
            )

        return self._judged(signed_data["signer_infos"][0], None, judge)

    # ------------------------------------------------------------------------ both
    def _judged(
        self,
        signer: cms.SignerInfo | None,
        said: datetime | None,
        judge: Callable[[datetime | None, datetime | None], Awaitable[StandardCMSSignatureStatus]],
    ) -> VerifiedSignature:
        """Judge as of when it was signed: by a time stamp, else as the signer says, else now."""
        signed_at = said or _or_none(lambda: signer and extract_self_reported_ts(signer))
        stamped = _or_none(lambda: signer and _first_stamp(signer))
        try:
            status = asyncio.run(_awaited(judge(stamped or signed_at, stamped)))
            signer_der = status.signing_cert.dump()
        except Exception:  # a hostile signature surfaces as whatever the library hits first
            bad = Checked(Point.SIGNATURE, Finding.BAD, Reason.MALFORMED)
            return VerifiedSignature(None, signed_at, None, (bad,))
        return VerifiedSignature(
            signer=_or_none(lambda: self._describe(signer_der)),
            signed_at=signed_at,
            stamped_at=stamped_at(status),
            checks=checks_of(status, with_roots=self._with_roots),
        )


async def _awaited(status: Awaitable[_T]) -> _T:
    return await status


def _or_none(read: Callable[[], _T | None]) -> _T | None:
    """What stands in a signature may be anything: what cannot be read is not there."""
    try:
        return read()
    except Exception:
        return None


def _first_stamp(signer: cms.SignerInfo) -> datetime | None:
    for token in extract_tst_data_iter(signer, signed=False):
        moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
        return moment
    return None


def _signed_data(content: bytes) -> tuple[cms.SignedData, bytes | None]:
    """The signed data without its content, and the content."""
    try:
        if pem.detect(content):
            _, _, content = pem.unarmor(content)
        content_info = cms.ContentInfo.load(content, strict=True)
        if content_info["content_type"].native != "signed_data":
            raise ValueError("other content")
        signed_data = content_info["content"]
        encapsulated = signed_data["encap_content_info"]
        inside = encapsulated["content"]
        found = None if isinstance(inside, core.Void) else bytes(inside)
        signed_data["encap_content_info"] = {"content_type": encapsulated["content_type"].native}
        if not signed_data["signer_infos"]:
            raise ValueError("no signer")
    except (ValueError, LookupError, TypeError) as error:
        raise FailedError.of(FailureCode.NOTHING_TO_VERIFY) from error
    return signed_data, found


def _one_by_one(signed_data: cms.SignedData) -> Iterator[cms.SignedData]:
    """The library judges signed data with one signer."""
    for signer in list(signed_data["signer_infos"]):
        one = signed_data.copy()
        one["signer_infos"] = [signer]
        yield one


def _of_another(signature: VerifiedSignature) -> VerifiedSignature:
    """The document that was given is not the one that stands in the CMS."""
    changed = Checked(Point.DOCUMENT, Finding.BAD, Reason.CHANGED)
    others = tuple(c for c in signature.checks if c.point is not Point.DOCUMENT)
    return VerifiedSignature(
        signature.signer, signature.signed_at, signature.stamped_at, (changed, *others)
    )
