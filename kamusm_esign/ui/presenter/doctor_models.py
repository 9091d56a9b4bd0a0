"""The page of screen 11."""

from dataclasses import dataclass

from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Chip, Frame


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
class DoctorPage:
    """Screen 11."""

    frame: Frame
    verdict: Chip
    rows: tuple[DoctorRow, ...]
    busy: bool
