"""What every operation of the portal needs: database, keys, clock, switches."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kamusm_esign.sandbox.portal.database import Database, Setting
from kamusm_esign.sandbox.portal.keys import PortalKeys
from kamusm_esign.sandbox.portal.problems import ProblemError

T = TypeVar("T")
_MAINTENANCE = "maintenance"


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

    def decide(self, work: Callable[[Session], T | ProblemError]) -> T:
        """Run `work` as the one writer. A problem that it *returns* is raised after the commit, so
        that what was counted stays counted; one that it raises leaves no trace."""
        with self.database.write() as db:
            result = work(db)
        if isinstance(result, ProblemError):
            raise result
        return result

    def maintenance(self) -> int | None:
        """Seconds after which a client may come again, or None while the portal is open."""
        with self.database.read() as db:
            setting = db.get(Setting, _MAINTENANCE)
        return int(setting.value) if setting else None

    def set_maintenance(self, retry_after: int | None) -> None:
        """Close the portal's API for all processes on this database, or open it again."""
        with self.database.write() as db:
            db.execute(delete(Setting).where(Setting.name == _MAINTENANCE))
            if retry_after is not None:
                db.add(Setting(name=_MAINTENANCE, value=str(retry_after)))
