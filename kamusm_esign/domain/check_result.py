"""What a check of the doctor found."""

from dataclasses import dataclass
from enum import Enum

from kamusm_esign.domain.failures import Failure


class CheckStatus(Enum):
    """What a check of the doctor found."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the doctor."""

    status: CheckStatus
    failure: Failure | None
    """Why it is not `OK`; its catalogue entry gives title and next step."""
    facts: tuple[tuple[str, str], ...] = ()
    """What was seen, name and value; no personal data. Numbers and names of things as they are,
    everything else as a word of the catalogue's table `fact`."""

    def fact(self, name: str) -> str:
        """One fact, "" where it was not seen."""
        return dict(self.facts).get(name, "")


SKIPPED = CheckResult(CheckStatus.SKIPPED, None)
"""Something else has to be right before this can be looked at."""


def fine(**facts: str) -> CheckResult:
    """Nothing to say but what was seen."""
    return CheckResult(CheckStatus.OK, None, tuple(facts.items()))


def trouble(failure: Failure, **facts: str) -> CheckResult:
    """Stands in the way."""
    return CheckResult(CheckStatus.ERROR, failure, tuple(facts.items()))


def doubt(failure: Failure, **facts: str) -> CheckResult:
    """May get in the way, or soon will."""
    return CheckResult(CheckStatus.WARNING, failure, tuple(facts.items()))
