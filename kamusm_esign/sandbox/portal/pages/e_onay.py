"""E-Onay İşlemleri, step 1 of 2: what it is, and which of the two is asked for. Step 2 is the code.

"Kaldırmak istiyorum" stands there only where E-Onay *was given*; the page says so first.
"""

from starlette.responses import Response

from kamusm_esign.sandbox.portal.pages import code
from kamusm_esign.sandbox.portal.pages.web import Page, signed_in
from kamusm_esign.sandbox.portal.tables import Person


@signed_in
def form(page: Page, person: Person) -> Response:
    """What it is, and where it stands."""
    page.visit = page.visit.changed(kind="nes")
    if not code.has_card(page, person, "nes"):
        return page.to("/nes", "no-card")
    return page.render("e_onay", since=person.e_onay_since, error="")


@signed_in
def go_on(page: Page, person: Person) -> Response:
    """Devam: only with the sentence of the present state ticked."""
    if not code.has_card(page, person, "nes"):  # a company, whose code no card could use
        return page.to("/nes", "no-card")
    wanted = "e-onay-grant" if person.e_onay_since is None else "e-onay-revoke"
    if page.field("want") != wanted:
        return page.render("e_onay", 422, since=person.e_onay_since, error="not-ticked")
    return code.issued(page, code.job_of(page, person, wanted))
