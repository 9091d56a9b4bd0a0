"""What stands before several servers under one address: a load balancer that knows only TCP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BYTES = 1 << 16
_SECONDS = 30


class Balancer:
    """Each connection goes to the next server that takes one; it ends with either side of it."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._lock = threading.Lock()
        self.connections = 0
        """Taken so far; the product's client has one for each request."""

    @property
    def url(self) -> str:
        """The one address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self) -> None:
        """Take connections until `close`."""
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            first = self.connections
            self.connections += 1
        with client:
            for at in range(len(self._ports)):
                port = self._ports[(first + at) % len(self._ports)]
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as server:
                    _join(client, server)
                    return


def _join(client: socket.socket, server: socket.socket) -> None:
    back = threading.Thread(target=_carry, args=(server, client), daemon=True)
    back.start()
    _carry(client, server)
    back.join(_SECONDS)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(_BYTES):
            target.sendall(part)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def balanced(ports: list[int]) -> Iterator[Balancer]:
    """Before the servers on these ports of this computer, whether they live just now or not."""
    balancer = Balancer(ports)
    thread = threading.Thread(target=balancer.run, daemon=True)
    thread.start()
    try:
        yield balancer
    finally:
        balancer.close()
        thread.join(_SECONDS)
