"""Looking around: HTTP for everything that is not the portal's API, and the doctor's checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kamusm_esign.domain.check_result import CheckResult
from kamusm_esign.domain.failures import Failure


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The answer of one HTTP request."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class HttpFetcher(Protocol):
    """HTTP for everything that is not the portal's API: time stamps, updates, network checks."""

    def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        limit: int = 1 << 20,
        timeout: float = 20.0,
    ) -> HttpAnswer:
        """Send one request, follow no redirect, read at most `limit` bytes.

        Raises:
            FailedError: a `PRT-20x` failure.
        """
        ...


class Check(Protocol):
    """One check of the doctor."""

    @property
    def id(self) -> str:
        """Stable name, e.g. `pcsc-service`."""
        ...

    @property
    def group(self) -> str:
        """`reader`, `driver`, `card`, `network`, `clock` or `program`."""
        ...

    @property
    def limit(self) -> float:
        """Seconds after which its answer is not waited for any longer."""
        ...

    def run(self) -> CheckResult:
        """Look, on a thread of its own; never raises for what it finds."""
        ...


@dataclass(frozen=True, slots=True)
class LastFailure:
    """What stood in the way of the last job."""

    failure: Failure
    """Its code alone."""
    at: datetime
    """On this computer's clock, aware."""


class FailureMemory(Protocol):
    """Remembers what stood in the way of the last job, until one succeeds; never raises."""

    def note(self, failure: Failure) -> None:
        """A job has met with a failure."""
        ...

    def forget(self) -> None:
        """A job has succeeded."""
        ...

    def last(self) -> LastFailure | None:
        """The failure that was noted last, where it still counts."""
        ...
