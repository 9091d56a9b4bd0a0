"""The page with the verification code, for every job; it follows what becomes of the code."""

from typing import Any

from starlette.responses import JSONResponse, Response

from kamusm_esign.sandbox.portal.pages import visits
from kamusm_esign.sandbox.portal.pages.web import Page, signed_in
from kamusm_esign.sandbox.portal.services import applications, codes
from kamusm_esign.sandbox.portal.services import sign_in as service
from kamusm_esign.sandbox.portal.services.certificates import MENU_KINDS
from kamusm_esign.sandbox.portal.services.code_state import state_of
from kamusm_esign.sandbox.portal.services.puk_store import KINDS, holders
from kamusm_esign.sandbox.portal.services.sessions import masked_holder
from kamusm_esign.sandbox.portal.tables import Person

OPEN = ("waiting", "working", "unknown")
POLL_SECONDS = 5
OVER_POLL_SECONDS = 30
"""An outcome is taken for days after the end; who still waits for it by then need not be told at
once."""
OUTCOMES = ("succeeded", "failed", "cancelled", "unknown")


def page(page: Page) -> Response:
    """The code and its countdown, or what became of it."""
    if not page.visit.purpose:
        return page.to("/giris")
    state = state_of(page.portal, page.visit.code)
    if page.visit.purpose == "login" and state.signer is not None:
        return _enter(page, state.signer)
    person = page.person() or _applicant(page)
    holder = None if person is None else masked_holder(person.name, person.holder_id)
    return page.render(
        "code",
        state=state,
        open=state.name in OPEN,
        poll=_poll(state.name),
        outcome=state.name in OUTCOMES,
        purpose=page.visit.purpose,
        login_kind=login_kind(page),
        login_kinds=KINDS,
        application=_application(page),
        kind=codes.kind(page.visit.purpose),
        pin_menu=page.visit.pin_menu,
        holder=holder,
        cards=_cards(page, person),
        code=page.visit.code if state.name == "waiting" else None,
        match=page.visit.match,
    )


def _poll(state: str) -> int:
    """Seconds from one look for the result to the next; 0 where none will come."""
    if state == "over":
        return OVER_POLL_SECONDS
    return POLL_SECONDS if state in OPEN else 0


def status(page: Page) -> Response:
    """For the page's own poll."""
    state = state_of(page.portal, page.visit.code)
    return JSONResponse({"state": state.name, "remaining": state.remaining})


def again(page: Page) -> Response:
    """A new code for the same job; the old one ends at once."""
    purpose = page.visit.purpose
    person = page.person() or _applicant(page)
    if purpose == "login":
        return login(page, login_kind(page))
    if person is None or not purpose:
        return page.to("/giris")
    if purpose == "application" and _application(page) is None:
        return page.to("/basvuru/siparisler", "not-possible")
    if purpose in codes.PIN_PURPOSES:
        return _pin_code(page, person, purpose, page.visit.pin_menu)
    return issued(page, job_of(page, person, purpose))


def login(page: Page, kind: str) -> Response:
    """A code whose document is a login; whoever signs it is signed in here.

    Args:
        kind: of the certificate. One, not all of a menu: nobody is known yet, so the application is
            told no certificates, and then it shows those of the one kind that it is told.
    """
    menu = next(menu for menu, kinds in MENU_KINDS.items() if kind in kinds)
    page.visit = page.visit.changed(kind=menu, pending={"login": kind})
    job = codes.Job("login", kind, "", "", web_login=page.visit.id, **origin(page))
    return issued(page, job)


def login_kind(page: Page) -> str:
    """Which kind of certificate the present login is for, or the next one would be."""
    return page.visit.pending.get("login", page.visit.kind)


@signed_in
def new_pin_code(page: Page, person: Person) -> Response:
    """PIN Oluşturma/Kilit Çözme."""
    page.visit = page.visit.changed(kind=page.menu)
    purpose = "pin-create" if page.field("job") == "pin-create" else "pin-unblock"
    return _pin_code(page, person, purpose, page.menu)


def _pin_code(page: Page, person: Person, purpose: str, menu: str) -> Response:
    """A code for the person's cards of a menu. Without a card none: it would fit anybody's."""
    kinds = MENU_KINDS[menu]
    serials = _serials(page, person.holder_id, kinds)
    if not serials:
        return page.to(f"/{menu}", "no-card")
    # Other menus may be looked at while the code is used, so it keeps its own.
    page.visit = page.visit.changed(pin_menu=menu)
    return issued(page, job_of(page, person, purpose, kinds[0], serials))


def job_of(
    page: Page, person: Person, purpose: str, kind: str = "nes", serials: tuple[str, ...] = ()
) -> codes.Job:
    """A job of the person."""
    pending = page.visit.pending
    return codes.Job(
        purpose,
        kind,
        person.name,
        person.holder_id,
        serials=serials,
        web_login=page.visit.id,
        application_id=pending.get("application") if purpose == "application" else None,
        **origin(page),
    )


def issued(page: Page, job: codes.Job) -> Response:
    """Make the code, and show it."""
    made = codes.issue(page.portal, job)
    return page.to("/kod", code=made.code, purpose=job.purpose, match=made.match_number)


def has_card(page: Page, person: Person, menu: str) -> bool:
    """Whether any card of the person can use a code of a menu."""
    return bool(_serials(page, person.holder_id, MENU_KINDS[menu]))


def origin(page: Page) -> dict[str, Any]:
    """Where a job was started, as the signer is shown it."""
    parts = page.address.split(".")
    masked = ".".join([*parts[:3], "***"]) if len(parts) == 4 else "***"
    browser = page.request.headers.get("user-agent", "")
    return {"browser": "".join(c for c in browser if c.isprintable())[:80], "address": masked}


def _enter(page: Page, holder_id: str) -> Response:
    """The login was signed: whoever signed it is signed in, under a new token."""
    menu = "mali-muhur" if page.visit.kind == "mali-muhur" else "nes"
    service.note_sign_in(page.portal, "e-imza")
    page.visit = visits.fresh(holder=holder_id, way="e-imza", kind=menu)
    return page.to(f"/{menu}", "signed-in")


def _applicant(page: Page) -> Person | None:
    return None if page.visit.applicant is None else page.known(page.visit.applicant)


def _application(page: Page) -> str | None:
    """Id of the application that this visit's code is to sign, while that is still to be signed."""
    wanted, holder_id = page.visit.pending.get("application"), page.visit.applicant
    if wanted is None or holder_id is None:
        return None
    found = applications.of_holder(page.portal, holder_id)
    return next((a.id for a in found if a.id == wanted and a.state == "confirmed"), None)


def _serials(page: Page, holder_id: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        serial
        for holder in holders(page.portal)
        if holder.holder_id == holder_id and holder.kind in kinds
        for serial in holder.serials
    )


def _cards(page: Page, person: Person | None) -> list[str]:
    if person is None or page.visit.purpose not in codes.PIN_PURPOSES:
        return []
    serials = _serials(page, person.holder_id, MENU_KINDS[page.visit.pin_menu])
    return [f"…\u2060{serial[-4:]}" for serial in serials]
