"""PIN/PUK Bilgisi: the PIN that a card came with, to see, to keep, to delete for good."""

from sqlalchemy import Select, select
from starlette.responses import Response

from kamusm_esign.sandbox.portal.pages.web import Page, signed_in
from kamusm_esign.sandbox.portal.pdf import text_pages
from kamusm_esign.sandbox.portal.services import audit
from kamusm_esign.sandbox.portal.services.certificates import MENU_KINDS
from kamusm_esign.sandbox.portal.tables import Card, Person
from kamusm_esign.sandbox.portal.texts import texts


@signed_in
def page(page: Page, person: Person) -> Response:
    """The warnings; no PIN before it is asked for."""
    return _render(page, person, shown=[])


@signed_in
def show(page: Page, person: Person) -> Response:
    """Göster."""
    return _render(page, person, shown=_first_pins(page, person, "first-pin-shown"))


@signed_in
def save(page: Page, person: Person) -> Response:
    """Parolalarımı Kaydet: a PDF to keep."""
    pins = _first_pins(page, person, "first-pin-saved")
    if not pins:
        return page.to(f"/pin-bilgisi/{page.menu}", "no-first-pin")
    words = texts(page.language)["pin_info"]
    lines = [words["pdf_line"].format(card=card, pin=pin) for card, pin in pins]
    body = "\n".join([words["pdf_lead"], "", *lines, "", *words["warnings"]])
    headers = {"Content-Disposition": 'attachment; filename="pin-bilgisi.pdf"'}
    content = text_pages(words["title"], body, page.language.encode())
    return Response(content, media_type="application/pdf", headers=headers)


@signed_in
def delete_form(page: Page, _person: Person) -> Response:
    """What deleting means, and whether one is sure."""
    return page.render("pin_delete", menu=page.menu, error="")


@signed_in
def delete(page: Page, person: Person) -> Response:
    """Parolalarımı Sil: nobody will ever see them again."""
    if page.field("sure") != "yes":
        return page.render("pin_delete", 422, menu=page.menu, error="not-sure")
    with page.portal.database.write() as db:
        for card in db.scalars(_cards(page, person).with_for_update()):
            if card.first_pin is not None:
                card.first_pin = None
                audit.note(db, page.portal.clock(), "first-pin-deleted", serial=card.serial)
    return page.to(f"/pin-bilgisi/{page.menu}", "first-pin-deleted")


def _render(page: Page, person: Person, shown: list[tuple[str, str]]) -> Response:
    with page.portal.database.read() as db:
        kept = any(card.first_pin is not None for card in db.scalars(_cards(page, person)))
    return page.render("pin_info", menu=page.menu, shown=shown, kept=kept)


def _first_pins(page: Page, person: Person, event: str) -> list[tuple[str, str]]:
    """Card and PIN; that they were looked at is in the audit log."""
    found = []
    with page.portal.database.write() as db:
        cards = db.scalars(_cards(page, person)).all()
        shown = _told_apart([card.serial for card in cards])
        for card in cards:
            if card.first_pin is not None:
                pin = page.portal.keys.unseal(f"pin|{card.serial}", card.first_pin)
                found.append((f"…{card.serial[-shown:]}", pin.decode()))
                audit.note(db, page.portal.clock(), event, serial=card.serial)
    return found


def _told_apart(serials: list[str]) -> int:
    """How many of their last characters it takes to tell serial numbers apart; 4 as a rule."""
    enough = range(4, max(map(len, serials), default=4))
    return next((n for n in enough if len({s[-n:] for s in serials}) == len(serials)), enough.stop)


def _cards(page: Page, person: Person) -> Select[Card]:
    return (
        select(Card)
        .where(Card.holder_id == person.holder_id, Card.kind.in_(MENU_KINDS[page.menu]))
        .order_by(Card.serial)
    )
