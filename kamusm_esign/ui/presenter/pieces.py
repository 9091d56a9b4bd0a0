"""What pages are made of: plain values, every word already in the person's language."""

from collections.abc import Callable
from dataclasses import dataclass

from kamusm_esign.domain.secret import Secret

Marked = tuple[tuple[str, bool], ...]
"""Words of which some stand out."""


# ---------------------------------------------------------------------------- the frame
@dataclass(frozen=True, slots=True)
class Step:
    """One step of the rail."""

    name: str
    state: str
    """`done`, `now`, `next` or `failed`."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the action bar."""

    text: str
    intent: object
    """Sent when it is pressed; None where the page has to add what was typed."""
    icon: str = "arrow-right"
    enabled: bool = True
    reason: str = ""
    """Why it is disabled; stands beside it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around every page."""

    screen: int
    """Number of the screen, as the helpdesk asks for it."""
    title: str
    steps: tuple[Step, ...] = ()
    """The rail; empty: "Ana sayfa › title"."""
    primary: Button | None = None
    secondary: Button | None = None
    """Back, cancel or home, at the left."""
    headed: bool = True
    """The title stands above the page; False: the page has a headline of its own."""
    holder_line: str = ""
    """Who and what for, beside the title."""
    new_code: str = ""
    """Text of the link "a new code"; empty: no link."""
    ends_at: float | None = None
    """When the session ends, on the steady clock; None: no countdown."""
    banner: str = ""
    """Not the real world: which one it is."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A banner on the page."""

    kind: str
    """`info`, `ok`, `warn` or `bad`."""
    title: str
    text: str = ""
    code: str = ""
    """Failure code, e.g. `KRT-121`."""
    way: Button | None = None
    """What leads on from it, where the page has a button for that."""


@dataclass(frozen=True, slots=True)
class Light:
    """One of the four lights of the status strip."""

    name: str
    state: str
    """`ok`, `warn`, `bad` or `running`."""
    sentence: str
    fix: str = ""
    """Text of the button; empty: none."""
    fix_intent: object = None


@dataclass(frozen=True, slots=True)
class Status:
    """The status strip."""

    reader: Light
    driver: Light
    token: Light
    portal: Light
    clock_error: int | None = None
    """Minutes by which this computer's clock is ahead of the portal's; 0: it is right; None:
    nobody said. Not shown in the strip."""


# ---------------------------------------------------------------------------- pieces
@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of a check list."""

    name: str
    state: str
    """`ok`, `warn`, `bad`, `running` or `skipped`; `locked` and `noted`: worth a sign, but nothing
    that has to be seen to first."""
    sentence: str
    todo: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A small coloured label with an icon."""

    kind: str
    """`ok`, `warn`, `bad` or `info`."""
    text: str
    icon: str


@dataclass(frozen=True, slots=True)
class CardRow:
    """One card to choose."""

    serial: str
    """What `ChooseToken` names; never shown."""
    holder: str
    line: str
    """Kind and the last places of the serial."""
    icon: str
    chips: tuple[Chip, ...] = ()
    reason: str = ""
    """Why it cannot be chosen; empty: it can."""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it is."""

    name: str
    value: str
    strong: bool = False
    mark: str = ""
    """`ok` or `warn`: an icon before the value; empty: none."""
    said: str = ""
    """What the icon says, for who does not see it."""


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One certificate, to look at."""

    sha256: str
    """Which one; never shown."""
    title: str
    icon: str
    chips: tuple[Chip, ...]
    facts: tuple[Fact, ...]
    note: str = ""
    used: float | None = None
    """How much of its time is over, 0 to 1; None where that says nothing."""
    renewal: float = 1.0
    """From where on it can be renewed, 0 to 1 of its time."""
    details: str = ""
    """Text of the button that shows `more`; empty: there is nothing more."""
    more: tuple[Fact, ...] = ()
    export: str = ""
    """Text of the button that saves the certificate; empty: it cannot be saved."""
    calendar: str = ""
    """Text of the button that saves its end for a calendar; empty: it cannot be saved."""
    file_stem: str = ""
    """Name for these files, without its ending; holds nothing personal."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do, in bold, with a word on why or how."""

    title: str
    text: str = ""
    icon: str = ""
    """Empty: the steps are numbered."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of the new PIN, as it stands now."""

    text: str
    state: str
    """`open`, `ok` or `broken`."""
    spoken: str = ""
    """The same in words, for whoever cannot see the mark."""


@dataclass(frozen=True, slots=True)
class PinJudgement:
    """What the page says of what is typed; made at every key."""

    rules: tuple[RuleRow, ...]
    problem: str
    """The sentence under the field; empty: none."""
    ready: bool
    """Both entries stand and no rule is broken."""
    complete: bool
    """The first entry breaks no rule (its field shows a check mark)."""


JudgePin = Callable[[Secret, Secret, Secret | None], PinJudgement]
"""New PIN, its repetition, and the present PIN where there is one. Only looked at."""
