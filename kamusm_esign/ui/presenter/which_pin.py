"""Screen 10 after a PIN that works: which one is it, where a job was left unknown?"""

from dataclasses import dataclass

from kamusm_esign.domain.journal_entry import JournalEntry
from kamusm_esign.domain.masking import mask_serial
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.pieces import Button, Frame
from kamusm_esign.ui.presenter.words import Words, local_time


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person can say."""

    key: str
    title: str
    line: str
    """What follows from it."""
    icon: str
    intent: intents.SayTried


@dataclass(frozen=True, slots=True)
class WhichPinPage:
    """The question, and the job that the answer decides."""

    frame: Frame
    headline: str
    sentence: str
    job: str
    question: str
    answers: tuple[Answer, ...]
    unsure: str
    """What to do if one does not know."""


def present_which_pin(entry: JournalEntry, words: Words) -> WhichPinPage:
    """The page.

    Args:
        entry: the newest job on this card that nobody knows the end of.
        words: the texts.
    """
    reason = words("which_pin.choose-first")
    return WhichPinPage(
        frame=Frame(
            screen=10,
            title=words("my_card.title"),
            primary=Button(words("button.hand-in"), None, "send", enabled=False, reason=reason),
            secondary=Button(words("button.later"), intents.GoHome(), "home"),
        ),
        headline=words("result_page.pin-right"),
        sentence=words("which_pin.sentence"),
        job=_job(entry, words),
        question=words("which_pin.question"),
        answers=tuple(_answer(new, words) for new in (True, False)),
        unsure=words("which_pin.unsure"),
    )


def _job(entry: JournalEntry, words: Words) -> str:
    purpose, serial = words(f"purpose.{entry.purpose.value}"), mask_serial(entry.token_serial)
    what = words("unfinished.row", purpose=purpose, serial=serial)
    return f"{what} · {words('unfinished.since', since=local_time(entry.since))}"


def _answer(new: bool, words: Words) -> Answer:
    key = "new" if new else "old"
    return Answer(
        key=key,
        title=words(f"which_pin.{key}"),
        line=words(f"which_pin.{key}-line"),
        icon="pin-change" if new else "pin",
        intent=intents.SayTried(new),
    )
