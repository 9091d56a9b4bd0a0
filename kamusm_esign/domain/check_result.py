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
    """What was seen, for the sentence of an `OK` check; no personal data."""
