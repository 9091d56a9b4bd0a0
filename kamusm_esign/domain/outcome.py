"""How a job ended."""

from enum import Enum


class Outcome(Enum):
    """How a job ended: changed, not changed, given up, or cannot be known yet."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
