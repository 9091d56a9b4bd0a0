"""Watches readers and cards, and heals itself when the PC/SC service stops.

pyscard's own monitors stop for good when the service does; Windows stops it whenever the last
reader is unplugged.
"""

import threading
from collections.abc import Callable, Sequence

from kamusm_esign.card.pcsc import (
    CANCELLED,
    LIST_CHANGED,
    PNP,
    PcscContext,
    PcscError,
    ReaderState,
    take_snapshot,
    without_service,
)
from kamusm_esign.domain.tokens import ReadersSnapshot

_CALM = 0.1
"""Seconds to rest when PC/SC reported an event that changed nothing, so that none can make the
watcher spin."""
_CANCEL_AGAIN = 0.05
"""Seconds: a cancel that came just before the wait began is lost, so it is repeated."""


class PcscWatcher:
    """Implements `ports.TokenWatcher`."""

    def __init__(self, *, wait: float = 1.0, back_off: Sequence[float] = (1.0, 2.0, 4.0)) -> None:
        """
        Args:
            wait: seconds of one SCardGetStatusChange.
            back_off: seconds before each new try while the service is away; the last one for ever.
        """
        self._wait = wait
        self._back_off = tuple(back_off)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._context: PcscContext | None = None
        self._context_lock = threading.Lock()

    def snapshot(self) -> ReadersSnapshot:
        """What is plugged in now, through a short-lived context of its own; never raises."""
        try:
            with PcscContext() as context:
                try:
                    return take_snapshot(context)[0]
                except PcscError as error:
                    if error.code not in LIST_CHANGED:
                        raise
                return take_snapshot(context)[0]
        except PcscError as error:
            return without_service(error)

    def start(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        """Call `on_change` from the watcher's thread, now and after every change."""
        self.stop()
        self._stop.clear()
        self._thread = threading.Thread(
            target=self._run, args=(_Poster(on_change),), name="token-watcher", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; returns once no further call will come."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is None or thread is threading.current_thread():
            return
        while thread.is_alive():
            with self._context_lock:
                if self._context is not None:
                    self._context.cancel()
            thread.join(_CANCEL_AGAIN)

    def _run(self, post: "_Poster") -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                with PcscContext() as context:
                    self._hold(context)
                    try:
                        failures = 0
                        self._watch(context, post)
                    finally:
                        self._hold(None)
            except PcscError as error:
                if self._stop.is_set():
                    return
                post(without_service(error))
                self._stop.wait(self._back_off[min(failures, len(self._back_off) - 1)])
                failures += 1

    def _hold(self, context: PcscContext | None) -> None:
        with self._context_lock:
            self._context = context

    def _watch(self, context: PcscContext, post: "_Poster") -> None:
        """Look and wait in turns; ends when told to stop or when the service does.

        Each look reads everything anew: a lost or doubled event does no harm.
        """
        readers_state = 0
        events: tuple[ReaderState, ...] = ()
        while not self._stop.is_set():
            try:
                snapshot, states = take_snapshot(context)
                if not post(snapshot) and events:
                    self._stop.wait(_CALM)
                events = context.wait(_known(states, readers_state), self._wait)
            except PcscError as error:
                if error.code not in LIST_CHANGED and error.code != CANCELLED:
                    raise
                self._stop.wait(_CALM)
                continue
            readers_state = next((e.state for e in events if e.name == PNP), readers_state)


def _known(states: Sequence[ReaderState], readers_state: int) -> list[tuple[str, int]]:
    return [*((s.name, s.state) for s in states), (PNP, readers_state)]


class _Poster:
    """Hands a snapshot on if it differs from the last one."""

    def __init__(self, on_change: Callable[[ReadersSnapshot], None]) -> None:
        self._on_change = on_change
        self._last: ReadersSnapshot | None = None

    def __call__(self, snapshot: ReadersSnapshot) -> bool:
        if snapshot == self._last:
            return False
        self._last = snapshot
        self._on_change(snapshot)
        return True


_VIRTUAL = ("Windows Hello", "Microsoft Virtual Smart Card", "Microsoft UICC", "UICC")


def is_virtual_reader(name: str) -> bool:
    """Whether this is one of Windows' own pretended readers, which no person plugged in."""
    return name.startswith(_VIRTUAL)
