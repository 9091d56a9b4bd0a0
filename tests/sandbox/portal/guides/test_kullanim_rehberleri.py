"""“NES Kullanım Rehberi” and “Mali Mühür Kullanım Rehberi”."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.portal.services import puk_store
from tests.sandbox.portal.guides.conftest import RemoteLive, World, code_on, newest, picture_of

NES, SEAL = "10000000146", "1234567890"
SEAL_SERIAL, FIRST_PIN = "MM-0001", "864209"


@pytest.fixture(scope="module", autouse=True)
def seal(world: World) -> None:
    """A Mali Mühür whose first PIN the portal knows."""
    issued = SandboxCa().issue(CertificateKind.MALI_MUHUR, "p384")
    portal = world.practice.portal._portal
    pin, puk = bytearray(FIRST_PIN.encode()), bytearray(b"12345678")
    puk_store.enrol(portal, SEAL_SERIAL, issued.certificate_der, puk, pin)


def sign_in(page: Page, number: str) -> None:
    """4. and 5. Adım: Şifreli Giriş, picture, word, SMS."""
    page.get_by_role("link", name="Şifreli Giriş").click()
    page.get_by_label("Kimlik No / Vergi Kimlik No").fill(number)
    page.get_by_label("Resimdeki Yazı").fill(picture_of(page))
    page.get_by_label("Güvenlik Sözcüğü").fill("deneme")
    page.get_by_role("button", name="Giriş").click()
    page.get_by_label("SMS Onay Kodu").fill(newest(page, "/sms"))
    page.get_by_role("button", name="Onayla").click()


def test_nes_kullanim_rehberi(page: Page) -> None:
    # 1. and 2. Adım: chip, reader, driver
    page.goto("/ilk-adimlar")
    expect(page.get_by_text("çipli parçasını")).to_be_visible()
    expect(page.get_by_text("AKİS sürücüsünü")).to_be_visible()
    # 3. Adım
    page.goto("/giris")
    sign_in(page, NES)
    # 6. Adım: PIN / PUK Bilgisi
    expect(page.get_by_role("heading", level=1)).to_have_text("NES İşlemleri")
    page.get_by_role("link", name="PIN / PUK Bilgisi").click()
    expect(page.get_by_text("PUK gösterilmez.")).to_be_visible()
    expect(page.get_by_text("Kayıtlı PIN bilgisi yok")).to_be_visible()
    # 9 Bilgilendirme: every entry
    page.get_by_role("banner").get_by_role("link", name="Ana Sayfa").click()
    page.get_by_role("link", name="Sertifika Listeleme").click()
    page.get_by_role("button", name="Askıya al").click()
    expect(page.get_by_text("Sertifika askıya alındı.")).to_be_visible()
    page.get_by_role("link", name="Askıdan İndirme").click()
    page.get_by_role("button", name="Kullanıma Aç").click()
    expect(page.get_by_text("Sertifika kullanıma açıldı.")).to_be_visible()
    page.goto("/sertifikalar/nes")
    page.locator("dd a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sertifika ayrıntıları")


def test_mali_muhur_kullanim_rehberi(page: Page, world: World, tmp_path: Path) -> None:
    page.goto("/giris")
    sign_in(page, SEAL)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mali Mühür İşlemleri")
    expect(page.get_by_role("link", name="E-Onay İşlemleri")).to_have_count(0)
    # 6. Adım and “8 Uyarı”
    page.get_by_role("link", name="PIN / PUK Bilgisi").click()
    page.get_by_role("button", name="Göster").click()
    expect(page.get_by_text(FIRST_PIN)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Parolalarımı Kaydet").click()
    download.value.save_as(tmp_path / "pin.pdf")
    assert FIRST_PIN.encode() in (tmp_path / "pin.pdf").read_bytes()
    page.get_by_role("link", name="Parolalarımı Sil").click()
    page.get_by_label("PIN kodumu biliyorum").check()
    page.get_by_role("button", name="Parolalarımı Sil").click()
    expect(page.get_by_text("PIN bilginiz silindi.")).to_be_visible()
    # Kilit Çözme
    page.get_by_role("banner").get_by_role("link", name="Ana Sayfa").click()
    page.get_by_role("button", name="PIN Oluşturma/Kilit Çözme").click()
    live = RemoteLive(world.url, code_on(page))
    assert live.view["eligible_token_serials"] == [SEAL_SERIAL]
    assert live.view["certificate_kind"] == "mali-muhur"
    assert live.ask("POST", "/step-up").status == 202
    assert live.check(newest(page, "/sms")).status == 204
    assert live.unblock(token_serial=SEAL_SERIAL).status == 200
    assert live.outcome("succeeded", token_serial=SEAL_SERIAL).status == 204
    expect(page.get_by_text("İşleminiz Başarılıdır.")).to_be_visible()
    # Sertifikamı İptal Et
    page.goto("/iptal/mali-muhur")
    page.get_by_role("link", name="Sertifikamı İptal Et").click()
    page.get_by_label("bir daha kullanılamayacağını anladım").check()
    page.get_by_role("button", name="Sertifikamı İptal Et").click()
    expect(page.get_by_text("Sertifika iptal edildi.")).to_be_visible()
