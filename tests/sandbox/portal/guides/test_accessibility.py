"""axe-core on every page: no violation of WCAG 2.1 A or AA; nothing wider than the screen."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.services import puk_store
from kamusm_esign.sandbox.portal.tables import Application, Attempt
from tests.equipment.display import Display
from tests.sandbox.portal.desk import outcome_body, session_body
from tests.sandbox.portal.guides.application import World
from tests.sandbox.portal.guides.conftest import code_on, newest, picture_of, practice_world

OPEN = (
    "/",
    "/ilk-adimlar",
    "/hizmet/borc",
    "/giris",
    "/giris/sifreli",
    "/giris/e-devlet",
    "/giris/e-devlet/kapi?yol=mobil-imza",
    "/basvuru",
    "/basvuru/parola",
    "/sms",
    "/e-posta",
    "/none",
)
SIGNED_IN = (
    "/nes",
    "/mali-muhur",
    "/sertifikalar/nes",
    "/aski/nes",
    "/iptal/nes",
    "/bilgi/nes",
    "/pin-bilgisi/nes",
    "/pin-bilgisi/nes/sil",
    "/e-onay",
    "/durum/nes",
    "/kod",
)
HOLDER = "10000000146"
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
LOOKS = (
    {"locale": "tr-TR", "color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 375, "height": 700}},
)
PICTURES = os.environ.get("PORTAL_PICTURES")
"""A folder to leave a picture of every page in."""


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, display: Display, session: dict[str, str]
) -> Iterator[World]:
    """A world of its own, in which every page has something to show: a first PIN too."""
    folder = tmp_path_factory.mktemp("look") / "w"
    with practice_world(folder, CertificateKind.NES, display, session) as world:
        practice = world.practice
        secrets = bytearray(practice._puk.encode()), bytearray(b"482915")
        der = practice._issued.certificate_der
        puk_store.enrol(practice.portal._portal, practice.card_serial, der, *secrets)
        yield world


@pytest.mark.parametrize("look", LOOKS, ids=("desktop", "phone"))
def test_every_page(new_page: Callable[..., Page], world: World, look: dict[str, object]) -> None:
    page = new_page(**look)
    for path in OPEN:
        page.goto(path)
        examine(page, path)
    page.goto("/giris")
    press(page, "form[action='/giris/e-imzali'] button")
    examine(page, "login code")
    page.goto("/giris")
    press(page, "form[action='/giris/deneme'] button")
    press(page, "form[action='/pin/nes'] button")
    for path in SIGNED_IN:
        page.goto(path)
        examine(page, path)
    page.goto("/sertifikalar/nes")
    press(page, "dd a")
    examine(page, "details")
    page.goto("/iptal/nes")
    press(page, "article a.button")
    examine(page, "revoke")
    page.locator("form.card button").evaluate("b => b.form.noValidate = true")
    press(page, "form.card button")
    examine(page, "revoke, no reason")
    page.locator("#f-reason").select_option("lost")
    page.locator("form.card button").evaluate("b => b.form.noValidate = true")
    press(page, "form.card button")
    examine(page, "revoke, not sure")

    page.goto("/pin-bilgisi/nes")
    press(page, "form[action$='/goster'] button")
    examine(page, "first PIN")
    page.goto("/giris/sifreli")
    page.locator("[name=holder_id]").fill(HOLDER)
    page.locator("[name=picture]").fill(picture_of(page))
    page.locator("[name=word]").fill("deneme")
    press(page, "main form button")
    examine(page, "sign in, SMS code")


@pytest.mark.parametrize("look", LOOKS, ids=("desktop", "phone"))
def test_every_page_of_a_renewal(
    new_page: Callable[..., Page], world: World, look: dict[str, object]
) -> None:
    page = new_page(**look)
    bring_into(world, "ordered")
    sign_in_as_applicant(page)
    examine(page, "renewal, orders")
    place = str(page.locator("table a").first.get_attribute("href")).rpartition("/")[0]
    page.goto(f"{place}/form")
    page.locator("form.card button").evaluate("b => b.form.noValidate = true")
    press(page, "form.card button")
    examine(page, "renewal, form with errors")
    fill_in(page)
    examine(page, "renewal, SMS code")
    for _ in range(3):
        page.locator("[name=otp]").fill("x")
        press(page, "main form button")
    examine(page, "renewal, another SMS code")
    page.locator("[name=otp]").fill(newest(page, "/sms"))
    press(page, "main form button")
    examine(page, "renewal, ways to sign")


def bring_into(world: World, state: str, form: dict[str, object] | None = None) -> str:
    """Bring the one application into a state, past all that leads there; gives its id. Nothing that
    was sent before counts against the person."""
    with world.practice.portal._portal.database.write() as db:
        db.query(Attempt).delete()
        application = db.query(Application).one()
        application.state, application.form = state, form or {}
        return application.id


def sign_in_as_applicant(page: Page) -> None:
    """With a new password, by e-mail."""
    page.goto("/basvuru/parola")
    page.locator("[name=holder_id]").fill(HOLDER)
    press(page, "main form button")
    page.locator("[name=holder_id]").fill(HOLDER)
    page.locator("[name=picture]").fill(picture_of(page))
    page.locator("[name=word]").fill(newest(page, "/e-posta"))
    press(page, "main form button")


def fill_in(page: Page) -> None:
    """The application form; the word stays what it is."""
    for name, text in (("phone", "05551234567"), ("email", "a@ornek.gov.tr")):
        page.locator(f"[name={name}]").fill(text)
    for name in ("word", "word_again"):
        page.locator(f"[name={name}]").fill("deneme")
    press(page, "form.card button")


@pytest.mark.parametrize("look", LOOKS, ids=("desktop", "phone"))
def test_every_state_of_a_code(
    new_page: Callable[..., Page], world: World, look: dict[str, object]
) -> None:
    page = new_page(**look)
    page.goto("/giris")
    press(page, "form[action='/giris/deneme'] button")
    press(page, "form[action='/pin/nes'] button")
    for result in ("unknown", "failed", "cancelled", "succeeded"):
        end = use(world, code_on(page))
        expect(page.locator("#state")).to_have_attribute("data-state", "working")
        examine(page, "code in use")
        end(result)
        page.goto("/kod")
        expect(page.locator("#state")).to_have_attribute("data-state", result)
        examine(page, f"code, {result}")
        if result != "succeeded":
            press(page, "form[action='/kod/yeni'] button")
    page.goto("/nes")
    press(page, "form[action='/pin/nes'] button")
    use(world, code_on(page))("failed", puk_attempt_spent=True)
    page.goto("/kod")
    assert page.locator("form[action='/kod/yeni']").count() == 0
    examine(page, "code, PUK refused")


def use(world: World, code: str) -> Callable[..., None]:
    """Exchange a code as the application does; gives how to end its session."""
    api, key = f"{world.url}/api/v1/sessions", {"Idempotency-Key": str(uuid.uuid4())}
    view = httpx.post(api, json=session_body(code), headers=key).json()
    token = {"Authorization": f"Bearer {view['token']}"}

    def end(result: str, **more: object) -> None:
        body = outcome_body(result, **more)
        answer = httpx.put(f"{api}/{view['id']}/outcome", json=body, headers=token)
        assert answer.status_code == 204, answer.text

    return end


def test_hostile_texts_do_nothing_in_a_browser(new_page: Callable[..., Page]) -> None:
    """Whatever a browser would run it would complain of (`new_page`), or open a dialog."""
    page = new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    page.goto("/giris")
    press(page, "form[action='/giris/deneme'] button")
    for path in ("/bilgi/nes", "/giris/sifreli", "/giris/e-devlet/kapi?yol=sifre", "/basvuru"):
        page.goto(path)
        for field in page.locator("main input:not([type=hidden])").all():
            field.evaluate("(e, text) => { e.type = 'text'; e.value = text }", HOSTILE)
        page.locator("main form button").first.evaluate("b => b.form.noValidate = true")
        press(page, "main form button")
        assert page.locator("main img[src=x]").count() == 0
    for path in ("/nes", "/bilgi/nes", "/durum/nes", f"/language/en?back={HOSTILE}"):
        page.goto(path)
        assert page.locator("img[src=x], script:not([src])").count() == 0


def press(page: Page, selector: str) -> None:
    """Click on what leads to another page, and wait for that."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def examine(page: Page, name: str) -> None:
    found = Axe().run(page, options=STANDARD).response["violations"]
    assert not found, name + "".join(
        f"\n{v['id']}: {node['html']}" for v in found for node in v["nodes"]
    )
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
    if PICTURES:
        assert page.viewport_size is not None
        file = f"{page.viewport_size['width']}-{name}.png".replace("/", "_").replace("?", "_")
        page.screenshot(path=Path(PICTURES) / file, full_page=True)
