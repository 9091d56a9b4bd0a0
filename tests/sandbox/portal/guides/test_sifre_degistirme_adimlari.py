"""“Elektronik İmza Şifre Değiştirme Adımları”, step by step, with the real application."""

from playwright.sync_api import Page, expect

from tests.sandbox.portal.guides.application import World
from tests.sandbox.portal.guides.conftest import code_on, link_on

HOLDER = "10000000146"


def test_adim_1_to_10(page: Page, world: World) -> None:
    # 1. Adım: Giriş
    page.goto("/")
    for service in ("Borç Sorgulama ve Ödeme", "Kart Okuyucu Başvuru", "Zaman Damgası Başvuru"):
        expect(page.get_by_role("link", name=service)).to_be_visible()
    page.get_by_role("link", name="Giriş", exact=True).click()
    # 2. Adım: E-Devlet Kapısına Git
    page.get_by_role("link", name="e-Devlet ile giriş").click()
    page.get_by_role("link", name="e-Devlet Kapısına Git").click()
    # 3. Adım: one of the five ways
    for way in ("Mobil İmza", "e-İmza", "T.C. Kimlik Kartı", "İnternet Bankacılığı"):
        expect(page.get_by_role("link", name=way, exact=True)).to_be_visible()
    page.get_by_label("T.C. Kimlik No").fill(HOLDER)
    page.get_by_label("e-Devlet Şifresi").fill("deneme")
    page.get_by_role("button", name="Giriş").click()
    # 4. Adım: NES İşlemleri
    page.get_by_role("link", name="NES İşlemleri").click()
    # 5. Adım: PIN Oluşturma/Kilit Çözme
    page.get_by_role("button", name="PIN Oluşturma/Kilit Çözme").click()
    # 6. Adım: the code, its countdown, the warnings
    code = code_on(page)
    expect(page.get_by_text("Bu sayfayı kapatmayınız.")).to_be_visible()
    expect(page.get_by_text("Bu kod PUK değildir.")).to_be_visible()
    expect(page.locator("#time")).to_contain_text("Kalan süre")
    first = page.locator("#time").inner_text()
    expect(page.locator("#time")).not_to_have_text(first)
    page.get_by_role("button", name="Tekrar Kod Al").click()
    expect(page.locator("#code")).not_to_have_attribute("data-code", code)
    link_on(page)
    # 7. Adım: the application, and the code as it stands on the page
    seen = world.practice.portal.sms()
    with world.application() as application:
        application.type_code(code_on(page))
        # the page knows that it was taken
        expect(page.get_by_text("Kod uygulamaya girildi")).to_be_visible()
        # 8. and 9. Adım: card, SMS code, new PIN twice
        assert application.set_pin(seen) == "İşleminiz Başarılıdır."
    assert world.practice.refusal_of(world.pin.encode()) is None
    # 10. Adım: the page knows by itself
    expect(page.get_by_text("İşleminiz Başarılıdır.")).to_be_visible()
    expect(page.get_by_text("PIN kodunuz başarıyla değiştirildi.")).to_be_visible()


def test_without_javascript_all_but_the_countdown_works(new_page, world: World) -> None:  # type: ignore[no-untyped-def]
    page: Page = new_page(java_script_enabled=False)
    page.goto("/giris")
    page.locator("form[action='/giris/deneme'] button").first.click()
    page.get_by_role("button", name="PIN Oluşturma/Kilit Çözme").click()
    expect(page.locator("#time")).to_contain_text("Kalan süre")
    expect(page.get_by_role("button", name="Kopyala")).to_be_hidden()
    code = page.get_attribute("#code", "data-code")
    page.get_by_role("button", name="Tekrar Kod Al").click()
    assert page.get_attribute("#code", "data-code") != code
