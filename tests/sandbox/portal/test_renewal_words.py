"""What the pages of a renewal say is so; and they say it to whom it concerns."""

import time

import pytest

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.tables import Application, Card
from tests.sandbox.portal.browser import Browser
from tests.sandbox.portal.desk import SERIAL, Desk
from tests.sandbox.portal.test_menu import applicant, card, make_card
from tests.sandbox.portal.test_renewal import filled

ON_BOTH = True


@pytest.mark.parametrize("old", ["valid", "expired", "revoked"])
def test_a_new_certificate_is_said_to_be_valid_when_it_is(empty_desk: Desk, old: str) -> None:
    own = empty_desk
    own.clock.now = time.time()
    make_card(own, SERIAL, CertificateKind.NES, days=-1 if old == "expired" else 30)
    with own.portal.database.write() as db:
        db.query(Application).one().state = "signed"
        db.get_one(Card, SERIAL).status = "revoked" if old == "revoked" else "good"
    browser = Browser(own).sign_in()
    browser.go("/durum/nes")
    assert ("Eski sertifikanız bittiği anda" in browser.text) == (old == "valid")
    assert ("şu anda geçerlidir" in browser.text) == (old != "valid")
    with own.portal.database.write() as db:
        new = str(db.query(Application).one().produced_serial)
        db.get_one(Card, new).status = "suspended"
    browser.go("/durum/nes")
    assert "Sertifikanız üretildi. Durumunu" in browser.text


def test_the_document_before_its_sms_code_is_for_the_visit_that_filled_it_in(
    empty_desk: Desk,
) -> None:
    make_card(empty_desk, SERIAL, CertificateKind.NES, days=100)
    first = applicant(empty_desk)
    document = filled(empty_desk, first).replace("/form", "/belge.pdf")
    assert b"05551234567" in first.go(document).body
    second = applicant(empty_desk)
    assert second.go(document).status == 404
    action = document.replace("/belge.pdf", "/sms")
    first.go(action)
    first.send(action, otp=first.message("/sms"))
    assert b"05551234567" in second.go(document).body


@pytest.mark.parametrize(
    ("language", "none", "only_if"),
    [
        ("tr", "Sizin için bir yenileme talebi yok.", "Kurumunuz sizin için talepte bulunduysa"),
        ("en", "No renewal has been ordered for you.", "If your institution has ordered one"),
    ],
)
def test_who_has_no_order_is_told(empty_desk: Desk, language: str, none: str, only_if: str) -> None:
    make_card(empty_desk, "MM-1", CertificateKind.MALI_MUHUR, days=100)  # brings no order along
    browser, holder_id = Browser(empty_desk, language), card(empty_desk, "MM-1").holder_id
    browser.go("/basvuru/parola")
    browser.send("/basvuru/parola", holder_id=holder_id)
    browser.go("/e-posta")
    assert only_if in browser.text
    password = browser.message("/e-posta")
    browser.go("/basvuru")
    browser.send("/basvuru", holder_id=holder_id, word=password, picture=browser.picture())
    assert browser.path == "/basvuru/siparisler"
    assert none in browser.text
    assert "<table" not in browser.text
