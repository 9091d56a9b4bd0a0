"""What the pages show: plain values, every word already in the person's language.

A page renders its model and nothing else; switching the language is presenting the same state
again. `intents` of the same folder are what comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kamusm_esign.ui.presenter.pieces import (
    Button,
    CardRow,
    CertificateRow,
    CheckRow,
    Chip,
    Fact,
    Frame,
    JudgePin,
    NextStep,
    Notice,
    Step,
)


@dataclass(frozen=True, slots=True)
class HomePage:
    """Screen 1; its texts are the catalogue's table `home`."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class CodePage:
    """Screen 2."""

    frame: Frame
    checks_title: str
    checks: tuple[CheckRow, ...]
    ready: Chip
    """The whole list in two words."""
    ready_line: str
    enter_title: str
    lead: str
    reassurance_title: str
    reassurance: str
    no_code_title: str
    no_code: str
    portal_link: str
    portal_url: str
    paste: str
    field_name: str
    progress: Callable[[int], str]
    """How many of the digits are there, as it stands under the field."""
    replaces: str = ""
    """Stands there instead while all digits are marked: what is typed takes their place."""
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
    keypad: tuple[str, str, str]
    """What the keypad, its key that clears and the one that takes a digit back are called."""
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
    code_way: Button
    """Where a verification code is entered, for who has one in mind here."""
    pad: Notice | None = None
    """The reader asks for PINs by itself: said in the place of fields and keys."""


@dataclass(frozen=True, slots=True)
class LastTryTexts:
    """The confirmation before the last try."""

    title: str
    text: str
    name: str
    """Name of the field."""
    word: str
    """What has to be typed; ASCII, in either case."""


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
    minimum: int = 6
    """Digits that the new PIN needs at least."""
    maximum: int = 12
    note: str = ""
    """What is good to know before one goes on; empty: nothing."""
    incomplete: str = ""
    """Why it does not go on as long as the new PIN is missing."""
    current_name: str = ""
    """Screen 9: the present PIN's field; empty: there is none."""
    current_minimum: int = 6
    """Fewest digits that may be the present PIN."""
    attempts_name: str = ""
    attempts: str = ""
    """Sentence on what is left; empty: not shown."""
    attempts_left: int | None = None
    last_try: LastTryTexts | None = None
    """Screen 9 at the last try; None: nothing has to be confirmed."""
    confirm_first: str = ""
    """Why it does not go on without the confirmation."""
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
    """Said after eight seconds; empty: nothing, the person is to act."""


@dataclass(frozen=True, slots=True)
class Support:
    """What the helpdesk needs of a failure."""

    title: str
    code_label: str
    code: str
    """Failure code, e.g. `KRT-121`."""
    hint: str
    private: str
    """That it holds nothing personal."""
    incident: str
    spoken: tuple[str, ...]
    """A word for each letter of the incident code."""
    phone: str
    phone_line: str
    help: Button
    copy: str
    copied: str
    """Announced once the incident code is on the clipboard."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was done, to be kept."""

    title: str
    facts: tuple[Fact, ...]
    told: Chip | None
    """What the portal knows; None where it has no part in it."""
    told_label: str
    copy: str
    copied: str
    text: str
    """What is copied."""


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
    next_steps: tuple[NextStep, ...]
    close: str
    """A way out beside the primary; empty: that is the way out itself."""
    support: Support | None = None
    """There on every end but success."""
    summary: Summary | None = None
    """There on success."""
    icon: str = ""
    """Where it is not about a PIN: what is shown in place of the lock."""


@dataclass(frozen=True, slots=True)
class TryPinPage:
    """Screen 10: the card, and "try my PIN"."""

    frame: Frame
    choose: str
    cards: tuple[CardRow, ...]
    kind: str
    """What the chosen card is; empty: none is chosen."""
    facts: tuple[Fact, ...]
    certificates_title: str
    certificates: tuple[CertificateRow, ...]
    read_again: str
    try_title: str
    try_lead: str
    pin_name: str
    pin_minimum: int
    """Fewest digits that may be a PIN of this card."""
    pin_hint: str
    attempts_hint: str
    incomplete: str
    """Why the primary is off while digits are missing."""
    confirm_first: str
    """Why it is off without the confirmation of the last try."""
    keypad: KeypadTexts
    attempts_name: str
    attempts: str
    attempts_left: int | None
    """Tries left out of three, as far as the card tells; None: it did not say."""
    pin_problem: str = ""
    """What was wrong with the last one."""
    last_try: LastTryTexts | None = None
    notice: Notice | None = None
    can_try: bool = True
    asking: bool = True
    """The PIN is being asked for; until then the card and its certificates have all the room."""
    reveal: str = ""
    """Text of the button that shows the whole serial, or hides it again."""
    revealed: bool = False
    saved: Notice | None = None
    """What became of a file that was to be saved."""


@dataclass(frozen=True, slots=True)
class UnfinishedRow:
    """One unfinished job."""

    session_id: str
    title: str
    line: str
    verdict: str
    kind: str
    """`succeeded`, `failed` or `unknown`: how it looks."""
    sentence: str
    events: tuple[CheckRow, ...]
    """What happened, in order; `name` is the time."""
    facts: tuple[Fact, ...]
    """What the portal is told."""
    fix: Button | None = None
    """The safe way to find out what nobody knows."""


@dataclass(frozen=True, slots=True)
class UnfinishedPage:
    """Screen 13."""

    frame: Frame
    lead: str
    events_title: str
    facts_title: str
    rows: tuple[UnfinishedRow, ...]
    notice: Notice | None = None
    busy: bool = False
