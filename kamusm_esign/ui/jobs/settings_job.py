"""The settings: read, changed, tried. The files and the key store are used on a lane of its own."""

import logging
import time
from dataclasses import replace
from functools import partial

from kamusm_esign.domain.accounts import Account
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.settings import EffectiveSettings
from kamusm_esign.runtime.lanes import LaneOnDemand
from kamusm_esign.ui.jobs.job import Job, SettingsRoom, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.settings import (
    PASSWORDS,
    SettingsState,
    Tested,
    present_settings,
)
from kamusm_esign.ui.presenter.words import Words

_log = logging.getLogger(__name__)


class SettingsJob(Job):
    """Shows what holds, and writes down what is to hold."""

    uses_the_world = False

    def __init__(self, workshop: Workshop, room: SettingsRoom) -> None:
        """Begin with the settings that hold."""
        super().__init__(workshop)
        self._keeper, self._changed = room.keeper, room.changed
        self._state = SettingsState(room.now(), refused=room.trouble)
        self._lane = LaneOnDemand("settings")

    def begin(self) -> None:
        self._lane.submit(self._look_for_passwords)

    def page(self, words: Words) -> object:
        return present_settings(self._state, words)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.ChangeSetting):
            self._lane.submit(partial(self._change, intent.key, intent.value or None))
        elif isinstance(intent, intents.KeepPassword):
            self._lane.submit(partial(self._keep, intent))
        elif isinstance(intent, intents.TryConnection):
            self._state = replace(self._state, tested=Tested(running=True))
            # Behind what was changed last, and behind the world that is opened anew for it.
            self._lane.submit(lambda: self.workshop.deliver(self._try_soon))
            self.show()

    def end(self) -> None:
        self._lane.end()

    def settings_changed(self, settings: EffectiveSettings) -> None:
        """What holds was changed elsewhere."""
        self._state = replace(self._state, settings=settings)
        self.show()

    # ------------------------------------------------------------------ on the lane
    def _look_for_passwords(self) -> None:
        kept = {account: self._keeper.has_password(account) for account in Account}
        self.workshop.deliver(lambda: self._looked_for(kept))

    def _change(self, key: str, value: str | None) -> None:
        try:
            settings = self._keeper.change({key: value})
        except Exception as error:
            failure = _failure(error)
            self.workshop.deliver(lambda: self._refused(key, failure))
            return
        kept = {account: self._keeper.has_password(account) for account in Account}
        self.workshop.deliver(lambda: self._accepted(key, settings, kept))

    def _keep(self, intent: intents.KeepPassword) -> None:
        key = PASSWORDS[intent.account]
        try:
            self._keeper.keep_password(intent.account, intent.password)
        except Exception as error:
            failure = _failure(error)
            self.workshop.deliver(lambda: self._refused(key, failure))
            return
        kept = {account: self._keeper.has_password(account) for account in Account}
        self.workshop.deliver(lambda: self._accepted(key, self._state.settings, kept))

    # ------------------------------------------------------------------ on the window's thread
    def _looked_for(self, kept: dict[Account, bool]) -> None:
        self._state = replace(self._state, kept=kept)
        self.show()

    def _refused(self, key: str, failure: Failure) -> None:
        self._state = replace(self._state, refused={**self._state.refused, key: failure})
        self.show()

    def _accepted(self, key: str, now: EffectiveSettings, kept: dict[Account, bool]) -> None:
        refused = {k: f for k, f in self._state.refused.items() if k != key}
        self._state = replace(self._state, settings=now, kept=kept, refused=refused, tested=None)
        self._changed(now)
        self.show()

    # ------------------------------------------------------------------ trying
    def _try_soon(self) -> None:
        self.workshop.portal.submit(self._try)

    def _try(self) -> None:
        """On the portal's lane."""
        begun = time.monotonic()
        failure = None
        try:
            self.workshop.ports.portal.client_info()
        except Exception as error:
            failure = _failure(error)
        took = round((time.monotonic() - begun) * 1000)
        self.workshop.deliver(lambda: self._tried(Tested(failure=failure, ms=took)))

    def _tried(self, tested: Tested) -> None:
        self._state = replace(self._state, tested=tested)
        self.show()


def _failure(error: Exception) -> Failure:
    if isinstance(error, FailedError):
        return error.failure
    raw = type(error).__name__
    _log.error("unexpected %s in the settings", raw)
    return Failure.of(FailureCode.UNEXPECTED, raw=raw)
