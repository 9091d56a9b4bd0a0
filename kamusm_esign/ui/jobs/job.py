"""What every job is, and what it works with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from kamusm_esign.domain.component import Component
from kamusm_esign.domain.doctor_report import NOBODY_LOOKED, Environment
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.settings import EffectiveSettings
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.flows.protocol import Event, State, Step, TokensSeen
from kamusm_esign.ports import Check, Ports, SignatureVerifier, Updates
from kamusm_esign.ports.settings import SettingsKeeper
from kamusm_esign.runtime.driver import Deliver
from kamusm_esign.runtime.failure_notes import note_failure
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.ui.presenter.intents import Intent
from kamusm_esign.ui.presenter.pieces import Status
from kamusm_esign.ui.presenter.words import Words

ReceiptPdf = Callable[[str, Sequence[tuple[str, str]], str], bytes]
FlowStep = Callable[[State, Event], Step]
MakeChecks = Callable[[Callable[[], CardOverview]], Sequence[Check]]
"""The doctor's checks, given something that looks at the cards."""


def _cannot() -> bool:
    return False


class SettingsRoom(NamedTuple):
    """Where the settings are read and changed."""

    keeper: SettingsKeeper
    now: Callable[[], EffectiveSettings]
    """What holds, without reading anything."""
    changed: Callable[[EffectiveSettings], None]
    """Told what holds from now on; on the window's thread."""
    trouble: Mapping[str, Failure] = MappingProxyType({})
    """Key of a setting that cannot be used → why."""


class AboutRoom(NamedTuple):
    """What screen 15 knows and does."""

    components: Callable[[], Sequence[Component]] = tuple
    """What others made of the program."""
    licence_text: Callable[[Component], str] = lambda _component: ""
    updates: Callable[[], Updates] | None = None
    """What looks for a newer version; called on a lane. None: that is switched off."""
    open_installer: Callable[[Path], None] = lambda _path: None
    """Has the system open a verified installer; called on a lane."""


NOTHING_ABOUT = AboutRoom()
"""A program without components, which is never brought up to date."""


def _nowhere() -> Environment:
    return NOBODY_LOOKED


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the jobs of one window share."""

    ports: Ports
    card: Lane
    portal: Lane
    deliver: Deliver
    """Runs a function on the window's thread."""
    checks: MakeChecks
    """The doctor's checks."""
    portal_page: str
    """Address of the portal's page in the browser."""
    receipt_pdf: ReceiptPdf
    """Makes a receipt for paper of its title, rows and note."""
    verifier: Callable[[], SignatureVerifier]
    """What verifies files; called on a lane, loads much."""
    hides: bool
    """Whether the window is really kept out of screen captures."""
    settings: SettingsRoom | None = None
    """None: this program has none to change."""
    start_service: Callable[[], bool] = _cannot
    """Starts the PC/SC service without asking for a password; whether it did. Called on a lane."""
    about: AboutRoom = NOTHING_ABOUT
    environment: Callable[[], Environment] = _nowhere
    """What the doctor's report says of this computer; called on a lane."""


class Job:
    """Base of all jobs; lives on the window's thread."""

    uses_the_world: ClassVar[bool] = True
    """Whether it would be disturbed if the world became another while it is under way."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.show: Callable[[], None] = _nothing
        """Tells the desk that the job's page has changed."""
        self.leave: Callable[[], None] = _nothing
        """Tells the desk that the job is over and has nothing more to show."""
        self.pin_worked: Callable[[str], None] = _without_doubt
        """Tells the desk that what was left unfinished on the card of a serial can be settled."""
        self.overview: CardOverview | None = None
        self.status: Status | None = None

    def begin(self) -> None:
        """Start; the first page is asked for right after."""

    def page(self, words: Words) -> object:
        """The page to show now; a model of `presenter.models`."""
        raise TypeError(type(self).__name__)

    def intent(self, intent: Intent) -> None:
        """Take what the person wants. Secrets in it belong to the job from here on."""

    def looked(self, overview: CardOverview) -> None:
        """Somebody looked at the cards."""
        self.overview = overview

    def settings_changed(self, settings: EffectiveSettings) -> None:
        """Other settings hold, changed elsewhere than by this job."""

    def status_changed(self, status: Status) -> None:
        """The four lights have changed."""
        self.status = status

    def noting(self, step: FlowStep) -> FlowStep:
        """A flow's step that keeps what the flow itself sees of the cards, and what stands in its
        way."""

        def stepped(state: State, event: Event) -> Step:
            if isinstance(event, TokensSeen):
                self.overview = event.overview
            done = step(state, event)
            note_failure(self.workshop.ports.failures, state, done[0])
            return done

        return stepped

    def turn_away(self) -> None:
        """The desk listens no longer."""
        self.show = self.leave = _nothing
        self.pin_worked = _without_doubt

    @property
    def no_return(self) -> bool:
        """Whether the card is being written to: the window stays open."""
        return False

    def end(self) -> None:
        """The person goes elsewhere: give up what can be given up, wipe what was typed."""


def _without_doubt(_serial: str) -> None:
    """Before a desk listens, and after it has turned to another job."""


def _nothing() -> None:
    """Before a desk listens, and after it has turned to another job."""
