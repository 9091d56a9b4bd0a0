"""“Yenileme Başvurusu”: from the e-mail with the password to the application, signed either way."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kamusm_esign.sandbox.portal.tables import Application
from tests.sandbox.portal.guides.application import World
from tests.sandbox.portal.guides.conftest import link_on, newest, picture_of


@pytest.fixture(autouse=True)
def _ordered(world: World) -> None:
    """The institution has ordered, and nothing was done yet."""
    with world.practice.portal._portal.database.write() as db:
        application = db.query(Application).one()
        application.state, application.form = "ordered", {}


def giris(page: Page) -> None:
    """“Resimdeki Yazı”, “Kimlik No” and “Başvuru Formu Erişim Parolası”."""
    page.goto("/basvuru")
    page.get_by_role("link", name="Başvuru Formu Erişim Parolamı Bilmiyorum").click()
    page.get_by_label("Kimlik No").fill("10000000146")
    page.get_by_role("button", name="Parola gönder").click()
    page.get_by_label("Kimlik No").fill("10000000146")
    page.get_by_label("Resimdeki Yazı").fill(picture_of(page))
    page.get_by_label("Başvuru Formu Erişim Parolası").fill(newest(page, "/e-posta"))
    page.get_by_role("button", name="Giriş").click()


def siparis_formu_secimi(page: Page) -> None:
    """“Yenileme Başvuru” bağlantısına tıklayınız."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sipariş Formu Seçimi")
    page.get_by_role("link", name="Yenileme Başvuru").click()


def basvuru_formu(page: Page) -> None:
    """Filled in, and “Formu Onayla”."""
    page.get_by_label("Sertifikam İnternette Yayınlanmasın").check()
    page.get_by_label("Cep telefonu").fill("05551234567")
    page.get_by_label("E-posta").fill("a@ornek.gov.tr")
    page.get_by_label("Güvenlik Sözcüğü", exact=False).first.fill("deneme")
    page.get_by_label("Güvenlik sözcüğü (Tekrar)").fill("deneme")
    page.get_by_role("button", name="Formu Onayla").click()


def sms_onay_kodu(page: Page) -> None:
    """To the telephone that the form names."""
    page.get_by_label("SMS Onay Kodu").fill(newest(page, "/sms"))
    page.get_by_role("button", name="Onayla").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("İmzalama yönteminin belirlenmesi")


def to_the_signature(page: Page) -> None:
    """All steps that both ways have."""
    giris(page)
    siparis_formu_secimi(page)
    basvuru_formu(page)
    sms_onay_kodu(page)


def test_yontem_1_elektronik_imzali_basvuru_arayuzu(page: Page, world: World) -> None:
    to_the_signature(page)
    page.get_by_role("button", name="Elektronik İmzalı Başvuru Arayüzü").click()
    with world.application(link_on(page)) as application:
        application.take_link()
        assert application.sign(documents=2) == "Başvurunuz imzalandı."
    expect(page.get_by_text("Başvurunuz imzalandı.")).to_be_visible()
    page.get_by_role("link", name="Başvurularıma dön").click()
    expect(page.get_by_text("İmzalandı, üretim bekleniyor")).to_be_visible()


def test_yontem_2_islak_imzali_basvuru_arayuzu(page: Page, tmp_path: Path) -> None:
    to_the_signature(page)
    # The electronic way first; who has no valid certificate finds back from its code.
    page.get_by_role("button", name="Elektronik İmzalı Başvuru Arayüzü").click()
    link_on(page)
    page.get_by_role("link", name="Başka bir imzalama yöntemi seç").click()
    page.get_by_role("button", name="Islak İmzalı Başvuru Arayüzü").click()
    # “… bir PDF belgesi oluşturulur.”
    expect(page.get_by_text("Başvuru belgenizi indiriniz, imzalayınız")).to_be_visible()
    expect(page.get_by_text("Islak imzalı evrak bekleniyor")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Başvuru belgesi (PDF)").click()
    download.value.save_as(tmp_path / "basvuru.pdf")
    content = (tmp_path / "basvuru.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"05551234567" in content
    # “… Sertifika Başvuru Sahibi tarafından imzalanır ve Kurum Yetkilisine teslim edilir.”
    page.get_by_role("button", name="Çıkış").click()
    page.goto("/giris")
    page.locator("form[action='/giris/deneme'] button").first.click()
    page.get_by_role("link", name="Başvuru Durum Sorgulama").click()
    expect(page.get_by_text("İmzaladığınız belgenin aslı bekleniyor.")).to_be_visible()
    page.get_by_role("button", name="evrakı ulaşmış say").click()
    expect(page.get_by_text("İmzalı evrakın ulaştığı kaydedildi.")).to_be_visible()
    # Production waits for the last two months of the present certificate.
    expect(page.locator("[aria-current=step]")).to_contain_text("İmzalandı, üretim bekleniyor")
