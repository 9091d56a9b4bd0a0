"""The menus, the person's own facts, and the state of applications."""

import re

from starlette.responses import Response

from kamusm_esign.sandbox.portal.pages.web import Page, signed_in
from kamusm_esign.sandbox.portal.services import applications as service
from kamusm_esign.sandbox.portal.services import audit, certificates, people
from kamusm_esign.sandbox.portal.services.sessions import masked_holder
from kamusm_esign.sandbox.portal.services.sign_in import SECURITY_WORD, word_hash
from kamusm_esign.sandbox.portal.tables import Person

ENTRIES = {
    "nes": ("status", "list", "resume", "pin", "revoke", "e-onay", "facts", "pin-info"),
    "mali-muhur": ("status", "list", "resume", "pin", "revoke", "facts", "pin-info"),
}
PATHS = {
    "status": "/durum/{menu}",
    "list": "/sertifikalar/{menu}",
    "resume": "/aski/{menu}",
    "pin": "/pin/{menu}",
    "revoke": "/iptal/{menu}",
    "e-onay": "/e-onay",
    "facts": "/bilgi/{menu}",
    "pin-info": "/pin-bilgisi/{menu}",
}
STATES = ("ordered", "filled", "confirmed", "printed", "signed", "produced")
_PHONE = re.compile(r"0?5\d{9}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")
_WORD = range(4, 41)


@signed_in
def nes_menu(page: Page, person: Person) -> Response:
    """NES İşlemleri."""
    return _menu(page, person, "nes")


@signed_in
def seal_menu(page: Page, person: Person) -> Response:
    """Mali Mühür İşlemleri."""
    return _menu(page, person, "mali-muhur")


def _menu(page: Page, person: Person, menu: str) -> Response:
    page.visit = page.visit.changed(kind=menu)
    entries = [(name, PATHS[name].format(menu=menu)) for name in ENTRIES[menu]]
    holder = masked_holder(person.name, person.holder_id)
    return page.render("menu", menu=menu, entries=entries, holder=holder)


@signed_in
def facts_form(page: Page, person: Person) -> Response:
    """Bilgi Güncelle."""
    values = {name: getattr(person, name) for name in ("phone", "email", "address")}
    return page.render("facts", menu=page.menu, values=values, errors={})


@signed_in
def facts(page: Page, person: Person) -> Response:
    """Take in what is right; nothing where something is wrong."""
    values = {name: page.field(name) for name in ("phone", "email", "address")}
    word, repeated = page.field("word"), page.field("word_again")
    errors = wrong_facts(values, word, repeated)
    if errors:
        return page.render("facts", 422, menu=page.menu, values=values, errors=errors)
    with page.portal.database.write() as db:
        kept = people.known(db, person.holder_id, person.name)
        kept.phone, kept.email, kept.address = values.values()
        if word:
            kept.security_word = word_hash(page.portal, SECURITY_WORD, kept.holder_id, word)
        audit.note(db, page.portal.clock(), "facts-changed", detail="word" if word else "")
    return page.to(f"/bilgi/{page.menu}", "saved")


def wrong_facts(values: dict[str, str], word: str, repeated: str) -> dict[str, str]:
    """What is wrong with a person's facts: field → name of its text in `facts.error`. What is left
    empty is not."""
    errors = {}
    if values["phone"] and not _PHONE.fullmatch(values["phone"].replace(" ", "")):
        errors["phone"] = "phone"
    if values["email"] and not _EMAIL.fullmatch(values["email"]):
        errors["email"] = "email"
    if word and len(word) not in _WORD:
        errors["word"] = "word"
    if word != repeated:
        errors["word_again"] = "word_again"
    return errors


@signed_in
def applications(page: Page, person: Person) -> Response:
    """Başvuru Durum Sorgulama."""
    kinds = ("nes",) if page.menu == "nes" else ("mali-muhur", "e-muhur")
    found = [
        (a, service.due_at(page.portal, a))
        for a in service.of_holder(page.portal, person.holder_id)
        if a.kind in kinds
    ]
    mine = certificates.of_holder(page.portal, person.holder_id, page.menu)
    cards = {c.card: c.state for c in mine}
    return page.render("applications", menu=page.menu, found=found, states=STATES, cards=cards)


@signed_in
def paper_arrived(page: Page, person: Person) -> Response:
    """The practice world's post: the form that was signed by hand has come."""
    done = service.move(page.portal, person.holder_id, page.part("id"), ("printed",), "signed")
    return page.to(f"/durum/{page.menu}", "paper-arrived" if done else "not-possible")
