"""As `test_accessibility.py`, for what pages look like in states that take some bringing about."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.pages.person import STATES
from kamusm_esign.sandbox.portal.services import sign_in
from kamusm_esign.sandbox.portal.tables import Card, Code, Person, SessionRow
from tests.equipment.display import Display
from tests.sandbox.portal.guides.application import World
from tests.sandbox.portal.guides.conftest import code_on, practice_world
from tests.sandbox.portal.guides.test_accessibility import (
    HOLDER,
    LOOKS,
    bring_into,
    examine,
    fill_in,
    press,
    sign_in_as_applicant,
    use,
)

LOOKED_AT = pytest.mark.parametrize("look", LOOKS, ids=("desktop", "phone"))
NewPage = Callable[..., Page]
Look = dict[str, object]


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, display: Display, session: dict[str, str]
) -> Iterator[World]:
    """A world of its own, whose database is written to."""
    folder = tmp_path_factory.mktemp("states") / "w"
    with practice_world(folder, CertificateKind.NES, display, session) as world:
        yield world


@LOOKED_AT
def test_every_state_of_an_application(new_page: NewPage, world: World, look: Look) -> None:
    applicant, person = new_page(**look), new_page(**look)
    as_person(person)
    sign_in_as_applicant(applicant)
    for state in STATES:
        bring_into(world, state, {"phone": "05551234567", "email": "a@ornek.gov.tr"})
        for page, path in ((applicant, "/basvuru/siparisler"), (person, "/durum/nes")):
            page.goto(path)
            examine(page, f"{path}, {state}")


@LOOKED_AT
def test_a_form_that_waits_for_its_sms_code(new_page: NewPage, world: World, look: Look) -> None:
    page = new_page(**look)
    place = f"/basvuru/{bring_into(world, 'ordered')}"
    sign_in_as_applicant(page)
    portal = world.practice.portal._portal
    for _ in range(sign_in.SMS_LIMIT.tries):
        sign_in.send_sms(portal, "login", "another visit", HOLDER)
    page.goto(f"{place}/form")
    fill_in(page)
    examine(page, "renewal, too many SMS codes")
    page.goto(f"{place}/sms")
    examine(page, "renewal, SMS code not sent")
    page.goto(f"{place}/form")
    expect(page.locator("[name=phone]")).to_have_value("05551234567")
    expect(page.locator("[name=word]")).to_have_value("")
    examine(page, "renewal, form as it was filled in")


@LOOKED_AT
def test_every_state_of_an_applications_code(new_page: NewPage, world: World, look: Look) -> None:
    page = new_page(**look)
    place = f"/basvuru/{bring_into(world, 'confirmed', {'phone': '05', 'email': 'a@b.tr'})}"
    with_e_onay(world, since=1_800_000_000.0)
    sign_in_as_applicant(page)
    page.goto(f"{place}/imza")
    examine(page, "renewal, ways to sign with E-Onay")
    press(page, "button.tile")
    seen(page, "waiting")
    world.practice.portal.let_run_out(code_on(page))
    seen(page, "expired")
    press(page, "form[action='/kod/yeni'] button")
    end = use(world, code_on(page))
    seen(page, "working")
    end("failed")
    seen(page, "failed")
    press(page, "form[action='/kod/yeni'] button")
    end = use(world, code_on(page))
    end("cancelled")
    seen(page, "cancelled")
    press(page, "form[action='/kod/yeni'] button")
    use(world, code_on(page))
    database = world.practice.portal._portal.database
    with database.write() as db:
        for row in db.query(SessionRow):
            row.expires_at = 0.0
    seen(page, "over")
    press(page, "form[action='/kod/yeni'] button")
    with database.write() as db:
        db.query(Code).filter(Code.used_at.is_(None)).delete()
    seen(page, "none")


def seen(page: Page, state: str) -> None:
    """The code page in a state."""
    page.goto("/kod")
    expect(page.locator("#state")).to_have_attribute("data-state", state)
    examine(page, f"application code, {state}")


@LOOKED_AT
def test_e_onay_that_was_given(new_page: NewPage, world: World, look: Look) -> None:
    page = new_page(**look)
    with_e_onay(world, since=1_800_000_000.0)
    as_person(page)
    page.goto("/e-onay")
    examine(page, "E-Onay given")
    press(page, "form[action='/e-onay'] button")
    examine(page, "E-Onay given, not ticked")
    with_e_onay(world, since=None)


@LOOKED_AT
def test_a_certificate_that_ended(new_page: NewPage, world: World, look: Look) -> None:
    page = new_page(**look)
    as_person(page)
    database = world.practice.portal._portal.database
    try:
        for status in ("suspended", "revoked"):
            with database.write() as db:
                card = db.query(Card).one()
                card.status, card.status_reason = status, "compromised"
                card.status_at = 1_800_000_000.0
                number = card.certificate_number
            for path in ("/sertifikalar/nes", f"/sertifikalar/nes/{number}", "/aski/nes"):
                page.goto(path)
                examine(page, f"{path.replace(number, 'number')}, {status}")
    finally:
        with database.write() as db:
            card = db.query(Card).one()
            card.status, card.status_reason = "good", ""


@LOOKED_AT
def test_who_has_no_card_of_a_menu_is_told(new_page: NewPage, world: World, look: Look) -> None:
    page = new_page(**look)
    as_person(page)
    page.goto("/mali-muhur")
    press(page, "form[action='/pin/mali-muhur'] button")
    examine(page, "no card")


@LOOKED_AT
def test_the_page_after_an_error_of_ours(chromium: Browser, world: World, look: Look) -> None:
    # A context of its own: `new_page` fails on what a browser says of an error 500.
    context = chromium.new_context(base_url=world.url, **look)  # type: ignore[arg-type]
    engine = world.practice.portal._portal.database._engine
    try:
        page = context.new_page()
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE messages RENAME TO away"))
        answer = page.goto("/sms")
        assert answer is not None
        assert answer.status == 500
        examine(page, "trouble")
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO messages"))
        context.close()


def as_person(page: Page) -> None:
    """Signed in."""
    page.goto("/giris")
    press(page, "form[action='/giris/deneme'] button")


def with_e_onay(world: World, since: float | None) -> None:
    """Have it given, or not."""
    with world.practice.portal._portal.database.write() as db:
        db.get_one(Person, HOLDER).e_onay_since = since
