"""The operations of `portal-api.yaml`: HTTP on one side, the modules beside this one on the other.

Each operation judges in the contract's order: token, session state, step-up, headers and body. The
database is asked in a worker thread, so that a writer who waits does not hold up the others.
"""

import base64
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kamusm_esign import __version__
from kamusm_esign.sandbox.portal.api import bodies
from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.authority.own import URL_SETTING
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services import codes, documents, sessions, step_up, unblock
from kamusm_esign.sandbox.portal.services.sessions import Access
from kamusm_esign.sandbox.portal.tables import SessionRow

PREFIX = "/api/v1"
_SESSION = PREFIX + "/sessions/{session_id}"
_DOCUMENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_STORE = {"Cache-Control": "no-store"}

Operation = Callable[[Portal, Request], Awaitable[Response]]


def routes(portal: Portal) -> list[Route]:
    """The API's routes."""
    table: list[tuple[str, str, Operation]] = [
        ("GET", f"{PREFIX}/client", _get_client_info),
        ("POST", f"{PREFIX}/sessions", _create_session),
        ("DELETE", _SESSION, _cancel_session),
        ("POST", f"{_SESSION}/step-up", _send_step_up),
        ("PUT", f"{_SESSION}/step-up", _check_step_up),
        ("POST", f"{_SESSION}/unblock", _authorize_unblock),
        ("POST", f"{_SESSION}/unblock/challenge", _answer_challenge),
        ("GET", _SESSION + "/documents/{document_id}", _get_document),
        ("PUT", _SESSION + "/documents/{document_id}/signature", _put_signature),
        ("PUT", f"{_SESSION}/outcome", _put_outcome),
    ]
    by_path: dict[str, dict[str, Operation]] = {}
    for method, path, operation in table:
        by_path.setdefault(path, {})[method] = operation
    return [
        Route(path, _dispatch(portal, operations), methods=list(operations))
        for path, operations in by_path.items()
    ]


def _dispatch(
    portal: Portal, operations: dict[str, Operation]
) -> Callable[[Request], Awaitable[Response]]:
    """One endpoint for all methods of a path, so that a wrong method is told all right ones."""

    async def endpoint(request: Request) -> Response:
        if portal.knows_maintenance:
            retry_after = portal.maintenance()
        else:
            retry_after = await run_in_threadpool(portal.maintenance)
        if retry_after is not None:
            raise ProblemError("maintenance", retry_after=retry_after)
        method = "GET" if request.method == "HEAD" else request.method
        return await operations[method](portal, request)

    return endpoint


async def _get_client_info(portal: Portal, request: Request) -> Response:
    # Not the host that the client named, where the portal knows its own address: what is downloaded
    # must not lie where somebody else says.
    own = await run_in_threadpool(portal.setting, URL_SETTING)
    info = {
        "minimum_version": portal.minimum_version,
        "latest_version": max(__version__, portal.minimum_version, key=version_numbers),
        "download_url": f"{own}/" if own else str(request.base_url),
        "notice": None,
    }
    return JSONResponse(info, headers={"Cache-Control": "max-age=3600"})


async def _create_session(portal: Portal, request: Request) -> Response:
    key = bodies.idempotency_key(request)
    body = bodies.session_request(await bodies.read_json(request))
    if version_numbers(body.version) < version_numbers(portal.minimum_version):
        raise ProblemError("client-too-old", f"At least {portal.minimum_version} is needed.")
    address = request.client.host if request.client else ""

    def work() -> dict[str, Any]:
        row, token = codes.exchange(portal, body.code, key, address)
        return sessions.view(portal, row, token)

    return JSONResponse(await run_in_threadpool(work), 201, _NO_STORE)


async def _cancel_session(portal: Portal, request: Request) -> Response:
    await run_in_threadpool(sessions.cancel, portal, _access(request))
    return Response(status_code=204)


async def _send_step_up(portal: Portal, request: Request) -> Response:
    await run_in_threadpool(step_up.send, portal, _access(request))
    return Response(status_code=202)


async def _check_step_up(portal: Portal, request: Request) -> Response:
    access = _access(request)
    await _admit(portal, access, step_up=False)
    otp = bodies.otp(await bodies.read_json(request))
    await run_in_threadpool(step_up.check, portal, access, otp)
    return Response(status_code=204)


async def _authorize_unblock(portal: Portal, request: Request) -> Response:
    access = _access(request)
    await _admit(portal, access, only="pin")
    key = bodies.idempotency_key(request)
    body = bodies.unblock_request(await bodies.read_json(request))
    grant = await run_in_threadpool(unblock.authorize, portal, access, key, body)
    return JSONResponse(grant, headers=_NO_STORE)


async def _answer_challenge(portal: Portal, request: Request) -> Response:
    access = _access(request)
    await _admit(portal, access, only="pin")
    challenge = bodies.challenge(await bodies.read_json(request))
    answer = await run_in_threadpool(unblock.answer, portal, access, challenge)
    return JSONResponse({"response": base64.b64encode(answer).decode()}, headers=_NO_STORE)


async def _get_document(portal: Portal, request: Request) -> Response:
    document_id = _document_id(request)
    document = await run_in_threadpool(documents.get, portal, _access(request), document_id)
    text = document.media_type == "text/plain"
    return Response(
        document.content,
        headers=_NO_STORE,
        media_type="text/plain; charset=utf-8" if text else document.media_type,
    )


async def _put_signature(portal: Portal, request: Request) -> Response:
    access = _access(request)
    document_id = _document_id(request)
    await run_in_threadpool(documents.may_put, portal, access, document_id)
    body = await bodies.read_body(request, bodies.FILE_LIMIT)
    media_type = bodies.media_type(request)
    receipt = await run_in_threadpool(documents.put, portal, access, document_id, media_type, body)
    return JSONResponse(receipt, headers=_NO_STORE)


async def _put_outcome(portal: Portal, request: Request) -> Response:
    access = _access(request)

    def known() -> None:
        with portal.database.read() as db:
            sessions.find(portal, db, access)

    await run_in_threadpool(known)
    report = bodies.outcome_report(await bodies.read_json(request))
    await run_in_threadpool(sessions.put_outcome, portal, access, report)
    return Response(status_code=204)


async def _admit(
    portal: Portal, access: Access, *, only: str | None = None, step_up: bool = True
) -> None:
    """Judge token, state and step-up before headers and body are looked at."""

    def work() -> SessionRow:
        with portal.database.read() as db:
            return sessions.admit(portal, db, access, only=only, step_up=step_up)

    await run_in_threadpool(work)


def _access(request: Request) -> Access:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        raise ProblemError("token-invalid")
    return Access(request.path_params["session_id"], token.strip())


def _document_id(request: Request) -> str:
    """What cannot be the id of any is "", so that it is unknown in its turn, and not before."""
    document_id: str = request.path_params["document_id"]
    return document_id if _DOCUMENT_ID.fullmatch(document_id) else ""


def version_numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: `2.1.0rc1` → (2, 1, 0). Trailing zeros do not count."""
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        numbers.append(int(digits[:9] or 0))
        if digits != part:
            break
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
