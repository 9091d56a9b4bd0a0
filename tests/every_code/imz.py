"""IMZ: certificates, documents, signatures, time stamps, and files that others have signed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.fields import MDPPerm

from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import SandboxCa
from tests.equipment.portal_faults import drop
from tests.equipment.test_ca import IssuedCertificate, TestCa
from tests.equipment.tsa import StampServer, stamp_server
from tests.every_code.bench import DOCUMENT, Bench, Table
from tests.every_code.krt_admin_key import card_in_reader
from tests.every_code.prt_says import SIGNATURE
from tests.every_code.prt_way import TRIES, nobody_listens
from tests.signing import pdfs
from tests.signing.conftest import AT, PDF, TEXT, builder
from tests.signing.software_card import SoftwareCard
from tests.signing.test_time_stamps import unknown_policy

TABLE = Table()
ON_PCSC = Table()
GET = "GET /sessions/{}/documents/{}"


# ---------------------------------------------------------------------------- the certificate
def _with_certificate(bench: Bench, start: datetime) -> str | None:
    end = start + timedelta(days=30)
    bench.use_card(issued=TestCa().issue("nes", "p256", not_before=start, not_after=end))
    return bench.check("certificate")


@TABLE("IMZ-323")
def it_has_expired(bench: Bench) -> str | None:
    return _with_certificate(bench, datetime.now(UTC) - timedelta(days=40))


@TABLE("IMZ-326")
def it_is_not_valid_yet(bench: Bench) -> str | None:
    return _with_certificate(bench, datetime.now(UTC) + timedelta(days=4))


@TABLE("IMZ-361")
def it_cannot_be_read(bench: Bench) -> str | None:
    der = bench.card.token.issued.certificate_der
    (spoilt,) = (
        path
        for path in (bench.card.token.folder / "tokens").rglob("*.object")
        if der in path.read_bytes()
    )
    spoilt.write_bytes(spoilt.read_bytes().replace(der, b"\xff" + der[1:]))
    return bench.check("certificate")


@TABLE("IMZ-325")
def it_is_not_there(bench: Bench) -> str | None:
    bench.use_card()
    return bench.sign("--certificate", "ab" * 32).code


@TABLE("IMZ-328")
def a_key_that_is_too_short(bench: Bench) -> str | None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    bench.use_card(issued=SandboxCa().issue(CertificateKind.NES, key))
    return bench.sign().code


# ---------------------------------------------------------------------------- what is to be signed
@TABLE("IMZ-350")
def another_document_than_was_named(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(GET, lambda e: e.send(replace(e.handle(), body=b"x" * len(DOCUMENT[0][1]))))
    return bench.sign().code


@TABLE("IMZ-352")
def another_purpose(bench: Bench) -> str | None:
    bench.use_card()
    return bench.sign(accept="e-onay-grant").code


@TABLE("IMZ-353")
def the_digits_of_another_page(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask_to_sign(purpose="login")
    return bench.sign("--match", "43", accept="login").code


@TABLE("IMZ-370")
def a_text_that_is_none(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask_to_sign(documents=(("doc-1", b"a\0b"),))
    return bench.sign().code


def _sign_pdf(bench: Bench, pdf: bytes) -> str | None:
    bench.use_card()
    form = {"media_type": "application/pdf", "signature_format": "pades-b-b"}
    bench.ask_to_sign(documents=(("doc-1", pdf),), **form)
    return bench.sign().code


@TABLE("IMZ-329")
def a_pdf_that_cannot_be_read(bench: Bench) -> str | None:
    return _sign_pdf(bench, pdfs.PDF[: len(pdfs.PDF) // 2])


@TABLE("IMZ-330")
def a_pdf_with_a_password(bench: Bench) -> str | None:
    return _sign_pdf(bench, pdfs.encrypted("secret"))


@TABLE("IMZ-331")
def a_pdf_that_forbids_it(bench: Bench) -> str | None:
    other = TestCa().issue("e-muhur", "p256")
    return _sign_pdf(bench, pdfs.signed_before(other, certify=MDPPerm.NO_CHANGES))


@ON_PCSC("IMZ-327")
def the_card_signs_something_else(bench: Bench) -> str | None:
    card = card_in_reader(bench, pin_tries=3)
    card.trouble("2A 1 garble")
    bench.ask_to_sign()
    return bench.sign().code


# ---------------------------------------------------------------------------- kept for later
@TABLE("IMZ-354")
def what_was_kept_is_spoilt(bench: Bench) -> str | None:
    bench.use_card()
    bench.use_key_store()
    bench.fault(SIGNATURE, *[drop()] * TRIES)
    assert bench.sign().status == 3
    for kept in bench.folders.outbox.rglob("*"):
        if kept.is_file():
            kept.write_bytes(b"")
    return bench.hand_in()


def _stamped(bench: Bench, settings: str) -> str | None:
    """Signed, and no time stamp came: why, when it is tried again."""
    bench.use_card()
    bench.use_key_store()
    bench.ask_to_sign(signature_format="cades-t-detached")
    bench.settings(settings)
    assert bench.sign().status == 3
    return bench.hand_in()


def _stamped_by(bench: Bench, server: StampServer) -> str | None:
    return _stamped(bench, f'[time_stamp]\nurl = "{server.url}"\n')


@TABLE("IMZ-335")
def no_time_stamp_server_is_set_up(bench: Bench) -> str | None:
    return _stamped(bench, "")


@TABLE("IMZ-336")
def it_is_not_there_at_all(bench: Bench) -> str | None:
    return _stamped(bench, f'[time_stamp]\nurl = "{nobody_listens()}/"\n')


@TABLE("IMZ-337")
def it_knows_no_such_account(bench: Bench) -> str | None:
    server = bench.enter(stamp_server(bench.folder / "tsa"))
    server.status = 401
    return _stamped_by(bench, server)


@TABLE("IMZ-338")
def it_refuses(bench: Bench) -> str | None:
    server = bench.enter(stamp_server(bench.folder / "tsa"))
    server.change_request = unknown_policy
    return _stamped_by(bench, server)


@TABLE("IMZ-339")
def it_answers_something_else(bench: Bench) -> str | None:
    server = bench.enter(stamp_server(bench.folder / "tsa"))
    server.change_answer = lambda answer: answer[:-20]
    return _stamped_by(bench, server)


# ---------------------------------------------------------------------------- verifying
def _detached() -> bytes:
    issued: IssuedCertificate = TestCa().issue("nes", "p256")
    form = SignatureFormat.CADES_BES_DETACHED
    return builder().sign(TEXT, form, SoftwareCard(issued), AT)


@TABLE("IMZ-340")
def nothing_to_verify(bench: Bench) -> str | None:
    return bench.verify(bench.put("a.txt", TEXT))


@TABLE("IMZ-341")
def a_changed_document(bench: Bench) -> str | None:
    return bench.verify(bench.put("a.p7s", _detached()), bench.put("a.txt", TEXT + b" "))


@TABLE("IMZ-342")
def a_signature_alone(bench: Bench) -> str | None:
    return bench.verify(bench.put("a.p7s", _detached()))


@TABLE("IMZ-343")
def a_trust_folder_that_is_not_there(bench: Bench) -> str | None:
    return bench.verify(bench.put("a.pdf", PDF), "--trust", str(Path(bench.folder, "nowhere")))


@TABLE("IMZ-344")
def a_file_that_is_not_there(bench: Bench) -> str | None:
    return bench.verify(str(bench.folder / "nowhere"))
