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
        names = ("reader", "driver", "token", "pin", "certificate", "portal")
        return tuple(_running(name, words) for name in names)
    token = next(iter(overview.tokens), None) if overview else None
    return (
        _light("reader", status.reader, words),
        _light("driver", status.driver, words),
        _token(status.token, token, words),
        _pin(token, words),
        _certificate(token, words, now),
        _light("portal", status.portal, words),
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
    # A blocked or missing PIN is what the code is for: no warning here.
    state = "warn" if token.pin is PinState.FINAL_TRY else "ok"
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
