"""`kamusm-esign selftest`: does this installation have everything, and does it work.

Without network and without a card. Each part is tried for itself, and one that is broken never
breaks the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kamusm_esign.cli import interrupts
from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import Shown, exit_status, print_json
from kamusm_esign.domain.check_result import CheckStatus
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.outcome import Outcome

_LONGEST_DETAIL = 300
"""Characters of what went wrong that are shown."""


class BrokenError(Exception):
    """A part does not do what it has to; the text says what: no secret, no personal data."""


class Trial(NamedTuple):
    """One part that is tried."""

    id: str
    run: Callable[[], str]
    """Returns what was seen; raises anything where the part does not work."""


def run_selftest(trials: Sequence[Trial], shown: Shown, *, as_json: bool) -> int:
    """Run all of them; the exit status: 0, or 90 where one failed."""
    lines: list[dict[str, Any]] = []
    for trial in trials:
        began = time.monotonic()
        with interrupts.raising():
            seen, failure = _tried(trial)
        line = _line(trial.id, seen, failure, shown)
        line["ms"] = round((time.monotonic() - began) * 1000)
        lines.append(line)
        if not as_json:
            _print_line(line, shown)
    broken = any(line["code"] for line in lines)
    outcome = Outcome.FAILED if broken else Outcome.SUCCEEDED
    if as_json:
        print_json({"command": "selftest", "outcome": outcome.value, "checks": lines})
    else:
        show(shown.catalogue.text("selftest.broken" if broken else "selftest.well"))
    failure = Failure.of(FailureCode.SELF_TEST_FAILED) if broken else None
    return exit_status(outcome, failure)


def _tried(trial: Trial) -> tuple[str, Failure | None]:
    try:
        return trial.run(), None
    except interrupts.InterruptedInputError:
        raise
    except Exception as error:
        detail = _detail(error)[:_LONGEST_DETAIL]
        return "", Failure.of(FailureCode.SELF_TEST_FAILED, raw=detail)


def _detail(error: Exception) -> str:
    """What went wrong, for who builds the program: files and modules, nothing of a person's."""
    if isinstance(error, FailedError):
        return error.failure.code.value
    kind = type(error).__name__
    return str(error) if isinstance(error, BrokenError) else f"{kind}: {error}"


def _line(name: str, seen: str, failure: Failure | None, shown: Shown) -> dict[str, Any]:
    title, todo = shown.catalogue.text(f"selftest.part.{name}"), None
    if failure is not None:
        said = shown.catalogue.failure(failure)
        title, todo = f"{title}: {said.body}", said.todo
    return {
        "id": name,
        "status": (CheckStatus.OK if failure is None else CheckStatus.ERROR).value,
        "code": None if failure is None else failure.code.value,
        "title": title,
        "todo": todo,
        "facts": {"seen": seen} if seen else {},
    }


def _print_line(line: dict[str, Any], shown: Shown) -> None:
    state = shown.catalogue.text(f"check_status.{line['status']}")
    facts = f" ({line['facts']['seen']})" if line["facts"] else ""
    show(f"[{state}] {line['title']}{facts}")
    if line["todo"]:
        show(f"    {line['code']}: {line['todo']}")
