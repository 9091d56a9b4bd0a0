"""What nobody expected: written down without what a message could quote."""

import logging
from types import TracebackType

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode

_log = logging.getLogger(__name__)


def note(kind: type[BaseException], trace: TracebackType | None) -> None:
    """Write down what and where; a message could quote what must not be written."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else "?"
    _log.error("unexpected %s in %s", kind.__name__, where)


def failure_of(error: Exception) -> Failure:
    """The failure of an exception; what nobody expected is written down."""
    if isinstance(error, FailedError):
        return error.failure
    note(type(error), error.__traceback__)
    return Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__)
