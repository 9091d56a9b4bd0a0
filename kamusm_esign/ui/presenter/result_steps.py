"""What to do after a job, on screen 6."""

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.pieces import NextStep
from kamusm_esign.ui.presenter.words import Words

_SAYS_TRY = frozenset({FailureCode.PIN_SET_UNKNOWN, FailureCode.PIN_CHANGE_UNKNOWN})
"""Failures whose own next step is to try the PIN."""


def next_steps(
    job: str,
    failure: Failure | None,
    ending: Ending,
    words: Words,
    *,
    reported: bool,
    again: bool,
    unknown: bool,
) -> tuple[NextStep, ...]:
    """The steps; numbered after a failure, with icons after a success.

    Args:
        job: `set-pin`, `change-pin` or `verify-pin`.
        failure: why it did not succeed; None: it did.
        ending: what the job remembers.
        words: the texts.
        reported: the portal knows.
        again: the same job can be done again.
        unknown: nobody knows whether the PIN was changed.
    """
    if failure is None:
        return _after_success(job, ending, words, reported=reported)
    steps = [NextStep(words.catalogue.failure(failure).todo)]
    if unknown and job != "verify-pin":
        steps = _find_out(failure, job, words)
    elif again and job == "set-pin":
        steps.append(NextStep(words("result_page.wait"), words("result_page.wait-text")))
    if not reported:
        steps.append(NextStep(*_tell_later(ending, words)))
    return tuple(steps)


def _find_out(failure: Failure, job: str, words: Words) -> list[NextStep]:
    todo = words.catalogue.failure(failure).todo
    what = words(
        "result_page.if-refused-change" if job == "change-pin" else "result_page.if-refused"
    )
    if failure.code in _SAYS_TRY:
        return [NextStep(todo, what)]
    return [NextStep(todo), NextStep(words("result_page.try-the-new"), what)]


def _tell_later(ending: Ending, words: Words) -> tuple[str, str]:
    kept = "result_page.tell-later-text" if ending.key_store else "result_page.never-told-text"
    return words("result_page.tell-later"), words(kept)


def _after_success(
    job: str, ending: Ending, words: Words, *, reported: bool
) -> tuple[NextStep, ...]:
    card = NextStep(words("result_page.take-card"), words("result_page.take-card-text"), "card")
    if job == "verify-pin":
        return (card,)
    use_it = NextStep(words("result_page.use-it"), words("result_page.use-it-text"), "pin")
    if job != "set-pin":
        return use_it, card
    if reported:
        close = words("result_page.close-portal"), words("result_page.close-portal-text")
        return use_it, card, NextStep(*close, "globe")
    return use_it, card, NextStep(*_tell_later(ending, words), "hourglass")
