"""The four lights of the status strip."""

from collections.abc import Callable
from dataclasses import dataclass

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.portal_session import TOLERATED_CLOCK_ERROR, ClientInfo
from kamusm_esign.domain.tokens import (
    CardOverview,
    DriverStatus,
    PinState,
    Reader,
    ReadersSnapshot,
    ServiceStatus,
    Token,
)
from kamusm_esign.domain.update import version_numbers
from kamusm_esign.ui.presenter.intents import LookAgain, OpenAddress, OpenJob
from kamusm_esign.ui.presenter.pieces import Light, Status
from kamusm_esign.ui.presenter.words import main_certificate

Say = Callable[..., str]
"""A text by its key, with its parameters."""

Fix = tuple[str, object]
"""Key of the button's text, and what it wants."""

_NO_FIX: Fix = ("", None)
_HELP: Fix = ("status.fix-help", OpenJob("doctor"))
_AGAIN: Fix = ("status.fix-again", LookAgain())


@dataclass(frozen=True, slots=True)
class Sights:
    """What was seen so far; None: not looked yet."""

    snapshot: ReadersSnapshot | None = None
    overview: CardOverview | None = None
    reading: bool = False
    """A card that was put in is being read."""
    overview_failure: Failure | None = None
    """Why there is no overview."""
    client: ClientInfo | None = None
    """What the portal answered."""
    portal_failure: Failure | None = None
    """Why it did not; None with `client` None: not asked yet."""
    clock_error: float | None = None
    """Seconds by which this computer's clock was ahead of the portal's; None: nobody said."""


def present_status(sights: Sights, version: str, say: Say) -> Status:
    """The strip.

    Args:
        sights: what was seen.
        version: this program's, to be compared with what the portal accepts.
        say: the texts of table `status`.
    """
    return Status(
        reader=_reader(sights, say),
        driver=_driver(sights, say),
        token=_token(sights, say),
        portal=_portal(sights, version, say),
        clock_error=_minutes(sights.clock_error),
    )


def _light(name: str, state: str, sentence: str, say: Say, fix: Fix = _NO_FIX) -> Light:
    text, intent = fix
    return Light(say(f"status.{name}"), state, sentence, say(text) if text else "", intent)


# ---------------------------------------------------------------------------- reader
def _reader(sights: Sights, say: Say) -> Light:
    overview = sights.overview
    if overview is None:
        return _light("reader", "running", say("status.looking"), say)
    names = [reader.name for reader in overview.readers]
    if len(names) == 1:
        return _light("reader", "ok", say("status.reader-one", name=names[0]), say)
    if names:
        return _light("reader", "ok", say("status.reader-many", count=len(names)), say)
    if overview.service is not ServiceStatus.RUNNING:
        key = f"status.reader-{overview.service.value}"
        return _light("reader", "bad", say(key), say, _HELP)
    how = ("status.fix-how", OpenJob("doctor"))
    return _light("reader", "warn", say("status.reader-none"), say, how)


# ---------------------------------------------------------------------------- driver
_DRIVER_FIXES: dict[DriverStatus, Fix] = {
    DriverStatus.FOREIGN_CARD: _HELP,
    DriverStatus.MUTE_CARD: _HELP,
    DriverStatus.MISSING: ("status.fix-driver", OpenAddress("https://kamusm.gov.tr")),
    DriverStatus.WRONG_ARCHITECTURE: ("status.fix-driver", OpenAddress("https://kamusm.gov.tr")),
    DriverStatus.NOT_LOADABLE: _HELP,
    DriverStatus.NO_TOKEN: _AGAIN,
    DriverStatus.CRASHED: _AGAIN,
    DriverStatus.NO_ANSWER: _AGAIN,
    DriverStatus.BUSY: _AGAIN,
}
_WARNINGS = frozenset((DriverStatus.BUSY, DriverStatus.FOREIGN_CARD, DriverStatus.MUTE_CARD))
"""The driver itself is not at fault."""


def _driver(sights: Sights, say: Say) -> Light:
    overview = sights.overview
    if overview is None or (sights.reading and not overview.tokens):
        return _light("driver", "running", say("status.looking"), say)
    reader = _telling(overview)
    if reader is None or reader.driver.status is DriverStatus.NO_CARD:
        return _light("driver", "running", say("status.driver-waits"), say)
    status = reader.driver.status
    if status is DriverStatus.OK:
        kind = reader.card_type
        text = say("status.driver-ok", type=kind) if kind else say("status.driver-ok-module")
        return _light("driver", "ok", text, say)
    state = "warn" if status in _WARNINGS else "bad"
    return _light("driver", state, say(f"status.driver-{status.value}"), say, _DRIVER_FIXES[status])


def _telling(overview: CardOverview) -> Reader | None:
    """The reader that says most: one whose driver works, else one with a card, else any."""
    order = {DriverStatus.OK: 0, DriverStatus.NO_CARD: 2}
    readers = sorted(overview.readers, key=lambda r: order.get(r.driver.status, 1))
    return next(iter(readers), None)


# ---------------------------------------------------------------------------- token
def _token(sights: Sights, say: Say) -> Light:
    if sights.overview_failure is not None:
        code = sights.overview_failure.code.value
        return _light("token", "bad", say("status.token-failed", code=code), say, _HELP)
    overview = sights.overview
    if sights.reading:
        return _light("token", "running", say("status.token-reading"), say)
    if overview is None:
        return _light("token", "running", say("status.looking"), say)
    if overview.tokens:
        return _tokens(overview.tokens, say)
    reader = _telling(overview)
    if reader is None:
        return _light("token", "running", say("status.token-waits"), say)
    if not reader.card_present:
        how = ("status.fix-how", OpenJob("doctor"))
        return _light("token", "warn", say("status.token-none"), say, how)
    mute = reader.driver.status is DriverStatus.MUTE_CARD
    text = say("status.token-mute" if mute else "status.token-not-read")
    return _light("token", "warn", text, say)


_PINS: dict[PinState, tuple[str, Fix]] = {
    PinState.LOW: ("status.pin-low", _NO_FIX),
    PinState.FINAL_TRY: ("status.pin-final-try", _NO_FIX),
    PinState.BLOCKED: ("status.pin-blocked", ("status.fix-unblock", OpenJob("code"))),
    PinState.UNSET: ("status.pin-unset", ("status.fix-create", OpenJob("code"))),
}
"""PIN states that are worth a word; the card itself is read and fine."""


def _tokens(tokens: tuple[Token, ...], say: Say) -> Light:
    if len(tokens) > 1:
        return _light("token", "ok", say("status.token-many", count=len(tokens)), say)
    token = tokens[0]
    certificate = main_certificate(token)
    who = {
        "holder": mask_name(certificate.holder) if certificate else say("status.holder-unknown"),
        "serial": mask_serial(token.serial),
    }
    if token.pin not in _PINS:
        return _light("token", "ok", say("status.token-ok", **who), say)
    key, fix = _PINS[token.pin]
    return _light("token", "warn", say("status.token-pin", pin=say(key), **who), say, fix)


# ---------------------------------------------------------------------------- portal
_PORTAL: dict[FailureCode, tuple[str, str]] = {
    FailureCode.PORTAL_UNREACHABLE: ("bad", "status.portal-unreachable"),
    FailureCode.PORTAL_TIMEOUT: ("bad", "status.portal-timeout"),
    FailureCode.PORTAL_CERTIFICATE: ("bad", "status.portal-certificate"),
    FailureCode.PORTAL_ANSWER_INVALID: ("bad", "status.portal-network"),
    FailureCode.PORTAL_REDIRECT: ("bad", "status.portal-network"),
    FailureCode.PROXY_FAILED: ("bad", "status.portal-proxy"),
    FailureCode.MAINTENANCE: ("warn", "status.portal-maintenance"),
    FailureCode.TOO_MANY_ATTEMPTS: ("warn", "status.portal-busy"),
    FailureCode.CLIENT_TOO_OLD: ("bad", "status.portal-too-old"),
}


def _portal(sights: Sights, version: str, say: Say) -> Light:
    failure, client = sights.portal_failure, sights.client
    if failure is not None:
        state, key = _PORTAL.get(failure.code, ("bad", "status.portal-failed"))
        known = failure.code in _PORTAL
        text = say(key) if known else say(key, code=failure.code.value)
        return _light("portal", state, text, say, _AGAIN)
    if client is None:
        return _light("portal", "running", say("status.looking"), say)
    update = ("status.fix-update", OpenJob("about"))
    if not client.accepts(version):
        return _light("portal", "bad", say("status.portal-too-old"), say, update)
    if version_numbers(version) < version_numbers(client.latest_version):
        return _light("portal", "ok", say("status.portal-ok"), say, update)
    return _light("portal", "ok", say("status.portal-ok"), say)


def _minutes(seconds: float | None) -> int | None:
    """As exactly as a person sets a clock, and the same every time that it is right."""
    if seconds is None:
        return None
    return round(seconds / 60) if abs(seconds) > TOLERATED_CLOCK_ERROR else 0
