"""What the pages show: plain values, every word already in the person's language.

A page renders its model and nothing else; switching the language is presenting the same state
again. `intents` of the same folder are what comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kamusm_esign.ui.presenter.pieces import CardRow, CheckRow, Chip, Frame, JudgePin, Notice, Step


@dataclass(frozen=True, slots=True)
class HomePage:
    """Screen 1; its texts are the catalogue's table `home`."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class CodePage:
    """Screen 2."""

    frame: Frame
    lead: str
    checks: tuple[CheckRow, ...]
    reassurance: str
    portal_link: str
    portal_url: str
    paste: str
    field_name: str
    problems: dict[str, str] = field(default_factory=dict)
    """Sentence per `CodeProblem` value."""
    notice: Notice | None = None
    busy: bool = False
    """The code is being exchanged."""
    filled: str = ""
    """Digits to put in (from a link); empty: leave what is there."""


@dataclass(frozen=True, slots=True)
class StepUpPage:
    """Screen 3."""

    frame: Frame
    lead: str
    field_name: str
    resend: str
    notice: Notice | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class KeypadTexts:
    """What every page with PIN fields and a keypad says."""

    hint: str
    clear: str
    back: str
    shuffle: str
    capture_note: str
    typed: Callable[[int], str]
    """How many digits a field holds, as it is spoken."""
    refusals: dict[str, str]
    """Sentence per reason for which a PIN field refuses input."""


@dataclass(frozen=True, slots=True)
class NewPinPage:
    """Screens 4 and 9: the card and the new PIN."""

    frame: Frame
    info_title: str
    info_steps: tuple[Step, ...]
    """The three-step panel."""
    choose: str
    cards: tuple[CardRow, ...]
    new_name: str
    repeat_name: str
    judge: JudgePin
    keypad: KeypadTexts
    current_name: str = ""
    """Screen 9: the present PIN's field; empty: there is none."""
    attempts: str = ""
    """Sentence on what is left; empty: not shown."""
    attempts_left: int | None = None
    last_try: str = ""
    """Screen 9 at the last try: what has to be typed; empty: nothing."""
    notice: Notice | None = None
    waiting: bool = False
    """No card to type for yet: the fields are off."""


@dataclass(frozen=True, slots=True)
class WorkingPage:
    """Screen 5."""

    frame: Frame
    headline: str
    lines: tuple[CheckRow, ...]
    slow: str
    """Said after eight seconds."""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Screen 6."""

    frame: Frame
    verdict: str
    """`succeeded`, `failed` or `unknown`."""
    headline: str
    sentence: str
    chips: tuple[Chip, ...]
    next_title: str
    next_steps: tuple[str, ...]
    support_title: str
    phone: str
    code: str
    """Failure code; empty on success."""
    incident: str
    spoken: tuple[str, ...]
    incident_hint: str
    copy: str
    close: str


@dataclass(frozen=True, slots=True)
class TryPinPage:
    """Screen 10, first version: the card, and "try my PIN"."""

    frame: Frame
    cards: tuple[CardRow, ...]
    facts: tuple[tuple[str, str], ...]
    certificates: tuple[CardRow, ...]
    try_title: str
    try_lead: str
    pin_name: str
    keypad: KeypadTexts
    attempts: str
    attempts_left: int | None
    last_try: str = ""
    notice: Notice | None = None
    can_try: bool = True


@dataclass(frozen=True, slots=True)
class UnfinishedRow:
    """One unfinished job."""

    session_id: str
    title: str
    line: str
    verdict: str
    sentence: str


@dataclass(frozen=True, slots=True)
class UnfinishedPage:
    """Screen 13."""

    frame: Frame
    lead: str
    rows: tuple[UnfinishedRow, ...]
    notice: Notice | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class DoctorPage:
    """Screen 11, first version."""

    frame: Frame
    rows: tuple[CheckRow, ...]
    busy: bool
