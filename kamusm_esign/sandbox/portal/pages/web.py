"""What every page needs: who is there, the form, the language, the answer."""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from kamusm_esign.sandbox.portal.api.bodies import NUL, read_body
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.pages import visits
from kamusm_esign.sandbox.portal.pages.formats import FILTERS
from kamusm_esign.sandbox.portal.pages.visits import Visit
from kamusm_esign.sandbox.portal.services import people
from kamusm_esign.sandbox.portal.services.certificates import MENU_KINDS
from kamusm_esign.sandbox.portal.tables import Person
from kamusm_esign.sandbox.portal.texts import LANGUAGES, language_of, texts

PAGE = "page"
"""Name of every page's route."""
FOLDER = Path(__file__).resolve().parents[1]
LANGUAGE_COOKIE = "language"
_FORM_LIMIT = 16384
_FIELDS = 32
EVERY_ANSWER = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
"""What all that is no page says too: the API, the authority, the style sheet, the picture."""
SECURITY_HEADERS = {
    **EVERY_ANSWER,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class Page:
    """One request of a browser. Handlers run in a worker thread and may ask the database."""

    portal: Portal
    request: Request
    visit: Visit
    form: dict[str, str]
    """Of a POST; its CSRF token was checked."""

    @property
    def language(self) -> str:
        """`tr` or `en`."""
        chosen = self.request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        return language_of(self.request.headers.get("accept-language", ""))

    @property
    def address(self) -> str:
        """Where the browser is; a name for the rate limits only."""
        return self.request.client.host if self.request.client else ""

    def field(self, name: str, longest: int = 200) -> str:
        """A field of the form, without blanks around it."""
        return self.form.get(name, "").strip()[:longest]

    @property
    def menu(self) -> str:
        """`nes` or `mali-muhur`, by the path."""
        menu: str = self.request.path_params["menu"]
        if menu not in MENU_KINDS:
            raise HTTPException(404)
        return menu

    def part(self, name: str) -> str:
        """A part of the path. With U+0000 in it, which no text of PostgreSQL has, it leads nowhere.

        Raises:
            HTTPException: 404.
        """
        part = str(self.request.path_params[name])
        if NUL in part:
            raise HTTPException(404)
        return part

    def person(self) -> Person | None:
        """Whoever is signed in."""
        return None if self.visit.holder is None else self.known(self.visit.holder)

    def known(self, holder_id: str) -> Person | None:
        """A person by number."""
        with self.portal.database.read() as db:
            return people.find(db, holder_id)

    @property
    def here(self) -> str:
        """Where this page is to be had again by GET: what a link back leads to. After a POST whose
        path takes no GET, that is the page above it."""
        path, query = self.request.url.path, self.request.url.query
        if page_at(self.request, path, "GET"):
            return f"{path}?{query}" if query else path
        return page_above(self.request, path)

    def render(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page. What the visit had to say once is said."""
        notice = self.visit.notice
        self.visit = self.visit.changed(notice="")
        html = (
            _templates()
            .get_template(f"{template}.html")
            .render(
                t=texts(self.language),
                language=self.language,
                path=self.request.url.path,
                here=self.here,
                csrf=visits.csrf(self.portal, self.visit),
                signed_in=self.visit.holder is not None,
                notice=notice,
                visit_kind=self.visit.kind,
                **facts,
            )
        )
        return HTMLResponse(html, status, headers={"Vary": "Accept-Language, Cookie"})

    def to(self, path: str, notice: str = "", **changes: Any) -> Response:
        """See Other: reloading the next page sends no form again."""
        self.visit = self.visit.changed(notice=notice, **changes)
        return RedirectResponse(path, 303)


Handler = Callable[[Page], Response]


def endpoint(
    portal: Portal, handlers: dict[str, Handler]
) -> Callable[[Request], Awaitable[Response]]:
    """What Starlette calls: a form of another site is answered like no form at all."""

    async def answer(request: Request) -> Response:
        form = await _form(request) if request.method == "POST" else {}
        handler = handlers["GET" if request.method == "HEAD" else request.method]
        return await run_in_threadpool(_answer, portal, handler, request, form)

    return answer


def _answer(portal: Portal, handler: Handler, request: Request, form: dict[str, str]) -> Response:
    before = visits.read(portal, request)
    page = Page(portal, request, before, form)
    if request.method == "POST" and not visits.allows(portal, before, form.pop("csrf", "")):
        response: Response = RedirectResponse("/", 303)
    else:
        response = handler(page)
    visits.write(portal, request, response, before, page.visit)
    response.headers.update(SECURITY_HEADERS)
    return response


def missing(portal: Portal, request: Request, answer: HTTPException) -> Response:
    """The page in place of one that is not there, not for this visitor, or only the answer to a
    form; changes nothing."""
    page = Page(portal, request, visits.read(portal, request), {})
    response = page.render("missing", answer.status_code)
    response.headers.update({**(answer.headers or {}), **SECURITY_HEADERS})
    return response


def trouble(portal: Portal, request: Request) -> Response:
    """The page after an error of ours. The database may be the trouble: nothing is asked of it."""
    response = Page(portal, request, visits.fresh(), {}).render("trouble", 500)
    response.headers.update(SECURITY_HEADERS)
    return response


def page_at(request: Request, path: str, *methods: str) -> bool:
    """Whether there is a page at a path; with methods, one that takes any of them."""
    return any(
        route.path_regex.match(path) and (not methods or set(methods) & (route.methods or set()))
        for route in request.app.routes
        if isinstance(route, Route) and route.name == PAGE
    )


def page_above(request: Request, path: str) -> str:
    """The nearest page above a path that can be looked at."""
    while path and not page_at(request, path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def signed_in(handler: Callable[[Page, Person], Response]) -> Handler:
    """A page for whoever is signed in; everybody else is led to the sign-in."""

    @functools.wraps(handler)
    def guarded(page: Page) -> Response:
        person = page.person()
        if person is None:
            return page.to("/giris")
        return handler(page, person)

    return guarded


async def _form(request: Request) -> dict[str, str]:
    """The form's fields; {} where it is none: not UTF-8, too many fields, U+0000 in it (no field
    for a line of text can have it, and no text of PostgreSQL)."""
    raw = await read_body(request, _FORM_LIMIT)
    try:
        fields = parse_qs(
            raw.decode("ascii"), max_num_fields=_FIELDS, keep_blank_values=True, errors="strict"
        )
    except ValueError:
        return {}
    form = {name: values[0] for name, values in fields.items()}
    return {} if any(NUL in text for field in form.items() for text in field) else form


@functools.cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment
