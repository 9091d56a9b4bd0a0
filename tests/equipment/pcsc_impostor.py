"""A PC/SC service that speaks pcsc-lite's protocol and lets nobody in, for the real client library.

pcsc-lite 1.9 and later (winscard_msg.h): a header of two 32-bit numbers, size and command, then the
command's structure, which comes back filled in.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

_ESTABLISH, _VERSION = 1, 0x11
OTHER_VERSION = 0x8010001D
"""SCARD_E_NO_SERVICE: what pcscd says to a client of another version."""


@contextlib.contextmanager
def pcsc_impostor(door: Path, answer: int | None) -> Iterator[None]:
    """Listen at `door` while the block lasts.

    Args:
        door: of the socket, for PCSCLITE_CSOCK_NAME.
        answer: to SCardEstablishContext, as SCARD_*; None: nothing is ever answered.
    """
    over = threading.Event()

    def serve(line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            while header := line.recv(8, socket.MSG_WAITALL):
                size, command = struct.unpack("=II", header)
                body = line.recv(size, socket.MSG_WAITALL)
                if answer is None:
                    over.wait(60)
                    return
                line.sendall(_reply(command, body, answer))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _address = listener.accept()
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(door))
        listener.listen()
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _reply(command: int, body: bytes, answer: int) -> bytes:
    if command == _VERSION and answer == OTHER_VERSION:
        return struct.pack("=iiI", 99, 9, OTHER_VERSION)
    if command == _VERSION:
        major, minor, _result = struct.unpack("=iiI", body)
        return struct.pack("=iiI", major, minor, 0)
    assert command == _ESTABLISH, command
    scope, _context, _result = struct.unpack("=III", body)
    return struct.pack("=III", scope, 0, answer)
