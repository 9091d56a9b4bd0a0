"""Keeps the four lights true: looks after the first paint, at every change, and when asked.

Lives on the window's thread; the looking is done on the lanes, which the jobs share: nothing else
uses a card or the portal while a job does.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import ClientInfo
from kamusm_esign.domain.tokens import CardOverview, ReadersSnapshot
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.ui.presenter.pieces import Status
from kamusm_esign.ui.presenter.status import Say, Sights, present_status

PORTAL_EVERY = 60.0
"""Seconds between two questions to the portal."""


class StatusWatch(QObject):
    """Looks at readers, cards and portal, and tells what it sees."""

    status_changed = Signal(object)
    """A `Status` that differs from the one before."""
    looked = Signal(object)
    """A `CardOverview`, each time that the cards were read."""

    def __init__(
        self,
        ports: Ports,
        card: Lane,
        portal: Lane,
        deliver: Callable[[Callable[[], None]], None],
        say: Say,
        version: str,
        *,
        portal_every: float = PORTAL_EVERY,
    ) -> None:
        """Make it; nothing is looked at before `start`.

        Args:
            ports: the world.
            card: the lane that all use of cards goes through.
            portal: the lane that all use of the portal goes through.
            deliver: runs a function on the window's thread.
            say: texts of table `status`.
            version: this program's.
            portal_every: seconds between two questions to the portal.
        """
        super().__init__()
        self._ports = ports
        self._card, self._portal = card, portal
        self._deliver = deliver
        self._say, self._version = say, version
        self._sights = Sights()
        self._status: Status | None = None
        self._looking = self._look_again = False
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(round(portal_every * 1000))
        self._timer.timeout.connect(self._ask_if_idle)

    # ------------------------------------------------------------------ the window's wishes
    def start(self) -> None:
        """Begin to look."""
        self._tell()
        self._ports.watcher.start(self._plugged)
        self._ask_portal()
        self._timer.start()

    def stop(self) -> None:
        """Look no longer; may wait for a call of the watcher that is under way."""
        self._timer.stop()
        self._ports.watcher.stop()

    def look_again(self) -> None:
        """Somebody pressed "again": cards and portal."""
        self._look()
        self._ask_portal()

    def work_with(self, ports: Ports) -> None:
        """Look at another world; the watcher before was stopped where it is another one."""
        before, self._ports = self._ports, ports
        self._sights = replace(self._sights, client=None, portal_failure=None, clock_error=None)
        if ports.watcher is not before.watcher:
            self._sights = Sights()
            ports.watcher.start(self._plugged)
        self._tell()
        self._ask_portal()

    def set_texts(self, say: Say) -> None:
        """Another language."""
        self._say = say
        self._tell()

    # ------------------------------------------------------------------ cards
    def _plugged(self, snapshot: ReadersSnapshot) -> None:
        """Called from the watcher's thread."""
        self._deliver(lambda: self._changed(snapshot))

    def _changed(self, snapshot: ReadersSnapshot) -> None:
        reading = any(reader.card_present for reader in snapshot.readers)
        self._see(snapshot=snapshot, reading=reading)
        self._look()

    def _look(self) -> None:
        """Read the cards, once for all changes that come meanwhile."""
        if self._looking:
            self._look_again = True
            return
        self._looking = True
        self._card.submit(self._read_cards)

    def _read_cards(self) -> None:
        """On the card lane."""
        overview: CardOverview | None = None
        failure: Failure | None = None
        try:
            overview = self._ports.card.overview()
        except Exception as error:
            failure = _failure(error)
        self._deliver(lambda: self._cards_read(overview, failure))

    def _cards_read(self, overview: CardOverview | None, failure: Failure | None) -> None:
        self._looking = False
        again, self._look_again = self._look_again, False
        if overview is None:
            self._see(overview_failure=failure, reading=False)
        else:
            reading = again and self._sights.reading
            self._see(overview=overview, overview_failure=None, reading=reading)
            self.looked.emit(overview)
        if again:
            self._look()

    # ------------------------------------------------------------------ portal
    def _ask_if_idle(self) -> None:
        """Gently: a job that waits for the portal does not wait for this."""
        if self._portal.wait_idle(0):
            self._ask_portal()

    def _ask_portal(self) -> None:
        if not self._asking:
            self._asking = True
            self._portal.submit(self._read_client)

    def _read_client(self) -> None:
        """On the portal lane."""
        client: ClientInfo | None = None
        failure: Failure | None = None
        ahead: float | None = None
        try:
            client = self._ports.portal.client_info()
        except Exception as error:
            failure = _failure(error)
        if client is not None and client.said_at is not None:
            ahead = (self._ports.utc_now() - client.said_at).total_seconds()
        self._deliver(lambda: self._answered(client, failure, ahead))

    def _answered(
        self, client: ClientInfo | None, failure: Failure | None, ahead: float | None
    ) -> None:
        self._asking = False
        self._see(client=client, portal_failure=failure, clock_error=ahead)

    # ------------------------------------------------------------------ telling
    def _see(self, **seen: object) -> None:
        self._sights = replace(self._sights, **seen)  # type: ignore[arg-type]
        self._tell()

    def _tell(self) -> None:
        status = present_status(self._sights, self._version, self._say)
        if status != self._status:
            self._status = status
            self.status_changed.emit(status)


def _failure(error: Exception) -> Failure:
    if isinstance(error, FailedError):
        return error.failure
    return Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__)
