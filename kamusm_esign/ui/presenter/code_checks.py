"""The pre-flight list of screen 2: everything is looked at before the person fetches the code."""

from datetime import datetime

from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.tokens import CardOverview, PinState, Token
from kamusm_esign.ui.presenter.pieces import CheckRow, Light, Status
from kamusm_esign.ui.presenter.words import Words, local_time, main_certificate


def present_checks(
    status: Status | None, overview: CardOverview | None, words: Words, now: datetime
) -> tuple[CheckRow, ...]:
    """The lines, in the order in which one depends on the other."""
    if status is None:
        names = ("reader", "driver", "token", "pin", "certificate", "portal", "clock")
        return tuple(_running(name, words) for name in names)
    token = next(iter(overview.tokens), None) if overview else None
    return (
        _light("reader", status.reader, words),
        _light("driver", status.driver, words),
        _token(status.token, token, words),
        _pin(token, words),
        _certificate(token, words, now),
        _light("portal", status.portal, words),
        _clock(status, words),
    )


def _running(name: str, words: Words) -> CheckRow:
    return CheckRow(words(f"code_check.{name}"), "running", words("code_check.running"))


def _light(name: str, light: Light, words: Words) -> CheckRow:
    return CheckRow(words(f"code_check.{name}"), light.state, light.sentence)


def _token(light: Light, token: Token | None, words: Words) -> CheckRow:
    if token is None:
        return _light("token", light, words)
    certificate = main_certificate(token)
    holder = mask_name(certificate.holder) if certificate else words("new_pin.no-holder")
    return CheckRow(words("code_check.token"), "ok", f"{holder}, {mask_serial(token.serial)}")


def _pin(token: Token | None, words: Words) -> CheckRow:
    name = words("code_check.pin")
    if token is None:
        return CheckRow(name, "skipped", words("code_check.pin-waits"))
    # A PIN that is blocked, missing or nearly used up is what the code is for: nothing to see to.
    if token.pin in (PinState.BLOCKED, PinState.UNSET):
        state = "locked" if token.pin is PinState.BLOCKED else "ok"
        return CheckRow(name, state, words(f"code_check.pin-{token.pin.value}"))
    state = "noted" if token.pin is PinState.FINAL_TRY else "ok"
    return CheckRow(name, state, words(f"pin_state.{token.pin.value}"))


def _certificate(token: Token | None, words: Words, now: datetime) -> CheckRow:
    name = words("code_check.certificate")
    if token is None:
        return CheckRow(name, "skipped", words("code_check.pin-waits"))
    certificate = main_certificate(token)
    if certificate is None:
        return CheckRow(name, "ok", words("code_check.certificate-none"))
    reason = certificate.unusable(now)
    if reason is not None:
        return CheckRow(name, "warn", words(f"unusable.{reason.value}"))
    valid = words("code_check.certificate-valid", end=local_time(certificate.not_after))
    return CheckRow(name, "ok", valid)


def _clock(status: Status, words: Words) -> CheckRow:
    name, minutes = words("code_check.clock"), status.clock_error
    if minutes is None:
        if status.portal.state == "running":
            return _running("clock", words)
        return CheckRow(name, "skipped", words("code_check.clock-waits"))
    if not minutes:
        return CheckRow(name, "ok", words("code_check.clock-right"))
    amount = _amount(abs(minutes), words)
    way = "ahead" if minutes > 0 else "behind"
    return CheckRow(name, "warn", words(f"code_check.clock-{way}", amount=amount))


def _amount(minutes: int, words: Words) -> str:
    """In the unit in which a wrong clock is seen: minutes, hours or days."""
    for unit, length, least in (("days", 1440, 2880), ("hours", 60, 120)):
        if minutes >= least:
            return words(f"code_check.{unit}", count=round(minutes / length))
    return words("code_check.minutes", count=minutes)
