"""Tells the memory of failures what a flow meets with."""

from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.ports import FailureMemory


def note_failure(failures: FailureMemory | None, before: State, after: State) -> None:
    """Note what a step has brought: a failure that was not there before, or success.

    A failure is one that the person is told, whether the job ended with it (a card was pulled out)
    or goes on as soon as it is put right (a code that ran out, a card that the code is not for).

    Args:
        failures: what remembers; None: nobody wants to know.
        before: the flow's state before the step.
        after: and after it.
    """
    if failures is None or after == before:
        return
    failure = getattr(after, "failure", None)
    if failure is not None and failure != getattr(before, "failure", None):
        failures.note(failure)
    elif isinstance(after, Done) and after.outcome is Outcome.SUCCEEDED and failure is None:
        failures.forget()
