"""An HTTP proxy on a loopback port: passes CONNECT on to one place, or refuses."""

import contextlib
import socket
import socketserver
import threading
from typing import Self


class ProxyDouble:
    """A context manager. Whatever host is asked for, the tunnel ends at `target`."""

    def __init__(self, target: int, *, refuse: bytes | None = None) -> None:
        """`target`: loopback port; `refuse`: status line to answer with instead of a tunnel."""
        self.asked: list[bytes] = []
        """First line of every request."""
        self.credentials: list[bytes] = []
        """What every request said of itself in `Proxy-Authorization`; empty: nothing."""
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = 5.0

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    proxy.asked.append(self.rfile.readline().strip())
                    said = b""
                    while line := self.rfile.readline().strip():
                        name, _, value = line.partition(b":")
                        said = value.strip() if name == b"Proxy-Authorization" else said
                    proxy.credentials.append(said)
                    if refuse is not None:
                        self.wfile.write(refuse + b"\r\nContent-Length: 0\r\n\r\n")
                        return
                    with socket.create_connection(("127.0.0.1", target), timeout=5.0) as server:
                        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                        _join(self.connection, server)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _join(one: socket.socket, other: socket.socket) -> None:
    """Copy both ways until both have ended."""
    back = threading.Thread(target=_copy, args=(other, one))
    back.start()
    _copy(one, other)
    back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
