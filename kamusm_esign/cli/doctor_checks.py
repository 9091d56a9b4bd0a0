"""All checks of the doctor, in the order in which they are shown."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kamusm_esign import __version__
from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.checks import card_checks
from kamusm_esign.cli.world import World
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.portal_client.checks import network_checks
from kamusm_esign.portal_client.route import Route
from kamusm_esign.portal_client.transport import public_roots
from kamusm_esign.ports import Check, TokenWatcher
from kamusm_esign.support.checks import JournalCheck, KeyStoreCheck, LastJobCheck
from kamusm_esign.support.clock import utc_now


def all_checks(
    world: World, watcher: TokenWatcher, look: Callable[[], CardOverview]
) -> Sequence[Check]:
    """The checks of one run.

    Args:
        world: this computer and its settings.
        watcher: shows PC/SC.
        look: looks at the cards; called once.

    Raises:
        FailedError: `PORTAL_ADDRESS_INVALID`.
    """
    url, fetcher = world.portal_url(), world.http()
    own, module = world.settings.card_types.value, world.settings.module.value
    machine, place = world.surroundings()
    route = Route(url, fetcher, fetcher.proxy_for, public_roots)
    return (
        *card_checks(
            look,
            watcher,
            lambda: load_card_types(Path(own) if own else None),
            utc_now,
            module=Path(module) if module else None,
            machine=machine,
            place=place,
        ),
        *network_checks(world.portal_at(url), fetcher, route, url, __version__, utc_now),
        KeyStoreCheck(world.secrets()),
        JournalCheck(world.folders.journal),
        LastJobCheck(world.failures()),
    )
