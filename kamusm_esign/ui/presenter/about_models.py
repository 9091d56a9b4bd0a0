"""The model of screen 15."""

from dataclasses import dataclass

from kamusm_esign.ui.presenter.pieces import Chip, Fact, Frame, Notice


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """One component."""

    name: str
    line: str
    """Version and licence."""


@dataclass(frozen=True, slots=True)
class AboutPage:
    """Screen 15: version, newer versions, licences."""

    frame: Frame
    name: str
    maker: str
    facts: tuple[Fact, ...]
    update_title: str
    chip: Chip
    """How it stands with newer versions."""
    update_text: str
    licences_title: str
    licences_lead: str
    licences: tuple[LicenceRow, ...]
    notice: Notice | None = None
    busy: bool = False
    text_title: str = ""
    """Whose licence is shown; empty: the list is."""
    text: str = ""
