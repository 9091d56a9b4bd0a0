"""What the pages of a signing journey show: screens 7, 8, 5 and 6. See `models`."""

from dataclasses import dataclass, field

from kamusm_esign.ui.presenter.document import DocumentTexts, ShownDocument
from kamusm_esign.ui.presenter.models import (
    KeypadTexts,
    LastTryTexts,
    ResultPage,
    WorkingPage,
)
from kamusm_esign.ui.presenter.pieces import (
    Button,
    Chip,
    Fact,
    Frame,
    Marked,
    Notice,
)


# ---------------------------------------------------------------------------- screen 7
@dataclass(frozen=True, slots=True)
class MeaningLine:
    """One thing that follows, or does not."""

    icon: str
    kind: str
    """`ok`, `info` or `warn`: its colour."""
    text: Marked


@dataclass(frozen=True, slots=True)
class Meaning:
    """What signing does, in the program's own words; the server's reason never replaces it."""

    kind: str
    """`info`, or `warn` where something that was given is taken away."""
    icon: str
    title: Marked
    subtitle: str
    lines: tuple[MeaningLine, ...]
    spoken: str
    """All of it in one text."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of the session."""

    id: str
    title: str
    line: str
    """How long it is, and whether it was read."""
    read: bool


@dataclass(frozen=True, slots=True)
class RemovalQuestion:
    """The second question before something that was given is removed."""

    title: str
    text: str
    understood: str
    """Text of the box that has to be ticked."""
    incomplete: str
    """Why it does not go on without it."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Screen 7: the documents."""

    frame: Frame
    meaning: Meaning
    list_title: str
    documents: tuple[DocumentRow, ...]
    chosen: str
    """Id of the document that is shown."""
    facts: tuple[Fact, ...]
    same: str
    """That it is the document that the portal announced."""
    view: DocumentTexts
    shown: ShownDocument | None
    """None while it is being opened, or where it cannot be shown."""
    accept: str
    """Text of the box "okudum"."""
    accepted: bool
    can_accept: bool
    """All of it is there to be read."""
    save: str
    """Text of the button that saves the document that is shown."""
    file_name: str
    """Suggested for that."""
    places: dict[str, object] = field(compare=False)
    """Where the person is in each document, kept while another page is shown; written by the page
    alone."""
    read_only: bool = False
    """Looked at once more after it was accepted: nothing to mark."""
    notice: Notice | None = None
    question: RemovalQuestion | None = None
    """The second question is open."""


@dataclass(frozen=True, slots=True)
class MatchPage:
    """Screen 7 of a login: the two digits of the person's own page."""

    frame: Frame
    lead: str
    field_name: str
    facts_title: str
    facts: tuple[Fact, ...]
    """Where the login was begun."""
    warning_title: str
    warning: str
    stop: Button
    """The way out for whoever did not begin it."""
    notice: Notice | None = None


# ---------------------------------------------------------------------------- screen 8
@dataclass(frozen=True, slots=True)
class SignerRow:
    """One certificate to sign with."""

    serial: str
    """The token's; never shown."""
    sha256: str
    """Never shown."""
    holder: str
    line: str
    """Kind, and the end (or the beginning that is still to come) to the second."""
    icon: str
    chips: tuple[Chip, ...] = ()
    reason: str = ""
    """Why it cannot be chosen; empty: it can."""
    reason_icon: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class SignPinPage:
    """Screen 8: with which certificate, and the PIN."""

    frame: Frame
    about_title: str
    about: tuple[Fact, ...]
    """What is signed, what that does, and who asks."""
    show_documents: str
    """Text of the link that shows the documents again."""
    cancel: str
    choose: str
    certificates: tuple[SignerRow, ...]
    pin_name: str
    pin_minimum: int
    pin_hint: str
    attempts_name: str
    attempts: str
    attempts_left: int | None
    attempts_hint: str
    incomplete: str
    confirm_first: str
    keypad: KeypadTexts
    note: str
    """Good to know before one goes on."""
    advice: Notice | None = None
    """In its place after a wrong PIN."""
    pin_problem: str = ""
    """What was wrong with the last one."""
    last_try: LastTryTexts | None = None
    notice: Notice | None = None
    can_type: bool = True
    """A certificate is chosen whose PIN can be typed."""
    unblock: Button | None = None
    """Where the PIN is of no use any more: the journey that mends it."""
    try_title: str = ""
    try_lead: str = ""
    """Both empty: the page itself says what the PIN is for."""


# ---------------------------------------------------------------------------- screen 5
@dataclass(frozen=True, slots=True)
class Progress:
    """How much of it is done."""

    done: int
    total: int
    text: str
    """The same in words."""


@dataclass(frozen=True, slots=True)
class ProgressPage(WorkingPage):
    """Screen 5 (and 7 while documents arrive): what is being done, document by document."""

    progress: Progress | None = None
    notice: Notice | None = None
    """Why it stopped; the frame's primary goes on."""
    later: Button | None = None
    """Beside the way out: leave it for another time."""
    drawing: str = "card-into-reader"


# ---------------------------------------------------------------------------- screen 6
@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One signature: what was signed, and the portal's number for it."""

    title: str
    chip: Chip
    """Whether the portal has it."""
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Receipts:
    """What was signed, to be kept."""

    title: str
    rows: tuple[ReceiptRow, ...]
    unmasked: bool
    unmask: str
    """Text of the switch "my name and number in full"."""
    save_pdf: str
    save_json: str
    file_name: str
    """Suggested, without its ending."""
    can_save: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPage(ResultPage):
    """How a signing journey ended."""

    receipts: Receipts | None = None
    """There where something was signed."""
    saved: Notice | None = None
    """What became of saving them."""
