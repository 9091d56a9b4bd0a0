"""Every signature format: what stands, what does not, and what it does once all of it is there."""

import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.generic import NameObject, NumberObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate, SandboxCa
from kamusm_esign.sandbox.portal.authority.own import own_authority
from kamusm_esign.sandbox.portal.services import people, puk_store
from kamusm_esign.sandbox.portal.tables import AuditRow, SessionRow
from tests.sandbox.portal.cms_maker import CmsMaker
from tests.sandbox.portal.desk import PUK, SERIAL, Desk, Live, enrol
from tests.sandbox.portal.signer import hand_in, sign_all, signed, signed_pdf, stamp

ON_BOTH = True
FORMATS = ("cades-bes-detached", "cades-bes-attached", "cades-t-detached", "pades-b-b", "pades-b-t")


@pytest.fixture
def today(empty_desk: Desk) -> Desk:
    """A portal whose clock shows the real time, for signers who ask no other."""
    empty_desk.clock.now = time.time()
    return empty_desk


def own_card(
    desk: Desk, kind: CertificateKind = CertificateKind.NES, key: str = "p384", **more: Any
) -> IssuedCertificate:
    """A card of the portal's own authority."""
    issued = own_authority(desk.portal).issue(kind, key, **more)
    puk_store.enrol(desk.portal, SERIAL, issued.certificate_der, bytearray(PUK))
    return issued


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize(
    ("kind", "key"), [("nes", "rsa2048"), ("nes", "p384"), ("mali-muhur", "p256")]
)
def test_a_right_signature_is_taken(today: Desk, wanted: str, kind: str, key: str) -> None:
    card = own_card(today, CertificateKind(kind), key)
    live = today.open("application", formats=(wanted, wanted))
    assert [a.status for a in sign_all(live, card)] == [200, 200]
    assert live.outcome("succeeded").status == 204


@pytest.mark.parametrize("wanted", FORMATS)
def test_another_document_is_refused(today: Desk, wanted: str) -> None:
    card = own_card(today)
    one, two = (today.open("application", formats=(wanted, wanted)) for _ in range(2))
    answer = hand_in(one, "form", signed(two, card, "form"))
    assert (answer.status, answer.code) == (422, "signature-invalid")


Spoil = Callable[[Desk, Live, IssuedCertificate], bytes]


def document_of(live: Live) -> bytes:
    return live.ask("GET", "/documents/form").body


def changed_after(desk: Desk, live: Live, card: IssuedCertificate) -> bytes:
    """Another revision on top of the signed one."""
    return with_title(signed_pdf(desk, card, document_of(live), stamped=False))


def changed_before(desk: Desk, live: Live, card: IssuedCertificate) -> bytes:
    """The signature covers a page that was turned first: the whole file, but not our document."""
    return signed_pdf(desk, card, turned(document_of(live)), stamped=False)


def signed_twice(desk: Desk, live: Live, card: IssuedCertificate) -> bytes:
    once = signed_pdf(desk, card, document_of(live), stamped=False)
    return signed_pdf(desk, card, once, stamped=False, field="İkinci")


def flipped(desk: Desk, live: Live, card: IssuedCertificate) -> bytes:
    whole = bytearray(signed_pdf(desk, card, document_of(live), stamped=False))
    whole[len(document_of(live)) // 2] ^= 1
    return bytes(whole)


def other_subfilter(desk: Desk, live: Live, card: IssuedCertificate) -> bytes:
    return signed_pdf(
        desk,
        card,
        document_of(live),
        stamped=False,
        subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
    )


def by_another_key(desk: Desk, live: Live, card: IssuedCertificate) -> bytes:
    other = SandboxCa().issue(CertificateKind.NES, "p384")
    return signed_pdf(desk, card, document_of(live), stamped=False, key=other)


def turned(pdf: bytes) -> bytes:
    """The first page upside down."""

    def turn(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page[NameObject("/Rotate")] = NumberObject(180)
        writer.update_container(page)

    return updated(pdf, turn)


def with_title(pdf: bytes) -> bytes:
    """Something that no viewer shows."""

    def entitle(writer: IncrementalPdfFileWriter) -> None:
        writer.root[NameObject("/Extra")] = TextStringObject("x")
        writer.update_root()

    return updated(pdf, entitle)


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    from io import BytesIO

    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (changed_after, "cover the whole file|exactly one|by this certificate"),
        (changed_before, "More than the signature"),
        (signed_twice, "exactly one signature"),
        (flipped, "not the document"),
        (other_subfilter, "not of PAdES' kind"),
        (by_another_key, "not by this certificate"),
        (lambda _d, live, _c: document_of(live), "exactly one signature"),
        (lambda _d, live, _c: document_of(live) + b"garbage", "cannot be read|exactly one"),
        (lambda *_: b"%PDF-", "not the document"),
    ],
)
def test_a_pdf_that_is_wrong_in_one_way(today: Desk, spoil: Spoil, reason: str) -> None:
    import re

    card = own_card(today)
    live = today.open("application")
    answer = hand_in(live, "form", spoil(today, live, card))
    assert (answer.status, answer.code) == (422, "signature-invalid")
    assert re.search(reason, answer.json["detail"])


def test_a_weak_digest_is_refused(today: Desk) -> None:
    card = own_card(today, key="rsa2048")
    live = today.open("application", formats=("cades-bes-detached", "cades-bes-detached"))
    maker = CmsMaker(card, document_of(live), today.clock.now, digest="sha1")
    assert hand_in(live, "form", maker.make()).code == "signature-invalid"


# ---------------------------------------------------------------------------- time stamps
@pytest.mark.parametrize("wanted", ["cades-t-detached", "pades-b-t"])
def test_a_missing_time_stamp_is_refused(today: Desk, wanted: str) -> None:
    card = own_card(today)
    live = today.open("application", formats=(wanted, wanted))
    document = document_of(live)
    bare = (
        signed_pdf(today, card, document, stamped=False)
        if wanted == "pades-b-t"
        else CmsMaker(card, document, today.clock.now).make()
    )
    answer = hand_in(live, "form", bare)
    assert (answer.code, answer.json["detail"]) == (
        "signature-invalid",
        "The time stamp is missing.",
    )


def test_a_time_stamp_for_something_else_is_refused(today: Desk) -> None:
    answer = stamped_by(today, lambda _value: stamp(today, b"another"))
    assert "for something else" in answer.json["detail"]


def test_a_time_stamp_by_a_strange_server_is_refused(tmp_path: Path, today: Desk) -> None:
    from tests.sandbox.portal.desk import make_desk

    (tmp_path / "strange").mkdir()
    strange = make_desk(tmp_path / "strange")
    strange.clock.now = today.clock.now
    answer = stamped_by(today, lambda value: stamp(strange, value))
    strange.portal.database.close()
    assert "not trusted" in answer.json["detail"]


def test_a_time_stamp_that_comes_too_late_is_refused(today: Desk) -> None:
    def late(value: bytes) -> cms.ContentInfo:
        today.clock.now += 2 * 3600 + 1
        token = stamp(today, value)
        today.clock.now -= 2 * 3600
        return token

    assert "not of the signing time" in stamped_by(today, late).json["detail"]


def stamped_by(desk: Desk, stamper: Callable[[bytes], cms.ContentInfo]) -> Any:
    card = own_card(desk)
    live = desk.open("application", formats=("cades-t-detached",) * 2)
    maker = CmsMaker(card, document_of(live), desk.clock.now, stamp=stamper)
    answer = hand_in(live, "form", maker.make())
    assert (answer.status, answer.code) == (422, "signature-invalid")
    return answer


# ---------------------------------------------------------------------------- certificates
@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (timedelta(days=-30), timedelta(days=-1), "certificate-expired"),
        (timedelta(days=1), timedelta(days=30), "certificate-not-eligible"),
    ],
)
def test_validity_by_the_path(today: Desk, begins: timedelta, ends: timedelta, code: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    card = own_card(today, not_before=now + begins, not_after=now + ends)
    assert sign_all(today.open("e-onay-grant"), card)[0].code == code


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_a_certificate_without_standing_is_refused(today: Desk, status: str) -> None:
    card = own_card(today)
    live = today.open("e-onay-grant")
    puk_store.set_status(today.portal, SERIAL, status)
    assert sign_all(live, card)[0].code == "certificate-revoked"


def test_a_forged_certificate_of_our_issuer_leads_to_no_root(today: Desk) -> None:
    """Enrolled, and it names our issuer and its key, but another key has signed it."""
    own = own_authority(today.portal)
    forger = SandboxCa()
    forged = SandboxCa(
        {
            name: type(authority)(authority.certificate, forger.authorities[name].key)
            for name, authority in own.authorities.items()
        }
    )
    issued = forged.issue(CertificateKind.NES, "p384")
    # The forger writes our issuer's key identifier, or nobody would look for our root.
    patched = issued.certificate_der.replace(key_id(forger), key_id(own))
    puk_store.enrol(today.portal, SERIAL, patched, bytearray(PUK))
    card = IssuedCertificate(patched, issued.private_key_pkcs8_der)
    answer = sign_all(today.open("e-onay-grant"), card)[0]
    assert answer.code == "certificate-not-eligible"
    assert "no root" in answer.json["detail"]


def key_id(authority: SandboxCa) -> bytes:
    from cryptography import x509

    key = authority.authorities["nes"].key.public_key()
    return x509.SubjectKeyIdentifier.from_public_key(key).digest


# ---------------------------------------------------------------------------- effects
def e_onay(desk: Desk) -> float | None:
    with desk.portal.database.read() as db:
        person = people.find(db, "10000000146")
        assert person is not None
        return person.e_onay_since


def test_e_onay_is_given_and_removed(desk: Desk, card: IssuedCertificate) -> None:
    assert e_onay(desk) is None
    live = desk.open("e-onay-grant")
    assert e_onay(desk) is None
    sign_all(live, card)
    assert e_onay(desk) == desk.clock.now
    assert live.ask("DELETE").status == 204  # too late: it has taken effect
    assert live.outcome("succeeded").status == 204
    assert live.outcome("cancelled").code == "outcome-conflict"
    desk.clock.now += 60
    sign_all(desk.open("e-onay-revoke"), card)
    assert e_onay(desk) is None


def test_signatures_take_effect_together_or_not_at_all(today: Desk) -> None:
    card = own_card(today)
    half, whole = today.open("application"), today.open("application")
    assert hand_in(half, "form", signed(half, card, "form")).status == 200
    assert half.ask("DELETE").status == 204
    assert hand_in(half, "undertaking", signed(whole, card, "undertaking")).code == "session-over"
    sign_all(whole, card)
    with today.portal.database.read() as db:
        effective = {r.id: r.effective_at is not None for r in db.query(SessionRow)}
        noted = [r.session_id for r in db.query(AuditRow).filter_by(event="signatures-in-effect")]
    assert effective == {half.view["id"]: False, whole.view["id"]: True}
    assert noted == [whole.view["id"]]


def test_a_login_tells_who_signed(desk: Desk) -> None:
    other = enrol(desk, "OTHER", serial_number="20000000292")
    live = desk.open("login", serials=())
    assert sign_all(live, other)[0].status == 200
    with desk.portal.database.read() as db:
        row = db.get_one(SessionRow, live.view["id"])
        assert row.signer_id == "20000000292"


# ---------------------------------------------------------------------------- second opinions
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_believes_the_time_stamp(tmp_path: Path, desk: Desk) -> None:
    (tmp_path / "data").write_bytes(b"something")
    make = "openssl ts -query -data data -sha384 -cert -out query"
    subprocess.run(make.split(), cwd=tmp_path, check=True, capture_output=True)
    headers = {"Content-Type": "application/timestamp-query"}
    query = (tmp_path / "query").read_bytes()
    answer = desk.ask("POST", "/tsa", content=query, headers=headers)
    assert answer.headers["content-type"] == "application/timestamp-reply"
    (tmp_path / "answer").write_bytes(answer.body)
    root = desk.ask("GET", "/ca/root.crt").body
    (tmp_path / "root.der").write_bytes(root)
    make = "openssl x509 -inform DER -in root.der -out root.pem"
    subprocess.run(make.split(), cwd=tmp_path, check=True, capture_output=True)
    verify = "openssl ts -verify -queryfile query -in answer -CAfile root.pem -attime "
    done = subprocess.run(
        [*verify.split(), str(int(desk.clock.now))], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
