"""The ways to sign in: Şifreli Giriş, E-imzalı Giriş, e-Devlet, and the practice world's own."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kamusm_esign.sandbox.portal.pages import code, visits
from kamusm_esign.sandbox.portal.pages import picture as pictures
from kamusm_esign.sandbox.portal.pages.web import Page
from kamusm_esign.sandbox.portal.services import puk_store
from kamusm_esign.sandbox.portal.services import sign_in as service
from kamusm_esign.sandbox.portal.services.sessions import masked_holder
from kamusm_esign.sandbox.portal.services.sign_in import (
    SECURITY_WORD,
    SmsCheck,
    TooManyError,
    Verdict,
)

GATE_WAYS = ("sifre", "mobil-imza", "e-imza", "kimlik-karti", "internet-bankaciligi")


def ways(page: Page) -> Response:
    """How one can sign in."""
    people = [
        {
            "key": holder_key(page, holder),
            "kind": holder.kind,
            "cards": [f"…\u2060{serial[-4:]}" for serial in holder.serials],
            **masked_holder(holder.name, holder.holder_id),
        }
        for holder in puk_store.holders(page.portal)
    ]
    return page.render("ways", people=people)


def as_practice_person(page: Page) -> Response:
    """The practice world's own way: no password, for who wants to see the rest."""
    wanted = page.field("holder")
    for holder in puk_store.holders(page.portal):
        if holder_key(page, holder) == wanted:
            return enter(page, holder.holder_id, "practice", _menu_of(holder.kind))
    return page.to("/giris")


def holder_key(page: Page, holder: puk_store.Holder) -> str:
    """Names a holder in forms without telling who it is."""
    return page.portal.keys.mac("holder", f"{holder.kind}\0{holder.holder_id}")[:32]


# ---------------------------------------------------------------------------- Şifreli Giriş
def password_form(page: Page, status: int = 200, **facts: object) -> Response:
    """Kimlik No, Resimdeki Yazı, Güvenlik Sözcüğü."""
    text = pictures.new_text()
    page.visit = page.visit.changed(picture=text)
    shown = {"error": "", "seconds": 0, "holder_id": "", "question": pictures.question(text)}
    return page.render("password", status, **{**shown, **facts})


def password(page: Page) -> Response:
    """Check them; the SMS code comes next."""
    holder_id = page.field("holder_id", 40)
    readable = pictures.is_right(page.visit.picture, page.field("picture"))
    try:
        right = service.check_word(
            page.portal,
            SECURITY_WORD,
            holder_id,
            page.field("word"),
            page.address,
            readable=readable,
        )
    except TooManyError as error:
        return password_form(page, 429, error="many", seconds=error.seconds)
    if not right:
        return password_form(page, 422, error="wrong", holder_id=holder_id)
    visit = visits.fresh(kind=page.visit.kind)
    try:
        check = service.send_sms(page.portal, "login", visit.id, holder_id)
    except TooManyError as error:
        return password_form(page, 429, error="many", seconds=error.seconds)
    page.visit = visit
    pending = {"holder": holder_id, "digest": check.digest, "until": str(check.until)}
    return page.to("/giris/sms", pending=pending)


def sms_form(page: Page, status: int = 200, error: str = "") -> Response:
    """SMS Onay Kodu."""
    if "holder" not in page.visit.pending:
        return page.to("/giris/sifreli")
    return page.render(
        "sms_code", status, error=error, action="/giris/sms", back_path="/giris/sifreli", sent=True
    )


def sms(page: Page) -> Response:
    """Check it; the third wrong one begins anew."""
    pending = page.visit.pending
    if "holder" not in pending:
        return page.to("/giris/sifreli")
    check = SmsCheck(pending["digest"], float(pending["until"]))
    verdict = service.judge_sms(page.portal, check, page.visit.id, page.field("otp", 6))
    if verdict is Verdict.RIGHT:
        return enter(page, pending["holder"], "password", menu_for(page, pending["holder"]))
    if verdict is Verdict.USED_UP:
        page.visit = visits.fresh()
        return page.to("/giris/sifreli", "sms-used-up")
    return sms_form(page, 422, "wrong")


# ---------------------------------------------------------------------------- E-imzalı Giriş
def with_card(page: Page) -> Response:
    """A code whose document is a login, for a visit under a token that nobody knew before.

    The form may name the kind of certificate; otherwise it is that of the menu that was used last.
    """
    wanted, menu = page.field("kind"), page.visit.kind
    page.visit = visits.fresh(kind=menu)
    return code.login(page, wanted if wanted in puk_store.KINDS else menu)


# ---------------------------------------------------------------------------- e-Devlet
def gate_notice(page: Page) -> Response:
    """What the e-Devlet gate will ask."""
    return page.render("gate_notice", ways=GATE_WAYS)


def gate_form(page: Page, status: int = 200, error: str = "", seconds: int = 0) -> Response:
    """The gate, simulated."""
    way = page.request.query_params.get("yol", GATE_WAYS[0])
    if way not in GATE_WAYS:
        raise HTTPException(404)
    return page.render("gate", status, ways=GATE_WAYS, way=way, error=error, seconds=seconds)


def gate(page: Page) -> Response:
    """Whoever gets through is signed in."""
    holder_id = page.field("holder_id", 40)
    try:
        right = service.check_word(
            page.portal, SECURITY_WORD, holder_id, page.field("word"), page.address
        )
    except TooManyError as error:
        return gate_form(page, 429, "many", error.seconds)
    if not right:
        return gate_form(page, 422, "wrong")
    return enter(page, holder_id, "e-devlet", menu_for(page, holder_id))


# ---------------------------------------------------------------------------- in and out
def enter(page: Page, holder_id: str, way: str, menu: str) -> Response:
    """Sign somebody in, under a token that nobody knew before."""
    service.note_sign_in(page.portal, way)
    service.forget_tries(page.portal, SECURITY_WORD, holder_id)
    page.visit = visits.fresh(holder=holder_id, way=way, kind=menu)
    return page.to(f"/{menu}")


def sign_out(page: Page) -> Response:
    """End the visit, and the code that it shows."""
    page.visit = visits.fresh()
    return page.to("/", "signed-out")


def menu_for(page: Page, holder_id: str) -> str:
    """The menu of somebody's first card."""
    holders = puk_store.holders(page.portal)
    kinds = [h.kind for h in holders if h.holder_id == holder_id]
    return _menu_of(kinds[0]) if kinds else "nes"


def _menu_of(kind: str) -> str:
    return "nes" if kind == "nes" else "mali-muhur"
