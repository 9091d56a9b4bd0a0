"""What is wrong is named as the page names its fields, and what is written is in its language."""

import pytest

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.texts import texts
from tests.sandbox.portal.browser import Browser
from tests.sandbox.portal.desk import SERIAL, Desk
from tests.sandbox.portal.test_menu import make_card

ON_BOTH = True


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/giris/e-devlet/kapi?yol=sifre", "tr", "numarasını ve “e-Devlet Şifresi” alanını"),
        ("/giris/e-devlet/kapi?yol=e-imza", "en", "number and the field “Word instead of a sig"),
        ("/basvuru", "tr", "Numarayı, resimdeki yazıyı ve erişim parolasını kontrol ediniz."),
        ("/basvuru", "en", "Check the number, the picture and the password."),
        ("/giris/sifreli", "tr", "Numarayı, resimdeki yazıyı ve sözcüğü kontrol ediniz."),
    ],
)
def test_a_refusal_names_the_fields_of_its_page(
    desk: Desk, path: str, language: str, words: str
) -> None:
    browser = Browser(desk, language)
    browser.go(path)
    assert browser.send(path, holder_id="1", word="x").status == 422
    assert words in browser.text


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_pdf_says_in_which_language_it_is(empty_desk: Desk, language: str) -> None:
    make_card(empty_desk, SERIAL, CertificateKind.NES, days=100)
    browser = Browser(empty_desk, language).sign_in()
    browser.go("/pin-bilgisi/nes")
    pdf = browser.send("/pin-bilgisi/nes/kaydet").body
    assert b"/Lang (%s)" % language.encode() in pdf


def test_what_removing_e_onay_means_is_signed_as_the_page_says_it(desk: Desk) -> None:
    (page,) = texts("tr")["e_onay"]["e-onay-revoke"]["body"]
    assert "e-imzanız olmadığında başvurularınızı ıslak imzalı yapmanız gerekir." in page
    (document,) = (live := desk.open("e-onay-revoke")).view["documents"]
    signed = live.ask("GET", f"/documents/{document['id']}").body.decode()
    assert "e-imzam olmadığında başvurularımı ıslak imzalı yapmam gerekir." in signed
