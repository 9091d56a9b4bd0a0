"""The web pages of *Online İşlemler*, first version: sign in, verification code, SMS outbox.

They work without JavaScript; `static/portal.js` adds the countdown, the copy button and the live
result.
"""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kamusm_esign.sandbox.portal.api.bodies import read_body
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.pages import cookie
from kamusm_esign.sandbox.portal.pages.code_page import state_of
from kamusm_esign.sandbox.portal.pages.cookie import Visit
from kamusm_esign.sandbox.portal.services import codes, messages
from kamusm_esign.sandbox.portal.services.puk_store import Holder, holders
from kamusm_esign.sandbox.portal.services.sessions import masked_holder, rfc3339
from kamusm_esign.sandbox.portal.texts import LANGUAGES, language_of, texts

_FOLDER = Path(__file__).resolve().parents[1]
_FORM_LIMIT = 8192
_OUTBOX = 20
_LANGUAGE_COOKIE = "language"
_SAFE_PATHS = ("/", "/pin", "/sms")
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Page = Callable[[Portal, Request, Visit], Awaitable[Response]]


def routes(portal: Portal) -> list[BaseRoute]:
    """The pages' routes."""
    table: list[tuple[str, str, Page]] = [
        ("/", "GET", _login_page),
        ("/login", "POST", _login),
        ("/logout", "POST", _logout),
        ("/pin", "GET", _pin_page),
        ("/pin/code", "POST", _new_code),
        ("/pin/status", "GET", _status),
        ("/sms", "GET", _sms_page),
        ("/language/{language}", "GET", _language),
    ]
    found: list[BaseRoute] = [
        Route(path, _endpoint(portal, page), methods=[method]) for path, method, page in table
    ]
    return [*found, Mount("/static", StaticFiles(directory=_FOLDER / "static"))]


def holder_key(portal: Portal, holder: Holder) -> str:
    """Names a holder in forms and cookies without telling who it is."""
    return portal.keys.mac("holder", f"{holder.kind}\0{holder.holder_id}")[:32]


def _endpoint(portal: Portal, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        response = await page(portal, request, cookie.read(portal, request))
        response.headers.update(SECURITY_HEADERS)
        return response

    return endpoint


async def _login_page(portal: Portal, request: Request, visit: Visit) -> Response:
    people = [
        {"key": holder_key(portal, h), "kind": h.kind, "cards": _short(h.serials), **_masked(h)}
        for h in await run_in_threadpool(holders, portal)
    ]
    return _render(portal, request, visit, "login.html", people=people)


async def _login(portal: Portal, request: Request, visit: Visit) -> Response:
    form = await _form(request)
    holder = await run_in_threadpool(_holder, portal, form.get("holder"))
    if not visit.allows(form.get("csrf", "")) or holder is None:
        return _to(portal, "/", visit)
    visit = visit.signed_in(holder_key(portal, holder))
    return await _issue(portal, request, visit, holder)


async def _logout(portal: Portal, request: Request, visit: Visit) -> Response:
    if not visit.allows((await _form(request)).get("csrf", "")):
        return _to(portal, "/", visit)
    with portal.database.write() as db:
        codes.kill(db, visit.id, portal.clock())
    return _to(portal, "/", visit.signed_in(None))


async def _pin_page(portal: Portal, request: Request, visit: Visit) -> Response:
    holder = await run_in_threadpool(_holder, portal, visit.holder)
    if holder is None:
        return _to(portal, "/", visit)
    state = await run_in_threadpool(state_of, portal, visit.code)
    return _render(
        portal,
        request,
        visit,
        "pin.html",
        state=state,
        holder={"kind": holder.kind, "cards": _short(holder.serials), **_masked(holder)},
        code=visit.code if state.name == "waiting" else None,
    )


async def _new_code(portal: Portal, request: Request, visit: Visit) -> Response:
    form = await _form(request)
    holder = await run_in_threadpool(_holder, portal, visit.holder)
    if holder is None or not visit.allows(form.get("csrf", "")):
        return _to(portal, "/", visit)
    return await _issue(portal, request, visit, holder)


async def _issue(portal: Portal, request: Request, visit: Visit, holder: Holder) -> Response:
    job = codes.Job(
        purpose="pin-unblock",
        certificate_kind=holder.kind,
        holder=holder.name,
        holder_id=holder.holder_id,
        serials=holder.serials,
        web_login=visit.id,
        browser=request.headers.get("user-agent", "")[:80],
        address="***",
    )
    issued = await run_in_threadpool(codes.issue, portal, job)
    return _to(portal, "/pin", replace(visit, code=issued.code))


async def _status(portal: Portal, _request: Request, visit: Visit) -> Response:
    state = await run_in_threadpool(state_of, portal, visit.code)
    return JSONResponse({"state": state.name, "remaining": state.remaining})


async def _sms_page(portal: Portal, request: Request, visit: Visit) -> Response:
    def work() -> list[dict[str, Any]]:
        return [
            {
                "phone": sms.recipient,
                "at": rfc3339(sms.sent_at)[11:19],
                "otp": sms.values["otp"],
                "session": (sms.session_id or "")[-6:],
            }
            for sms in messages.newest(portal, messages.SMS, _OUTBOX)
        ]

    found = await run_in_threadpool(work)
    return _render(portal, request, visit, "sms.html", messages=found)


async def _language(portal: Portal, request: Request, visit: Visit) -> Response:
    back = request.query_params.get("back", "/")
    response = _to(portal, back if back in _SAFE_PATHS else "/", visit)
    if request.path_params["language"] in LANGUAGES:
        language = request.path_params["language"]
        response.set_cookie(_LANGUAGE_COOKIE, language, httponly=True, samesite="lax")
    return response


def _render(
    portal: Portal, request: Request, visit: Visit, template: str, **facts: Any
) -> Response:
    language = request.cookies.get(_LANGUAGE_COOKIE, "")
    if language not in LANGUAGES:
        language = language_of(request.headers.get("accept-language", ""))
    html = (
        _templates()
        .get_template(template)
        .render(
            t=texts(language),
            language=language,
            path=request.url.path,
            csrf=visit.csrf,
            signed_in=visit.holder is not None,
            **facts,
        )
    )
    response = HTMLResponse(html, headers={"Vary": "Accept-Language, Cookie"})
    cookie.write(portal, response, visit)
    return response


@functools.cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _to(portal: Portal, path: str, visit: Visit) -> Response:
    """See Other: reloading the next page sends no form again."""
    response = RedirectResponse(path, 303)
    cookie.write(portal, response, visit)
    return response


async def _form(request: Request) -> dict[str, str]:
    raw = await read_body(request, _FORM_LIMIT)
    try:
        fields = parse_qs(raw.decode("ascii"), max_num_fields=16, strict_parsing=True)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _holder(portal: Portal, key: str | None) -> Holder | None:
    return next((h for h in holders(portal) if holder_key(portal, h) == key), None)


def _masked(holder: Holder) -> dict[str, str]:
    return masked_holder(holder.name, holder.holder_id)


def _short(serials: tuple[str, ...]) -> list[str]:
    return [f"…\u2060{serial[-4:]}" for serial in serials]
