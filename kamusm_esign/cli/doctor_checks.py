"""All checks of the doctor, in the order in which they are shown."""

from collections.abc import Sequence

from kamusm_esign import __version__
from kamusm_esign.card.checks import card_checks
from kamusm_esign.cli.world import World
from kamusm_esign.portal_client.checks import ClockCheck, PortalCheck
from kamusm_esign.ports import CardGateway, Check
from kamusm_esign.support.checks import JournalCheck, KeyStoreCheck
from kamusm_esign.support.clock import utc_now


def all_checks(world: World, card: CardGateway) -> Sequence[Check]:
    """The checks of one run.

    Raises:
        FailedError: `PORTAL_ADDRESS_INVALID`.
    """
    url = world.portal_url()
    return (
        *card_checks(card, utc_now),
        PortalCheck(world.portal_at(url), __version__),
        ClockCheck(world.http(), url, utc_now),
        KeyStoreCheck(world.secrets()),
        JournalCheck(world.folders.journal),
    )
