"""Readers without hardware, what is in them, and what goes wrong with them; and their watcher."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CardOverview,
    Driver,
    DriverStatus,
    PluggedReader,
    Reader,
    ReadersSnapshot,
    ServiceStatus,
)
from kamusm_esign.sandbox.virtual_card import AKIS_ATR, VirtualCard

FOREIGN_ATR = "3B6500002063CB6A00"
DRIVER_PATH = "/virtual/libakisp11.so"

_TROUBLES = {
    FailureCode.FOREIGN_CARD: DriverStatus.FOREIGN_CARD,
    FailureCode.DRIVER_MISSING: DriverStatus.MISSING,
    FailureCode.DRIVER_WRONG_ARCHITECTURE: DriverStatus.WRONG_ARCHITECTURE,
    FailureCode.DRIVER_NOT_LOADABLE: DriverStatus.NOT_LOADABLE,
    FailureCode.DRIVER_CRASHED: DriverStatus.CRASHED,
    FailureCode.DRIVER_NO_ANSWER: DriverStatus.NO_ANSWER,
    FailureCode.TOKEN_NOT_RECOGNISED: DriverStatus.NO_TOKEN,
    FailureCode.MUTE_CARD: DriverStatus.MUTE_CARD,
    FailureCode.CARD_BUSY: DriverStatus.BUSY,
}
_NO_DRIVER_FILE = (FailureCode.FOREIGN_CARD, FailureCode.DRIVER_MISSING, FailureCode.MUTE_CARD)


@dataclass(frozen=True, slots=True)
class VirtualReader:
    """One reader."""

    name: str
    card: VirtualCard | None = None
    trouble: FailureCode | None = None
    """Why the card in it cannot be used; None where it can."""
    event_count: int = 0
    """Grows with every card that goes in or out."""

    @property
    def holds_card(self) -> bool:
        """Whether something is in it, usable or not."""
        return self.card is not None or self.trouble is not None

    @property
    def atr(self) -> str | None:
        """Upper-case hex."""
        if not self.holds_card or self.trouble is FailureCode.MUTE_CARD:
            return None
        return FOREIGN_ATR if self.trouble is FailureCode.FOREIGN_CARD else AKIS_ATR

    def look(self) -> Reader:
        """What the card host would say of it."""
        trouble = self.trouble or (None if self.card else FailureCode.NO_CARD)
        status = DriverStatus.OK
        if trouble:
            status = _TROUBLES.get(trouble, DriverStatus.NO_CARD)
        path = None if not self.holds_card or trouble in _NO_DRIVER_FILE else DRIVER_PATH
        return Reader(
            name=self.name,
            card_present=self.holds_card,
            atr=self.atr,
            card_type="AKİS" if self.atr == AKIS_ATR else None,
            driver=Driver(path, status),
            tokens=() if trouble or self.card is None else (self.card.token(),),
            failure=None if trouble is None else Failure.of(trouble),
        )


class VirtualReaders:
    """All readers of a practice world; may be changed from any thread."""

    def __init__(self, *readers: VirtualReader) -> None:
        self._readers = {r.name: r for r in readers}
        self._service = ServiceStatus.RUNNING
        self._changes = 0
        self.changed = threading.Condition()
        """Notified after every change."""

    def insert(self, reader: str, card: VirtualCard) -> None:
        """Put a card into a reader."""
        self._replace(reader, card)

    def remove(self, reader: str) -> VirtualCard | None:
        """Pull the card out of a reader, and give it back."""
        card = self._readers[reader].card
        self._replace(reader, None)
        return card

    def remove_card(self, serial: str) -> None:
        """Pull out one card, wherever it is."""
        for name, reader in list(self._readers.items()):
            if reader.card is not None and reader.card.serial == serial:
                self.remove(name)

    def set_service(self, service: ServiceStatus) -> None:
        """Start or stop the PC/SC service."""
        with self.changed:
            self._service = service
            self._note_change()

    def card(self, serial: str) -> VirtualCard | None:
        """The usable card with this serial, if it is plugged in."""
        for reader in self._visible():
            if reader.card is not None and reader.trouble is None and reader.card.serial == serial:
                return reader.card
        return None

    def overview(self) -> CardOverview:
        """What the card host would say."""
        readers = tuple(r.look() for r in self._visible())
        failure = None
        if self._service is not ServiceStatus.RUNNING:
            failure = Failure.of(FailureCode.NO_PCSC_SERVICE)
        elif not readers:
            failure = Failure.of(FailureCode.NO_READER)
        return CardOverview(self._service, readers, failure)

    def snapshot(self) -> ReadersSnapshot:
        """What PC/SC would say."""
        running = self._service is ServiceStatus.RUNNING
        return ReadersSnapshot(
            self._service,
            tuple(
                PluggedReader(
                    name=r.name,
                    card_present=r.holds_card,
                    atr=r.atr,
                    event_count=r.event_count,
                    mute=r.trouble is FailureCode.MUTE_CARD,
                )
                for r in self._visible()
            ),
            None if running else Failure.of(FailureCode.NO_PCSC_SERVICE),
        )

    def changes(self) -> int:
        """How often something changed so far."""
        return self._changes

    def _visible(self) -> list[VirtualReader]:
        return list(self._readers.values()) if self._service is ServiceStatus.RUNNING else []

    def _replace(self, name: str, card: VirtualCard | None) -> None:
        with self.changed:
            old = self._readers[name]
            self._readers[name] = replace(
                old, card=card, trouble=None, event_count=old.event_count + 1
            )
            self._note_change()

    def _note_change(self) -> None:
        self._changes += 1
        self.changed.notify_all()


class VirtualWatcher:
    """A `TokenWatcher` over virtual readers."""

    def __init__(self, readers: VirtualReaders) -> None:
        self._readers = readers
        self._thread: threading.Thread | None = None
        self._stopping = False

    def snapshot(self) -> ReadersSnapshot:
        """What is plugged in now."""
        return self._readers.snapshot()

    def start(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        """Call `on_change` from a thread of its own, now and after every change."""
        self._stopping = False
        self._thread = threading.Thread(
            target=self._watch, args=(on_change,), name="virtual-watcher", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Returns once no further call will come."""
        with self._readers.changed:
            self._stopping = True
            self._readers.changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _watch(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        seen = -1
        while True:
            with self._readers.changed:
                while not self._stopping and self._readers.changes() == seen:
                    self._readers.changed.wait()
                if self._stopping:
                    return
                seen = self._readers.changes()
            on_change(self._readers.snapshot())
