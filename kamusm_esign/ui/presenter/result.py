"""Screen 6: what happened, what to do next, and what the helpdesk needs."""

import sys
from dataclasses import dataclass

from kamusm_esign import __version__
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.incident import Incident, Platform, encode
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import ResultPage
from kamusm_esign.ui.presenter.pieces import Button, Chip, Frame
from kamusm_esign.ui.presenter.words import Words

_PLATFORMS = {"win32": Platform.WINDOWS, "linux": Platform.LINUX, "darwin": Platform.MACOS}
_VERDICTS = {
    Outcome.SUCCEEDED: "succeeded",
    Outcome.FAILED: "failed",
    Outcome.CANCELLED: "failed",
    Outcome.UNKNOWN: "unknown",
}
_SPENDS = frozenset({FailureCode.PIN_WRONG, FailureCode.PIN_BLOCKED, FailureCode.PUK_REFUSED})
_HOPELESS = frozenset(
    {
        FailureCode.PUK_BLOCKED,
        FailureCode.PUK_LAST_TRY,
        FailureCode.PUK_REFUSED,
        FailureCode.CARD_REFUSED_UNBLOCK,
        FailureCode.NO_COMMON_METHOD,
        FailureCode.PIN_BLOCKED,
        FailureCode.PIN_UNSET,
    }
)
"""Where the same job again leads to the same end."""


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """How a job ended."""

    outcome: Outcome
    failure: Failure | None
    reported: bool
    job: str
    """`set-pin`, `change-pin` or `verify-pin`."""
    screen: int
    """The screen on which it ended, for the incident code."""


def present_end(
    state: State, words: Words, job: str, rail: tuple[str, ...], screen: int = 6
) -> ResultPage:
    """Screen 6 for the end of a flow.

    Args:
        state: a `Done`.
        words: the texts.
        job: `set-pin`, `change-pin` or `verify-pin`.
        rail: names of the rail's steps.
        screen: where the job is done, for the incident code.

    Raises:
        TypeError: the flow has not ended.
    """
    if not isinstance(state, Done):
        raise TypeError(type(state).__name__)
    facts = ResultFacts(state.outcome, state.failure, state.reported, job, screen)
    return present_result(facts, words, rail=rail)


def present_result(facts: ResultFacts, words: Words, *, rail: tuple[str, ...]) -> ResultPage:
    """The page that says how it ended."""
    code = facts.failure.code.value if facts.failure else ""
    incident = incident_code(facts.failure, facts.screen) if facts.failure else ""
    done = facts.outcome is Outcome.SUCCEEDED
    return ResultPage(
        frame=_frame(facts, words, rail),
        verdict=_VERDICTS[facts.outcome],
        headline=_headline(facts, words),
        sentence=_sentence(facts, words),
        chips=_chips(facts, words),
        next_title=words("result_page.next" if done else "result_page.todo"),
        next_steps=_next_steps(facts, words),
        support_title=words("result_page.support"),
        phone=words("result_page.phone"),
        code=code,
        incident=incident,
        spoken=words.catalogue.spoken(incident),
        incident_hint=words("result_page.incident"),
        copy=words("result_page.copy"),
        close=words("button.close"),
    )


def incident_code(failure: Failure, screen: int) -> str:
    """What the helpdesk can be told on the phone."""
    attempts = failure.param("attempts_left")
    left = attempts if isinstance(attempts, int) else None
    platform = _PLATFORMS.get(sys.platform, Platform.OTHER)
    return encode(Incident(screen, failure.code.value, __version__, platform, left))


def _frame(facts: ResultFacts, words: Words, rail: tuple[str, ...]) -> Frame:
    last = len(rail) - 1
    primary = Button(words("button.close"), intents.CloseProgram(), "x")
    if facts.outcome in (Outcome.FAILED, Outcome.CANCELLED) and not _is_hopeless(facts):
        again = "code" if facts.job == "set-pin" else facts.job
        text = "button.new-code" if facts.job == "set-pin" else "button.again"
        primary = Button(words(text), intents.OpenJob(again))
    return Frame(
        screen=6,
        title=words("result_page.title"),
        steps=words.rail(*rail, now=last) if rail else (),
        primary=primary,
        secondary=Button(words("button.home"), intents.GoHome(), "home"),
    )


def _is_hopeless(facts: ResultFacts) -> bool:
    return facts.failure is not None and facts.failure.code in _HOPELESS


def _headline(facts: ResultFacts, words: Words) -> str:
    if facts.outcome is Outcome.SUCCEEDED:
        return words("result_page.success")
    tried = facts.job == "verify-pin"
    if facts.outcome is Outcome.UNKNOWN:
        return words("result_page.pin-right-unknown" if tried else "result_page.unknown")
    return words("result_page.not-tried" if tried else "result_page.not-changed")


def _sentence(facts: ResultFacts, words: Words) -> str:
    if facts.failure is None:
        return words(
            "result_page.pin-right" if facts.job == "verify-pin" else "result_page.pin-changed"
        )
    text = words.catalogue.failure(facts.failure)
    return f"{text.title}. {text.body}"


def _chips(facts: ResultFacts, words: Words) -> tuple[Chip, ...]:
    chips = []
    failed = facts.outcome in (Outcome.FAILED, Outcome.CANCELLED)
    if failed and facts.failure is not None and facts.failure.code not in _SPENDS:
        chips.append(Chip("ok", words("result_page.no-try-spent"), "check"))
    if facts.job == "set-pin":
        told = Chip("ok", words("result_page.told"), "check")
        later = Chip("warn", words("result_page.not-told"), "hourglass")
        chips.append(told if facts.reported else later)
    return tuple(chips)


def _next_steps(facts: ResultFacts, words: Words) -> tuple[str, ...]:
    later = () if facts.reported else (words("result_page.tell-later"),)
    if facts.failure is not None:
        todo = words.catalogue.failure(facts.failure).todo
        unknown = facts.outcome is Outcome.UNKNOWN
        return (todo, *((words("result_page.try-the-new"),) if unknown else ()), *later)
    take_card = words("result_page.take-card")
    if facts.job == "verify-pin":
        return (take_card,)
    portal = (words("result_page.close-portal"),) if facts.job == "set-pin" else ()
    return (words("result_page.use-it"), take_card, *(portal if facts.reported else later))
