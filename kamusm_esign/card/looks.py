"""What the doctor's checks of readers and cards look at, looked at once for all of them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from kamusm_esign.card.drivers import CardTypes, SearchPlace
from kamusm_esign.card.machine import Machine
from kamusm_esign.card.watcher import is_virtual_reader
from kamusm_esign.domain.check_result import CheckResult
from kamusm_esign.domain.tokens import CardOverview, PluggedReader, ReadersSnapshot

_T = TypeVar("_T")


class Once(Generic[_T]):
    """What a function gives, which is called by whoever asks first; safe for several threads."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[_T] = []

    def __call__(self) -> _T:
        """The one value; what the function raises is raised to everyone who asks."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


@dataclass(frozen=True, slots=True)
class Looks:
    """This computer's readers and cards, from several sides."""

    plugged: Callable[[], ReadersSnapshot]
    """PC/SC alone: at once, whatever a driver does."""
    overview: Callable[[], CardOverview]
    """Drivers and tokens too: may take as long as a driver takes."""
    card_types: Callable[[], CardTypes]
    """The card-type table; raises FailedError for a user's own that is wrong."""
    machine: Machine
    place: SearchPlace
    module: Path | None
    """The one PKCS#11 library that was named; then PC/SC need not run."""
    utc_now: Callable[[], datetime]

    def readers(self) -> tuple[PluggedReader, ...]:
        """Those that somebody plugged in."""
        return tuple(r for r in self.plugged().readers if not is_virtual_reader(r.name))


@dataclass(frozen=True, slots=True)
class CardCheck:
    """`ports.Check`: one judgement."""

    id: str
    group: str
    judge: Callable[[Looks], CheckResult]
    looks: Looks
    limit: float = 10.0

    def run(self) -> CheckResult:
        """Judge what is seen."""
        return self.judge(self.looks)
