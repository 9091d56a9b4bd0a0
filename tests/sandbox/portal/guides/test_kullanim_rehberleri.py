"""“NES Kullanım Rehberi” and “Mali Mühür Kullanım Rehberi”."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.services import puk_store
from tests.equipment.display import Display
from tests.sandbox.portal.guides.application import World
from tests.sandbox.portal.guides.conftest import (
    code_on,
    link_on,
    newest,
    picture_of,
    practice_world,
)

NES, SEAL = "10000000146", "1234567890"


@pytest.fixture(scope="module")
def seal(
    tmp_path_factory: pytest.TempPathFactory, display: Display, session: dict[str, str]
) -> Iterator[World]:
    """A world with a Mali Mühür whose first PIN the portal knows."""
    folder = tmp_path_factory.mktemp("seal") / "w"
    with practice_world(folder, CertificateKind.MALI_MUHUR, display, session) as world:
        practice = world.practice
        secrets = bytearray(practice._puk.encode()), bytearray(world.pin.encode())
        der = practice._issued.certificate_der
        puk_store.enrol(practice.portal._portal, practice.card_serial, der, *secrets)
        yield world


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


def test_mali_muhur_kullanim_rehberi(
    new_page: Callable[..., Page], seal: World, tmp_path: Path
) -> None:
    page, first_pin = new_page(base_url=seal.url), seal.pin
    page.goto("/giris")
    sign_in(page, SEAL)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mali Mühür İşlemleri")
    expect(page.get_by_role("link", name="E-Onay İşlemleri")).to_have_count(0)
    # 6. Adım and “8 Uyarı”
    page.get_by_role("link", name="PIN / PUK Bilgisi").click()
    page.get_by_role("button", name="Göster").click()
    expect(page.get_by_text(first_pin)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Parolalarımı Kaydet").click()
    download.value.save_as(tmp_path / "pin.pdf")
    assert first_pin.encode() in (tmp_path / "pin.pdf").read_bytes()
    page.get_by_role("link", name="Parolalarımı Sil").click()
    page.get_by_label("PIN kodumu biliyorum").check()
    page.get_by_role("button", name="Parolalarımı Sil").click()
    expect(page.get_by_text("PIN bilginiz silindi.")).to_be_visible()
    # Kilit Çözme, in the window
    page.get_by_role("banner").get_by_role("link", name="Ana Sayfa").click()
    page.get_by_role("button", name="PIN Oluşturma/Kilit Çözme").click()
    seen = seal.practice.portal.sms()
    with seal.application(link_on(page)) as application:
        application.take_link()
        assert application.set_pin(seen) == "İşleminiz Başarılıdır."
    expect(page.get_by_text("İşleminiz Başarılıdır.")).to_be_visible()
    assert seal.practice.refusal_of(seal.pin.encode()) is None
    assert seal.practice.refusal_of(first_pin.encode()) is not None
    # E-imzalı Giriş with the seal and its new PIN
    page.get_by_role("banner").get_by_role("button", name="Çıkış").click()
    page.get_by_role("link", name="Giriş", exact=True).click()
    page.get_by_role("button", name="E-imzalı Giriş").click()
    page.get_by_role("button", name="mali mühürle giriş").click()
    expect(page.get_by_text("Mali mühür", exact=False).first).to_be_visible()
    with seal.application() as application:
        application.type_code(code_on(page))
        digits = page.locator("#match").inner_text()
        assert application.sign(match=digits) == "Giriş isteğiniz imzalandı."
    expect(page.get_by_role("heading", level=1)).to_have_text("Mali Mühür İşlemleri")
    # Sertifikamı İptal Et
    page.goto("/iptal/mali-muhur")
    page.get_by_role("link", name="Sertifikamı İptal Et").click()
    page.get_by_label("İptal nedeni").select_option("Başka bir neden")
    page.get_by_label("bir daha kullanılamayacağını anladım").check()
    page.get_by_role("button", name="Sertifikamı İptal Et").click()
    expect(page.get_by_text("Sertifika iptal edildi.")).to_be_visible()
