"""Screen 6: what happened, what to do next, and what the helpdesk needs."""

from dataclasses import dataclass

from kamusm_esign import __version__
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.incident import incident_of
from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.models import ResultPage, Summary, Support
from kamusm_esign.ui.presenter.pieces import Button, Chip, Fact, Frame
from kamusm_esign.ui.presenter.result_steps import next_steps
from kamusm_esign.ui.presenter.words import Words, local_time

_VERDICTS = {
    Outcome.SUCCEEDED: "succeeded",
    Outcome.FAILED: "failed",
    Outcome.CANCELLED: "failed",
    Outcome.UNKNOWN: "unknown",
}
_NEEDS_CODE = frozenset({FailureCode.PIN_BLOCKED, FailureCode.PIN_UNSET})
"""What only a code from the portal helps against."""
_HOPELESS = frozenset(
    {
        FailureCode.PUK_BLOCKED,
        FailureCode.PUK_LAST_TRY,
        FailureCode.PUK_REFUSED,
        FailureCode.ADMIN_KEY_REFUSED,
        FailureCode.ADMIN_KEY_LAST_TRY,
        FailureCode.ADMIN_KEY_BLOCKED,
        FailureCode.CARD_REFUSED_UNBLOCK,
        FailureCode.NO_COMMON_METHOD,
    }
)
"""Where the same job again leads to the same end."""
NOTHING_SPENT = frozenset(
    {
        *(FailureCode.NO_PCSC_SERVICE, FailureCode.NO_READER, FailureCode.NO_CARD),
        *(FailureCode.DRIVER_WRONG_ARCHITECTURE, FailureCode.DRIVER_MISSING),
        *(FailureCode.DRIVER_NOT_LOADABLE, FailureCode.FOREIGN_CARD, FailureCode.MUTE_CARD),
        *(FailureCode.TOKEN_NOT_RECOGNISED, FailureCode.CARD_BUSY, FailureCode.PCSC_REFUSED),
        *(FailureCode.PIN_PAD_UNSUPPORTED, FailureCode.PIN_LAST_TRY, FailureCode.PIN_UNSET),
        *(FailureCode.ADMIN_KEY_LAST_TRY, FailureCode.CHALLENGE_TOO_LATE),
        *(FailureCode.PIN_PAD_CANCELLED, FailureCode.SEVERAL_CARDS),
        *(FailureCode.PUK_LAST_TRY, FailureCode.NEW_PIN_REFUSED, FailureCode.PIN_NOT_SET),
        *(FailureCode.OTHER_CARD, FailureCode.TOKEN_NOT_FOUND, FailureCode.PIN_STATE_CHANGED),
        *(FailureCode.CODE_FOR_OTHER_CARD, FailureCode.CANCELLED, FailureCode.PIN_ENTRY_INVALID),
        *(FailureCode.PIN_BREAKS_RULE, FailureCode.PIN_BREAKS_POLICY),
        *(FailureCode.JOURNAL_NOT_WRITABLE, FailureCode.UNFINISHED_ELSEWHERE),
    }
)
"""Where it is certain that no try was spent; the portal's failures besides."""


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
    ending: Ending


def present_end(
    state: State,
    words: Words,
    job: str,
    rail: tuple[str, ...],
    screen: int = 6,
    ending: Ending | None = None,
) -> ResultPage:
    """Screen 6 for the end of a flow.

    Args:
        state: a `Done`.
        words: the texts.
        job: `set-pin`, `change-pin` or `verify-pin`.
        rail: names of the rail's steps.
        screen: where the job is done, for the incident code.
        ending: what the job remembers.

    Raises:
        TypeError: the flow has not ended.
    """
    if not isinstance(state, Done):
        raise TypeError(type(state).__name__)
    facts = ResultFacts(
        state.outcome, state.failure, state.reported, job, screen, ending or Ending()
    )
    return present_result(facts, words, rail=rail)


def present_result(facts: ResultFacts, words: Words, *, rail: tuple[str, ...]) -> ResultPage:
    """The page that says how it ended."""
    done = facts.outcome is Outcome.SUCCEEDED
    failure, unknown = facts.failure, facts.outcome is Outcome.UNKNOWN
    again = _again(facts) is not None and not unknown
    return ResultPage(
        frame=_frame(facts, words, rail),
        verdict=_VERDICTS[facts.outcome],
        headline=_headline(facts, words),
        sentence=_sentence(facts, words),
        chips=_chips(facts, words),
        next_title=words("result_page.next" if done else "result_page.todo"),
        next_steps=next_steps(
            facts.job,
            failure,
            facts.ending,
            words,
            reported=facts.reported,
            again=again,
            unknown=unknown,
        ),
        close="" if _again(facts) is None else words("button.close"),
        support=support_of(failure, facts.screen, words) if failure else None,
        summary=_summary(facts, words) if done else None,
    )


# ---------------------------------------------------------------------------- the ways on
def _frame(facts: ResultFacts, words: Words, rail: tuple[str, ...]) -> Frame:
    last, failed = len(rail) - 1, facts.outcome in (Outcome.FAILED, Outcome.CANCELLED)
    way = _again(facts)
    primary = Button(words("button.close"), intents.CloseProgram(), "x")
    if way is not None:
        text, job = way
        primary = Button(words(text), intents.OpenJob(job))
    return Frame(
        screen=6,
        title=words("result_page.title"),
        headed=False,
        steps=words.rail(*rail, now=last, failed=last - 1 if failed else None),
        primary=primary,
        secondary=Button(words("button.home"), intents.GoHome(), "home"),
    )


def _again(facts: ResultFacts) -> tuple[str, str] | None:
    """The text and the job of the one way on; None where there is nothing more to do here."""
    if facts.outcome is Outcome.SUCCEEDED:
        return None
    if facts.outcome is Outcome.UNKNOWN:
        return "button.try-pin", "verify-pin"
    code = facts.failure.code if facts.failure else None
    if facts.job == "set-pin":
        return None if code in _HOPELESS else ("button.new-code", "code")
    if code in _NEEDS_CODE:
        return "button.have-code", "code"
    return "button.again", facts.job


# ---------------------------------------------------------------------------- the verdict
def _headline(facts: ResultFacts, words: Words) -> str:
    tried = facts.job == "verify-pin"
    if facts.outcome is Outcome.SUCCEEDED:
        return words("result_page.pin-right" if tried else "result_page.success")
    if facts.outcome is Outcome.UNKNOWN:
        return words("result_page.pin-right-unknown" if tried else "result_page.unknown")
    return words("result_page.not-tried" if tried else "result_page.not-changed")


def _sentence(facts: ResultFacts, words: Words) -> str:
    if facts.failure is None:
        return words(_success_key(facts))
    text = words.catalogue.failure(facts.failure)
    # The headline may say the failure's title already.
    said_already = f"{text.title}." == _headline(facts, words)
    return text.body if said_already else f"{text.title}. {text.body}"


def _success_key(facts: ResultFacts) -> str:
    if facts.job == "verify-pin":
        return "result_page.pin-right-sentence"
    session = facts.ending.session
    creates = session is not None and session.purpose is Purpose.PIN_CREATE
    return "result_page.pin-created" if creates else "result_page.pin-changed"


def _chips(facts: ResultFacts, words: Words) -> tuple[Chip, ...]:
    if facts.failure is None:
        return ()
    chips = []
    failed = facts.outcome in (Outcome.FAILED, Outcome.CANCELLED)
    code = facts.failure.code
    if failed and (code in NOTHING_SPENT or code.family == "PRT"):
        chips.append(Chip("ok", words("result_page.no-try-spent"), "check"))
    if facts.ending.read_again:
        chips.append(Chip("ok", words("result_page.read-again"), "check"))
    if facts.job == "set-pin":
        chips.append(_told(facts, words))
    return tuple(chips)


def _told(facts: ResultFacts, words: Words) -> Chip:
    if facts.reported:
        return Chip("ok", words("result_page.told"), "check-circle")
    return Chip("warn", words("result_page.not-told"), "hourglass")


# ---------------------------------------------------------------------------- the two cards
def support_of(failure: Failure, screen: int, words: Words) -> Support:
    """What the helpdesk needs of a failure that ended a job done on a screen."""
    incident = incident_of(failure, screen, __version__)
    return Support(
        title=words("result_page.support"),
        code_label=words("result_page.code"),
        code=failure.code.value,
        hint=words("result_page.incident"),
        private=words("result_page.private"),
        incident=incident,
        spoken=words.catalogue.spoken(incident),
        phone=words("result_page.phone"),
        phone_line=words("result_page.phone-line"),
        help=Button(words("doctor.title"), intents.OpenJob("doctor"), "wrench"),
        copy=words("result_page.copy"),
        copied=words("result_page.copied"),
    )


def _summary(facts: ResultFacts, words: Words) -> Summary:
    ending = facts.ending
    jobs = {"change-pin": "change_pin.title", "verify-pin": "my_card.try-title"}
    job = words(jobs[facts.job]) if facts.job in jobs else words("result_page.set-pin")
    if ending.session is not None:
        job = words(f"purpose.{ending.session.purpose.value}")
    lines = [
        Fact(words("result_page.job"), job),
        Fact(words("my_card.holder"), ending.holder),
        Fact(words("my_card.serial"), ending.serial),
        Fact(words("result_page.time"), local_time(ending.at) if ending.at else ""),
    ]
    known = tuple(fact for fact in lines if fact.value)
    told = _told(facts, words) if facts.job == "set-pin" else None
    label = words("code_check.portal")
    text = [f"{_headline(facts, words)} {_sentence(facts, words)}"]
    text += [f"{fact.name}: {fact.value}" for fact in known]
    text += [f"{label}: {told.text}"] if told else []
    return Summary(
        title=words("result_page.summary"),
        facts=known,
        told=told,
        told_label=label,
        copy=words("result_page.copy-summary"),
        copied=words("result_page.copied"),
        text="\n".join(text),
    )
