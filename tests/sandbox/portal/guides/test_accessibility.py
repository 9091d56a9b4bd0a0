"""axe-core on every page: no violation of WCAG 2.1 A or AA; nothing wider than the screen."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.sandbox.portal.guides.application import World

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
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
LOOKS = (
    {"locale": "tr-TR", "color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 375, "height": 700}},
)
PICTURES = os.environ.get("PORTAL_PICTURES")
"""A folder to leave a picture of every page in."""


@pytest.mark.parametrize("look", LOOKS, ids=("desktop", "phone"))
def test_every_page(new_page: Callable[..., Page], world: World, look: dict[str, object]) -> None:
    page = new_page(**look)
    for path in OPEN:
        page.goto(path)
        examine(page, path)
    page.goto("/giris")
    page.locator("form[action='/giris/e-imzali'] button").click()
    examine(page, "login code")
    page.goto("/giris")
    page.locator("form[action='/giris/deneme'] button").first.click()
    page.locator("form[action='/pin/nes'] button").click()
    for path in SIGNED_IN:
        page.goto(path)
        examine(page, path)
    page.goto("/sertifikalar/nes")
    page.locator("dd a").first.click()
    examine(page, "details")
    page.goto("/iptal/nes")
    page.locator("article a.button").first.click()
    examine(page, "revoke")
    page.locator("form.card button").evaluate("b => b.form.noValidate = true")
    page.locator("form.card button").click()
    examine(page, "revoke, not sure")


def examine(page: Page, name: str) -> None:
    found = Axe().run(page, options=STANDARD).response["violations"]
    assert not found, name + "".join(
        f"\n{v['id']}: {node['html']}" for v in found for node in v["nodes"]
    )
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
    if PICTURES:
        file = f"{page.viewport_size}-{name}.png".replace("/", "_")
        page.screenshot(path=Path(PICTURES) / file, full_page=True)
