"""“E-Onay Adımları”: given, seen to be given, removed."""

from playwright.sync_api import Page, expect

from tests.sandbox.portal.guides.application import Application, World
from tests.sandbox.portal.guides.conftest import code_on, link_on


def test_adim_1_to_10_and_back(page: Page, world: World) -> None:
    # 1.-5. Adım
    page.goto("/giris")
    page.locator("form[action='/giris/deneme'] button").first.click()
    # 6. Adım: E-Onay İşlemleri; nothing was given, so it goes on
    page.get_by_role("link", name="E-Onay İşlemleri").click()
    expect(page.get_by_text("E-Onay vermediniz.")).to_be_visible()
    expect(page.get_by_text("kaldırmak istiyorum")).to_have_count(0)
    # 7. Adım: Devam; not without the sentence
    page.get_by_role("button", name="Devam").click()
    expect(page.get_by_role("alert")).to_contain_text("kutuyu işaretleyiniz")
    page.get_by_label("onay veriyorum").check()
    page.get_by_role("button", name="Devam").click()
    # 8. Adım: the code
    expect(page.get_by_role("heading", level=1)).to_contain_text("E-Onay veriyorsunuz")
    # 9.-10. Adım: “Uygulamada aç”; the application signs; E-Onay sonucu
    with world.application(link_on(page)) as application:
        application.take_link()
        assert application.sign() == "E-Onayınız verildi."
        expect(page.get_by_text("E-Onayınız VERİLDİ.")).to_be_visible()
        remove(page, world, application)
    page.get_by_role("banner").get_by_role("button", name="Çıkış").click()
    expect(page.get_by_text("Çıkış yaptınız.")).to_be_visible()


def remove(page: Page, world: World, application: Application) -> None:
    """E-Onay as it was given; the link goes to the window that is open already."""
    # “… görürseniz herhangi bir işlem yapmanıza gerek kalmadan Çıkış”
    page.goto("/e-onay")
    expect(page.get_by_text("E-Onayınız VERİLMİŞ durumda.")).to_be_visible()
    page.get_by_label("Daha önce vermiş olduğum E-Onayı kaldırmak istiyorum.").check()
    page.get_by_role("button", name="kaldırmaya devam et").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("KALDIRIYORSUNUZ")
    world.hand_over(link_on(page))
    application.take_link()
    assert application.sign(sure=True) == "E-Onayınız kaldırıldı."
    expect(page.get_by_text("E-Onayınız KALDIRILDI.")).to_be_visible()
    page.goto("/e-onay")
    expect(page.get_by_text("E-Onay vermediniz.")).to_be_visible()


def test_e_imzali_giris(page: Page, world: World) -> None:
    page.goto("/giris")
    page.get_by_role("button", name="E-imzalı Giriş").click()
    digits = page.locator("#match").inner_text()
    assert len(digits) == 2
    with world.application() as application:
        application.type_code(code_on(page))
        assert application.sign(match=digits) == "Giriş isteğiniz imzalandı."
    expect(page.get_by_text("E-imzanızla giriş yaptınız.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("NES İşlemleri")
