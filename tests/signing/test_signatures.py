"""Signatures that programs we did not write accept; and none of them a changed one."""

from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.sign.validation.status import SignatureCoverageLevel

from kamusm_esign.domain.portal_session import SignatureFormat
from tests.equipment.outside import (
    attribute,
    openssl_accepts,
    pdfsig,
    pdfsig_accepts,
    pyhanko_status,
    signer_info,
)
from tests.signing.conftest import AT, CADES, PADES, PDF, TEXT, Signed

ATTACHED = SignatureFormat.CADES_BES_ATTACHED
P1 = {"content_type", "message_digest", "signing_time", "signing_certificate_v2"}
"""BTK profile P1: all of these and no signature-policy-identifier."""


def flipped(data: bytes, needle: bytes) -> bytes:
    """One byte changed, where `needle` begins."""
    at = data.index(needle)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_one_login_and_one_signature_for_each_document(signed: Signed) -> None:
    assert signed.calls.count("C_Login(USER)") == 1
    assert signed.calls.count("C_SignInit") == len(signed.signatures) == len(SignatureFormat)


@pytest.mark.parametrize("form", CADES)
def test_openssl_accepts_every_cades_and_no_changed_document(
    signed: Signed, form: SignatureFormat, tmp_path: Path
) -> None:
    signature = signed.signatures[form]
    detached = None if form is ATTACHED else TEXT
    assert openssl_accepts(tmp_path, signature, detached, signed.chain)
    if form is ATTACHED:
        assert (tmp_path / "out").read_bytes() == TEXT
        assert not openssl_accepts(tmp_path, flipped(signature, TEXT), None, signed.chain)
    else:
        changed = flipped(TEXT, b"Onay")
        assert not openssl_accepts(tmp_path, signature, changed, signed.chain)
    assert not openssl_accepts(
        tmp_path,
        flipped(signature, signer_info(signature)["signature"].native[4:20]),
        detached,
        signed.chain,
    )


@pytest.mark.parametrize("form", CADES)
def test_cades_says_what_profile_p1_wants_and_no_more(
    signed: Signed, form: SignatureFormat
) -> None:
    signer = signer_info(signed.signatures[form])
    attributes = signer["signed_attrs"]
    assert {a["type"].native for a in attributes} == P1
    assert not isinstance(signer["unsigned_attrs"], cms.CMSAttributes)
    signing_time = attribute(attributes, "signing_time")
    assert isinstance(signing_time, cms.Time)
    assert signing_time.native == AT
    assert signing_time.name == "utc_time"


def test_the_digest_fits_the_key(signed: Signed) -> None:
    for form in CADES:
        signer = signer_info(signed.signatures[form])
        pair = (
            signer["digest_algorithm"]["algorithm"].native,
            signer["signature_algorithm"]["algorithm"].native,
        )
        assert pair in {("sha256", "sha256_rsa"), ("sha384", "sha384_ecdsa")}


@pytest.mark.parametrize("form", PADES)
def test_pyhanko_and_pdfsig_accept_every_pades_and_no_changed_file(
    signed: Signed, form: SignatureFormat, tmp_path: Path
) -> None:
    pdf = signed.signatures[form]
    status = pyhanko_status(pdf, [signed.chain[1]], [signed.chain[0]])
    assert (status.trusted, status.intact, status.valid) == (True, True, True)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == AT
    assert pdfsig_accepts(pdfsig(tmp_path, pdf))
    changed = flipped(pdf, b"(\xddkinci")
    assert not pyhanko_status(changed, [signed.chain[1]], [signed.chain[0]]).intact
    assert not pdfsig_accepts(pdfsig(tmp_path, changed))


@pytest.mark.parametrize("form", PADES)
def test_pades_is_an_update_with_the_time_in_the_dictionary_alone(
    signed: Signed, form: SignatureFormat
) -> None:
    pdf = signed.signatures[form]
    assert pdf.startswith(PDF)
    update = pdf[len(PDF) :]
    assert b"/SubFilter /ETSI.CAdES.detached" in update
    assert b"20310304050607Z)" in update
    hole = pdf[pdf.index(b"/Contents <", len(PDF)) + 11 :]
    signature = bytes.fromhex(hole[: hole.index(b">")].decode())
    attributes = signer_info(signature)["signed_attrs"]
    assert {a["type"].native for a in attributes} == P1 - {"signing_time"}
