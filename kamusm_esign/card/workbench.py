"""What the card host holds between two requests, and how an operation gets hold of its token."""

from contextlib import ExitStack
from dataclasses import dataclass

from kamusm_esign.card.card_objects import CardCertificate
from kamusm_esign.card.channel import Channel
from kamusm_esign.card.locks import token_lock
from kamusm_esign.card.phase import Phase
from kamusm_esign.card.pkcs11_token import Driver, DriverToken
from kamusm_esign.card.reading import read_certificates
from kamusm_esign.card.seal import SealKey
from kamusm_esign.card.token_flags import pin_state
from kamusm_esign.card.wire import CardRequest
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.tokens import CertificateInfo

_CLEAN_UP_LIMIT = 3.0
"""Seconds for logout and close: everything that matters has been said by then."""


class Workbench:
    """The drivers that are loaded, the key for a sealed PUK, and what to put away at the end."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.seal_key: SealKey | None = None
        self.to_put_away = ExitStack()
        """Sessions and the token's lock; put away after the answer, in that order."""
        self._drivers: dict[str, Driver] = {}

    def driver(self, path: str) -> Driver:
        """Load a library, or make a loaded one look at its cards anew.

        Raises:
            DriverError: it cannot be loaded or initialised.
        """
        self.channel.phase(Phase.LOADING)
        driver = self._drivers.pop(path, None)
        if driver is None:
            driver = Driver(path)
        else:
            driver.begin_again()
        self._drivers[path] = driver
        return driver

    def waiting(self) -> None:
        """A sign of life while another process has the token."""
        self.channel.phase(Phase.WAITING_LOCK)

    def put_away(self) -> None:
        """Log out, close, let go of the lock; bounded, because a driver may hang in it."""
        self.channel.set_alarm(_CLEAN_UP_LIMIT)
        self.to_put_away.close()


@dataclass(frozen=True, slots=True)
class ClaimedToken:
    """A token that was checked while its lock was held; nobody else of ours touches it now."""

    token: DriverToken
    certificates: tuple[tuple[CardCertificate, CertificateInfo], ...]

    def certificate(self, sha256: str) -> CardCertificate | None:
        """The certificate with this SHA-256, or None."""
        return next((c for c, info in self.certificates if info.sha256 == sha256), None)


def claim(bench: Workbench, request: CardRequest) -> ClaimedToken:
    """Find the token that was chosen, lock it, and look again whether it is that one.

    Raises:
        FailedError: `CARD_REMOVED`, or `OTHER_CARD` where another one is there instead;
            `PIN_STATE_CHANGED` where its PIN is no longer what the target says.
        LockBusyError: another process of ours kept the token.
        DriverError: the driver did not answer.
    """
    tokens = bench.driver(request.module).tokens()
    token = next((t for t in tokens if t.serial == request.target.serial), None)
    if token is None:
        raise FailedError.of(FailureCode.OTHER_CARD if tokens else FailureCode.CARD_REMOVED)
    bench.to_put_away.enter_context(
        token_lock(
            request.lock_folder,
            request.target.serial,
            limit=request.lock_wait,
            waiting=bench.waiting,
        )
    )
    bench.channel.phase(Phase.CHECKING)
    token.look()
    claimed = ClaimedToken(token, tuple(read_certificates(token)))
    wanted = request.target.certificate_sha256
    missing = wanted is not None and claimed.certificate(wanted) is None
    if token.serial != request.target.serial or missing:
        raise FailedError.of(FailureCode.OTHER_CARD)
    if request.target.pin not in (None, pin_state(token.info.flags)):
        raise FailedError.of(FailureCode.PIN_STATE_CHANGED)
    return claimed
