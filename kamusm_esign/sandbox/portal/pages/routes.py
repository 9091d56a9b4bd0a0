"""Every page: path, method, handler."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.pages import (
    certificates,
    code,
    e_onay,
    front,
    person,
    pin_info,
    renewal,
    sign_in,
)
from kamusm_esign.sandbox.portal.pages.web import FOLDER, PAGE, Handler, endpoint

_GET, _POST = ["GET"], ["POST"]

TABLE: list[tuple[str, list[str], Handler]] = [
    ("/", _GET, front.home),
    ("/ilk-adimlar", _GET, front.first_steps),
    ("/hizmet/{name}", _GET, front.service),
    ("/language/{language}", _GET, front.language),
    ("/sms", _GET, front.sms),
    ("/e-posta", _GET, front.email),
    ("/resim.svg", _GET, front.picture),
    ("/giris", _GET, sign_in.ways),
    ("/giris/deneme", _POST, sign_in.as_practice_person),
    ("/giris/sifreli", _GET, sign_in.password_form),
    ("/giris/sifreli", _POST, sign_in.password),
    ("/giris/sms", _GET, sign_in.sms_form),
    ("/giris/sms", _POST, sign_in.sms),
    ("/giris/e-imzali", _POST, sign_in.with_card),
    ("/giris/e-devlet", _GET, sign_in.gate_notice),
    ("/giris/e-devlet/kapi", _GET, sign_in.gate_form),
    ("/giris/e-devlet/kapi", _POST, sign_in.gate),
    ("/cikis", _POST, sign_in.sign_out),
    ("/nes", _GET, person.nes_menu),
    ("/mali-muhur", _GET, person.seal_menu),
    ("/bilgi/{menu}", _GET, person.facts_form),
    ("/bilgi/{menu}", _POST, person.facts),
    ("/durum/{menu}", _GET, person.applications),
    ("/durum/{menu}/{id}/evrak", _POST, person.paper_arrived),
    ("/sertifikalar/{menu}", _GET, certificates.listing),
    ("/sertifikalar/{menu}/{number}", _GET, certificates.details),
    ("/sertifikalar/{menu}/{number}/aski", _POST, certificates.suspend),
    ("/aski/{menu}", _GET, certificates.suspended),
    ("/aski/{menu}/{number}", _POST, certificates.resume),
    ("/iptal/{menu}", _GET, certificates.revocable),
    ("/iptal/{menu}/{number}", _GET, certificates.revoke_form),
    ("/iptal/{menu}/{number}", _POST, certificates.revoke),
    ("/pin-bilgisi/{menu}", _GET, pin_info.page),
    ("/pin-bilgisi/{menu}/goster", _POST, pin_info.show),
    ("/pin-bilgisi/{menu}/kaydet", _POST, pin_info.save),
    ("/pin-bilgisi/{menu}/sil", _GET, pin_info.delete_form),
    ("/pin-bilgisi/{menu}/sil", _POST, pin_info.delete),
    ("/pin/{menu}", _POST, code.new_pin_code),
    ("/kod", _GET, code.page),
    ("/kod/yeni", _POST, code.again),
    ("/kod/durum", _GET, code.status),
    ("/e-onay", _GET, e_onay.form),
    ("/e-onay", _POST, e_onay.go_on),
    ("/basvuru", _GET, renewal.entry),
    ("/basvuru", _POST, renewal.sign_in),
    ("/basvuru/parola", _GET, renewal.password_form),
    ("/basvuru/parola", _POST, renewal.password),
    ("/basvuru/siparisler", _GET, renewal.orders),
    ("/basvuru/{id}/form", _GET, renewal.form),
    ("/basvuru/{id}/form", _POST, renewal.fill_in),
    ("/basvuru/{id}/sms", _GET, renewal.sms_form),
    ("/basvuru/{id}/sms", _POST, renewal.sms),
    ("/basvuru/{id}/imza", _GET, renewal.ways),
    ("/basvuru/{id}/imza", _POST, renewal.choose),
    ("/basvuru/{id}/belge.pdf", _GET, renewal.paper),
]


def routes(portal: Portal) -> list[BaseRoute]:
    """The pages' routes."""
    by_path: dict[str, dict[str, Handler]] = {}
    for path, (method,), handler in TABLE:
        by_path.setdefault(path, {})[method] = handler
    found: list[BaseRoute] = [
        Route(path, endpoint(portal, handlers), methods=list(handlers), name=PAGE)
        for path, handlers in by_path.items()
    ]
    return [*found, Mount("/static", StaticFiles(directory=FOLDER / "static"))]
