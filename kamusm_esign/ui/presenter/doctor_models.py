"""The page of screen 11."""

from dataclasses import dataclass

from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Chip, Fact, Frame, Notice


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """One check and what to do about it."""

    id: str
    group: str
    """Heading of the group that begins with it; empty: the one before goes on."""
    icon: str
    """Of the group; empty where there is no heading."""
    check: CheckRow
    explanation: str = ""
    fix: Button | None = None


@dataclass(frozen=True, slots=True)
class ReportPanel:
    """The report, every line of it as it would be saved."""

    title: str
    hint: str
    private: Chip
    lines: tuple[tuple[str, str, bool], ...]
    """Name, value, and whether it stands in the way."""
    text: str
    """All lines, for the clipboard."""
    code_hint: str
    incident: str
    """Empty: nothing was found, there is no code."""
    spoken: tuple[str, ...]
    save_zip: str
    save_txt: str
    copy: str
    copied: str
    file_name: str
    saved: Notice | None
    """What became of saving."""


@dataclass(frozen=True, slots=True)
class DecodePanel:
    """What an incident code says."""

    title: str
    label: str
    example: str
    button: str
    entered: str
    facts: tuple[Fact, ...]
    text: str
    """What the failure means and what to do."""
    problem: str
    """Why it is no incident code; empty: it is one, or none was entered."""
    meant: tuple[Button, ...]
    """Codes that may have been meant."""


@dataclass(frozen=True, slots=True)
class DoctorPage:
    """Screen 11."""

    frame: Frame
    verdict: Chip
    rows: tuple[DoctorRow, ...]
    busy: bool
    report_button: Button
    decode_button: Button
    report: ReportPanel | None
    decode: DecodePanel | None
