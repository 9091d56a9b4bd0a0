"""Where the person's wishes arrive: opens jobs, hands intents on, shows pages.

The desk belongs to the window's thread. It knows the jobs and the window, no port and no widget.
"""

from collections.abc import Callable
from typing import Protocol

from kamusm_esign.domain.settings import EffectiveSettings
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.ports import PortalGateway
from kamusm_esign.runtime.forgetting import clear_leftovers
from kamusm_esign.runtime.recovery import pending_jobs
from kamusm_esign.ui.jobs.code_job import CodeJob
from kamusm_esign.ui.jobs.job import Job, SettingsRoom, Workshop
from kamusm_esign.ui.jobs.pin_use_job import PinUseJob
from kamusm_esign.ui.jobs.unfinished_job import UnfinishedJob
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.pieces import Status
from kamusm_esign.ui.presenter.words import Words


class Shows(Protocol):
    """What the desk needs of the window."""

    def show(self, model: object) -> None:
        """Show a page model."""
        ...

    def show_home(self) -> None:
        """Show screen 1."""
        ...

    def close_program(self) -> None:
        """Close the window and end."""
        ...

    def open_address(self, url: str) -> None:
        """Open a page in the browser."""
        ...


class Desk:
    """One window's jobs, one at a time."""

    def __init__(
        self,
        window: Shows,
        words: Words,
        workshop: Workshop,
        portal_at: Callable[[str], PortalGateway],
    ) -> None:
        """Make the desk; the home screen is already there.

        Args:
            window: where pages are shown.
            words: the texts of the present language.
            workshop: what the jobs share.
            portal_at: a gateway to the portal at a base URL, for what is still to be told.
        """
        self._window = window
        self._words = words
        self._portal_at = portal_at
        self._workshop = workshop
        self._job: Job | None = None
        self._overview: CardOverview | None = None
        self._status: Status | None = None
        self.when_free: Callable[[], None] = _nothing
        """Called when a job has ended and no other has begun."""

    # ------------------------------------------------------------------------ the person
    def on_intent(self, intent: intents.Intent) -> None:
        """Take what a page says."""
        if isinstance(intent, intents.OpenJob):
            self.open(intent.job)
        elif isinstance(intent, intents.GoHome):
            self.go_home()
        elif isinstance(intent, intents.CloseProgram):
            self._window.close_program()
        elif isinstance(intent, intents.OpenAddress):
            self._window.open_address(intent.url)
        elif self._job is not None:
            self._job.intent(intent)

    def open(self, name: str, filled: str = "") -> None:
        """Open a job, giving up the present one where that can be done.

        Args:
            name: `code`, `change-pin`, `tokens`, `verify-pin`, `doctor`, `verify`, `settings`,
                `about` or `unfinished`.
            filled: a code from a link.
        """
        if self.no_return:
            return
        workshop = self._workshop
        made: dict[str, Callable[[], Job]] = {
            "code": lambda: CodeJob(workshop, filled),
            "change-pin": lambda: PinUseJob(workshop, changes=True),
            "tokens": lambda: PinUseJob(workshop, changes=False, asks=False),
            "verify-pin": lambda: PinUseJob(workshop, changes=False),
            "doctor": lambda: _doctor(workshop),
            "verify": lambda: _verify(workshop),
            "about": lambda: _about(workshop),
            "unfinished": lambda: UnfinishedJob(workshop, self._portal_at),
        }
        if (room := workshop.settings) is not None:
            made["settings"] = lambda: _settings(workshop, room)
        if name in made:
            self._take_up(made[name])

    def _take_up(self, make: Callable[[], Job]) -> None:
        self._end_job()
        job = make()
        job.overview, job.status = self._overview, self._status
        job.show, job.leave, job.pin_worked = self._show, self._left, self._settle
        self._job = job
        job.begin()
        self._show()

    def go_home(self) -> None:
        """Show screen 1, giving up the present job where that can be done."""
        if self.no_return:
            return
        self._end_job()
        self._window.show_home()
        self.when_free()

    @property
    def uses_the_world(self) -> bool:
        """Whether a job is under way that another world would disturb."""
        return self._job is not None and self._job.uses_the_world

    def work_with(self, workshop: Workshop, portal_at: Callable[[str], PortalGateway]) -> None:
        """Another world from now on; only while no job uses the present one."""
        self._workshop, self._portal_at = workshop, portal_at
        if self._job is not None:
            self._job.workshop = workshop

    def settings_changed(self, settings: EffectiveSettings) -> None:
        """The settings were changed elsewhere than on their screen."""
        if self._job is not None:
            self._job.settings_changed(settings)

    @property
    def no_return(self) -> bool:
        """Whether the card is being written to: nothing else may begin, the window stays open."""
        return self._job is not None and self._job.no_return

    def set_words(self, words: Words) -> None:
        """Another language: the same page again, nothing lost."""
        self._words = words
        self._show()

    def look_for_unfinished(self) -> None:
        """Right after the start: is there something to bring to an end? Asks on a lane."""

        def look() -> None:
            clear_leftovers(self._workshop.ports)
            if pending_jobs(self._workshop.ports.journal):
                self._workshop.deliver(self._offer_unfinished)

        self._workshop.portal.submit(look)

    # ------------------------------------------------------------------------ the world
    def looked(self, overview: CardOverview) -> None:
        """Somebody looked at the cards."""
        self._overview = overview
        if self._job is not None:
            self._job.looked(overview)

    def status_changed(self, status: Status) -> None:
        """The four lights have changed."""
        self._status = status
        if self._job is not None:
            self._job.status_changed(status)

    # ------------------------------------------------------------------------ inside
    def _show(self) -> None:
        if self._job is not None:
            self._window.show(self._job.page(self._words))

    def _left(self) -> None:
        self._job = None
        self._window.show_home()
        self.when_free()

    def _settle(self, serial: str) -> None:
        """A PIN that works leads to what was left unfinished on its card."""
        self._take_up(lambda: UnfinishedJob(self._workshop, self._portal_at, serial))

    def _end_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            # What still comes of it concerns nobody on the screen any more.
            job.turn_away()
            job.end()

    def _offer_unfinished(self) -> None:
        if self._job is None:
            self.open("unfinished")


def _nothing() -> None:
    """Before anybody listens."""


# Seldom wanted, and memory is counted: these are loaded when they are opened.
def _about(workshop: Workshop) -> Job:
    from kamusm_esign.ui.jobs.about_job import AboutJob

    return AboutJob(workshop)


def _doctor(workshop: Workshop) -> Job:
    from kamusm_esign.ui.jobs.doctor_job import DoctorJob

    return DoctorJob(workshop)


def _settings(workshop: Workshop, room: SettingsRoom) -> Job:
    from kamusm_esign.ui.jobs.settings_job import SettingsJob

    return SettingsJob(workshop, room)


def _verify(workshop: Workshop) -> Job:
    from kamusm_esign.ui.jobs.verify_job import VerifyJob

    return VerifyJob(workshop)
