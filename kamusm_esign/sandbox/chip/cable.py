"""The cable between the chip and a virtual reader: vpcd's protocol over TCP.

Each message has its length before it (2 bytes, big-endian). One byte is an order (0 off, 1 on,
2 reset, 4 "your ATR?"), everything else a command for the card. One card for each port: a second
connection waits in the backlog, unseen.
"""

import socket
import time
from collections.abc import Callable

from kamusm_esign.sandbox.chip.apdu import WRONG_LENGTH, Command, answer
from kamusm_esign.sandbox.chip.chip import ATR, Chip
from kamusm_esign.sandbox.chip.troubles import GoneError, Troubles

PORT = 35963
"""vpcd's first reader; the second listens one above."""
_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4
_PAUSE = 0.1
"""Seconds between two tries to reach vpcd."""


class NoReaderError(Exception):
    """The reader's service went away."""


class Cable:
    """One connection to one virtual reader: a card that is in it for as long as this is open."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @classmethod
    def plug_in(cls, address: tuple[str, int], *, patience: float) -> "Cable":
        """Connect to vpcd, which may not listen yet.

        Raises:
            OSError: it did not within `patience` seconds.
        """
        end = time.monotonic() + patience
        while True:
            try:
                return cls(socket.create_connection(address, timeout=None))
            except OSError:
                if time.monotonic() >= end:
                    raise
                time.sleep(_PAUSE)

    def serve(self, chip: Chip, troubles: Troubles, log: Callable[[str], None]) -> bool:
        """Answer until the reader goes away (False), or the card does (True).

        Args:
            log: told each command's header and status word; never its data.
        """
        try:
            while True:
                message = self._receive()
                if len(message) == 1:
                    self._obey(message[0], chip)
                else:
                    self._send(self._answer(message, chip, troubles, log))
        except GoneError:
            return True
        except NoReaderError:
            return False
        finally:
            self._socket.close()

    def _obey(self, order: int, chip: Chip) -> None:
        if order == _ATR:
            self._send(ATR)
        elif order in (_OFF, _ON, _RESET):
            chip.reset()

    def _answer(
        self, message: bytes, chip: Chip, troubles: Troubles, log: Callable[[str], None]
    ) -> bytes:
        command = Command.parse(message)
        if command is None:
            return answer(WRONG_LENGTH)
        head = message[:4].hex(" ")
        said = troubles.around(command, lambda: chip.do(command))
        log(f"{head} ({len(command.data)}) -> {said[-2:].hex()} ({len(said) - 2})")
        return said

    def _receive(self) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(2)))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            # Or the other end's acknowledgement waits 40 ms for company, at every command.
            if hasattr(socket, "TCP_QUICKACK"):
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            try:
                part = self._socket.recv(count - len(data))
            except OSError:
                raise NoReaderError from None
            if not part:
                raise NoReaderError
            data += part
        return data

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(len(data).to_bytes(2) + data)
        except OSError:
            raise NoReaderError from None
