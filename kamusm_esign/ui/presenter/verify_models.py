"""What screen 14 shows. See `models`."""

from dataclasses import dataclass

from kamusm_esign.ui.presenter.pieces import CheckRow, Chip, Fact, Frame, Notice


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """What was checked, or what was not; without checks nothing of it is shown."""

    title: str
    checks: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class VerifiedRow:
    """One signature, or the receipt."""

    title: str
    chip: Chip
    facts: tuple[Fact, ...]
    checked: CheckGroup
    unchecked: CheckGroup


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place to drop a file, and the one that is there."""

    lead: str
    """What belongs here, or what the file holds."""
    choose: str
    """Text of the button."""
    file_name: str = ""
    """Empty: none yet."""


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """Screen 14: what a file holds, whether it stands, what was checked and what was not."""

    frame: Frame
    lead: str
    """What can be done here; empty once a file was chosen."""
    file: FilePlace
    document: FilePlace | None
    """None: the document is not needed."""
    document_lead: str
    """Why it is; empty once it was chosen."""
    verdict: str
    """`succeeded`, `failed` or `unknown`; empty: nothing was judged yet."""
    headline: str
    sentence: str
    rows: tuple[VerifiedRow, ...]
    unmask: str
    """Text of the switch; empty: nothing is masked."""
    unmasked: bool
    notice: Notice | None
    busy: bool
    busy_text: str
