"""Yenileme başvurusu: sign in with the form's password, order, form, SMS, and how it is signed."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kamusm_esign.sandbox.portal.pages import code, visits
from kamusm_esign.sandbox.portal.pages import picture as pictures
from kamusm_esign.sandbox.portal.pages.person import wrong_facts
from kamusm_esign.sandbox.portal.pages.web import Handler, Page
from kamusm_esign.sandbox.portal.services import applications as service
from kamusm_esign.sandbox.portal.services import limits, people
from kamusm_esign.sandbox.portal.services import sign_in as words
from kamusm_esign.sandbox.portal.services.paperwork import printed
from kamusm_esign.sandbox.portal.services.sign_in import ACCESS_PASSWORD, SmsCheck, TooManyError
from kamusm_esign.sandbox.portal.tables import Application, Person

_REPEATS = 3
_FILLABLE = ("ordered", "filled")
_SIGNABLE = ("confirmed",)


def entry(page: Page) -> Response:
    """The way in; whoever is in already goes on to the orders."""
    if page.visit.applicant is not None and page.known(page.visit.applicant) is not None:
        return page.to("/basvuru/siparisler", page.visit.notice)
    return sign_in_form(page)


def sign_in_form(page: Page, status: int = 200, **facts: object) -> Response:
    """Resimdeki Yazı, Kimlik No, Başvuru Formu Erişim Parolası."""
    text = pictures.new_text()
    page.visit = page.visit.changed(picture=text)
    shown = {"error": "", "seconds": 0, "holder_id": "", "question": pictures.question(text)}
    return page.render("renewal_sign_in", status, **{**shown, **facts})


def sign_in(page: Page) -> Response:
    """Check them."""
    holder_id = page.field("holder_id", 40)
    readable = pictures.is_right(page.visit.picture, page.field("picture"))
    try:
        right = words.check_word(
            page.portal,
            ACCESS_PASSWORD,
            holder_id,
            page.field("word"),
            page.address,
            readable=readable,
        )
    except TooManyError as error:
        return sign_in_form(page, 429, error="many", seconds=error.seconds)
    if not right:
        return sign_in_form(page, 422, error="wrong", holder_id=holder_id)
    words.forget_tries(page.portal, ACCESS_PASSWORD, holder_id)
    words.note_sign_in(page.portal, "application")
    page.visit = visits.fresh(applicant=holder_id)
    return page.to("/basvuru/siparisler")


def password_form(page: Page) -> Response:
    """Başvuru Formu Erişim Parolamı Bilmiyorum."""
    return page.render("renewal_password")


def password(page: Page) -> Response:
    """Send a new one where the number is known; the answer is the same where it is not."""
    holder_id = page.field("holder_id", 40)
    with page.portal.database.write() as db:
        now = page.portal.clock()
        asked = page.portal.keys.mac("password-asked", holder_id)
        if limits.wait(db, asked, limits.Limit(_REPEATS, 3600), now) == 0:
            limits.count(db, asked, now)
            person = people.find(db, holder_id)
            if person is not None:
                service.send_password(page.portal, db, person)
    return page.to("/basvuru", "password-sent")


def applicant(handler: Callable[[Page, Person], Response]) -> Handler:
    """A page for whoever signed in with the form's password."""

    def guarded(page: Page) -> Response:
        holder_id = page.visit.applicant
        person = None if holder_id is None else page.known(holder_id)
        return page.to("/basvuru") if person is None else handler(page, person)

    return guarded


@applicant
def orders(page: Page, person: Person) -> Response:
    """Sipariş Formu Seçimi."""
    found = service.of_holder(page.portal, person.holder_id)
    steps = {"ordered": "form", "filled": "form", "confirmed": "imza"}
    here = page.visit.id
    links = [(a, "sms" if service.is_filled_in(a, here) else steps.get(a.state)) for a in found]
    return page.render("renewal_orders", found=links)


@applicant
def form(page: Page, person: Person) -> Response:
    """Başvuru Formu."""
    application = _one(page, person)
    if application.state not in _FILLABLE:
        return page.to("/basvuru/siparisler", "not-possible")
    values = {"phone": person.phone, "email": person.email}
    if service.is_filled_in(application, page.visit.id):  # else it may be somebody else's
        values |= application.form
    return page.render("renewal_form", a=application, p=person, values=values, errors={})


@applicant
def fill_in(page: Page, person: Person) -> Response:
    """Formu Onayla: take it in, and send the SMS code."""
    application = _one(page, person)
    word, repeated = page.field("word"), page.field("word_again")
    values = {name: page.field(name) for name in ("phone", "email")}
    filled = {**values, "unpublished": page.field("unpublished") == "yes"}
    errors = wrong_facts(values, word, repeated)
    errors |= {name: "missing" for name, value in values.items() if not value}
    if not word:
        errors["word"] = "word"
    if errors:
        facts = {"a": application, "p": person, "values": filled, "errors": errors}
        return page.render("renewal_form", 422, **facts)
    # Nothing of it is the person's before the SMS code is given: `service.confirm`.
    kept = words.word_hash(page.portal, words.SECURITY_WORD, person.holder_id, word)
    filled |= {"word": kept, "visit": page.visit.id}
    done = service.move(page.portal, person.holder_id, application.id, _FILLABLE, "filled", filled)
    if not done:
        return page.to("/basvuru/siparisler", "not-possible")
    return _send_sms(page, application.id)


@applicant
def sms_form(page: Page, person: Person) -> Response:
    """SMS Onay Kodu. Looking at the page sends nothing: without a code it offers to send one."""
    application = _one(page, person)
    if not service.is_filled_in(application, page.visit.id):
        return page.to(f"/basvuru/{application.id}/form")
    sent = page.visit.pending.get("application") == application.id
    return _sms_form(page, application.id, sent=sent)


@applicant
def sms(page: Page, person: Person) -> Response:
    """Check it, or send one where none was sent; the third wrong one is answered by a new code."""
    application = _one(page, person)
    if not service.is_filled_in(application, page.visit.id):
        return page.to(f"/basvuru/{application.id}/form")
    pending = page.visit.pending
    if pending.get("application") != application.id:
        return _send_sms(page, application.id)
    check = SmsCheck(pending["digest"], float(pending["until"]))
    use = f"{page.visit.id}|{application.id}"
    verdict = words.judge_sms(page.portal, check, use, page.field("otp", 6))
    if verdict is words.Verdict.RIGHT:
        service.confirm(page.portal, person.holder_id, application.id, page.visit.id)
        return page.to(f"/basvuru/{application.id}/imza", pending={})
    if verdict is words.Verdict.USED_UP:
        return _send_sms(page, application.id, "sms-sent-again")
    return _sms_form(page, application.id, 422, "wrong")


@applicant
def ways(page: Page, person: Person) -> Response:
    """İmzalama yönteminin belirlenmesi."""
    application = _one(page, person)
    if application.state not in _SIGNABLE:
        return page.to("/basvuru/siparisler")
    return page.render("renewal_ways", a=application, e_onay=person.e_onay_since is not None)


@applicant
def choose(page: Page, person: Person) -> Response:
    """With the card, by hand, or by the E-Onay that was given."""
    application = _one(page, person)
    way = page.field("way")
    if application.state not in _SIGNABLE or way not in service.WAYS:
        return page.to("/basvuru/siparisler", "not-possible")
    if way == service.ELECTRONIC:
        page.visit = page.visit.changed(pending={"application": application.id}, kind="nes")
        if not code.has_card(page, person, "nes"):
            return page.to(f"/basvuru/{application.id}/imza", "no-card")
        return code.issued(page, code.job_of(page, person, "application"))
    if way == service.E_ONAY and person.e_onay_since is None:
        return page.to(f"/basvuru/{application.id}/imza", "not-possible")
    on_paper = way == service.PAPER
    after = "printed" if on_paper else "signed"
    done = service.move(page.portal, person.holder_id, application.id, _SIGNABLE, after)
    notice = "application-printed" if on_paper else "application-e-onay"
    return page.to("/basvuru/siparisler", notice if done else "not-possible")


@applicant
def paper(page: Page, person: Person) -> Response:
    """Form and undertaking to print and to sign by hand."""
    application = _one(page, person)
    unconfirmed = application.state == "filled"  # of another visit, it may be somebody else's
    mine = not unconfirmed or service.is_filled_in(application, page.visit.id)
    if not application.form or not mine:
        raise HTTPException(404)
    headers = {"Content-Disposition": 'attachment; filename="basvuru.pdf"'}
    content = printed(person.name, application, page.portal.clock())
    return Response(content, media_type="application/pdf", headers=headers)


def _one(page: Page, person: Person) -> Application:
    for application in service.of_holder(page.portal, person.holder_id):
        if application.id == page.part("id"):
            return application
    raise HTTPException(404)


def _send_sms(page: Page, application_id: str, notice: str = "") -> Response:
    use = f"{page.visit.id}|{application_id}"
    try:
        check = words.send_sms(page.portal, "application", use, str(page.visit.applicant))
    except TooManyError:
        return page.to("/basvuru/siparisler", "many-sms")
    pending = {
        "application": application_id,
        "digest": check.digest,
        "until": str(check.until),
    }
    return page.to(f"/basvuru/{application_id}/sms", notice, pending=pending)


def _sms_form(
    page: Page, application_id: str, status: int = 200, error: str = "", *, sent: bool = True
) -> Response:
    facts = {"action": f"/basvuru/{application_id}/sms", "error": error, "sent": sent}
    return page.render("sms_code", status, back_path=f"/basvuru/{application_id}/form", **facts)
