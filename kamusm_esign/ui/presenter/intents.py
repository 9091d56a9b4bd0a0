"""What a person wants, as the pages say it. No Qt.

A secret travels in an intent as the very `Secret` that the field gave away; whoever takes the
intent owns it from then on.
"""

from dataclasses import dataclass

from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.verification_code import VerificationCode


@dataclass(frozen=True, slots=True)
class Intent:
    """Base of all."""


@dataclass(frozen=True, slots=True)
class GoHome(Intent):
    """Back to screen 1."""


@dataclass(frozen=True, slots=True)
class Cancel(Intent):
    """Give up this job."""


@dataclass(frozen=True, slots=True)
class OpenJob(Intent):
    """A tile, or a way of the guide: `code`, `change-pin`, `tokens`, `doctor`, `unfinished`."""

    job: str


@dataclass(frozen=True, slots=True)
class OpenAddress(Intent):
    """Open a page of the portal in the browser."""

    url: str


@dataclass(frozen=True, slots=True)
class EnterCode(Intent):
    """The verification code is complete and confirmed."""

    code: VerificationCode


@dataclass(frozen=True, slots=True)
class EnterOtp(Intent):
    """The SMS code."""

    otp: Secret


@dataclass(frozen=True, slots=True)
class ResendOtp(Intent):
    """The SMS code did not come."""


@dataclass(frozen=True, slots=True)
class NewCode(Intent):
    """A new code without losing one's place."""


@dataclass(frozen=True, slots=True)
class ChooseToken(Intent):
    """One of several cards."""

    serial: str


@dataclass(frozen=True, slots=True)
class EnterNewPin(Intent):
    """The new PIN, typed twice; the repetition was compared and wiped."""

    new_pin: Secret


@dataclass(frozen=True, slots=True)
class EnterPins(Intent):
    """Present PIN, and for a change the new one."""

    current: Secret
    new_pin: Secret | None
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class LookAgain(Intent):
    """Run the checks again, or read the card again."""


@dataclass(frozen=True, slots=True)
class StopLooking(Intent):
    """The card will not come back: what happened stays unknown."""


@dataclass(frozen=True, slots=True)
class HandIn(Intent):
    """Tell the portal what it has not been told."""


@dataclass(frozen=True, slots=True)
class CloseProgram(Intent):
    """Uygulamayı Kapat."""
