"""What every operation of the portal needs: database, keys, clock, switches."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.database import Database, lock
from kamusm_esign.sandbox.portal.keys import PortalKeys
from kamusm_esign.sandbox.portal.tables import Setting

T = TypeVar("T")
_MAINTENANCE = "maintenance"
SWITCH_SECONDS = 1.0
"""Seconds for which a process believes what it read of the maintenance switch: asking at every
request is an eighth of the work of exchanging a code."""


@dataclass(slots=True)
class _Remembered:
    """The maintenance switch as it was read last."""

    retry_after: int | None = None
    until: float = 0.0
    """On the monotonic clock."""


@dataclass(frozen=True, slots=True)
class Portal:
    """One server process's view of the portal."""

    database: Database
    keys: PortalKeys
    clock: Callable[[], float] = time.time
    """Seconds since 1970."""
    no_step_up: bool = False
    """Sessions that this process exchanges ask for no SMS code."""
    minimum_version: str = "0"
    """Older clients are refused."""
    _maintenance: _Remembered = field(default_factory=_Remembered, repr=False, compare=False)

    def decide(self, work: Callable[[Session], T | ProblemError]) -> T:
        """Run `work` as the one writer. A problem that it *returns* is raised after the commit, so
        that what was counted stays counted; one that it raises leaves no trace."""
        with self.database.write() as db:
            result = work(db)
        if isinstance(result, ProblemError):
            raise result
        return result

    def setting(self, name: str) -> str | None:
        """A switch that all processes on this database obey."""
        return self.database.value(select(Setting.value).where(Setting.name == name))

    def set_setting(self, name: str, value: str | None) -> None:
        """Set such a switch, or remove it."""
        with self.database.write() as db:
            lock(db, f"setting {name}")
            db.execute(delete(Setting).where(Setting.name == name))
            if value is not None:
                db.add(Setting(name=name, value=value))

    @property
    def knows_maintenance(self) -> bool:
        """Whether `maintenance` answers without the database."""
        return time.monotonic() < self._maintenance.until

    def maintenance(self) -> int | None:
        """Seconds after which a client may come again, or None while the portal is open.

        Another process's switch is seen after `SWITCH_SECONDS`.
        """
        if not self.knows_maintenance:
            until = time.monotonic() + SWITCH_SECONDS
            setting = self.setting(_MAINTENANCE)
            self._maintenance.retry_after = None if setting is None else int(setting)
            self._maintenance.until = until
        return self._maintenance.retry_after

    def set_maintenance(self, retry_after: int | None) -> None:
        """Close the portal's API for all processes on this database, or open it again."""
        self.set_setting(_MAINTENANCE, None if retry_after is None else str(retry_after))
        self._maintenance.until = 0.0
