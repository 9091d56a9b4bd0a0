"""What everybody may see: the first page, the services without sign-in, the outboxes."""

import re

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kamusm_esign.sandbox.portal.pages import picture as pictures
from kamusm_esign.sandbox.portal.pages.web import LANGUAGE_COOKIE, Page, page_above, page_at
from kamusm_esign.sandbox.portal.services import messages
from kamusm_esign.sandbox.portal.texts import LANGUAGES, texts

SERVICES = ("borc", "kart-okuyucu", "mali-muhur", "zaman-damgasi", "e-muhur-yetki")
_OUTBOX = 20
_TO_TYPE = ("otp", "password")
_OWN_PATH = re.compile(r"/[a-z0-9_/-]*")
_QUERY = re.compile(r"[a-z]+=[a-z0-9-]+")
"""Of the one page that has any, the gate."""


def home(page: Page) -> Response:
    """The first page: Giriş, and what can be done without."""
    return page.render("home", services=SERVICES)


def first_steps(page: Page) -> Response:
    """What to do with a card that has just come."""
    return page.render("first_steps")


def service(page: Page) -> Response:
    """A service that is not part of the practice world says so."""
    name = page.part("name")
    if name not in SERVICES:
        raise HTTPException(404)
    return page.render("service", name=name)


def language(page: Page) -> Response:
    """Switch the language, and back to where one was; to a page of ours only."""
    response = page.to(_back(page), page.visit.notice)
    chosen = page.part("language")
    if chosen in LANGUAGES:
        secure = page.request.url.scheme == "https"
        response.set_cookie(LANGUAGE_COOKIE, chosen, httponly=True, samesite="lax", secure=secure)
    return response


def _back(page: Page) -> str:
    path, _, query = page.request.query_params.get("back", "/").partition("?")
    if not _OWN_PATH.fullmatch(path) or path.startswith(("//", "/language/")):
        return "/"
    if not page_at(page.request, path, "GET"):
        return page_above(page.request, path)
    return f"{path}?{query}" if _QUERY.fullmatch(query) else path


def sms(page: Page) -> Response:
    """The telephone of everybody in the practice world."""
    return page.render("outbox", channel="sms", found=_messages(page, messages.SMS))


def email(page: Page) -> Response:
    """The mailbox of everybody in the practice world."""
    return page.render("outbox", channel="email", found=_messages(page, messages.EMAIL))


def picture(page: Page) -> Response:
    """The picture of the present form."""
    return Response(pictures.draw(page.visit.picture), media_type="image/svg+xml")


def _messages(page: Page, channel: str) -> list[dict[str, object]]:
    words = texts(page.language)["message"]
    return [
        {
            "recipient": sent.recipient,
            "at": sent.sent_at,
            "session": (sent.session_id or "")[-6:],
            "parts": _parts(words[sent.template], sent.values),
        }
        for sent in messages.newest(page.portal, channel, _OUTBOX)
    ]


def _parts(text: str, values: dict[str, str]) -> list[tuple[str, bool]]:
    """The text in pieces; with each, whether it is something to be typed elsewhere."""
    pieces = re.split(r"\{(\w+)\}", text)
    return [
        (values.get(piece, "") if at % 2 else piece, bool(at % 2) and piece in _TO_TYPE)
        for at, piece in enumerate(pieces)
    ]
