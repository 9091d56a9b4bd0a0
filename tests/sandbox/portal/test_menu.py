"""Every entry of the menus really changes something, and only what it says."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate
from kamusm_esign.sandbox.portal.authority.own import own_authority
from kamusm_esign.sandbox.portal.pages.person import ENTRIES, PATHS
from kamusm_esign.sandbox.portal.services import codes, puk_store
from kamusm_esign.sandbox.portal.services.sign_in import SMS_LIMIT, send_sms
from kamusm_esign.sandbox.portal.tables import AuditRow, Card
from tests.sandbox.portal.browser import Browser
from tests.sandbox.portal.desk import PUK, SERIAL, Desk, Live, enrol
from tests.sandbox.portal.signer import sign_all

ON_BOTH = True
FIRST_PIN = b"864209"


@pytest.fixture
def own(empty_desk: Desk) -> Desk:
    """A portal with a NES of its own authority that ends in 100 days, and a Mali Mühür."""
    make_card(empty_desk, SERIAL, CertificateKind.NES, days=100)
    make_card(empty_desk, "MM-1", CertificateKind.MALI_MUHUR, days=100)
    return empty_desk


def make_card(
    desk: Desk, serial: str, kind: CertificateKind, days: int, first_pin: bytes = FIRST_PIN
) -> None:
    now = datetime.fromtimestamp(int(desk.clock.now), UTC)
    begins, ends = now - timedelta(days=900), now + timedelta(days=days)
    issued = own_authority(desk.portal).issue(kind, "p384", not_before=begins, not_after=ends)
    puk_store.enrol(
        desk.portal, serial, issued.certificate_der, bytearray(PUK), bytearray(first_pin)
    )
    KEYS[serial] = issued


KEYS: dict[str, IssuedCertificate] = {}


def card(desk: Desk, serial: str = SERIAL) -> Card:
    with desk.portal.database.read() as db:
        return db.get_one(Card, serial)


def events(desk: Desk) -> list[str]:
    with desk.portal.database.read() as db:
        return [row.event for row in db.query(AuditRow).order_by(AuditRow.id)]


def test_every_entry_leads_somewhere(own: Desk) -> None:
    browser = Browser(own).sign_in()
    for menu, names in ENTRIES.items():
        browser.go(f"/{menu}")
        for name in names:
            path = PATHS[name].format(menu=menu)
            assert path in browser.text
            if name != "pin":
                assert Browser.go(browser, path).status == 200
                browser.go(f"/{menu}")
    assert "/e-onay" not in browser.text  # not for companies


def test_details_stand_behind_the_serial_number(own: Desk) -> None:
    browser = Browser(own).sign_in()
    browser.go("/sertifikalar/nes")
    link = f"/sertifikalar/nes/{card(own).certificate_number}"
    assert link in browser.links()
    browser.go(link)
    assert "E-İmza Deneme Sertifika Sağlayıcısı" in browser.text
    assert "EC secp384r1" in browser.text
    number = card(own, "MM-1").certificate_number
    assert browser.go(f"/sertifikalar/nes/{number}").status == 404


def test_a_suspended_certificate_is_so_everywhere_until_it_is_opened(own: Desk) -> None:
    browser = Browser(own).sign_in()
    number = card(own).certificate_number
    browser.go("/sertifikalar/nes")
    browser.send(f"/sertifikalar/nes/{number}/aski")
    assert "Sertifika askıya alındı." in browser.text
    assert card(own).status == "suspended"
    assert crl_reason(own) is x509.ReasonFlags.certificate_hold
    assert ocsp_status(own) is ocsp.OCSPCertStatus.REVOKED
    browser.go("/aski/nes")
    browser.send(f"/aski/nes/{number}")
    assert card(own).status == "good"
    assert crl_reason(own) is None
    assert ocsp_status(own) is ocsp.OCSPCertStatus.GOOD
    assert events(own)[-2:] == ["certificate-suspended", "certificate-good"]


def test_revoking_is_for_good_and_wants_to_be_sure(own: Desk) -> None:
    browser = Browser(own).sign_in()
    number = card(own).certificate_number
    action = f"/iptal/nes/{number}"
    browser.go(action)
    assert " selected>" not in browser.text  # no reason is told that nobody has chosen
    for reason in ("", "none of them"):
        assert browser.send(action, reason=reason, sure="yes").status == 422
        assert "İptal nedenini seçiniz." in browser.text
    assert browser.send(action, reason="lost").status == 422
    assert "onay kutusunu işaretleyiniz" in browser.text
    assert '<option value="lost" selected>' in browser.text
    assert card(own).status == "good"
    browser.send(action, reason="lost", sure="yes")
    assert card(own).status == "revoked"
    assert ocsp_status(own) is ocsp.OCSPCertStatus.REVOKED
    browser.go("/sertifikalar/nes")
    assert f"{number}/aski" not in browser.text
    csrf = browser.fields("/cikis")["csrf"]
    browser.go(f"/aski/nes/{number}", {"csrf": csrf})
    assert "hiçbir şey değişmedi" in browser.text
    assert card(own).status == "revoked"


def test_what_was_revoked_stays_so_when_its_card_gets_another(own: Desk) -> None:
    first = card(own)
    browser = Browser(own).sign_in()
    browser.go(f"/iptal/nes/{first.certificate_number}")
    browser.send(f"/iptal/nes/{first.certificate_number}", reason="lost", sure="yes")
    revoked_at = card(own).status_at
    own.clock.now += 60
    make_card(own, SERIAL, CertificateKind.NES, days=1000)
    second = card(own)
    assert (second.status, second.status_reason) == ("good", "")
    assert numbers_in_crl(own) == {int(first.certificate_number, 16)}
    told = ocsp_answer(own, first)
    assert told.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert told.revocation_reason is x509.ReasonFlags.key_compromise
    assert told.revocation_time_utc == datetime.fromtimestamp(int(revoked_at), UTC)
    assert ocsp_answer(own, second).certificate_status is ocsp.OCSPCertStatus.GOOD
    # nor does it come to life where the card gets it back
    puk_store.enrol(own.portal, SERIAL, first.certificate, bytearray(PUK))
    assert (card(own).status, card(own).status_reason) == ("revoked", "lost")
    assert numbers_in_crl(own) == {int(first.certificate_number, 16)}


def numbers_in_crl(desk: Desk) -> set[int]:
    found = [r.serial_number for r in x509.load_der_x509_crl(desk.ask("GET", "/ca/nes.crl").body)]
    assert len(set(found)) == len(found)
    return set(found)


def crl_reason(desk: Desk) -> x509.ReasonFlags | None:
    """What the list says of the card; None where it is not in it, or without a reason."""
    body = desk.ask("GET", "/ca/nes.crl").body
    crl = x509.load_der_x509_crl(body)
    assert crl.is_signature_valid(own_authority(desk.portal).authorities["nes"].key.public_key())
    number = int(card(desk).certificate_number, 16)
    entry = crl.get_revoked_certificate_by_serial_number(number)
    told = () if entry is None else entry.extensions
    return next((e.value.reason for e in told if isinstance(e.value, x509.CRLReason)), None)


def ocsp_status(desk: Desk) -> ocsp.OCSPCertStatus:
    return ocsp_answer(desk, card(desk)).certificate_status


def ocsp_answer(desk: Desk, about: Card) -> ocsp.OCSPResponse:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    certificate = x509.load_der_x509_certificate(about.certificate)
    issuer = own_authority(desk.portal).authorities["nes"].certificate
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    asked = builder.add_extension(x509.OCSPNonce(b"12345678"), False).build()
    answer = desk.ask("POST", "/ca/ocsp", content=asked.public_bytes(Encoding.DER))
    found = ocsp.load_der_ocsp_response(answer.body)
    assert found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"12345678"
    return found


def test_facts_are_updated_whole_or_not_at_all(own: Desk) -> None:
    browser = Browser(own).sign_in()
    browser.go("/bilgi/nes")
    wrong = {"phone": "123", "email": "x", "word": "abc", "word_again": "abd"}
    assert browser.send("/bilgi/nes", **wrong).status == 422
    for words in ("11 haneli", "E-posta adresi eksik", "4–40 karakter", "aynı değil"):
        assert words in browser.text
    right = {"phone": "05551234567", "email": "a@b.tr", "address": "<Ankara>"}
    browser.send("/bilgi/nes", **right, word="yeni sözcük", word_again="yeni sözcük")
    assert browser.fields("/bilgi/nes")["address"] == "<Ankara>"
    browser.send("/cikis")
    browser.go("/giris/e-devlet/kapi?yol=e-imza")
    for word, path in (("deneme", "/giris/e-devlet/kapi?yol=e-imza"), ("yeni sözcük", "/nes")):
        browser.send("/giris/e-devlet/kapi?yol=e-imza", holder_id=card(own).holder_id, word=word)
        assert browser.path == path


def test_the_first_pin_is_shown_saved_and_deleted_for_good(own: Desk) -> None:
    browser = Browser(own).sign_in()
    browser.go("/pin-bilgisi/nes")
    assert FIRST_PIN.decode() not in browser.text
    assert "PUK gösterilmez." in browser.text
    browser.send("/pin-bilgisi/nes/goster")
    assert FIRST_PIN.decode() in browser.text
    pdf = browser.send("/pin-bilgisi/nes/kaydet")
    assert pdf.headers["content-type"] == "application/pdf"
    assert FIRST_PIN in pdf.body
    browser.go("/pin-bilgisi/nes/sil")
    assert browser.send("/pin-bilgisi/nes/sil").status == 422
    browser.send("/pin-bilgisi/nes/sil", sure="yes")
    assert "Kayıtlı PIN bilgisi yok" in browser.text
    assert card(own).first_pin is None
    assert card(own, "MM-1").first_pin is not None
    assert events(own)[-3:] == ["first-pin-shown", "first-pin-saved", "first-pin-deleted"]


def test_each_card_has_its_first_pin_also_where_two_end_alike(empty_desk: Desk) -> None:
    pins = {"AA-10012": b"111222", "AA-20012": b"333444"}
    for serial, pin in pins.items():
        make_card(empty_desk, serial, CertificateKind.NES, days=100, first_pin=pin)
    browser = Browser(empty_desk).sign_in()
    browser.go("/pin-bilgisi/nes")
    browser.send("/pin-bilgisi/nes/goster")
    shown = re.findall(r"<dt>Kart (\S+)</dt><dd[^>]*>(\d+)</dd>", browser.text)
    assert shown == [("…10012", "111222"), ("…20012", "333444")]
    pdf = browser.send("/pin-bilgisi/nes/kaydet").body
    assert all(pin in pdf for pin in pins.values())


def test_a_new_pin_ends_the_first_one(own: Desk) -> None:
    browser = Browser(own).sign_in()
    browser.send("/pin/nes")
    live = Live(own, own.exchange(browser.code).json)
    live.ask("POST", "/step-up")
    live.check(browser.message("/sms"))
    assert live.unblock().status == 200
    assert live.outcome("succeeded").status == 204
    assert card(own).first_pin is None
    browser.go("/kod")
    assert "PIN kodunuz başarıyla değiştirildi" in browser.text


def test_the_first_pin_of_all_has_a_code_of_its_own(own: Desk) -> None:
    browser = Browser(own).sign_in()
    browser.send("/pin/nes")
    browser.send("/pin/nes", job="pin-create")
    assert own.exchange(browser.code).json["purpose"] == "pin-create"


@pytest.mark.parametrize(
    ("mine", "strangers", "elsewhere"),
    [
        (CertificateKind.NES, CertificateKind.MALI_MUHUR, "/mali-muhur"),
        (CertificateKind.MALI_MUHUR, CertificateKind.NES, "/nes"),
        (CertificateKind.MALI_MUHUR, CertificateKind.NES, "/e-onay"),
    ],
)
def test_a_pin_code_stays_with_the_cards_that_it_was_made_for(
    empty_desk: Desk, mine: CertificateKind, strangers: CertificateKind, elsewhere: str
) -> None:
    make_card(empty_desk, "MINE-1234", mine, days=100)
    browser = Browser(empty_desk).sign_in()
    enrol(empty_desk, "THEIRS-5678", strangers)
    menu = browser.path
    browser.send(f"/pin{menu}")
    browser.go(elsewhere)
    browser.go("/kod")
    assert "1234" in browser.text
    assert f'action="/pin{menu}"' in browser.text  # where the first PIN of all is offered
    browser.send("/kod/yeni")
    view = empty_desk.exchange(browser.code).json
    assert view["eligible_token_serials"] == ["MINE-1234"]


def test_no_new_pin_code_without_a_card(own: Desk) -> None:
    browser = Browser(own).sign_in()
    browser.send("/pin/nes")
    with own.portal.database.write() as db:
        db.delete(db.get_one(Card, SERIAL))
    browser.send("/kod/yeni")
    assert browser.path == "/nes"
    assert "Bu menüde kayıtlı kartınız yok." in browser.text
    assert events(own).count("code-issued") == 1


@pytest.mark.parametrize("purpose", codes.PIN_PURPOSES)
def test_no_web_page_makes_a_code_for_anybodys_card(own: Desk, purpose: str) -> None:
    with pytest.raises(ValueError, match="needs its cards"):
        own.code(purpose, serials=(), web_login="a visit")


def test_e_onay_says_what_is_so_and_does_what_it_says(own: Desk) -> None:
    browser = Browser(own).sign_in()
    for wanted, state, done in (
        ("e-onay-grant", "E-Onay vermediniz.", "E-Onayınız VERİLDİ."),
        ("e-onay-revoke", "E-Onayınız VERİLMİŞ durumda.", "E-Onayınız KALDIRILDI."),
    ):
        browser.go("/e-onay")
        assert state in browser.text
        assert browser.send("/e-onay").status == 422
        other = "e-onay-revoke" if wanted == "e-onay-grant" else "e-onay-grant"
        assert browser.send("/e-onay", want=other).status == 422
        browser.send("/e-onay", want=wanted)
        live = Live(own, own.exchange(browser.code).json)
        assert live.view["purpose"] == wanted
        assert sign_all(live, KEYS[SERIAL])[0].status == 200
        assert browser.go("/kod/durum").json["state"] == "succeeded"
        browser.go("/kod")
        assert done in browser.text
        assert live.outcome("succeeded").status == 204


def test_a_company_without_a_nes_gets_no_code_for_e_onay(empty_desk: Desk) -> None:
    make_card(empty_desk, "MM-1", CertificateKind.MALI_MUHUR, days=100)
    browser = Browser(empty_desk).sign_in()
    csrf = browser.fields("/cikis")["csrf"]
    for form in (None, {"csrf": csrf, "want": "e-onay-grant"}):
        browser.go("/e-onay", form)
        assert browser.path == "/nes"
        assert "Bu menüde kayıtlı kartınız yok." in browser.text
    assert "code-issued" not in events(empty_desk)


# ---------------------------------------------------------------------------- renewal
def applicant(own: Desk) -> Browser:
    """Signed in with the password of the form, at the list of orders."""
    browser = Browser(own)
    browser.go("/basvuru")
    password = browser.message("/e-posta")
    browser.send(
        "/basvuru", holder_id=card(own).holder_id, word=password, picture=browser.picture()
    )
    assert browser.path == "/basvuru/siparisler"
    return browser


def confirmed(own: Desk) -> Browser:
    """The form is filled in and confirmed; how is it to be signed?"""
    browser = applicant(own)
    form = next(link for link in browser.links() if link.endswith("/form"))
    browser.go(form)
    assert browser.send(form, phone="05551234567", email="a@b.tr").status == 422
    words = {"word": "sözcük", "word_again": "sözcük"}
    browser.send(form, phone="05551234567", email="a@b.tr", unpublished="yes", **words)
    action = form.replace("/form", "/sms")
    assert browser.path == action
    assert browser.send(action, otp="x").status == 422
    browser.send(action, otp=browser.message("/sms"))
    assert browser.path == form.replace("/form", "/imza")
    return browser


def test_looking_at_the_sms_page_sends_nothing(own: Desk) -> None:
    for _ in range(SMS_LIMIT.tries):  # so that none is sent with the form
        send_sms(own.portal, "login", "another visit", card(own).holder_id)
    browser = applicant(own)
    form = next(link for link in browser.links() if link.endswith("/form"))
    browser.go(form)
    words = {"word": "sözcük", "word_again": "sözcük"}
    browser.send(form, phone="05551234567", email="a@b.tr", **words)
    assert browser.path == "/basvuru/siparisler"
    assert "çok sayıda SMS" in browser.text
    first = browser.message("/sms")
    action = form.replace("/form", "/sms")
    own.clock.now += SMS_LIMIT.seconds
    for _ in range(3):
        assert "Kodu gönder" in browser.go(action).body.decode()
    assert browser.message("/sms") == first
    browser.go(action)
    browser.send(action)
    assert browser.path == action
    browser.send(action, otp=browser.message("/sms"))
    assert browser.path == form.replace("/form", "/imza")


def test_a_renewal_that_is_signed_with_the_card(empty_desk: Desk) -> None:
    empty_desk.clock.now = time.time()  # for pyHanko, which asks no other clock
    make_card(empty_desk, SERIAL, CertificateKind.NES, days=100)
    browser = confirmed(empty_desk)
    assert "E-Onaylı Başvuru" not in browser.text  # none was given
    browser.send(browser.path, way="electronic")
    live = Live(empty_desk, empty_desk.exchange(browser.code).json)
    assert [d["media_type"] for d in live.view["documents"]] == ["application/pdf"] * 2
    assert b"05551234567" in live.ask("GET", "/documents/form").body
    assert state_of(empty_desk) == "confirmed"
    assert [a.status for a in sign_all(live, KEYS[SERIAL])] == [200, 200]
    assert state_of(empty_desk) == "signed"
    browser.go("/kod")
    assert "Başvurunuz imzalandı." in browser.text
    browser.go("/basvuru/siparisler")
    assert "Yapmanız gereken bir şey yok" in browser.text


def state_of(own: Desk) -> str:
    from kamusm_esign.sandbox.portal.tables import Application

    with own.portal.database.read() as db:
        return db.query(Application).one().state


def test_a_renewal_by_hand_and_what_happens_next(own: Desk) -> None:
    browser = confirmed(own)
    action = browser.path
    browser.send(action, way="paper")
    pdf = browser.go(action.replace("/imza", "/belge.pdf"))
    assert b"05551234567" in pdf.body
    browser = Browser(own).sign_in()
    browser.go("/durum/nes")
    arrived = re.findall(r'action="(/durum/nes/[^"]*/evrak)"', browser.text)[0]
    browser.send(arrived)
    assert "bitişe 2 ay kala üretilir" in browser.text
    own.clock.now += 40 * 24 * 3600 - 60
    assert state_of(own) == "signed"
    own.clock.now += 120
    browser = Browser(own).sign_in()
    browser.go("/durum/nes")
    assert "Sertifikanız üretildi" in browser.text
    browser.go("/sertifikalar/nes")
    assert "Henüz geçerli değil" in browser.text
    with own.portal.database.read() as db:
        old, new = sorted(
            (
                x509.load_der_x509_certificate(c.certificate)
                for c in db.query(Card).filter_by(kind="nes")
            ),
            key=lambda c: c.not_valid_before_utc,
        )
    assert new.not_valid_before_utc == old.not_valid_after_utc
    assert new.subject == old.subject


def test_a_renewal_by_e_onay(own: Desk) -> None:
    live = own.open("e-onay-grant", serials=())
    sign_all(live, KEYS[SERIAL])
    browser = confirmed(own)
    assert "E-Onaylı Başvuru" in browser.text
    browser.send(browser.path, way="e-onay")
    assert "E-Onayınızla alındı" in browser.text
    assert state_of(own) == "signed"


def test_a_forgotten_password_is_replaced(own: Desk) -> None:
    browser = Browser(own)
    old = browser.message("/e-posta")
    browser.go("/basvuru/parola")
    browser.send("/basvuru/parola", holder_id="99999999999")
    unknown = browser.text
    browser.go("/basvuru/parola")
    browser.send("/basvuru/parola", holder_id=card(own).holder_id)
    strip = re.compile(r'value="[^"]*"|\d \+ \d|\d artı \d')
    assert strip.sub("", browser.text) == strip.sub("", unknown)
    assert browser.message("/e-posta") != old
    applicant(own)
