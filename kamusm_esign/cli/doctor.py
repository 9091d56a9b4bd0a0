"""`kamusm-esign doctor`: every check at once, each line as soon as those before it are there."""

from collections.abc import Iterator, Sequence
from typing import Any

from kamusm_esign.cli import interrupts
from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import Shown, exit_status, print_json
from kamusm_esign.domain.check_result import CheckStatus
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.remedies import REMEDIES
from kamusm_esign.ports import Check
from kamusm_esign.runtime.checkup import CheckDone, run_checks


def run_doctor(checks: Sequence[Check], shown: Shown, *, as_json: bool) -> Sequence[CheckDone]:
    """Run the checks, print what they found, and return it in their order."""
    found: list[CheckDone] = []
    with interrupts.raising():
        for done in in_order(run_checks(checks)):
            found.append(done)
            if not as_json:
                _print_line(_line(done, shown), shown)
    return found


def print_findings(found: Sequence[CheckDone], shown: Shown, **more: object) -> None:
    """The one JSON object."""
    print_json({"command": "doctor", "checks": [_line(done, shown) for done in found], **more})


def status_of(found: Sequence[CheckDone]) -> int:
    """The exit status: 0 without errors, else by the first one."""
    for done in found:
        if done.result.status is CheckStatus.ERROR:
            failure = done.result.failure or Failure.of(FailureCode.UNEXPECTED, raw="")
            return exit_status(Outcome.FAILED, failure)
    return 0


def in_order(found: Iterator[CheckDone]) -> Iterator[CheckDone]:
    """Each result as soon as all before it are there."""
    early: dict[int, CheckDone] = {}
    place = 0
    for done in found:
        early[done.place] = done
        while place in early:
            yield early.pop(place)
            place += 1


def _line(done: CheckDone, shown: Shown) -> dict[str, Any]:
    catalogue, failure = shown.catalogue, done.result.failure
    line: dict[str, Any] = {
        "id": done.check.id,
        "group": done.check.group,
        "status": done.result.status.value,
        "code": None,
        "title": catalogue.text(f"check.{done.check.id}"),
        "cause": None,
        "todo": None,
        "fix": None,
        "ms": done.ms,
        "facts": dict(done.result.facts),
    }
    if failure is not None:
        said, remedy = catalogue.failure(failure), REMEDIES.get(failure.code)
        line |= {
            "code": failure.code.value,
            "title": f"{line['title']}: {said.title}",
            "cause": said.body,
            "todo": said.todo,
            "fix": None if remedy is None else remedy.value,
        }
    return line


def _print_line(line: dict[str, Any], shown: Shown) -> None:
    state = shown.catalogue.text(f"check_status.{line['status']}")
    facts = ", ".join(shown.catalogue.fact(*fact) for fact in line["facts"].items())
    show(f"[{state}] {line['title']}" + (f" ({facts})" if facts else ""))
    if line["todo"]:
        show(f"    {line['code']}: {line['cause']}")
        show(f"    {line['todo']}")
