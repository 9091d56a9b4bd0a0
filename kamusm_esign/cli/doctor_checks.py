"""All checks of the doctor, in the order in which they are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kamusm_esign import __version__
from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.checks import card_checks
from kamusm_esign.cli.world import World
from kamusm_esign.domain.check_result import CheckResult, trouble
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.portal_client.checks import network_checks
from kamusm_esign.portal_client.route import Route
from kamusm_esign.portal_client.transport import public_roots
from kamusm_esign.ports import Check, TokenWatcher
from kamusm_esign.support.checks import JournalCheck, KeyStoreCheck, LastJobCheck
from kamusm_esign.support.clock import utc_now


@dataclass(frozen=True, slots=True)
class NoPortalCheck:
    """`ports.Check`: the portal's address cannot be one, so there is no way to it to check."""

    failure: Failure
    id: str = "portal"
    group: str = "network"
    limit: float = 10.0

    def run(self) -> CheckResult:
        """Say why."""
        return trouble(self.failure)


def all_checks(
    world: World,
    watcher: TokenWatcher,
    look: Callable[[], CardOverview],
    *,
    even_without_portal: bool = False,
) -> Sequence[Check]:
    """The checks of one run.

    Args:
        world: this computer and its settings.
        watcher: shows PC/SC.
        look: looks at the cards; called once.
        even_without_portal: an address that cannot be one is what the check of the portal finds.

    Raises:
        FailedError: `PORTAL_ADDRESS_INVALID`.
    """
    broken = world.portal_trouble() if even_without_portal else None
    own, module = world.settings.card_types.value, world.settings.module.value
    machine, place = world.surroundings()
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
        *(_way_to_portal(world) if broken is None else (NoPortalCheck(broken),)),
        KeyStoreCheck(world.secrets()),
        JournalCheck(world.folders.journal),
        LastJobCheck(world.failures()),
    )


def _way_to_portal(world: World) -> Sequence[Check]:
    url, fetcher = world.portal_url(), world.http()
    route = Route(url, fetcher, fetcher.proxy_for, public_roots)
    return network_checks(world.portal_at(url), fetcher, route, url, __version__, utc_now)
