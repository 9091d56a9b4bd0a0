"""Verifying: what stands, what does not and why, what was not checked."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from pyhanko.sign.fields import MDPPerm

from kamusm_esign.card.certificates import parse_certificate
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.receipt_file import write_receipt
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.domain.verification import (
    FileKind,
    Finding,
    Point,
    Reason,
    Verdict,
    VerifiedFile,
)
from kamusm_esign.signing.pdf_hole import holes
from kamusm_esign.signing.verifier import FileVerifier
from tests.equipment.outside import signer_info
from tests.equipment.test_ca import TestCa
from tests.equipment.tsa import StampServer
from tests.signing import pdfs
from tests.signing.conftest import AT, CADES, PADES, PDF, TEXT, Signed, builder
from tests.signing.software_card import SoftwareCard
from tests.signing.test_signatures import flipped

F = SignatureFormat
GOOD, BAD, NOT = Finding.GOOD, Finding.BAD, Finding.NOT_CHECKED


def verify(
    content: bytes, document: bytes | None = None, *, trust: Path | None = None
) -> VerifiedFile:
    verifier = FileVerifier(trust, lambda der: parse_certificate(der, has_private_key=False))
    return verifier.verify(content, document)


def trust_in(folder: Path, *certificates: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for number, der in enumerate(certificates):
        (folder / f"{number}.der").write_bytes(der)
    return folder


def findings(found: VerifiedFile, number: int = 0) -> dict[Point, tuple[Finding, Reason]]:
    checks = found.signatures[number].checks if found.signatures else found.checks
    return {check.point: (check.finding, check.reason) for check in checks}


def beside(form: F) -> bytes | None:
    """The document that has to be given along."""
    return TEXT if form in (F.CADES_BES_DETACHED, F.CADES_T_DETACHED) else None


@pytest.mark.parametrize("form", F)
def test_our_own_signatures_stand(signed: Signed, form: F, tmp_path: Path) -> None:
    trust = trust_in(tmp_path / "trust", *signed.chain)
    found = verify(signed.signatures[form], beside(form), trust=trust)
    assert found.kind is (FileKind.SIGNED_PDF if form.in_pdf else FileKind.SIGNATURE)
    (signature,) = found.signatures
    assert (found.verdict, signature.signed_at, signature.stamped_at) == (Verdict.TRUSTED, AT, None)
    assert signature.signer is not None
    assert signature.signer.kind is CertificateKind.NES
    judged = findings(found)
    assert judged.pop(Point.TIME) == (NOT, Reason.NO_TIME_STAMP)
    assert judged.pop(Point.REVOCATION) == (NOT, Reason.OFFLINE)
    assert set(judged.values()) == {(GOOD, Reason.NONE)}


@pytest.mark.parametrize("form", F)
def test_without_a_trust_folder_the_chain_is_not_checked(signed: Signed, form: F) -> None:
    found = verify(signed.signatures[form], beside(form))
    assert found.verdict is Verdict.INTACT
    assert findings(found)[Point.CHAIN] == (NOT, Reason.NO_TRUST_FOLDER)


@pytest.mark.parametrize("form", F)
def test_a_changed_byte_is_seen(signed: Signed, form: F, tmp_path: Path) -> None:
    trust = trust_in(tmp_path / "trust", *signed.chain)
    signature, document = signed.signatures[form], beside(form)
    if document is not None:
        document = flipped(document, b"Onay")
    else:
        signature = flipped(signature, b"(\xddkinci" if form.in_pdf else b"Onay")
    found = verify(signature, document, trust=trust)
    assert found.verdict is Verdict.BROKEN
    assert findings(found)[Point.DOCUMENT] == (BAD, Reason.CHANGED)


def test_a_changed_signature_is_seen(signed: Signed) -> None:
    signature = signed.signatures[F.CADES_BES_DETACHED]
    value = signer_info(signature)["signature"].native
    found = verify(flipped(signature, value[8:30]), TEXT)
    assert found.verdict is Verdict.BROKEN
    assert findings(found)[Point.SIGNATURE] == (BAD, Reason.NOT_BY_CERTIFICATE)


@pytest.mark.parametrize("form", [F.CADES_T_DETACHED, F.PADES_B_T])
@pytest.mark.parametrize("known", [True, False])
def test_a_time_stamp(
    signed: Signed, stamps: StampServer, tmp_path: Path, form: F, known: bool
) -> None:
    stamped = builder(stamps.url).time_stamp(signed.signatures[form], form)
    authorities = [*signed.chain, stamps.root_der] if known else [*signed.chain]
    found = verify(stamped, beside(form), trust=trust_in(tmp_path / "trust", *authorities))
    assert found.verdict is Verdict.TRUSTED
    assert found.signatures[0].stamped_at is not None
    assert found.signatures[0].signed_at == AT
    expected = (GOOD, Reason.NONE) if known else (NOT, Reason.STAMP_AUTHORITY_UNKNOWN)
    assert findings(found)[Point.TIME] == expected


def test_a_stamp_of_another_signature(signed: Signed, stamps: StampServer) -> None:
    form = F.CADES_T_DETACHED
    stamped = builder(stamps.url).time_stamp(signed.signatures[form], form)
    value = signer_info(stamped)["signature"].native
    judged = findings(verify(flipped(stamped, value[8:30]), TEXT))
    assert judged[Point.TIME] == (BAD, Reason.STAMP_BROKEN)


# ---------------------------------------------------------------------------- the certificate
NOW = datetime.now(UTC)
CA = TestCa()


def signed_by(kind: str, at: datetime, **sort: Any) -> bytes:
    issued = CA.issue(kind, "p256", **sort)
    return builder().sign(TEXT, F.CADES_BES_DETACHED, SoftwareCard(issued), at)


def test_a_mali_muhur_stands(tmp_path: Path) -> None:
    issuer = CA.sandbox_ca.issuer_of(CertificateKind.MALI_MUHUR)
    authorities = (issuer.parts.certificate_der, CA.sandbox_ca.chain_der[1])
    found = verify(signed_by("mali-muhur", NOW), TEXT, trust=trust_in(tmp_path, *authorities))
    assert found.verdict is Verdict.TRUSTED
    assert found.signatures[0].signer is not None
    assert found.signatures[0].signer.kind is CertificateKind.MALI_MUHUR


@pytest.mark.parametrize(
    ("year", "reason"),
    [(2029, Reason.NOT_VALID_THEN), (2031, Reason.NONE), (2033, Reason.NOT_VALID_THEN)],
)
def test_the_certificate_has_to_be_valid_when_it_signs(
    year: int, reason: Reason, tmp_path: Path
) -> None:
    life = {
        "not_before": datetime(2030, 1, 1, tzinfo=UTC),
        "not_after": datetime(2032, 1, 1, tzinfo=UTC),
    }
    signature = signed_by("nes", datetime(year, 6, 1, tzinfo=UTC), **life)
    trust = trust_in(tmp_path / "trust", *CA.sandbox_ca.chain_der)
    found = verify(signature, TEXT, trust=trust)
    assert findings(found)[Point.CHAIN] == (BAD if reason is not Reason.NONE else GOOD, reason)
    assert found.verdict is (Verdict.BROKEN if reason is not Reason.NONE else Verdict.TRUSTED)


@pytest.mark.parametrize("given", ["nothing", "another root", "no certificate", "issuer alone"])
def test_an_authority_that_is_not_known(given: str, tmp_path: Path) -> None:
    authorities = {
        "nothing": [],
        "another root": [TestCa().sandbox_ca.chain_der[1]],
        "no certificate": [b"no certificate"],
        "issuer alone": [CA.sandbox_ca.chain_der[0]],
    }[given]
    trust = trust_in(tmp_path / "trust", *authorities)
    found = verify(signed_by("nes", NOW), TEXT, trust=trust)
    assert findings(found)[Point.CHAIN] == (BAD, Reason.UNKNOWN_AUTHORITY)
    assert found.verdict is Verdict.BROKEN


def test_a_trust_folder_of_pem_files(tmp_path: Path) -> None:
    both = b"".join(pem.armor("CERTIFICATE", der) for der in CA.sandbox_ca.chain_der)
    (tmp_path / "both.pem").write_bytes(both)
    (tmp_path / "readme.txt").write_text("roots")
    assert verify(signed_by("nes", NOW), TEXT, trust=tmp_path).verdict is Verdict.TRUSTED


# ---------------------------------------------------------------------------- PDFs
def test_two_signatures_in_a_pdf(tmp_path: Path) -> None:
    first = pdfs.signed_before(CA.issue("e-muhur", "p256"), certify=MDPPerm.FILL_FORMS)
    second = builder().sign(first, F.PADES_B_B, SoftwareCard(CA.issue("nes", "p256")), NOW)
    trust = trust_in(tmp_path / "trust", *CA.sandbox_ca.chain_der)
    found = verify(second, trust=trust)
    assert found.verdict is Verdict.TRUSTED
    kinds = [s.signer.kind for s in found.signatures if s.signer]
    assert kinds == [CertificateKind.E_MUHUR, CertificateKind.NES]
    assert findings(found, 0)[Point.WHOLE_FILE] == (GOOD, Reason.ADDED_LATER)
    assert findings(found, 1)[Point.WHOLE_FILE] == (GOOD, Reason.NONE)


def test_a_pdf_that_was_changed_later() -> None:
    found = verify(pdfs.changed_later(pdfs.signed_before(CA.issue("nes", "p256"))))
    assert found.verdict is Verdict.BROKEN
    assert findings(found)[Point.WHOLE_FILE] == (BAD, Reason.NOT_ALLOWED_LATER)


# ---------------------------------------------------------------------------- CMS
def test_the_document_beside_an_attached_signature(signed: Signed) -> None:
    attached = signed.signatures[F.CADES_BES_ATTACHED]
    assert verify(attached, TEXT).verdict is Verdict.INTACT
    other = verify(attached, TEXT + b"!")
    assert other.verdict is Verdict.BROKEN
    assert findings(other)[Point.DOCUMENT] == (BAD, Reason.CHANGED)


@pytest.mark.parametrize("document", [PDF, b"%PDF-1.7 short"], ids=["long", "short"])
def test_a_signature_around_a_pdf_is_a_signature(document: bytes) -> None:
    card = SoftwareCard(TestCa().issue("nes", "p256", not_after=datetime(2035, 1, 1, tzinfo=UTC)))
    around = builder().sign(document, F.CADES_BES_ATTACHED, card, AT)
    found = verify(around)
    assert found.kind is FileKind.SIGNATURE
    assert found.verdict is Verdict.INTACT


def test_a_signature_in_pem(signed: Signed) -> None:
    text = pem.armor("PKCS7", signed.signatures[F.CADES_BES_DETACHED])
    assert verify(text, TEXT).verdict is Verdict.INTACT


NOTHING: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: TEXT,
    "a PDF without a signature": lambda: PDF,
    "a broken PDF": lambda: PDF[: len(PDF) // 2],
    "a certificate": lambda: CA.sandbox_ca.chain_der[0],
    "JSON": lambda: b'{"format": "other"}',
    "DER": lambda: b"0\x03\x02\x01\x00",
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_has_no_signature(name: str) -> None:
    with pytest.raises(FailedError) as refused:
        verify(NOTHING[name](), TEXT)
    assert refused.value.failure.code is FailureCode.NOTHING_TO_VERIFY


def test_a_detached_signature_needs_its_document(signed: Signed) -> None:
    with pytest.raises(FailedError) as refused:
        verify(signed.signatures[F.CADES_BES_DETACHED])
    assert refused.value.failure.code is FailureCode.DOCUMENT_NEEDED


def test_a_trust_folder_that_is_not_there(signed: Signed, tmp_path: Path) -> None:
    with pytest.raises(FailedError) as refused:
        verify(signed.signatures[F.PADES_B_B], trust=tmp_path / "nowhere")
    assert refused.value.failure.code is FailureCode.TRUST_FOLDER_NOT_READABLE


@pytest.mark.parametrize("form", CADES)
def test_a_damaged_signature_never_crashes_it(signed: Signed, form: F) -> None:
    whole = signed.signatures[form]
    for at in range(7, len(whole), max(1, len(whole) // 60)):
        with suppress(FailedError):
            verify(damaged(whole, at), beside(form))


@pytest.mark.parametrize("form", PADES)
def test_a_signed_pdf_with_a_damaged_byte_never_stands(signed: Signed, form: F) -> None:
    whole = signed.signatures[form]
    (hole,) = holes(whole)
    covered = [*range(hole.start), *range(hole.end, len(whole))]
    for at in covered[:: len(covered) // 40]:
        with suppress(FailedError):
            assert verify(damaged(whole, at)).verdict is Verdict.BROKEN
    for at in range(hole.start + 1, hole.start + 2000, 100):  # the signature itself
        with suppress(FailedError):
            verify(damaged(whole, at))


def damaged(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]


# ---------------------------------------------------------------------------- receipts
RECEIPT = SignatureReceipt(
    document_id="d1",
    title="Beyan",
    document_sha256="",
    signature_sha256="",
    signed_at=AT,
    holder="AYŞE IŞIK",
    certificate_serial="0123abcd",
    receipt_no="2031-1",
    received_at=AT,
    portal="https://portal.example/api/v1",
)


def test_a_receipt(signed: Signed) -> None:
    signature = signed.signatures[F.CADES_BES_DETACHED]
    receipt = replace(
        RECEIPT,
        document_sha256=hashlib.sha256(TEXT).hexdigest(),
        signature_sha256=hashlib.sha256(signature).hexdigest(),
    )
    content = write_receipt(receipt, personal_data=True)
    for fits in (TEXT, signature):
        found = verify(content, fits)
        assert (found.kind, found.verdict, found.receipt) == (
            FileKind.RECEIPT,
            Verdict.INTACT,
            receipt,
        )
    assert findings(found)[Point.RECEIPT] == (NOT, Reason.NOT_SIGNED_BY_PORTAL)
    assert verify(content, TEXT + b"!").verdict is Verdict.BROKEN
    assert verify(content).verdict is Verdict.UNDECIDED
