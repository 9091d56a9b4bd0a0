"""`kamusm-esign tokens`: readers, cards, certificates and the state of the PIN."""

from datetime import datetime
from typing import Any

from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import Shown, exit_status, failure_json, print_json
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.tokens import CardOverview, CertificateInfo, Reader, Token


def show_tokens(overview: CardOverview, now: datetime, shown: Shown, *, as_json: bool) -> int:
    """Print what is plugged in and return the exit status.

    Readers without a card are no failure of this command: 0 as soon as PC/SC (or the named
    module) could be asked and there is a reader.
    """
    failure = overview.failure
    if as_json:
        print_json(tokens_json(overview, now, shown))
    else:
        _print_text(overview, now, shown)
    outcome = Outcome.SUCCEEDED if failure is None else Outcome.FAILED
    return exit_status(outcome, failure)


def tokens_json(overview: CardOverview, now: datetime, shown: Shown) -> dict[str, Any]:
    """The object of docs/cli.md."""
    failure = overview.failure
    return {
        "command": "tokens",
        "readers": [_reader_json(reader, now, shown) for reader in overview.readers],
        "failure": None if failure is None else failure_json(failure, 10, shown),
    }


def _reader_json(reader: Reader, now: datetime, shown: Shown) -> dict[str, Any]:
    return {
        "name": reader.name,
        "card_present": reader.card_present,
        "atr": reader.atr,
        "card_type": reader.card_type,
        "driver": {"path": reader.driver.path, "status": reader.driver.status.value},
        "tokens": [_token_json(token, now, shown) for token in reader.tokens],
        "failure": None if reader.failure is None else failure_json(reader.failure, 10, shown),
    }


def _token_json(token: Token, now: datetime, shown: Shown) -> dict[str, Any]:
    return {
        "serial": shown.serial(token.serial),
        "label": shown.name(token.label),
        "pin": {"state": token.pin.value, "attempts_left": token.pin.attempts_left},
        "puk": {"state": token.puk.value},
        "certificates": [_certificate_json(c, now, shown) for c in token.certificates],
    }


def _certificate_json(certificate: CertificateInfo, now: datetime, shown: Shown) -> dict[str, Any]:
    reason = certificate.unusable(now)
    return {
        "sha256": certificate.sha256,
        "kind": certificate.kind.value,
        "holder": shown.name(certificate.holder),
        "holder_id": shown.holder_id(certificate.holder_id),
        "not_before": _rfc3339(certificate.not_before) if certificate.readable else None,
        "not_after": _rfc3339(certificate.not_after) if certificate.readable else None,
        "usable": reason is None,
        "reason": None if reason is None else reason.value,
        "key": certificate.key,
    }


def _rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _print_text(overview: CardOverview, now: datetime, shown: Shown) -> None:
    text = shown.catalogue.text
    if overview.failure is not None:
        said = shown.catalogue.failure(overview.failure)
        show("\n".join((said.title, said.body, said.todo)))
    for reader in overview.readers:
        show(text("cli.reader", name=reader.name))
        if reader.failure is not None:
            said = shown.catalogue.failure(reader.failure)
            show(f"  {reader.failure.code.value}: {said.title}\n  {said.todo}")
        for token in reader.tokens:
            _print_token(token, now, shown)


def _print_token(token: Token, now: datetime, shown: Shown) -> None:
    text = shown.catalogue.text
    state = text(f"pin_state.{token.pin.value}")
    show("  " + text("cli.token", serial=shown.serial(token.serial), pin=state))
    for certificate in token.certificates:
        reason = certificate.unusable(now)
        line = text(
            "cli.certificate",
            kind=text(f"kind.{certificate.kind.value}"),
            holder=shown.name(certificate.holder),
            not_before=_local(certificate.not_before),
            not_after=_local(certificate.not_after),
        )
        state = text("cli.usable") if reason is None else text(f"unusable.{reason.value}")
        show(f"    {line}: {state}")


def _local(moment: datetime) -> str:
    """In the computer's time zone, to the second: a renewed certificate begins to the second."""
    return moment.astimezone().strftime("%d.%m.%Y %H:%M:%S")
