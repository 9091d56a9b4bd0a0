"""Runs the doctor's checks side by side; one that breaks or hangs never breaks the rest.

The same engine for the window and for the command line.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kamusm_esign.domain.check_result import CheckResult, trouble
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.ports import Check

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckDone:
    """One check and how it came out."""

    place: int
    """In the order of the checks, from 0."""
    check: Check
    result: CheckResult
    ms: int
    """Milliseconds that it took, or was waited for."""


def run_checks(checks: Sequence[Check]) -> Iterator[CheckDone]:
    """Run all of them at once and give each result as soon as it is there.

    Each has a daemon thread of its own and its own limit of time (`Check.limit`). One that raises
    is a failure of that check alone, and so is one that does not end in time: its thread is left
    to itself and what it still says is not listened to.
    """
    done: queue.SimpleQueue[CheckDone] = queue.SimpleQueue()
    began = time.monotonic()
    waiting = dict(enumerate(checks))
    for place, check in waiting.items():
        threading.Thread(
            target=_run, args=(place, check, done), name=f"check-{check.id}", daemon=True
        ).start()
    while waiting:
        soonest = began + min(check.limit for check in waiting.values())
        try:
            found = done.get(timeout=max(soonest - time.monotonic(), 0.0))
        except queue.Empty:
            yield from _give_up(waiting, began)
            continue
        if waiting.pop(found.place, None) is not None:
            yield found


def _give_up(waiting: dict[int, Check], began: float) -> Iterator[CheckDone]:
    now = time.monotonic()
    for place, check in list(waiting.items()):
        if began + check.limit <= now:
            del waiting[place]
            _log.warning("check %s did not end in time", check.id)
            late = trouble(Failure.of(FailureCode.CHECK_NO_ANSWER))
            yield CheckDone(place, check, late, round((now - began) * 1000))


def _run(place: int, check: Check, done: "queue.SimpleQueue[CheckDone]") -> None:
    began = time.monotonic()
    try:
        result = check.run()
    except FailedError as error:
        result = trouble(error.failure)
    except BaseException as error:  # whatever it is, the others go on
        _log.warning("check %s raised %s", check.id, type(error).__name__)
        result = trouble(Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__))
    done.put(CheckDone(place, check, result, round((time.monotonic() - began) * 1000)))
