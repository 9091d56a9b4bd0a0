"""The only importer of smartcard: readers and what is in them, as PC/SC shows it.

Thin over winscard (PC/SC part 5; pcsc-lite's and Microsoft's documentation of SCard*). Looking
never connects to a card: pyscard unpowers a card when it disconnects, under whoever is using it,
and SCardGetStatusChange tells the ATR as well. Only `PcscContext.card` connects, and leaves the
card as it is.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType, TracebackType

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import PluggedReader, ReadersSnapshot, ServiceStatus

PNP = "\\\\?PnP?\\Notification"
"""Pseudo-reader whose state changes when a reader comes or goes."""

CHANGED = 0x0002
_UNAVAILABLE = 0x0008
_PRESENT = 0x0020
_EXCLUSIVE = 0x0080
_MUTE = 0x0200
"""SCARD_STATE_* (winscard.h); the high word counts events."""

SUCCESS = 0
CANCELLED = 0x80100002
TIMEOUT = 0x8010000A
_NO_READERS = 0x8010002E
NO_SERVICE = 0x8010001D
_COMM_ERROR = 0x80100013
_SECURITY_VIOLATION = 0x8010006A
LIST_CHANGED = frozenset({0x80100008, 0x80100009, 0x80100017})
"""SCARD_E_INSUFFICIENT_BUFFER, SCARD_E_UNKNOWN_READER, SCARD_E_READER_UNAVAILABLE: a reader came
or went since the list was made."""

_STOPPED = (ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE)
_REFUSED = (ServiceStatus.UNAVAILABLE, FailureCode.PCSC_REFUSED)
_SERVICE_FAULTS = {
    NO_SERVICE: _STOPPED,
    0x8010001E: _STOPPED,  # SCARD_E_SERVICE_STOPPED: Windows, with the last reader
    0x80100003: _STOPPED,  # SCARD_E_INVALID_HANDLE: a context of before the restart
    0x80100012: _STOPPED,  # SCARD_E_SYSTEM_CANCELLED: Windows, log-off or shutdown
    _COMM_ERROR: _STOPPED,  # pcscd died during the call
    0x00000006: _STOPPED,  # ERROR_INVALID_HANDLE: winscard passes it on
    0x000006BA: _STOPPED,  # RPC_S_SERVER_UNAVAILABLE, likewise
    0x80100027: _REFUSED,  # SCARD_E_NO_ACCESS
    _SECURITY_VIOLATION: _REFUSED,  # polkit says no
}


class PcscError(Exception):
    """A call of PC/SC failed."""

    def __init__(self, code: int) -> None:
        super().__init__(f"0x{code:08X}")
        self.code = code
        """SCARD_* code, unsigned 32 bits."""


class PcscMissingError(PcscError):
    """This machine has no PC/SC library."""

    def __init__(self) -> None:
        super().__init__(NO_SERVICE)


def without_service(error: PcscError) -> ReadersSnapshot:
    """What there is to say when PC/SC cannot be asked."""
    if isinstance(error, PcscMissingError):
        return ReadersSnapshot(
            ServiceStatus.UNAVAILABLE, (), Failure.of(FailureCode.NO_PCSC_SERVICE)
        )
    fault = _SERVICE_FAULTS.get(error.code)
    if fault is None:
        failure = Failure.of(FailureCode.PCSC_UNEXPECTED, raw=str(error))
        return ReadersSnapshot(ServiceStatus.UNAVAILABLE, (), failure)
    status, code = fault
    return ReadersSnapshot(status, (), Failure.of(code))


@dataclass(frozen=True, slots=True)
class ReaderState:
    """One SCARD_READERSTATE after a call."""

    name: str
    state: int
    """dwEventState: SCARD_STATE_* in the low word, the event counter in the high one."""
    atr: bytes

    def plugged(self) -> PluggedReader:
        """The same in the program's words."""
        present = bool(self.state & _PRESENT)
        return PluggedReader(
            name=self.name,
            card_present=present,
            atr=self.atr.hex().upper() if present and self.atr else None,
            event_count=self.state >> 16,
            exclusive=bool(self.state & _EXCLUSIVE),
            mute=bool(self.state & _MUTE) or (present and not self.atr),
        )


class PcscContext:
    """One resource manager context: SCardEstablishContext … SCardReleaseContext.

    Used by one thread; only `cancel` may come from another one. Every method raises `PcscError`.
    """

    def __init__(self) -> None:
        self._scard = _scard()
        code = _SECURITY_VIOLATION
        tries = 2  # a service that is just dying seems to refuse, too
        while code == _SECURITY_VIOLATION and tries:
            tries -= 1
            answer, self._handle = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_SYSTEM)
            code = _unsigned(answer)
        if code != SUCCESS:
            raise PcscError(code)

    def __enter__(self) -> "PcscContext":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def readers(self) -> tuple[str, ...]:
        """Names of the readers that are plugged in."""
        code, names = self._scard.SCardListReaders(self._handle, [])
        if _unsigned(code) == _NO_READERS:
            return ()
        _check(code)
        return tuple(names)

    def states(self, names: Iterable[str]) -> tuple[ReaderState, ...]:
        """What is in these readers now."""
        asked = [(name, 0) for name in names]
        if not asked:
            return ()
        code, answers = self._scard.SCardGetStatusChange(self._handle, 0, asked)
        _check(code)
        return tuple(ReaderState(name, state, bytes(atr)) for name, state, atr in answers)

    def wait(self, known: Iterable[tuple[str, int]], seconds: float) -> tuple[ReaderState, ...]:
        """Wait until a state differs from the known one; empty when the time was over.

        Raises:
            PcscError: also with `CANCELLED`, after `cancel`.
        """
        asked = [(name, state & ~CHANGED) for name, state in known]
        milliseconds = int(seconds * 1000)
        code, answers = self._scard.SCardGetStatusChange(self._handle, milliseconds, asked)
        if _unsigned(code) == TIMEOUT:
            return ()
        _check(code)
        return tuple(ReaderState(name, state, bytes(atr)) for name, state, atr in answers)

    @contextmanager
    def card(self, reader: str) -> "Iterator[PcscCard]":
        """The card in a reader, in one transaction; other programs wait outside."""
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, handle, protocol = scard.SCardConnect(
            self._handle, reader, scard.SCARD_SHARE_SHARED, protocols
        )
        _check(code)
        try:
            _check(scard.SCardBeginTransaction(handle))
            try:
                yield PcscCard(scard, handle, protocol)
            finally:
                scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)

    def cancel(self) -> None:
        """End a `wait` of another thread. What goes wrong here does not matter."""
        self._scard.SCardCancel(self._handle)

    def release(self) -> None:
        """Give the context back; a dead one is as good as given back."""
        self._scard.SCardReleaseContext(self._handle)


class PcscCard:
    """A card inside a transaction."""

    def __init__(self, scard: ModuleType, handle: int, protocol: int) -> None:
        self._scard = scard
        self._handle = handle
        t1 = protocol == scard.SCARD_PROTOCOL_T1
        self._pci = scard.SCARD_PCI_T1 if t1 else scard.SCARD_PCI_T0

    def transmit(self, command: bytes | bytearray) -> tuple[int, bytes]:
        """Send one command; the status word and the data of its answer. Nothing is logged.

        Raises:
            PcscError: the card is gone; whether it got the command is not known.
        """
        code, answer = self._scard.SCardTransmit(self._handle, self._pci, list(command))
        _check(code)
        if len(answer) < 2:
            raise PcscError(_COMM_ERROR)
        return answer[-2] << 8 | answer[-1], bytes(answer[:-2])


def take_snapshot(context: PcscContext) -> tuple[ReadersSnapshot, tuple[ReaderState, ...]]:
    """Everything plugged in now, and the states to `wait` on from here."""
    states = context.states(context.readers())
    here = tuple(s for s in states if not s.state & _UNAVAILABLE)
    return ReadersSnapshot(ServiceStatus.RUNNING, tuple(s.plugged() for s in here)), here


def _scard() -> ModuleType:
    if sys.platform == "linux":
        import ctypes

        try:  # without the library pyscard writes a message to standard output
            ctypes.CDLL("libpcsclite.so.1")
        except OSError:
            raise PcscMissingError from None
    try:
        from smartcard import scard
    except ImportError:
        raise PcscMissingError from None
    module: ModuleType = scard
    return module


def _unsigned(code: int) -> int:
    return code & 0xFFFFFFFF  # pyscard gives signed numbers on Windows


def _check(code: int) -> None:
    """For calls on a context: whoever has one was let in."""
    code = _unsigned(code)
    if code == _SECURITY_VIOLATION:  # pcsc-lite's word for a connection that was reset
        code = _COMM_ERROR
    if code != SUCCESS:
        raise PcscError(code)
