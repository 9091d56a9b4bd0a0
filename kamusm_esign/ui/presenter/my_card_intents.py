"""What the person can wish for on screen 10, besides what they type."""

from dataclasses import dataclass

from kamusm_esign.ui.presenter.intents import Intent


@dataclass(frozen=True, slots=True)
class AskForPin(Intent):
    """On "my card": the PIN is to be tried."""


@dataclass(frozen=True, slots=True)
class RevealSerial(Intent):
    """Show the card's number in full, or masked again."""

    revealed: bool


@dataclass(frozen=True, slots=True)
class SaveCertificate(Intent):
    """A certificate of the card is to be saved (`cer`), or its end for a calendar (`ics`)."""

    sha256: str
    path: str
    form: str
