"""The settings in effect: what the window shows, and another world where they ask for one."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from typing import NamedTuple

from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.settings import EffectiveSettings
from kamusm_esign.ports import Ports
from kamusm_esign.ports.settings import SettingsKeeper
from kamusm_esign.ui.presenter.pieces import Notice
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets import keypad

_log = logging.getLogger(__name__)

SEEN = ("language", "theme", "scale", "keypad_shuffle")
"""Settings that only the window knows."""
CARDS = ("module", "card_types")
"""Settings that the cards are read with; the other ones are the network's."""


class Hooks(NamedTuple):
    """What the program does for the settings."""

    speak: Callable[[str], None]
    """Says everything in another language."""
    reopen: Callable[[bool], None]
    """Opens the world anew; with True, the cards' part too."""
    notice: Callable[[Notice], None]
    submit: Callable[[Callable[[], None]], None]
    """Has something done on a lane."""
    deliver: Callable[[Callable[[], None]], None]
    """Has something done on the window's thread."""
    changed: Callable[[EffectiveSettings], None]
    """Tells the page that shows them, where it is shown."""


class Settled:
    """What holds now, and what has to be done when it changes; lives on the window's thread."""

    def __init__(
        self, settings: EffectiveSettings, keeper: SettingsKeeper | None, hooks: Hooks
    ) -> None:
        """Put the settings into effect.

        Args:
            settings: what holds.
            keeper: writes them; None: nobody does.
            hooks: what is done where something changes.
        """
        self.now = settings
        self._keeper, self._hooks = keeper, hooks
        _dress(settings)

    def change(self, settings: EffectiveSettings) -> None:
        """Something else holds from now on."""
        before, self.now = self.now, settings
        names = (field.name for field in fields(EffectiveSettings))
        changed = {n for n in names if getattr(before, n) != getattr(settings, n)} - {"problems"}
        if changed & {"theme", "scale", "keypad_shuffle"}:
            _dress(settings)
        if "language" in changed:
            self._hooks.speak(settings.language.value or "tr")
        if changed - set(SEEN):
            self._hooks.reopen(bool(changed & set(CARDS)))

    def choose_language(self, language: str) -> None:
        """The person wants another language, now and at the next start."""
        if self.now.language.locked:
            self._hooks.notice(Notice("info", Texts(language)("frame.language-locked")))
            return
        self._hooks.speak(language)
        if self._keeper is not None and not self.now.language.given:
            self._hooks.submit(partial(self._keep, self._keeper, {"language": language}))

    def wear(self, changes: Mapping[str, str]) -> None:
        """Theme or text size from a menu."""
        if self._keeper is not None:
            self._hooks.submit(partial(self._keep, self._keeper, changes))

    def _keep(self, keeper: SettingsKeeper, changes: Mapping[str, str]) -> None:
        """On a lane."""
        try:
            now = keeper.change(changes)
        except FailedError as error:
            _log.warning("settings were not kept: %s", error.failure.code.value)
            return
        self._hooks.deliver(lambda: self._kept(now))

    def _kept(self, now: EffectiveSettings) -> None:
        self.change(now)
        self._hooks.changed(now)


def _dress(settings: EffectiveSettings) -> None:
    wanted, scale = settings.theme.value or "system", int(settings.scale.value or 100) / 100
    if (theme.wanted, theme.scale) != (wanted, scale):
        theme.set(wanted, scale)
    keypad.Keypad.begins_shuffled = settings.keypad_shuffle.on


def with_cards_of(ports: Ports, before: Ports) -> Ports:
    """A new world that keeps the cards of the one before: their reading goes on."""
    return replace(ports, card=before.card, watcher=before.watcher, documents=before.documents)


def let_go(ports: Ports) -> None:
    """A world that nobody uses any more; on a lane, because it may take a moment."""
    ports.watcher.stop()
    ports.card.close()
    ports.documents.close()
