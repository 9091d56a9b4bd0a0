"""What the builder refuses, and what it lets nobody have."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.signing.own_check import CheckError, Expected, check_signature
from tests.equipment.test_ca import TestCa
from tests.sandbox.portal.cms_maker import policy_attribute
from tests.signing.conftest import AT, TEXT, builder, document_of
from tests.signing.software_card import SoftwareCard

CA = TestCa()
NES, OTHER = CA.issue("nes", "p256"), CA.issue("nes", "p256")
BES = SignatureFormat.CADES_BES_DETACHED
CODE = FailureCode


def failure_of(card: SoftwareCard, form: SignatureFormat = BES) -> FailureCode:
    with pytest.raises(FailedError) as refused:
        builder().sign(document_of(form), form, card, AT)
    return refused.value.failure.code


@pytest.mark.parametrize("form", SignatureFormat)
def test_a_certificate_that_is_not_the_keys_is_noticed(form: SignatureFormat) -> None:
    card = SoftwareCard(NES)
    card.shown = OTHER.certificate_der
    assert failure_of(card, form) is CODE.SIGNATURE_NOT_VALID_HERE
    assert card.asked == 1


@pytest.mark.parametrize("form", SignatureFormat)
@pytest.mark.parametrize("code", [CODE.CARD_REMOVED, CODE.SIGNATURE_REFUSED_BY_CARD])
def test_what_the_card_says_is_what_is_told(form: SignatureFormat, code: FailureCode) -> None:
    card = SoftwareCard(NES, failure=FailedError.of(code))
    assert failure_of(card, form) is code
    assert card.asked == 1


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP521R1())],
    ids=["rsa1024", "p521"],
)
def test_a_key_of_another_kind_is_not_used(key: ec.EllipticCurvePrivateKey) -> None:
    card = SoftwareCard(CA.sandbox_ca.issue(CertificateKind.NES, key))
    assert failure_of(card) is CODE.SIGNING_KEY_UNSUPPORTED
    assert card.asked == 0


def test_what_is_no_certificate_is_not_used() -> None:
    card = SoftwareCard(NES)
    card.shown = b"0\x03\x02\x01\x00"
    assert failure_of(card) is CODE.SIGNING_KEY_UNSUPPORTED
    assert card.asked == 0


@pytest.mark.parametrize("form", SignatureFormat)
def test_a_mali_muhur_signs_too(form: SignatureFormat) -> None:
    seal = CA.issue("mali-muhur", "rsa2048")
    assert builder().sign(document_of(form), form, SoftwareCard(seal), AT)


# ---------------------------------------------------------------------------- the own check
def expected(**changes: object) -> Expected:
    right = Expected(NES.certificate_der, "sha256", (TEXT,), None, AT)
    return replace(right, **changes)  # type: ignore[arg-type]


def changed(change: Callable[[Any], None]) -> bytes:
    """A right signature with one change in it."""
    content_info = cms.ContentInfo.load(builder().sign(TEXT, BES, SoftwareCard(NES), AT))
    change(content_info["content"])
    return bytes(content_info.dump())


def policy_named(signed_data: Any) -> None:
    """What profile P1 forbids."""
    signed_data["signer_infos"][0]["signed_attrs"].append(policy_attribute())


def without(name: str) -> Callable[[Any], None]:
    def change(signed_data: Any) -> None:
        signer = signed_data["signer_infos"][0]
        kept = [a for a in signer["signed_attrs"] if a["type"].native != name]
        signer["signed_attrs"] = cms.CMSAttributes(kept)

    return change


def two_signers(signed_data: Any) -> None:
    signed_data["signer_infos"].append(signed_data["signer_infos"][0].copy())


def other_value(signed_data: Any) -> None:
    signed_data["signer_infos"][0]["signature"] = SoftwareCard(NES).sign(bytes(32), "sha256")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (policy_named, "signed attributes"),
        (without("signing_time"), "signed attributes"),
        (without("signing_certificate_v2"), "signed attributes"),
        (two_signers, "one signer"),
        (other_value, "signature value"),
    ],
)
def test_a_signature_that_is_not_as_it_should_be(change: Callable[[Any], None], what: str) -> None:
    with pytest.raises(CheckError, match=what):
        check_signature(changed(change), expected())


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (expected(parts=(TEXT, b"!")), "message-digest"),
        (expected(signing_time=AT + timedelta(seconds=1)), "signing-time"),
        (expected(signing_time=None), "signed attributes"),
        (expected(inside=TEXT), "content"),
        (expected(digest_algorithm="sha384"), "digest algorithm"),
        (expected(certificate=OTHER.certificate_der), "enclosed certificate"),
    ],
)
def test_a_signature_that_is_not_the_one_wanted(wanted: Expected, what: str) -> None:
    signature = changed(lambda signed_data: None)
    check_signature(signature, expected())
    with pytest.raises(CheckError, match=what):
        check_signature(signature, wanted)
