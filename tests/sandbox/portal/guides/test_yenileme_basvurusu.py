"""“Yenileme Başvurusu”: from the e-mail with the password to the e-signed application."""

from playwright.sync_api import Page, expect

from tests.sandbox.portal.guides.application import World
from tests.sandbox.portal.guides.conftest import link_on, newest, picture_of


def test_from_the_e_mail_to_the_signature(page: Page, world: World) -> None:
    page.goto("/basvuru")
    page.get_by_role("link", name="Başvuru Formu Erişim Parolamı Bilmiyorum").click()
    page.get_by_label("Kimlik No").fill("10000000146")
    page.get_by_role("button", name="Parola gönder").click()
    page.get_by_label("Kimlik No").fill("10000000146")
    page.get_by_label("Resimdeki Yazı").fill(picture_of(page))
    page.get_by_label("Başvuru Formu Erişim Parolası").fill(newest(page, "/e-posta"))
    page.get_by_role("button", name="Giriş").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sipariş Formu Seçimi")
    page.get_by_role("link", name="Yenileme Başvuru").click()
    page.get_by_label("Sertifikam İnternette Yayınlanmasın").check()
    page.get_by_label("Cep telefonu").fill("05551234567")
    page.get_by_label("E-posta").fill("a@ornek.gov.tr")
    page.get_by_label("Güvenlik Sözcüğü", exact=False).first.fill("deneme")
    page.get_by_label("Güvenlik sözcüğü (Tekrar)").fill("deneme")
    page.get_by_role("button", name="Formu Onayla").click()
    page.get_by_label("SMS Onay Kodu").fill(newest(page, "/sms"))
    page.get_by_role("button", name="Onayla").click()
    expect(page.get_by_role("button", name="Islak İmzalı Başvuru Arayüzü")).to_be_visible()
    page.get_by_role("button", name="Elektronik İmzalı Başvuru Arayüzü").click()
    with world.application(link_on(page)) as application:
        application.take_link()
        assert application.sign(documents=2) == "Başvurunuz imzalandı."
    expect(page.get_by_text("Başvurunuz imzalandı.")).to_be_visible()
    page.get_by_role("link", name="Başvurularıma dön").click()
    expect(page.get_by_text("İmzalandı, üretim bekleniyor")).to_be_visible()
