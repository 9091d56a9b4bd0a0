"""What the person can wish for on screen 15."""

from dataclasses import dataclass

from kamusm_esign.ui.presenter.intents import Intent


@dataclass(frozen=True, slots=True)
class LookForUpdate(Intent):
    """Is there a newer version?"""


@dataclass(frozen=True, slots=True)
class DownloadUpdate(Intent):
    """Fetch the installer that is offered."""


@dataclass(frozen=True, slots=True)
class OpenInstaller(Intent):
    """Have the system open the installer that was fetched."""


@dataclass(frozen=True, slots=True)
class ShowLicence(Intent):
    """Show a component's licence."""

    component: str
    """Its name; empty: back to the list."""
