"""The portal as an ASGI application and as a process."""

import gc
import logging
import signal
import socket
import sqlite3
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import cast

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kamusm_esign.sandbox.portal.api import operations
from kamusm_esign.sandbox.portal.api.problems import ProblemError, problem_response
from kamusm_esign.sandbox.portal.authority import routes as authority_routes
from kamusm_esign.sandbox.portal.authority.own import URL_SETTING
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.database import WORKERS, Database
from kamusm_esign.sandbox.portal.pages import routes as page_routes
from kamusm_esign.sandbox.portal.pages.web import EVERY_ANSWER, missing, page_at, trouble

log = logging.getLogger(__name__)
_SHUTDOWN_SECONDS = 2
_TIDY_SECONDS = 1.0
_SWITCH_SECONDS = 0.0005
_NOT_FOUND = 404


def build_app(portal: Portal) -> ASGIApp:
    """The API and the web pages of one portal."""

    async def on_http_exception(request: Request, error: Exception) -> Response:
        answer = cast("HTTPException", error)
        # Whoever asks for a page is answered by one, and so is a browser that finds nothing.
        seen = answer.status_code == _NOT_FOUND and _is_browser(request)
        if seen or page_at(request, request.url.path):
            return await run_in_threadpool(missing, portal, request, answer)
        return _http_problem(answer)

    async def on_error(request: Request, _error: Exception) -> Response:
        if _is_browser(request):
            return trouble(portal, request)
        return problem_response(ProblemError("internal"))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = WORKERS
        yield

    app = Starlette(
        lifespan=lifespan,
        routes=[
            *operations.routes(portal),
            *authority_routes.routes(portal),
            *page_routes.routes(portal),
        ],
        exception_handlers={
            ProblemError: _on_problem,
            HTTPException: on_http_exception,
            Exception: on_error,
        },
    )
    app.router.redirect_slashes = False
    return _Guarded(_NeverTell(app))


def serve(portal: Portal, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        port: 0 lets the system choose.
        announce: called with the base URL once connections are taken.

    Raises:
        OSError: the address cannot be listened on.
    """
    listener = listen(host, port)
    server = uvicorn.Server(
        uvicorn.Config(
            build_app(portal),
            access_log=False,
            log_config=None,
            lifespan="on",
            ws="none",
            proxy_headers=False,  # else a header could pretend another address to the rate limit
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
    )

    def leave(_number: int, _frame: object) -> None:
        server.should_exit = True

    # uvicorn ends gracefully on these and then raises them again, which must not kill; and one that
    # comes before it listens for them must not be lost.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    shown = f"[{host}]" if listener.family == socket.AF_INET6 else host
    url = f"http://{shown}:{listener.getsockname()[1]}"
    portal.set_setting(URL_SETTING, url)
    # What is loaded stays: a full collection that looked through it made everybody wait for it.
    gc.collect()
    gc.freeze()
    announce(url)
    # Threads that have their answer from the database wait for the interpreter: not 5 ms each time.
    sys.setswitchinterval(_SWITCH_SECONDS)
    with _tidied(portal.database):
        server.run(sockets=[listener])


@contextmanager
def _tidied(database: Database) -> Iterator[None]:
    """A thread that takes in the database's log every second."""
    over = threading.Event()

    def tidy() -> None:
        while not over.wait(_TIDY_SECONDS):
            with suppress(SQLAlchemyError, sqlite3.Error):  # the next second comes
                database.take_in_log()

    thread = threading.Thread(target=tidy, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections send at once.

    Raises:
        OSError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=128)
    # Its connections inherit this. asyncio sets it only where a socket names its protocol, which
    # `create_server` leaves out: then the second half of every answer waits 40 ms for the client's
    # delayed acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Guarded:
    """Every answer says what a browser may do with it; pages say so themselves, and more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in EVERY_ANSWER.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


class _NeverTell:
    """The last resort: a log line with the place of an error, never its words or its data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            # The application has answered `internal` already and raised the error again.
            frame = traceback.extract_tb(error.__traceback__)[-1]
            log.error("%s in %s, line %s", type(error).__name__, frame.name, frame.lineno)


async def _on_problem(_request: Request, problem: Exception) -> Response:
    return problem_response(cast("ProblemError", problem))


def _http_problem(answer: HTTPException) -> Response:
    """Unknown paths and methods; the contract has no code of their own for them."""
    return problem_response(
        ProblemError("malformed-request", answer.detail),
        status=answer.status_code,
        headers=dict(answer.headers or {}),
    )


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
