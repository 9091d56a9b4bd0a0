"""Where the authority is to be had: certificates, CRLs, OCSP, time stamps."""

import base64
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kamusm_esign.sandbox.ca import ISSUERS, ROOT, TSA
from kamusm_esign.sandbox.portal.api.bodies import media_type, read_body
from kamusm_esign.sandbox.portal.authority.accounts import is_basic_account, is_identity_account
from kamusm_esign.sandbox.portal.authority.own import own_authority
from kamusm_esign.sandbox.portal.authority.status import answer_ocsp, make_crl
from kamusm_esign.sandbox.portal.authority.time_stamps import (
    ANSWER_TYPE,
    REQUEST_TYPE,
    answer_request,
)
from kamusm_esign.sandbox.portal.context import Portal

_LIMIT = 16384
_OCSP_ANSWER = "application/ocsp-response"

Handler = Callable[[Portal, Request], Awaitable[Response]]


def routes(portal: Portal) -> list[Route]:
    """The authority's routes."""
    table: list[tuple[str, str, Handler]] = [
        ("/ca/{name}.crt", "GET", _certificate),
        ("/ca/{name}.crl", "GET", _crl),
        ("/ca/ocsp", "POST", _ocsp),
        ("/ca/ocsp/{request:path}", "GET", _ocsp_in_path),
        ("/tsa", "POST", _time_stamp),
        ("/tsa/basic", "POST", _time_stamp_basic),
        ("/tsa/identity", "POST", _time_stamp_identity),
    ]
    return [
        Route(path, _bound(portal, handler), methods=[method]) for path, method, handler in table
    ]


def _bound(portal: Portal, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await handler(portal, request)

    return endpoint


async def _certificate(portal: Portal, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in (ROOT, TSA, *ISSUERS):
        return Response(status_code=404)
    authority = await run_in_threadpool(own_authority, portal)
    content = authority.authorities[name].parts.certificate_der
    return Response(content, media_type="application/pkix-cert")


async def _crl(portal: Portal, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in (ROOT, *ISSUERS):
        return Response(status_code=404)
    content = await run_in_threadpool(lambda: make_crl(portal, own_authority(portal), name))
    return Response(content, media_type="application/pkix-crl")


async def _ocsp(portal: Portal, request: Request) -> Response:
    return await _ocsp_answer(portal, await read_body(request, _LIMIT))


async def _ocsp_in_path(portal: Portal, request: Request) -> Response:
    try:
        body = base64.b64decode(request.path_params["request"], validate=True)
    except ValueError:  # no base64, or not even ASCII
        body = b""
    return await _ocsp_answer(portal, body)


async def _ocsp_answer(portal: Portal, body: bytes) -> Response:
    content = await run_in_threadpool(lambda: answer_ocsp(portal, own_authority(portal), body))
    return Response(content, media_type=_OCSP_ANSWER)


async def _time_stamp(portal: Portal, request: Request) -> Response:
    return await _stamped(portal, request, await read_body(request, _LIMIT))


async def _time_stamp_basic(portal: Portal, request: Request) -> Response:
    if not is_basic_account(request.headers.get("authorization", "")):
        return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="tsa"'})
    return await _time_stamp(portal, request)


async def _time_stamp_identity(portal: Portal, request: Request) -> Response:
    body = await read_body(request, _LIMIT)
    identity = request.headers.get("identity", "")
    if not await run_in_threadpool(is_identity_account, identity, body):
        return Response(status_code=401)
    return await _stamped(portal, request, body)


async def _stamped(portal: Portal, request: Request, body: bytes) -> Response:
    if media_type(request) != REQUEST_TYPE:
        return Response(status_code=415)
    content = await run_in_threadpool(
        lambda: answer_request(own_authority(portal), body, portal.clock())
    )
    return Response(content, media_type=ANSWER_TYPE)
