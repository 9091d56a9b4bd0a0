"""Time stamps from a real server (`openssl ts` behind HTTP), and answers that are none."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms, core, tsp

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.secret import StampPassword
from kamusm_esign.portal_client.transport import Transport
from kamusm_esign.signing import pades
from kamusm_esign.signing.builder import CardSignatureBuilder
from kamusm_esign.signing.stamp_account import StampAccount, identity
from tests.equipment.outside import (
    attribute,
    openssl_accepts,
    openssl_accepts_stamp,
    pdfsig,
    pdfsig_accepts,
    pyhanko_status,
    signer_info,
)
from tests.equipment.test_ca import TestCa
from tests.equipment.tsa import StampServer
from tests.signing.conftest import AT, PDF, TEXT, Signed, builder
from tests.signing.software_card import SoftwareCard

T_DETACHED, B_T = SignatureFormat.CADES_T_DETACHED, SignatureFormat.PADES_B_T
CODE = FailureCode


def stamp_of(signature: bytes) -> bytes:
    token = attribute(signer_info(signature)["unsigned_attrs"], "signature_time_stamp_token")
    assert isinstance(token, cms.ContentInfo)
    return bytes(token.dump())


def test_a_cades_signature_gets_its_stamp(
    signed: Signed, stamps: StampServer, tmp_path: Path
) -> None:
    make, signature = builder(stamps.url), signed.signatures[T_DETACHED]
    stamped = make.time_stamp(signature, T_DETACHED)
    value = signer_info(stamped)["signature"].native
    assert value == signer_info(signature)["signature"].native
    assert openssl_accepts(tmp_path, stamped, TEXT, signed.chain)
    assert openssl_accepts_stamp(tmp_path, stamp_of(stamped), value, stamps.root_der)
    assert not openssl_accepts_stamp(tmp_path, stamp_of(stamped), value + b"!", stamps.root_der)
    assert make.time_stamp(stamped, T_DETACHED) == stamped
    assert len(stamps.requests) == 1
    assert stamps.headers[0]["Content-Type"] == "application/timestamp-query"


def test_a_pdf_gets_its_stamp(signed: Signed, stamps: StampServer, tmp_path: Path) -> None:
    make, pdf = builder(stamps.url), signed.signatures[B_T]
    stamped = make.time_stamp(pdf, B_T)
    assert len(stamped) == len(pdf)
    issuer, root = signed.chain
    status = pyhanko_status(stamped, [root, stamps.root_der], [issuer])
    assert status.bottom_line, status.pretty_print_details()
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted
    assert pdfsig_accepts(pdfsig(tmp_path, stamped))
    assert make.time_stamp(stamped, B_T) == stamped
    assert len(stamps.requests) == 1


@pytest.mark.parametrize("form", [f for f in SignatureFormat if not f.needs_time_stamp])
def test_a_format_without_a_stamp_asks_for_none(signed: Signed, form: SignatureFormat) -> None:
    signature = signed.signatures[form]
    assert builder("http://127.0.0.1:9/").time_stamp(signature, form) == signature


# ---------------------------------------------------------------------------- what goes wrong
def other_nonce(request: tsp.TimeStampReq) -> None:
    request["nonce"] = core.Integer(request["nonce"].native + 1)


def other_imprint(request: tsp.TimeStampReq) -> None:
    request["message_imprint"]["hashed_message"] = bytes(32)


def other_digest(request: tsp.TimeStampReq) -> None:
    request["message_imprint"] = tsp.MessageImprint(
        {"hash_algorithm": {"algorithm": "sha384"}, "hashed_message": bytes(48)}
    )


def without_certificate(request: tsp.TimeStampReq) -> None:
    request["cert_req"] = False


def unknown_policy(request: tsp.TimeStampReq) -> None:
    request["req_policy"] = tsp.ObjectIdentifier("1.2.3.4.999")


def flipped_value(answer: bytes) -> bytes:
    token = tsp.TimeStampResp.load(answer)["time_stamp_token"]
    (signer,) = token["content"]["signer_infos"]
    value = signer["signature"].native
    return answer.replace(value, value[:-1] + bytes([value[-1] ^ 1]))


def flipped_time(answer: bytes) -> bytes:
    at = answer.index(b"Z", answer.index(b"\x18\x0f20"))
    return answer[: at - 1] + bytes([answer[at - 1] ^ 1]) + answer[at:]


SPOILT: dict[str, tuple[Callable[[tsp.TimeStampReq], None], FailureCode]] = {
    "other nonce": (other_nonce, CODE.TIME_STAMP_INVALID),
    "other imprint": (other_imprint, CODE.TIME_STAMP_INVALID),
    "other digest": (other_digest, CODE.TIME_STAMP_INVALID),
    "no certificate": (without_certificate, CODE.TIME_STAMP_INVALID),
    "rejected": (unknown_policy, CODE.TIME_STAMP_REFUSED),
}
ANSWERS: dict[str, Callable[[bytes], bytes]] = {
    "value": flipped_value,
    "time": flipped_time,
    "empty": lambda answer: b"",
    "a page": lambda answer: b"<html>Not here</html>",
    "cut off": lambda answer: answer[:-20],
    "more": lambda answer: answer + b"\x00",
}


def failure_of(signed: Signed, url: str | None, form: SignatureFormat = T_DETACHED) -> FailureCode:
    with pytest.raises(FailedError) as failed:
        builder(url).time_stamp(signed.signatures[form], form)
    return failed.value.failure.code


@pytest.mark.parametrize("name", SPOILT)
def test_an_answer_to_something_else(signed: Signed, stamps: StampServer, name: str) -> None:
    stamps.change_request, code = SPOILT[name]
    assert failure_of(signed, stamps.url) is code


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_broken(signed: Signed, stamps: StampServer, name: str) -> None:
    stamps.change_answer = ANSWERS[name]
    assert failure_of(signed, stamps.url) is CODE.TIME_STAMP_INVALID


@pytest.mark.parametrize("form", [T_DETACHED, B_T])
def test_a_server_that_is_down_loses_nothing(
    signed: Signed, stamps: StampServer, form: SignatureFormat
) -> None:
    assert failure_of(signed, "http://127.0.0.1:9/", form) is CODE.TIME_STAMP_UNREACHABLE
    assert builder(stamps.url).time_stamp(signed.signatures[form], form)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, CODE.TIME_STAMP_ACCESS_REFUSED),
        (403, CODE.TIME_STAMP_ACCESS_REFUSED),
        (302, CODE.TIME_STAMP_INVALID),
        (500, CODE.TIME_STAMP_INVALID),
    ],
)
def test_what_http_says(
    signed: Signed, stamps: StampServer, status: int, code: FailureCode
) -> None:
    stamps.status = status
    assert failure_of(signed, stamps.url) is code


def test_a_stamp_that_is_too_large_for_the_pdf(
    stamps: StampServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pades, "_CMS_BYTES", 1024)
    monkeypatch.setattr(pades, "_STAMP_BYTES", 0)
    make = builder(stamps.url)
    pdf = make.sign(PDF, B_T, SoftwareCard(TestCa().issue("nes", "p256")), AT)
    with pytest.raises(FailedError) as failed:
        make.time_stamp(pdf, B_T)
    assert failed.value.failure.code is CODE.TIME_STAMP_INVALID
    assert failed.value.failure.param("raw") == "too large"


# ---------------------------------------------------------------------------- who asks
class Kept:
    """`Passwords` with one password in it."""

    def stamp_password(self, user: str) -> StampPassword | None:
        return StampPassword("şifre 1") if user == "4711" else None


def with_account(stamps: StampServer, user: str | None, method: str | None) -> CardSignatureBuilder:
    account = StampAccount(stamps.url, user, method)
    return CardSignatureBuilder(lambda: Transport(user_agent="test"), account, Kept)


def test_basic(signed: Signed, stamps: StampServer) -> None:
    make = with_account(stamps, "4711", "basic")
    assert make.time_stamp(signed.signatures[T_DETACHED], T_DETACHED)
    assert stamps.basic_pair == "4711:şifre 1".encode()
    assert "identity" not in stamps.headers[0]


def decrypted(header: str, password: str) -> tuple[list[int | bytes], bytes]:
    """The members of the header, and the hash in it; not with our own library."""
    sequence = core.Sequence.load(bytes.fromhex(header), strict=True)
    members = [sequence[place].native for place in range(5)]
    user, salt, rounds, vector, secret = members
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds, 32)
    done = subprocess.run(
        ["openssl", "enc", "-d", "-aes-256-cbc", "-K", key.hex(), "-iv", vector.hex()],
        input=secret,
        capture_output=True,
        check=True,
        timeout=30,
    )
    return [user, salt, rounds, vector], done.stdout


def test_kamu_sms_identity_header(signed: Signed, stamps: StampServer) -> None:
    make = with_account(stamps, "4711", "identity")
    for form in (T_DETACHED, B_T):
        assert make.time_stamp(signed.signatures[form], form)
    assert "Authorization" not in stamps.headers[0]
    salts = set()
    for request, headers in zip(stamps.requests, stamps.headers, strict=True):
        (user, salt, rounds, vector), stamped = decrypted(headers["identity"], "şifre 1")
        imprint = tsp.TimeStampReq.load(request)["message_imprint"]["hashed_message"].native
        assert (user, rounds, vector, stamped) == (4711, 100, salt, imprint)
        assert isinstance(salt, bytes)
        assert len(salt) == 16
        salts.add(salt)
    assert len(salts) == 2


def test_the_identity_header_of_a_known_case() -> None:
    # Computed with OpenSSL's command line from the same values.
    assert identity(1901, b"12345678", bytes(range(32)), bytes(range(16))) == KNOWN


KNOWN = (
    "305d0202076d0410000102030405060708090a0b0c0d0e0f0201640410000102030405060708090a"
    "0b0c0d0e0f0430aa42e2769d1d89b10a800a12414af2363180947c03bc082f8dca53380beffd4b7b"
    "eb8c9a9d22cd2f0db82dbb803a83a7"
)


@pytest.mark.parametrize(
    ("account", "detail"),
    [
        (StampAccount(None, None, None), "address"),
        (StampAccount("zd.example", None, None), "address"),
        (StampAccount("ftp://zd.example/", None, None), "address"),
        (StampAccount("http://[", None, None), "address"),
        (StampAccount("https://zd.example/", None, "basic"), "user"),
        (StampAccount("http://zd.example/", "4711", "basic"), "scheme"),
        (StampAccount("http://zd.example/", "a", "identity"), "user"),
        (StampAccount("http://zd.example/", "4712", "identity"), "password"),
    ],
)
def test_what_is_missing(signed: Signed, account: StampAccount, detail: str) -> None:
    def nobody() -> Transport:
        return Transport(user_agent="test")

    make = CardSignatureBuilder(nobody, account, Kept)
    with pytest.raises(FailedError) as failed:
        make.time_stamp(signed.signatures[T_DETACHED], T_DETACHED)
    assert failed.value.failure.code is CODE.TIME_STAMP_NOT_SET_UP
    assert failed.value.failure.param("detail") == detail
