"""Networks that do not lead to the portal: one that hangs up, one that answers in its place."""

import contextlib
import socket
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def hangs_up() -> Iterator[int]:
    """Takes connections and ends them before a word is said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _address = listener.accept()
                    line.recv(1)
                    line.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def page_of(status: int, *headers: tuple[str, str]) -> bytes:
    """An answer of two bytes."""
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "Content-Length: 2", "Connection: close", "", "hi"]).encode()


@contextlib.contextmanager
def network_that_answers(page: bytes) -> Iterator[int]:
    """Answers everything with one page, as a network does before one has signed in."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _address = listener.accept()
                    with line, contextlib.suppress(OSError):
                        line.settimeout(5)
                        line.recv(4096)
                        line.sendall(page)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
