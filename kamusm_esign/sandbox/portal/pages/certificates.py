"""Sertifika Listeleme, Askıdan İndirme, Sertifika İptal Et."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kamusm_esign.sandbox.portal.pages.web import Page, signed_in
from kamusm_esign.sandbox.portal.services import certificates as service
from kamusm_esign.sandbox.portal.services.applications import produce_due
from kamusm_esign.sandbox.portal.services.certificates import REASONS, Shown
from kamusm_esign.sandbox.portal.tables import Person


@signed_in
def listing(page: Page, person: Person) -> Response:
    """All certificates, each with its details behind the serial number."""
    produce_due(page.portal, person.holder_id)
    return _list(page, person, "list", ())


@signed_in
def details(page: Page, person: Person) -> Response:
    """Everything about one."""
    return page.render("certificate", menu=page.menu, c=_one(page, person))


@signed_in
def suspend(page: Page, person: Person) -> Response:
    """Askıya al."""
    return _change(page, person, "suspended", f"/sertifikalar/{page.menu}")


@signed_in
def suspended(page: Page, person: Person) -> Response:
    """Those that can be taken back into use."""
    return _list(page, person, "resume", ("suspended",))


@signed_in
def resume(page: Page, person: Person) -> Response:
    """Kullanıma Aç."""
    return _change(page, person, "good", f"/aski/{page.menu}")


@signed_in
def revocable(page: Page, person: Person) -> Response:
    """Those that can be revoked."""
    return _list(page, person, "revoke", ("valid", "not-yet", "suspended"))


@signed_in
def revoke_form(page: Page, person: Person) -> Response:
    """What revoking means, and whether one is sure."""
    return _revoke_form(page, _one(page, person))


@signed_in
def revoke(page: Page, person: Person) -> Response:
    """Sertifikamı İptal Et: for good."""
    certificate = _one(page, person)
    reason = page.field("reason")
    if reason not in REASONS:
        return _revoke_form(page, certificate, 422, "no-reason")
    if page.field("sure") != "yes":
        return _revoke_form(page, certificate, 422, "not-sure")
    return _change(page, person, "revoked", f"/sertifikalar/{page.menu}", reason)


def _revoke_form(page: Page, certificate: Shown, status: int = 200, error: str = "") -> Response:
    facts = {"menu": page.menu, "c": certificate, "reasons": REASONS, "error": error}
    facts["chosen"] = page.field("reason")
    return page.render("revoke", status, **facts)


def _list(page: Page, person: Person, what: str, states: tuple[str, ...]) -> Response:
    found = service.of_holder(page.portal, person.holder_id, page.menu)
    shown = [c for c in found if not states or c.state in states]
    return page.render("certificates", menu=page.menu, what=what, found=shown)


def _one(page: Page, person: Person) -> Shown:
    for certificate in service.of_holder(page.portal, person.holder_id, page.menu):
        if certificate.number == page.part("number"):
            return certificate
    raise HTTPException(404)


def _change(page: Page, person: Person, status: str, path: str, reason: str = "") -> Response:
    number = page.part("number")
    done = service.change_status(page.portal, person.holder_id, number, status, reason)
    return page.to(path, f"certificate-{status}" if done else "not-possible")
