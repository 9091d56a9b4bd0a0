"""A private PC/SC service with one virtual reader, and a card for it that only answers its ATR.

The real pcscd and vpcd run, in a mount namespace of their own in which `/run/pcscd` is a folder of
the test; libpcsclite finds the socket there by PCSCLITE_CSOCK_NAME. It remembers that name for the
life of the process, so all worlds of one process use the same folder, one after the other.
"""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from kamusm_esign.card.pcsc import PcscContext, PcscError

READER = "Virtual PCD 00 00"
"""The reader whose card `PcscWorld.insert` puts in; vpcd brings a second, empty one."""
SECOND_READER = "Virtual PCD 00 01"
AKIS_ATR = bytes.fromhex("3B9F978131FE4580655443D3228231C073F621808105D3")
_VPCD = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_NO_ATR = bytes(64)
"""Longer than ISO/IEC 7816-3 lets one be: the driver cannot power such a card."""
_READER_CONF = """FRIENDLYNAME "{name}"
DEVICENAME   /dev/null:0x{port:X}
LIBPATH      {driver}
CHANNELID    0x{port:X}
"""


def missing_equipment() -> str | None:
    """What this machine lacks for a private PC/SC service, or None."""
    if sys.platform != "linux":
        return "pcscd is for Linux"
    if not (shutil.which("pcscd") and shutil.which("unshare") and _VPCD.exists()):
        return "install pcscd, vsmartcard-vpcd and util-linux"
    if not os.access("/run", os.W_OK) and not Path("/run/pcscd").is_dir():
        return "there is no /run/pcscd, and only root can make it"
    probe = subprocess.run([*unshare(), "true"], capture_output=True, check=False)
    return None if probe.returncode == 0 else "mount namespaces are not allowed here"


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Poll until `condition` holds.

    Raises:
        AssertionError: it did not in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.01)


class PcscWorld:
    """Starts and stops the service, inserts and removes the card."""

    def __init__(self) -> None:
        self._folder = _folder()
        os.environ["PCSCLITE_CSOCK_NAME"] = str(socket_path())
        self._port = 0
        self._service: subprocess.Popen[bytes] | None = None
        self._card: _AtrCard | None = None

    def start_service(self, *, same_port: bool = False, reader: str = "Virtual PCD") -> None:
        """Start pcscd and wait until it answers. A card that was inserted stays out.

        Args:
            same_port: where the cards of before look for it.
            reader: the reader's name, to which the service adds two numbers; empty: no reader.
        """
        run, conf = self._folder / "run", self._folder / "conf"
        self._port = self._port if same_port else _free_ports()
        here = _READER_CONF.format(name=reader, port=self._port, driver=_VPCD) if reader else ""
        conf.joinpath("vpcd").write_text(here)
        script = (
            'mkdir -p /run/pcscd && mount --bind "$0" /run/pcscd && exec pcscd -f --config "$1"'
        )
        self._service = subprocess.Popen(
            [*unshare(), "sh", "-c", script, str(run), str(conf)],
            env={**os.environ, "PCSCLITE_HP_DROPDIR": str(self._folder / "no-usb-drivers")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(_answers, 30)

    @property
    def socket(self) -> Path:
        """For PCSCLITE_CSOCK_NAME."""
        return socket_path()

    def address(self, reader: str = READER) -> str:
        """Where a card of this reader plugs in, as `host:port`."""
        return f"127.0.0.1:{self._port + (READER, SECOND_READER).index(reader)}"

    def kill_service(self) -> None:
        """Kill pcscd as a crash would, and clear away what it leaves."""
        service, self._service = self._service, None
        if service is None:
            return
        service.kill()
        service.wait(10)
        for name in ("pcscd.comm", "pcscd.pid"):
            self._folder.joinpath("run", name).unlink(missing_ok=True)

    def insert(self, atr: bytes = AKIS_ATR, *, mute: bool = False) -> None:
        """Put a card into the reader. pcscd notices within 400 ms.

        Args:
            atr: what it says when it is powered.
            mute: it lies in the reader and cannot be powered.
        """
        assert self._card is None, "there is a card already"
        self._card = _AtrCard(self._port, atr, mute=mute)

    def remove(self) -> None:
        """Take the card out, if there is one. pcscd notices within 400 ms."""
        card, self._card = self._card, None
        if card is not None:
            card.close()

    def close(self) -> None:
        """Take everything down."""
        self.remove()
        self.kill_service()


@contextmanager
def pcsc_world() -> Iterator[PcscWorld]:
    """A world whose service is not started yet; everything is taken down at the end."""
    world = PcscWorld()
    try:
        yield world
    finally:
        world.close()


def _answers() -> bool:
    """Whether the service lets somebody in; its socket is there a little earlier."""
    with suppress(PcscError), PcscContext():
        return True
    return False


class _AtrCard:
    """Speaks vpcd's protocol: 2-byte big-endian length, then a control byte or an APDU."""

    _POWER_OFF, _POWER_ON, _RESET, _ATR = 0, 1, 2, 4

    def __init__(self, port: int, atr: bytes, *, mute: bool) -> None:
        self._atr, self._mute = atr, mute
        self._socket = _connect(port)
        self._thread = threading.Thread(target=self._serve, name="atr-card", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):  # pcscd may have gone first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        powering = False
        while (message := self._receive()) is not None:
            if message == bytes([self._ATR]):
                # vpcd asks for it too when it only wants to know whether there is a card.
                self._send(_NO_ATR if self._mute and powering else self._atr)
                powering = False
            elif message in (bytes([self._POWER_ON]), bytes([self._RESET])):
                powering = True
            elif len(message) > 1:
                self._send(b"\x6d\x00")  # an instruction it does not know (ISO 7816-4)

    def _receive(self) -> bytes | None:
        length = self._exactly(2)
        return None if length is None else self._exactly(int.from_bytes(length))

    def _exactly(self, count: int) -> bytes | None:
        data = b""
        while len(data) < count:
            try:
                part = self._socket.recv(count - len(data))
            except OSError:
                return None
            if not part:
                return None
            data += part
        return data

    def _send(self, data: bytes) -> None:
        with suppress(OSError):  # pcscd may have gone first
            self._socket.sendall(len(data).to_bytes(2) + data)


def _connect(port: int) -> socket.socket:
    """A connection to vpcd, which may not listen yet."""
    end = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            assert time.monotonic() < end, "vpcd does not listen"
            time.sleep(0.01)


def unshare() -> list[str]:
    """Start of a command line that gets a mount namespace of its own."""
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]


def socket_path() -> Path:
    """The socket of this process's worlds, for PCSCLITE_CSOCK_NAME."""
    return _folder() / "run" / "pcscd.comm"


@cache
def _folder() -> Path:
    path = Path(tempfile.mkdtemp(prefix="pcsc-world-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    path.joinpath("run").mkdir()
    path.joinpath("conf").mkdir()
    return path


def _free_ports() -> int:
    """The first of two neighbouring ports nobody listens on: vpcd takes one for each slot."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise RuntimeError("no two free ports side by side")
