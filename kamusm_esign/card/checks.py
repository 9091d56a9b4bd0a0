"""The doctor's checks of service, reader, card, driver and token.

They all judge one look at the cards, made by whichever of them runs first.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CardOverview,
    CertificateInfo,
    DriverStatus,
    PinState,
    PukState,
    ServiceStatus,
    UnusableReason,
)
from kamusm_esign.ports import CardGateway, Check

_OK = CheckResult(CheckStatus.OK, None)
_SKIPPED = CheckResult(CheckStatus.SKIPPED, None)
_NO_DRIVER_ASKED = frozenset({DriverStatus.NO_CARD, DriverStatus.MUTE_CARD})


class SharedLook:
    """One look at the cards for several checks, safe for several threads."""

    def __init__(self, gateway: CardGateway) -> None:
        self._gateway = gateway
        self._lock = threading.Lock()
        self._overview: CardOverview | None = None

    def overview(self) -> CardOverview:
        """What was seen; looks the first time."""
        with self._lock:
            if self._overview is None:
                self._overview = self._gateway.overview()
            return self._overview


@dataclass(frozen=True, slots=True)
class CardCheck:
    """`ports.Check`: one judgement of the shared look."""

    id: str
    group: str
    look: SharedLook
    judge: Callable[[CardOverview], CheckResult]

    def run(self) -> CheckResult:
        """Judge what was seen."""
        return self.judge(self.look.overview())


def card_checks(gateway: CardGateway, utc_now: Callable[[], datetime]) -> Sequence[Check]:
    """All checks of this floor, in the order in which one depends on the other."""
    look = SharedLook(gateway)
    return (
        CardCheck("pcsc-service", "reader", look, _service),
        CardCheck("reader", "reader", look, _reader),
        CardCheck("card", "card", look, _card),
        CardCheck("driver", "driver", look, _driver),
        CardCheck("token", "card", look, _token),
        CardCheck("pin", "card", look, _pin),
        CardCheck("certificate", "card", look, lambda seen: _certificate(seen, utc_now())),
    )


def _error(failure: Failure) -> CheckResult:
    return CheckResult(CheckStatus.ERROR, failure)


def _service(seen: CardOverview) -> CheckResult:
    if seen.service is ServiceStatus.RUNNING:
        return _OK
    return _error(seen.failure or Failure.of(FailureCode.NO_PCSC_SERVICE))


def _reader(seen: CardOverview) -> CheckResult:
    if seen.readers:
        names = ", ".join(reader.name for reader in seen.readers)
        return CheckResult(CheckStatus.OK, None, (("readers", names),))
    if seen.service is not ServiceStatus.RUNNING:
        return _SKIPPED
    return _error(Failure.of(FailureCode.NO_READER))


def _card(seen: CardOverview) -> CheckResult:
    if not seen.readers:
        return _SKIPPED
    if any(r.card_present and r.driver.status is not DriverStatus.MUTE_CARD for r in seen.readers):
        return _OK
    mute = any(reader.card_present for reader in seen.readers)
    return _error(Failure.of(FailureCode.MUTE_CARD if mute else FailureCode.NO_CARD))


def _driver(seen: CardOverview) -> CheckResult:
    asked = [r for r in seen.readers if r.driver.status not in _NO_DRIVER_ASKED]
    working = [r.driver.path for r in asked if r.driver.path and r.tokens]
    if working:
        return CheckResult(CheckStatus.OK, None, (("path", working[0]),))
    failures = [r.failure for r in asked if r.failure is not None]
    return _error(failures[0]) if failures else _SKIPPED


def _token(seen: CardOverview) -> CheckResult:
    if seen.tokens:
        return CheckResult(CheckStatus.OK, None, (("count", str(len(seen.tokens))),))
    return _SKIPPED


def _pin(seen: CardOverview) -> CheckResult:
    for token in seen.tokens:
        if token.puk is PukState.BLOCKED:
            return _error(Failure.of(FailureCode.PUK_BLOCKED))
        if token.pin is PinState.BLOCKED:
            return _error(Failure.of(FailureCode.PIN_BLOCKED))
        if token.pin is PinState.UNSET:
            return CheckResult(CheckStatus.WARNING, Failure.of(FailureCode.PIN_UNSET))
        if token.pin is PinState.FINAL_TRY:
            return CheckResult(CheckStatus.WARNING, Failure.of(FailureCode.PIN_LAST_TRY))
    return _OK if seen.tokens else _SKIPPED


def _certificate(seen: CardOverview, now: datetime) -> CheckResult:
    certificates = [c for token in seen.tokens for c in token.certificates]
    if not seen.tokens:
        return _SKIPPED
    if any(c.unusable(now) is None for c in certificates):
        return _OK
    return _error(_why_unusable(certificates, now))


def _why_unusable(certificates: Sequence[CertificateInfo], now: datetime) -> Failure:
    reasons = {c.unusable(now) for c in certificates}
    if UnusableReason.NOT_YET_VALID in reasons:
        return Failure.of(FailureCode.CERTIFICATE_NOT_YET_VALID)
    if UnusableReason.EXPIRED in reasons:
        return Failure.of(FailureCode.CERTIFICATE_EXPIRED)
    return Failure.of(FailureCode.CERTIFICATE_NOT_FOUND)
