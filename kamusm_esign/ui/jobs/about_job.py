"""Version, newer versions, licences. Nothing is fetched or opened before the person says so."""

import logging
from collections.abc import Callable
from dataclasses import replace

from kamusm_esign import __version__
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.update import Update
from kamusm_esign.ports import Updates
from kamusm_esign.runtime.lanes import LaneOnDemand
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import about_intents, intents
from kamusm_esign.ui.presenter.about import About, Phase, present_about
from kamusm_esign.ui.presenter.words import Words

_log = logging.getLogger(__name__)


class AboutJob(Job):
    """Looks, fetches and opens on a lane of its own: a slow network holds up nothing else."""

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop)
        self._lane = LaneOnDemand("updates")
        self._minimum = ""
        """Written on the lane before anything is delivered from there."""
        self._state = About(__version__, Phase.OFF, components=tuple(workshop.about.components()))

    def begin(self) -> None:
        self._look()

    def page(self, words: Words) -> object:
        return present_about(self._state, words)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, about_intents.ShowLicence):
            self._show_licence(intent.component)
        elif isinstance(intent, about_intents.LookForUpdate):
            self._look()
        elif (
            isinstance(intent, about_intents.DownloadUpdate) and self._state.phase is Phase.OFFERED
        ):
            self._fetch()
        elif isinstance(intent, about_intents.OpenInstaller) and self._state.phase is Phase.READY:
            self._open()

    def end(self) -> None:
        self._lane.end()

    # ------------------------------------------------------------------------ steps
    def _look(self) -> None:
        updates = self.workshop.about.updates
        if updates is None or self._state.phase in (Phase.LOOKING, Phase.DOWNLOADING):
            return
        portal = self.workshop.ports.portal

        def look(made: Updates) -> Update | None:
            info = portal.client_info()
            self._minimum = "" if info.accepts(__version__) else info.minimum_version
            return made.look(info.download_url)

        def found(update: Update | None) -> None:
            self._become(Phase.OFFERED if update is not None else Phase.NONE, update=update)

        self._become(Phase.LOOKING, update=None)
        self._do(lambda: look(updates()), found, Phase.UNKNOWN)

    def _fetch(self) -> None:
        updates, update = self.workshop.about.updates, self._state.update
        if updates is None or update is None or self._state.phase is not Phase.OFFERED:
            return
        self._become(Phase.DOWNLOADING)
        self._do(
            lambda: updates().download(update),
            lambda path: self._become(Phase.READY, folder=str(path.parent)),
            Phase.OFFERED,
        )

    def _open(self) -> None:
        updates, update = self.workshop.about.updates, self._state.update
        opener = self.workshop.about.open_installer
        if updates is None or update is None or self._state.phase is not Phase.READY:
            return
        # Verified once more: the file lay on the disk for a while.
        self._do(
            lambda: opener(updates().verified(update)),
            lambda _none: self._become(Phase.OPENED),
            Phase.READY,
        )

    def _show_licence(self, name: str) -> None:
        one = next((c for c in self._state.components if c.name == name), None)
        text = self.workshop.about.licence_text(one) if one is not None else ""
        self._state = replace(self._state, chosen=name if text else "", text=text)
        self.show()

    # ------------------------------------------------------------------------ inside
    def _become(
        self,
        phase: Phase,
        *,
        update: Update | bool | None = True,
        folder: str = "",
        failure: Failure | None = None,
    ) -> None:
        """Another state; `update` True keeps the present one."""
        kept = self._state.update if isinstance(update, bool) else update
        self._state = replace(
            self._state,
            phase=phase,
            update=kept,
            folder=folder,
            failure=failure,
            minimum=self._minimum,
        )
        self.show()

    def _do(self, work: Callable[[], object], then: Callable[..., None], otherwise: Phase) -> None:
        """Do something on the lane; what goes wrong leads to `otherwise`, with its reason."""

        def run() -> None:
            try:
                made = work()
            except FailedError as error:
                failure = error.failure
            except Exception as error:
                # Only the type: a message could quote what came from outside.
                _log.error("unexpected %s with an update", type(error).__name__)
                failure = Failure.of(FailureCode.UNEXPECTED, raw=type(error).__name__)
            else:
                self.workshop.deliver(lambda: then(made))
                return
            self.workshop.deliver(lambda: self._become(otherwise, failure=failure))

        self._lane.submit(run)
