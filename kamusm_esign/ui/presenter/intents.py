"""What a person wants, as the pages say it. No Qt.

A secret travels in an intent as the very `Secret` that the field gave away; whoever takes the
intent owns it from then on.
"""

from dataclasses import dataclass

from kamusm_esign.domain.accounts import Account, AccountPassword
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
    """A tile, or a way of the guide: `code`, `change-pin`, `tokens`, `verify-pin` (the same screen,
    asking for the PIN), `doctor`, `verify`, `settings`, `about`, `unfinished`."""

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
class StartService(Intent):
    """Start the PC/SC service, as far as that takes no password."""


@dataclass(frozen=True, slots=True)
class PrepareReport(Intent):
    """Show the report, every line of it."""


@dataclass(frozen=True, slots=True)
class SaveReport(Intent):
    """The report is to be saved as it is shown."""

    path: str
    form: str
    """`zip` or `txt`."""


@dataclass(frozen=True, slots=True)
class DecodeIncident(Intent):
    """What does an incident code say; empty: show where to enter one."""

    code: str


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
class SayTried(Intent):
    """Which PIN it was that the card has just taken, where a job was left unknown."""

    new: bool
    """The one that the job was to set; else the one before."""


@dataclass(frozen=True, slots=True)
class CloseProgram(Intent):
    """Uygulamayı Kapat."""


# ---------------------------------------------------------------------------- signing
@dataclass(frozen=True, slots=True)
class ShowDocument(Intent):
    """One document of the session is to be read."""

    document_id: str


@dataclass(frozen=True, slots=True)
class MarkDocument(Intent):
    """The mark "okudum" is set or taken back."""

    document_id: str
    read: bool


@dataclass(frozen=True, slots=True)
class SaveDocument(Intent):
    """The document is to be saved, exactly as it came."""

    document_id: str
    path: str


@dataclass(frozen=True, slots=True)
class AcceptReview(Intent):
    """Everything was read and is wanted."""


@dataclass(frozen=True, slots=True)
class ConfirmRemoval(Intent):
    """The answer to the second question."""

    confirmed: bool


@dataclass(frozen=True, slots=True)
class EnterMatch(Intent):
    """The two digits of the person's own page."""

    digits: str


@dataclass(frozen=True, slots=True)
class DenyOrigin(Intent):
    """The person did not begin this login."""


@dataclass(frozen=True, slots=True)
class LookBack(Intent):
    """Show the accepted documents once more (False: and go on from them)."""

    back: bool = True


@dataclass(frozen=True, slots=True)
class ChooseCertificate(Intent):
    """One of several certificates."""

    serial: str
    sha256: str


@dataclass(frozen=True, slots=True)
class EnterSigningPin(Intent):
    """The PIN, for all documents."""

    pin: Secret
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class Retry(Intent):
    """Once more what failed: fetching, stamping, handing in. Never a signature."""


@dataclass(frozen=True, slots=True)
class Later(Intent):
    """What is signed is handed in another time."""


@dataclass(frozen=True, slots=True)
class SaveReceipts(Intent):
    """The receipts are to be saved."""

    path: str
    form: str
    """`json` or `pdf`."""


@dataclass(frozen=True, slots=True)
class VerifyFile(Intent):
    """A signed file or a receipt is to be judged."""

    path: str


@dataclass(frozen=True, slots=True)
class VerifyDocument(Intent):
    """The document that the file is about, and that it does not hold."""

    path: str


@dataclass(frozen=True, slots=True)
class UnmaskReceipts(Intent):
    """Show and save name and certificate number in full, or masked."""

    unmasked: bool


@dataclass(frozen=True, slots=True)
class ChangeSetting(Intent):
    """A setting, a field of `EffectiveSettings`, is to have another value from now on."""

    key: str
    value: str
    """Empty: the program is to find out by itself."""


@dataclass(frozen=True, slots=True)
class KeepPassword(Intent):
    """An account's password is to be kept in the key store, or forgotten (None)."""

    account: Account
    password: AccountPassword | None


@dataclass(frozen=True, slots=True)
class TryConnection(Intent):
    """Ask the portal something, through the network as it is set."""


@dataclass(frozen=True, slots=True)
class Wear(Intent):
    """Another `theme` or text `scale`, wherever one is; no page is left for it."""

    key: str
    value: str
