"""Finds the driver for the card in each reader, and asks it for its tokens. Never spends a try."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamusm_esign.card.drivers import CardTypes, FoundDriver, SearchPlace, find_driver
from kamusm_esign.card.slots import slots_by_reader
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.tokens import Driver, DriverStatus, PluggedReader, Reader, Token

if TYPE_CHECKING:
    from kamusm_esign.card.admin_key import AdminKeyPlace
    from kamusm_esign.card.client import CardHostClient
    from kamusm_esign.card.wire import SlotToken

FAILURES = {
    DriverStatus.NO_CARD: FailureCode.NO_CARD,
    DriverStatus.FOREIGN_CARD: FailureCode.FOREIGN_CARD,
    DriverStatus.MUTE_CARD: FailureCode.MUTE_CARD,
    DriverStatus.MISSING: FailureCode.DRIVER_MISSING,
    DriverStatus.WRONG_ARCHITECTURE: FailureCode.DRIVER_WRONG_ARCHITECTURE,
    DriverStatus.NOT_LOADABLE: FailureCode.DRIVER_NOT_LOADABLE,
    DriverStatus.NO_TOKEN: FailureCode.TOKEN_NOT_RECOGNISED,
    DriverStatus.BUSY: FailureCode.CARD_BUSY,
}
"""What stands in the way when nothing was asked of a driver, or it had nothing to say."""

_STATUS = {
    FailureCode.DRIVER_NOT_LOADABLE: DriverStatus.NOT_LOADABLE,
    FailureCode.DRIVER_FILE_BROKEN: DriverStatus.NOT_LOADABLE,
    FailureCode.DRIVER_INCOMPLETE: DriverStatus.NOT_LOADABLE,
    FailureCode.DRIVER_CRASHED: DriverStatus.CRASHED,
    FailureCode.DRIVER_NO_ANSWER: DriverStatus.NO_ANSWER,
    FailureCode.CARD_HOST_FAILED: DriverStatus.NO_ANSWER,
    FailureCode.CARD_BUSY: DriverStatus.BUSY,
}
"""What became of a driver that could not list its tokens; all else: `NO_TOKEN`."""

_PASSING = frozenset(
    {
        FailureCode.TOKEN_NOT_RECOGNISED,
        FailureCode.CARD_REMOVED,
        FailureCode.DRIVER_UNEXPECTED,
    }
)
"""What drivers say while another program still talks to a card that was just inserted."""


@dataclass(frozen=True, slots=True)
class Bay:
    """A reader, the driver for its card, and what the driver said."""

    reader: PluggedReader
    driver: FoundDriver
    library: Path | None = None
    """Whose word `slots` and `failure` are; None: none was asked."""
    slots: "tuple[SlotToken, ...]" = ()
    failure: Failure | None = None
    """Why the driver could not list its tokens."""

    @property
    def admin_key(self) -> "AdminKeyPlace | None":
        """Where this kind of card keeps it, if it has one."""
        card_type = self.driver.card_type
        return None if card_type is None else card_type.challenge_response

    @property
    def candidates(self) -> tuple[Path, ...]:
        """The libraries that may be asked, best first."""
        return self.driver.libraries if self.driver.status is DriverStatus.OK else ()

    def answered(
        self,
        library: Path,
        slots: "tuple[SlotToken, ...]" = (),
        failure: Failure | None = None,
    ) -> "Bay":
        """With a library's answer; where none knows the card, the best one's word stands."""
        if self.library not in (None, library) and not slots:
            return self
        return replace(self, library=library, slots=slots, failure=failure)


def may_pass(failure: Failure | None) -> bool:
    """Whether a driver that gave no token may give one in a moment."""
    return failure is None or failure.code in _PASSING


class Patience:
    """When to look again at a card that its driver does not see yet; looking spends nothing.

    Right after the insertion another program (certificate propagation, the vendor's own tool) may
    hold the card. A card that was seen without success before gets no second look.
    """

    def __init__(self, waits: Sequence[float]) -> None:
        """
        Args:
            waits: seconds before each further look.
        """
        self.waits = tuple(waits)
        self._seen: frozenset[tuple[str, int]] = frozenset()
        self._ended = threading.Event()

    def begin(self) -> None:
        """Before the first look."""
        self._ended.clear()

    def end(self) -> None:
        """Nobody wants to know any more; ends a `wait` of another thread."""
        self._ended.set()

    def wait(self, seconds: float) -> bool:
        """False when there is no point in looking again."""
        return not self._ended.wait(seconds)

    def is_fresh(self, reader: PluggedReader) -> bool:
        """Whether there is a card that came after the last look."""
        return reader.card_present and (reader.name, reader.event_count) not in self._seen

    def remember(self, readers: Sequence[PluggedReader]) -> None:
        """After the last look."""
        self._seen = frozenset((r.name, r.event_count) for r in readers)


class DriverDesk:
    """Which driver is for which reader, and what it says."""

    def __init__(
        self,
        host: "CardHostClient",
        read_card_types: Callable[[], CardTypes],
        place: SearchPlace,
        patience: Patience,
    ) -> None:
        self._host = host
        self._read_card_types = read_card_types
        self._place = place
        self._patience = patience
        self._card_types: CardTypes | None = None

    def card_types(self) -> CardTypes:
        """The card-type table, read when the first card needs it.

        Raises:
            FailedError: `SETTINGS_INVALID`, the user's own table.
        """
        if self._card_types is None:
            self._card_types = self._read_card_types()
        return self._card_types

    def start_host(self) -> None:
        """Let it come up while this process looks around."""
        with suppress(FailedError):  # the first request will tell
            self._host.start()

    def look(self, readers: Sequence[PluggedReader]) -> list[Bay]:
        """Ask each library once for all its readers; a reader that gets nothing asks its next."""
        bays = [Bay(r, self._driver(r)) for r in readers]
        asked: set[Path] = set()
        while (library := _next_library(bays, asked)) is not None:
            asked.add(library)
            bays = self._ask_patiently(library, bays)
        return bays

    def _driver(self, reader: PluggedReader) -> FoundDriver:
        if not reader.card_present:
            return FoundDriver(None, DriverStatus.NO_CARD, ())
        if reader.mute or reader.atr is None:
            return FoundDriver(None, DriverStatus.MUTE_CARD, ())
        self.start_host()
        return find_driver(self.card_types(), reader.atr, self._place)

    def _ask_patiently(self, library: Path, bays: Sequence[Bay]) -> list[Bay]:
        answered = self._ask(library, bays)
        for wait in self._patience.waits:
            if not any(self._may_come(b, library) for b in answered):
                break
            if not self._patience.wait(wait):
                break
            answered = self._ask(library, answered)
        return answered

    def _may_come(self, bay: Bay, library: Path) -> bool:
        silent = bay.library == library and not bay.slots and may_pass(bay.failure)
        return silent and self._patience.is_fresh(bay.reader)

    def _ask(self, library: Path, bays: Sequence[Bay]) -> list[Bay]:
        mine = [b for b in bays if not b.slots and library in b.candidates]
        types = [b.driver.card_type for b in mine]
        try:
            slots = self._host.list_tokens(
                library,
                reveals_tries=all(t is not None and t.reveals_tries for t in types),
                reveals_puk_tries=all(t is not None and t.reveals_puk_tries for t in types),
            )
        except FailedError as error:
            failure = error.failure
            return [b.answered(library, failure=failure) if b in mine else b for b in bays]
        given = slots_by_reader(
            slots,
            wanted=[b.reader.name for b in mine],
            others=[b.reader.name for b in bays if b.reader.card_present and b not in mine],
        )
        return [
            b.answered(library, slots=given.get(b.reader.name, ())) if b in mine else b
            for b in bays
        ]


def _next_library(bays: Sequence[Bay], asked: set[Path]) -> Path | None:
    waiting = (path for b in bays if not b.slots for path in b.candidates)
    return next((path for path in waiting if path not in asked), None)


def reader_of(bay: Bay) -> Reader:
    """The bay as others see it."""
    reader, found = bay.reader, bay.driver
    status, failure = _status(bay)
    path = bay.library or next(iter(found.libraries), None)
    return Reader(
        name=reader.name,
        card_present=reader.card_present,
        atr=reader.atr,
        card_type=None if found.card_type is None else found.card_type.name,
        driver=Driver(None if path is None else str(path), status),
        tokens=tuple(_token(slot, found) for slot in bay.slots),
        failure=failure,
    )


def _token(slot: "SlotToken", found: FoundDriver) -> Token:
    if found.card_type is None:
        return slot.token
    return replace(slot.token, unblock_methods=found.card_type.unblock_methods)


def _status(bay: Bay) -> tuple[DriverStatus, Failure | None]:
    if bay.slots:
        return DriverStatus.OK, None
    if bay.library is None:
        return bay.driver.status, Failure.of(FAILURES[bay.driver.status])
    if bay.reader.exclusive and may_pass(bay.failure):
        return DriverStatus.BUSY, Failure.of(FailureCode.CARD_BUSY)
    failure = bay.failure or Failure.of(FailureCode.TOKEN_NOT_RECOGNISED)
    return _STATUS.get(failure.code, DriverStatus.NO_TOKEN), failure
