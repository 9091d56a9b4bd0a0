"""The authority: what it says of a certificate that ended, and that no request trips it."""

import base64
import os
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from asn1crypto import core, tsp
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.authority.accounts import PASSWORD, USER_ID
from kamusm_esign.sandbox.portal.authority.own import own_authority
from kamusm_esign.sandbox.portal.services import puk_store
from kamusm_esign.sandbox.portal.services.certificates import REASONS
from kamusm_esign.sandbox.portal.tables import AuditRow
from kamusm_esign.signing.stamp_account import identity
from tests.sandbox.portal.browser import Browser
from tests.sandbox.portal.desk import SERIAL, Answer, Desk
from tests.sandbox.portal.test_menu import card, crl_reason, make_card

MUTANTS = int(os.environ.get("PORTAL_MUTANTS", "300"))
SEED = int(os.environ.get("PORTAL_SEED", "6960"))
TSA = {"Content-Type": "application/timestamp-query"}
Change = Callable[[asn1.OCSPRequest], object]


@pytest.fixture
def own(empty_desk: Desk) -> Desk:
    """A portal with a NES of its own authority."""
    make_card(empty_desk, SERIAL, CertificateKind.NES, days=100)
    return empty_desk


# ---------------------------------------------------------------------------- reasons
@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("lost", x509.ReasonFlags.key_compromise),
        ("compromised", x509.ReasonFlags.key_compromise),
        ("data-changed", x509.ReasonFlags.affiliation_changed),
        ("other", None),
    ],
)
def test_why_a_certificate_was_revoked_is_told(
    own: Desk, reason: str, told: x509.ReasonFlags | None
) -> None:
    assert reason in REASONS
    browser = Browser(own).sign_in()
    number = card(own).certificate_number
    browser.go(f"/iptal/nes/{number}")
    browser.send(f"/iptal/nes/{number}", reason=reason, sure="yes")
    assert revoked_in_crl(own)
    assert crl_reason(own) is told
    assert status(own).revocation_reason is told
    with own.portal.database.read() as db:
        line = db.query(AuditRow).order_by(AuditRow.id.desc()).first()
    assert line is not None
    assert (line.event, line.detail) == ("certificate-revoked", reason)
    browser.go(f"/sertifikalar/nes/{number}")
    assert "İptal nedeni" in browser.text


def test_a_card_that_is_enrolled_again_keeps_its_reason(own: Desk) -> None:
    browser = Browser(own).sign_in()
    number = card(own).certificate_number
    browser.go(f"/iptal/nes/{number}")
    browser.send(f"/iptal/nes/{number}", reason="compromised", sure="yes")
    puk_store.enrol(own.portal, SERIAL, card(own).certificate, bytearray(b"12345678"))
    assert crl_reason(own) is x509.ReasonFlags.key_compromise


def test_who_revokes_without_a_reason_tells_none(own: Desk) -> None:
    puk_store.set_status(own.portal, SERIAL, "revoked")
    assert revoked_in_crl(own)
    assert crl_reason(own) is None


def revoked_in_crl(own: Desk) -> bool:
    crl = x509.load_der_x509_crl(own.ask("GET", "/ca/nes.crl").body)
    return crl.get_revoked_certificate_by_serial_number(number_of(own)) is not None


def number_of(own: Desk) -> int:
    return int(card(own).certificate_number, 16)


# ---------------------------------------------------------------------------- OCSP
def question(own: Desk) -> asn1.OCSPRequest:
    """A right request, to be spoiled."""
    certificate = x509.load_der_x509_certificate(card(own).certificate)
    issuer = own_authority(own.portal).authorities["nes"].certificate
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    asked = builder.add_extension(x509.OCSPNonce(b"12345678"), False).build()
    return asn1.OCSPRequest.load(asked.public_bytes(Encoding.DER))


def status(own: Desk) -> ocsp.OCSPResponse:
    return answered(own.ask("POST", "/ca/ocsp", content=question(own).dump()))


def answered(answer: Answer) -> ocsp.OCSPResponse:
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.body)


def identifier(asked: asn1.OCSPRequest) -> Any:
    return asked["tbs_request"]["request_list"][0]["req_cert"]


def extensions(asked: asn1.OCSPRequest) -> Any:
    return asked["tbs_request"]["request_extensions"]


def hashed_by(name: str) -> Change:
    return lambda asked: identifier(asked).__setitem__("hash_algorithm", {"algorithm": name})


def nonce_of(length: int) -> Change:
    nonce = core.OctetString(bytes(length))
    return lambda asked: extensions(asked)[0].__setitem__("extn_value", nonce)


SPOILT: dict[str, Change] = {
    "no certificate": lambda asked: asked["tbs_request"].__setitem__("request_list", []),
    "two certificates": lambda asked: asked["tbs_request"]["request_list"].append(
        asked["tbs_request"]["request_list"][0].copy()
    ),
    "MD5": hashed_by("md5"),
    "SHA3": hashed_by("sha3_256"),
    "SHA-512 of 32 bytes": hashed_by("sha512"),
    "two nonces": lambda asked: extensions(asked).append(extensions(asked)[0].copy()),
    "an empty nonce": nonce_of(0),
    "a long nonce": nonce_of(129),
    "number 0": lambda asked: identifier(asked).__setitem__("serial_number", 0),
    "number -1": lambda asked: identifier(asked).__setitem__("serial_number", -1),
    "no key": lambda asked: identifier(asked).__setitem__("issuer_key_hash", b""),
}


def test_a_right_request_is_answered(own: Desk) -> None:
    assert status(own).certificate_status is ocsp.OCSPCertStatus.GOOD
    path = "/ca/ocsp/" + quote(base64.b64encode(question(own).dump()), safe="")
    in_path = answered(own.ask("GET", path))
    assert in_path.certificate_status is ocsp.OCSPCertStatus.GOOD


def test_a_number_of_another_issuer_is_unknown(own: Desk) -> None:
    make_card(own, "MM-1", CertificateKind.MALI_MUHUR, days=100)
    asked = question(own)
    identifier(asked)["serial_number"] = int(card(own, "MM-1").certificate_number, 16)
    found = answered(own.ask("POST", "/ca/ocsp", content=asked.dump(force=True)))
    assert found.certificate_status is ocsp.OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize("name", SPOILT)
def test_a_request_that_cannot_be_answered_is_malformed(own: Desk, name: str) -> None:
    asked = question(own)
    SPOILT[name](asked)
    found = answered(own.ask("POST", "/ca/ocsp", content=asked.dump(force=True)))
    assert found.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@pytest.mark.parametrize("path", ["x", "%C3%A9", "%00", "====", "a/b", "A" * 4000])
def test_what_is_no_request_in_the_path_is_malformed(own: Desk, path: str) -> None:
    found = answered(own.ask("GET", f"/ca/ocsp/{path}"))
    assert found.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def time_stamp_request(
    algorithm: str = "sha256", hashed: bytes = bytes(32), **more: object
) -> bytes:
    """A right request, but for what is changed."""
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": hashed}
    facts = {"version": "v1", "message_imprint": imprint, "cert_req": True, "nonce": 4711}
    return bytes(tsp.TimeStampReq(facts | more).dump())


def refusal(answer: bytes) -> tuple[str, set[str]]:
    """Status and failure; asn1crypto reads no TimeStampResp without a token."""
    (member,) = core.SequenceOf.load(answer, spec=tsp.PKIStatusInfo)
    return member["status"].native, member["fail_info"].native


# ---------------------------------------------------------------------------- mutants
def mutant(source: random.Random, right: bytes) -> bytes:
    """Some bytes of a right request changed, taken out, put in or doubled; or it ends early."""
    found = bytearray(right)
    for _ in range(source.randint(1, 3)):
        at = source.randrange(len(found) or 1)
        how = source.randrange(6)
        if how == 0:
            found[at : at + 1] = bytes([source.randrange(256)])
        elif how == 1:
            del found[at : at + source.randint(1, 8)]
        elif how == 2:
            found[at:at] = source.randbytes(source.randint(1, 8))
        elif how == 3:
            found[at:at] = found[at : at + source.randint(1, 40)]
        elif how == 4:
            found[at : at + 1] = bytes([found[at] ^ (1 << source.randrange(8))] if found else [])
        else:
            del found[at:]
    return bytes(found)


def test_no_mutant_of_an_ocsp_request_is_an_error_of_ours(own: Desk) -> None:
    source, right = random.Random(SEED), question(own).dump()
    for _ in range(MUTANTS):
        content = mutant(source, right)
        answered(own.ask("POST", "/ca/ocsp", content=content))


@pytest.mark.parametrize("path", ["/tsa", "/tsa/identity"])
def test_no_mutant_of_a_time_stamp_request_is_an_error_of_ours(own: Desk, path: str) -> None:
    source, right = random.Random(SEED), time_stamp_request()
    account = identity(USER_ID, PASSWORD.encode(), bytes(32), bytes(16))
    for _ in range(MUTANTS):
        content, header = right, bytes.fromhex(account)
        if path == "/tsa" or source.randrange(2):
            content = mutant(source, right)
        if source.randrange(2):
            header = mutant(source, header)
        headers = TSA | ({"identity": header.hex()} if path != "/tsa" else {})
        answer = own.ask("POST", path, content=content, headers=headers)
        assert answer.status in (200, 401), content.hex()


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", "bad_data_format"),
        (b"0", "bad_data_format"),
        (b"\x30\x80" * 8000, "bad_data_format"),
        (time_stamp_request(hashed=bytes(31)), "bad_alg"),
        (time_stamp_request(algorithm="md5", hashed=bytes(16)), "bad_alg"),
        (time_stamp_request(req_policy="1.2.3"), "unaccepted_policy"),
    ],
)
def test_a_time_stamp_request_is_refused_in_its_own_words(
    own: Desk, content: bytes, failure: str
) -> None:
    answer = own.ask("POST", "/tsa", content=content, headers=TSA)
    assert answer.status == 200
    assert refusal(answer.body) == ("rejection", {failure})


@pytest.mark.parametrize("header", ["", "Basic", "Basic é", "Basic ====", "Basic " + "x" * 9000])
@pytest.mark.parametrize("account", ["", "zz", "é", "3000", "30" * 4000])
def test_no_header_of_a_time_stamp_request_is_an_error_of_ours(
    own: Desk, header: str, account: str
) -> None:
    headers: Any = [
        (b"Content-Type", b"application/timestamp-query"),
        (b"Authorization", header.encode()),
        (b"identity", account.encode()),
    ]
    for path in ("/tsa/basic", "/tsa/identity"):
        answer = own.ask("POST", path, content=time_stamp_request(), headers=headers)
        assert answer.status == 401


@pytest.mark.parametrize(
    "path", ["nes.crl", "none.crl", "%00.crl", "..%2Fnes.crl", "%C3%A9.crt", "x" * 3000 + ".crl"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_no_path_of_a_list_is_an_error_of_ours(own: Desk, method: str, path: str) -> None:
    assert own.ask(method, f"/ca/{path}").status in (200, 404, 405)
