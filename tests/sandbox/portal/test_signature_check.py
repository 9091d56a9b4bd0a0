"""CAdES-BES: what stands, and everything that is wrong in exactly one way."""

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate, SandboxCa
from kamusm_esign.sandbox.portal.signatures.cades import check_cms
from kamusm_esign.sandbox.portal.signatures.facts import SignatureError
from tests.sandbox.portal.cms_maker import CmsMaker
from tests.sandbox.portal.desk import Desk, Live, enrol

CA = SandboxCa()
SIGNER = CA.issue(CertificateKind.NES, "p384")
OTHER = CA.issue(CertificateKind.NES, "p384")
DOCUMENT = "İmzalanacak belge".encode()
NOW = 1_800_000_000.0
RIGHT = CmsMaker(SIGNER, DOCUMENT, NOW).make()
CMS = {"Content-Type": "application/pkcs7-signature"}


@pytest.mark.parametrize("key", ["rsa2048", "p256", "p384"])
@pytest.mark.parametrize("digest", ["sha256", "sha384"])
@pytest.mark.parametrize("attached", [False, True])
def test_a_right_signature_stands(key: str, digest: str, attached: bool) -> None:
    signer = CA.issue(CertificateKind.NES, key)
    maker = CmsMaker(signer, DOCUMENT, NOW, attached=attached, digest=digest)
    facts = check_cms(maker.make(), DOCUMENT, attached=attached)
    assert facts.signing_time == NOW
    assert facts.not_before < time.time() < facts.not_after


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("digest is not that", {"document": b"another"}),
    ("weaker than SHA-256", {"digest": "sha1"}),
    ("not by this certificate", {"key": OTHER}),
    ("names another", {"named": OTHER}),
    ("is not inside", {"enclosed": (OTHER.certificate_der,)}),
    ("is not inside", {"bound": OTHER.certificate_der}),
    ("is inside", {"attached": True}),
    ("policy", {"policy": True}),
    ("twice", {"twice": ("signing_time",)}),
    ("twice", {"twice": ("message_digest",)}),
    ("missing: content_type", {"without": ("content_type",)}),
    ("missing: message_digest", {"without": ("message_digest",)}),
    ("missing: signing_time", {"without": ("signing_time",)}),
    ("missing: signing_certificate_v2", {"without": ("signing_certificate_v2",)}),
]


@pytest.mark.parametrize(("reason", "change"), WRONG)
def test_a_signature_that_is_wrong_in_one_way(reason: str, change: dict[str, Any]) -> None:
    maker = CmsMaker(**{"signer": SIGNER, "document": DOCUMENT, "signing_time": NOW, **change})
    with pytest.raises(SignatureError, match=reason):
        check_cms(maker.make(), DOCUMENT, attached=False)


@pytest.mark.parametrize("inside", [None, b"another", b""])
def test_an_attached_document_must_be_the_one(inside: bytes | None) -> None:
    maker = CmsMaker(SIGNER, DOCUMENT, NOW, attached=inside is not None, inside=inside)
    with pytest.raises(SignatureError, match=r"document is (not )?inside|Another document"):
        check_cms(maker.make(), DOCUMENT, attached=True)


def test_two_signers_are_refused() -> None:
    whole = cms.ContentInfo.load(RIGHT)
    signed = whole["content"]
    signed["signer_infos"] = cms.SignerInfos([signed["signer_infos"][0]] * 2)
    with pytest.raises(SignatureError, match="exactly one signer"):
        check_cms(whole.dump(force=True), DOCUMENT, attached=False)


@settings(max_examples=300)
@given(st.integers(0, len(RIGHT) - 1), st.integers(1, 255))
def test_a_flipped_byte_never_crashes_and_never_changes_the_signer(place: int, flip: int) -> None:
    spoiled = bytearray(RIGHT)
    spoiled[place] ^= flip
    try:
        facts = check_cms(bytes(spoiled), DOCUMENT, attached=False)
    except SignatureError:
        return
    # Bytes that the signature does not cover, such as version numbers, may differ.
    assert facts == check_cms(RIGHT, DOCUMENT, attached=False)


@given(st.binary(max_size=200))
def test_garbage(garbage: bytes) -> None:
    with pytest.raises(SignatureError):
        check_cms(garbage, DOCUMENT, attached=False)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("key", ["rsa2048", "p384"])
def test_signatures_by_openssl_stand(tmp_path: Path, key: str) -> None:
    signer = CA.issue(CertificateKind.NES, key)
    files = {
        "cert": signer.certificate_der,
        "key": signer.private_key_pkcs8_der,
        "doc": DOCUMENT,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for kind in (
        "x509 -in cert -inform DER -out cert.pem",
        "pkey -in key -inform DER -out key.pem",
    ):
        subprocess.run(["openssl", *kind.split()], cwd=tmp_path, check=True, capture_output=True)
    command = (
        "openssl cms -sign -cades -binary -md sha256 -signer cert.pem -inkey key.pem -in doc "
        "-outform DER -out sig"
    )
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    check_cms((tmp_path / "sig").read_bytes(), DOCUMENT, attached=False)


def sign(live: Live, issued: IssuedCertificate, name: str, **change: Any) -> Any:
    document = live.ask("GET", f"/documents/{name}").body
    when = change.pop("signing_time", live.desk.clock.now)
    cms_bytes = CmsMaker(issued, document, when, **change).make()
    return live.ask("PUT", f"/documents/{name}/signature", content=cms_bytes, headers=CMS)


def test_an_application_takes_effect_with_all_its_signatures(
    desk: Desk, card: IssuedCertificate
) -> None:
    live = desk.open("application", formats=("cades-bes-detached",) * 2)
    assert sign(live, card, "form").json["document_id"] == "form"
    assert live.outcome("succeeded").code == "outcome-conflict"
    assert sign(live, card, "undertaking").status == 200
    assert live.outcome("failed").code == "outcome-conflict"  # they have taken effect
    assert live.outcome("succeeded").status == 204


def test_a_login_is_signed_attached_by_anybodys_card(desk: Desk, card: IssuedCertificate) -> None:
    live = desk.open("login", serials=())
    assert sign(live, card, "login").code == "signature-invalid"
    assert sign(live, card, "login", attached=True).status == 200


@pytest.mark.parametrize(
    ("offset", "accepted"),
    [(0, True), (-2, False), (1800 + 119, True), (1800 + 122, False)],
)
def test_the_signing_time_lies_in_the_session(
    desk: Desk, card: IssuedCertificate, offset: int, accepted: bool
) -> None:
    live = desk.open("e-onay-grant")
    answer = sign(live, card, "e-onay-grant", signing_time=desk.clock.now + offset)
    assert answer.status == (200 if accepted else 422)


def test_signatures_may_come_late_but_not_after_a_cancel(
    desk: Desk, card: IssuedCertificate
) -> None:
    late, cancelled = desk.open("e-onay-grant"), desk.open("e-onay-grant")
    documents = [s.ask("GET", "/documents/e-onay-grant").body for s in (late, cancelled)]
    made = [CmsMaker(card, document, desk.clock.now).make() for document in documents]
    assert cancelled.ask("DELETE").status == 204
    desk.clock.now += 1800 + 6 * 24 * 3600
    path = "/documents/e-onay-grant/signature"
    assert late.ask("GET", "/documents/e-onay-grant").code == "session-over"
    assert cancelled.ask("PUT", path, content=made[1], headers=CMS).code == "session-over"
    receipt = late.ask("PUT", path, content=made[0], headers=CMS)
    assert receipt.status == 200
    assert late.outcome("succeeded").status == 204
    assert late.ask("PUT", path, content=made[0], headers=CMS).body == receipt.body
    assert late.ask("PUT", path, content=made[1], headers=CMS).code == "session-over"


def test_another_holders_card_may_not_sign(desk: Desk) -> None:
    other = enrol(desk, "OTHER", serial_number="20000000292")
    live = desk.open("e-onay-grant", serials=())
    assert sign(live, other, "e-onay-grant").code == "certificate-not-eligible"


def test_a_pin_session_has_nothing_to_sign(desk: Desk) -> None:
    live = desk.open()
    path = "/documents/form/signature"
    assert live.ask("GET", "/documents/form").code == "document-unknown"
    assert live.ask("PUT", path, content=RIGHT, headers=CMS).code == "wrong-session-kind"


def test_a_signature_of_another_media_type_is_refused(desk: Desk) -> None:
    live = desk.open("e-onay-grant")
    path = "/documents/e-onay-grant/signature"
    answer = live.ask("PUT", path, content=RIGHT, headers={"Content-Type": "application/pdf"})
    assert answer.code == "malformed-request"
    assert live.ask("PUT", path, content=bytes((20 << 20) + 1), headers=CMS).code == "too-large"
