"""The doctor's judgements of drivers, tokens, PIN, PUK and certificates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kamusm_esign.card.binaries import check_library, read_binary
from kamusm_esign.card.drivers import find_libraries
from kamusm_esign.card.looks import Looks
from kamusm_esign.domain.check_result import SKIPPED, CheckResult, doubt, fine, trouble
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CertificateInfo,
    DriverStatus,
    PinState,
    PukState,
    UnusableReason,
)

_TOLD_ELSEWHERE = frozenset(
    {DriverStatus.NO_CARD, DriverStatus.MUTE_CARD, DriverStatus.FOREIGN_CARD, DriverStatus.BUSY}
)
"""What the checks of the card say already."""

_PIN: Mapping[PinState, FailureCode] = {
    PinState.BLOCKED: FailureCode.PIN_BLOCKED,
    PinState.UNSET: FailureCode.PIN_UNSET,
    PinState.FINAL_TRY: FailureCode.PIN_LAST_TRY,
    PinState.LOW: FailureCode.PIN_LOW,
}
_PUK: Mapping[PukState, FailureCode] = {
    PukState.BLOCKED: FailureCode.PUK_BLOCKED,
    PukState.FINAL_TRY: FailureCode.PUK_LAST_TRY,
    PukState.LOW: FailureCode.PUK_LOW,
}
"""Worst first."""


def driver(looks: Looks) -> CheckResult:
    """Is there a library for the card that can be loaded, and does it know the card."""
    overview = looks.overview()
    asked = [r for r in overview.readers if r.driver.status not in _TOLD_ELSEWHERE]
    working = [r.driver.path for r in asked if r.driver.path and r.tokens]
    if working:
        return fine(path=working[0])
    failures = [(r.failure, r.driver.path) for r in asked if r.failure is not None]
    if failures:
        failure, path = failures[0]
        return _refined(failure, path)
    if looks.module is not None:
        reason = overview.failure
        return SKIPPED if reason is None else _refined(reason, str(looks.module))
    return _installed(looks)


def _refined(failure: Failure, path: str | None) -> CheckResult:
    """With the reason, where the file's header alone was enough to refuse it."""
    facts = {} if path is None else {"path": path}
    if path is not None and failure.code is FailureCode.DRIVER_NOT_LOADABLE:
        failure = _why_not_loadable(Path(path))
    return trouble(failure, **facts)


def _why_not_loadable(path: Path) -> Failure:
    try:
        binary = read_binary(path)
    except OSError:
        return Failure.of(FailureCode.DRIVER_FILE_LOCKED)
    if binary is None or check_library(path) is DriverStatus.NOT_LOADABLE:
        return Failure.of(FailureCode.DRIVER_FILE_BROKEN)
    return Failure.of(FailureCode.DRIVER_NOT_LOADABLE)


def _libraries(looks: Looks) -> Sequence[tuple[Path, DriverStatus]]:
    paths = dict.fromkeys(
        path for row in looks.card_types().rows for path in find_libraries(row, looks.place)
    )
    return [(path, check_library(path)) for path in paths]


def _installed(looks: Looks) -> CheckResult:
    """No card asks for a driver yet: is one there, as far as its file tells."""
    found = _libraries(looks)
    if not found:
        return trouble(Failure.of(FailureCode.DRIVER_MISSING))
    usable = [path for path, status in found if status is DriverStatus.OK]
    if usable:
        return fine(path=str(usable[0]))
    path, status = found[0]
    if status is DriverStatus.WRONG_ARCHITECTURE:
        return trouble(Failure.of(FailureCode.DRIVER_WRONG_ARCHITECTURE), path=str(path))
    return trouble(_why_not_loadable(path), path=str(path))


def driver_copies(looks: Looks) -> CheckResult:
    """Is the same library there more than once: an old one may be used by mistake."""
    if looks.module is not None:
        return SKIPPED
    usable = [path for path, status in _libraries(looks) if status is DriverStatus.OK]
    if not usable:
        return SKIPPED
    names = [path.name for path in usable]
    doubled = [str(path) for path in usable if names.count(path.name) > 1]
    if doubled:
        return doubt(Failure.of(FailureCode.SEVERAL_DRIVERS), paths=", ".join(doubled))
    return fine()


def token(looks: Looks) -> CheckResult:
    """Can a card be read, and is it the only one: else a PIN may be typed for the wrong one."""
    tokens = looks.overview().tokens
    if len(tokens) > 1:
        return doubt(Failure.of(FailureCode.SEVERAL_CARDS), count=str(len(tokens)))
    return fine(count="1") if tokens else SKIPPED


def pin(looks: Looks) -> CheckResult:
    """Can the PIN be used."""
    states = [token.pin for token in looks.overview().tokens]
    if not states:
        return SKIPPED
    for state, code in _PIN.items():
        if state in states:
            found = trouble if state is PinState.BLOCKED else doubt
            return found(Failure.of(code), pin=state.value)
    return fine(pin=states[0].value)


def puk(looks: Looks) -> CheckResult:
    """Could a new PIN still be set with the PUK."""
    states = [token.puk for token in looks.overview().tokens]
    if not states:
        return SKIPPED
    for state, code in _PUK.items():
        if state in states:
            found = trouble if state is PukState.BLOCKED else doubt
            return found(Failure.of(code), puk=state.value)
    return fine(puk=states[0].value)


def certificate(looks: Looks) -> CheckResult:
    """Is there a certificate that can sign now."""
    tokens, now = looks.overview().tokens, looks.utc_now()
    if not tokens:
        return SKIPPED
    certificates = [c for token in tokens for c in token.certificates]
    usable = [c for c in certificates if c.unusable(now) is None]
    if usable:
        return fine(kind=usable[0].kind.value)
    return trouble(_why_unusable(certificates, now))


_REASONS = (
    (UnusableReason.NOT_YET_VALID, FailureCode.CERTIFICATE_NOT_YET_VALID),
    (UnusableReason.EXPIRED, FailureCode.CERTIFICATE_EXPIRED),
    (UnusableReason.NOT_READABLE, FailureCode.CERTIFICATE_NOT_READABLE),
)


def _why_unusable(certificates: Sequence[CertificateInfo], now: datetime) -> Failure:
    reasons = {c.unusable(now) for c in certificates}
    for reason, code in _REASONS:
        if reason in reasons:
            return Failure.of(code)
    return Failure.of(FailureCode.CERTIFICATE_NOT_FOUND)
