"""`kamusm-esign doctor`: every check, streaming; one broken check never breaks the rest."""

import time
from collections.abc import Sequence
from typing import Any

from kamusm_esign.cli import interrupts
from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import Shown, exit_status, print_json
from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.ports import Check


def run_doctor(checks: Sequence[Check], shown: Shown, *, as_json: bool) -> int:
    """Run the checks and return the exit status: 0 without errors, else the first error's."""
    lines: list[dict[str, Any]] = []
    first_error: Failure | None = None
    for check in checks:
        began = time.monotonic()
        with interrupts.raising():
            result = run_check(check)
        line = _line(check, result, round((time.monotonic() - began) * 1000), shown)
        lines.append(line)
        if not as_json:
            _print_line(line, shown)
        if result.status is CheckStatus.ERROR and first_error is None:
            first_error = result.failure or Failure.of(FailureCode.UNEXPECTED, raw="")
    if as_json:
        print_json({"command": "doctor", "checks": lines})
    return 0 if first_error is None else exit_status(Outcome.FAILED, first_error)


def run_check(check: Check) -> CheckResult:
    """Run one check; what it raises is an error of that check alone."""
    try:
        return check.run()
    except interrupts.InterruptedInputError:
        raise
    except Exception as error:
        raw = type(error).__name__
        return CheckResult(CheckStatus.ERROR, Failure.of(FailureCode.UNEXPECTED, raw=raw))


def _line(check: Check, result: CheckResult, ms: int, shown: Shown) -> dict[str, Any]:
    failure = result.failure
    title, todo = shown.catalogue.text(f"check.{check.id}"), None
    if failure is not None:
        said = shown.catalogue.failure(failure)
        title, todo = f"{title}: {said.title}", said.todo
    return {
        "id": check.id,
        "group": check.group,
        "status": result.status.value,
        "code": None if failure is None else failure.code.value,
        "title": title,
        "todo": todo,
        "ms": ms,
        "facts": dict(result.facts),
    }


def _print_line(line: dict[str, Any], shown: Shown) -> None:
    state = shown.catalogue.text(f"check_status.{line['status']}")
    facts = ", ".join(f"{value}" for value in line["facts"].values())
    show(f"[{state}] {line['title']}" + (f" ({facts})" if facts else ""))
    if line["todo"]:
        show(f"    {line['code']}: {line['todo']}")
