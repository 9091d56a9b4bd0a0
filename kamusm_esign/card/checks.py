"""The doctor's checks of service, reader, driver, card and token.

Those that need PC/SC alone judge one quick look at it; those that need a driver share one look at
the cards, which may take as long as drivers take.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from kamusm_esign.card import reader_checks, token_checks
from kamusm_esign.card.drivers import CardTypes, SearchPlace
from kamusm_esign.card.looks import CardCheck, Looks, Once
from kamusm_esign.card.machine import Machine
from kamusm_esign.domain.check_result import CheckResult
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.ports import Check, TokenWatcher

_QUICK, _SLOW = 10.0, 50.0
"""Seconds; the slow one lets the card host say first that a driver does not answer."""

_TABLE: Sequence[tuple[str, str, Callable[[Looks], CheckResult], float]] = (
    ("pcsc-service", "reader", reader_checks.service, _QUICK),
    ("reader", "reader", reader_checks.reader, _QUICK),
    ("remote-session", "reader", reader_checks.remote_session, _QUICK),
    ("driver", "driver", token_checks.driver, _SLOW),
    ("driver-copies", "driver", token_checks.driver_copies, _QUICK),
    ("card", "card", reader_checks.card, _QUICK),
    ("card-free", "card", reader_checks.card_free, _SLOW),
    ("token", "card", token_checks.token, _SLOW),
    ("pin", "card", token_checks.pin, _SLOW),
    ("puk", "card", token_checks.puk, _SLOW),
    ("certificate", "card", token_checks.certificate, _SLOW),
)


def card_checks(
    look: Callable[[], CardOverview],
    watcher: TokenWatcher,
    card_types: Callable[[], CardTypes],
    utc_now: Callable[[], datetime],
    *,
    module: Path | None = None,
    machine: Machine | None = None,
    place: SearchPlace | None = None,
) -> Sequence[Check]:
    """All checks of this floor, in the order in which one depends on the other.

    Args:
        look: looks at the cards (`ports.CardGateway.overview`); called once.
        watcher: shows PC/SC.
        card_types: reads the card-type table.
        utc_now: this computer's clock.
        module: the one PKCS#11 library that was named.
        machine: this computer.
        place: where libraries are looked for.
    """
    looks = Looks(
        plugged=Once(watcher.snapshot),
        overview=Once(look),
        card_types=Once(card_types),
        machine=machine or Machine.here(),
        place=place or SearchPlace.here(),
        module=module,
        utc_now=utc_now,
    )
    return tuple(
        CardCheck(name, group, judge, looks, limit) for name, group, judge, limit in _TABLE
    )
