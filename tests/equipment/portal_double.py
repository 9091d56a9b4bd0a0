"""A portal on a loopback port that can fail in every way.

It answers as `PortalDesk` does, unless a fault is scripted for the request:

    with PortalDouble() as portal:
        portal.desk.jobs["123456789012345"] = Job(serials=("08C9",))
        portal.script("POST /sessions", lose_answer())   # the next one only
        client = PortalClient(portal.url, ...)

The faults stand in `portal_faults`; one is used up by each matching request. Every request that
arrived whole is in `requests`, whatever became of it.
"""

import contextlib
import http.server
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from typing import Self

from tests.equipment.portal_answers import Answer
from tests.equipment.portal_desk import PortalDesk, Request
from tests.equipment.portal_faults import Exchange, Fault

_HANDLER_TIMEOUT = 5.0
"""Seconds after which a silent client is hung up on."""


class _Handler(http.server.BaseHTTPRequestHandler):
    """Reads one request; the answers are written by `Exchange`."""

    server: "_Server"
    timeout = _HANDLER_TIMEOUT

    def handle(self) -> None:
        """One request for each connection."""
        with contextlib.suppress(OSError):
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            names = {name.casefold(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, names, body)
            portal = self.server.portal
            portal.treat(request, self.wfile.write)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(socketserver.ThreadingTCPServer):
    """One thread for each connection; all of them are ended and joined on closing."""

    request_queue_size = 32

    def __init__(self, portal: "PortalDouble", tls: ssl.SSLContext | None) -> None:
        self.portal = portal
        self.tls = tls
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: object, client_address: object) -> None:
        """TLS is spoken in the connection's own thread; a client may hang up during it."""
        assert isinstance(request, socket.socket)
        request.settimeout(_HANDLER_TIMEOUT)
        with contextlib.suppress(OSError):
            if self.tls is not None:
                request = self.tls.wrap_socket(request, server_side=True)
            self._connections.add(request)
            try:
                _Handler(request, client_address, self)
            finally:
                self._connections.discard(request)
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_WR)
                request.close()

    def hang_up(self) -> None:
        """End every connection."""
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class PortalDouble:
    """The portal with its server; a context manager. `tls` makes it HTTPS."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.desk = PortalDesk()
        self.requests: list[Request] = []
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self._script: list[tuple[str, Fault]] = []
        self._server = _Server(self, tls)
        self._tls = tls
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="portal double"
        )
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}"
        """Without `/api/v1`."""

    def script(self, operation: str, *faults: Fault) -> None:
        """Have the next requests of one operation go wrong, one fault each.

        Args:
            operation: method and path after `/api/v1`, with `{}` for each id, e.g.
                `PUT /sessions/{}/outcome`; `*` for any.
            faults: used up in this order.
        """
        with self.lock:
            self._script += [(operation, fault) for fault in faults]

    def present(self, tls: ssl.SSLContext) -> None:
        """Another certificate for every connection from now on; those that are open end."""
        self._server.tls = tls
        self._server.hang_up()

    def script_over(self) -> None:
        """From now on nothing goes wrong any more."""
        with self.lock:
            self._script.clear()
            self._server.tls = self._tls

    def received(self, operation: str) -> list[Request]:
        """The requests of one operation that arrived, in order."""
        with self.lock:
            return [request for request in self.requests if _matches(operation, request)]

    def treat(self, request: Request, write: Callable[[bytes], object]) -> None:
        """Answer a request that just arrived, as scripted or as it should be."""
        exchange = Exchange(request, lambda: self._handle(request), write, self._pause)
        with self.lock:
            self.requests.append(request)
            fault = self._next_fault(request)
        if fault is None:
            exchange.send(exchange.handle())
        else:
            fault(exchange)

    def _next_fault(self, request: Request) -> Fault | None:
        for index, (operation, fault) in enumerate(self._script):
            if _matches(operation, request):
                del self._script[index]
                return fault
        return None

    def _handle(self, request: Request) -> Answer:
        with self.lock:
            return self.desk.answer(request)

    def _pause(self, seconds: float) -> bool:
        return not self.closing.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()


def _matches(operation: str, request: Request) -> bool:
    if operation == "*":
        return True
    method, _, path = operation.partition(" ")
    pattern = "/api/v1" + "[A-Za-z0-9_-]+".join(map(re.escape, path.split("{}")))
    return method == request.method and re.fullmatch(pattern, request.path) is not None
