"""How a command ended, as one JSON object or as text, and as an exit status (docs/cli.md)."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from kamusm_esign import __version__
from kamusm_esign.cli.output import show, show_bytes
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.masking import mask_id, mask_name, mask_serial
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.receipt_file import receipt_json
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.tokens import CertificateInfo, CertificateKind, Token
from kamusm_esign.support.catalogue import Catalogue

_USAGE = frozenset(
    {
        FailureCode.PIN_BREAKS_RULE,
        FailureCode.PIN_BREAKS_POLICY,
        FailureCode.CODE_NOT_15_DIGITS,
        FailureCode.PORTAL_ADDRESS_INVALID,
        FailureCode.USAGE,
        FailureCode.CHOICE_NEEDED,
        FailureCode.SECRET_MISSING,
        FailureCode.SETTINGS_INVALID,
        FailureCode.LOCKED_BY_POLICY,
        FailureCode.SETTING_IGNORED,
        FailureCode.PIN_ENTRY_INVALID,
        FailureCode.MATCH_NUMBER_MISSING,
        FailureCode.DOCUMENTS_NOT_SAVED,
        FailureCode.TRUST_FOLDER_NOT_READABLE,
        FailureCode.FILE_NOT_READABLE,
    }
)
_FAMILIES = {"KRT": 10, "PRT": 20, "IMZ": 30, "SYS": 90}
_OUTCOMES = {Outcome.CANCELLED: 40, Outcome.UNKNOWN: 50}


@dataclass(frozen=True, slots=True)
class Shown:
    """How a command speaks."""

    catalogue: Catalogue
    personal_data: bool
    """Whether names and numbers are shown whole."""

    def serial(self, serial: str) -> str:
        """A card's serial, masked unless personal data is shown."""
        return serial if self.personal_data else mask_serial(serial)

    def name(self, name: str) -> str:
        """A holder's name, or a label."""
        return name if self.personal_data else mask_name(name)

    def receipt(self, receipt: SignatureReceipt) -> dict[str, Any]:
        """A receipt as it is printed and saved."""
        return receipt_json(receipt, personal_data=self.personal_data)

    def holder_id(self, number: str) -> str:
        """A holder's number."""
        return number if self.personal_data else mask_id(number)


class Choice(NamedTuple):
    """One of several that may do the job."""

    token: Token
    certificate: CertificateInfo | None
    """The certificate to choose; where only a token is, the one that says whose it is."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended."""

    command: str
    outcome: Outcome
    failure: Failure | None = None
    reported: bool = True
    token: Token | None = None
    choices: tuple[Choice, ...] = ()
    """What to choose from, where that is what stopped it."""
    screen: int = 0
    """The screen of the window that shows the same (for the incident code)."""
    kept: bool = True
    """Whether what the portal was not told can be handed in by a later run."""
    receipts: tuple[SignatureReceipt, ...] = ()
    certificate: CertificateInfo | None = None
    """With what was (to be) signed; None where that is not known or nothing is signed."""


def exit_status(outcome: Outcome, failure: Failure | None, *, reported: bool = True) -> int:
    """The exit status of docs/cli.md."""
    if outcome is Outcome.SUCCEEDED:
        return 0 if reported else 3
    if outcome in _OUTCOMES:
        return _OUTCOMES[outcome]
    if failure is None:
        return _FAMILIES["SYS"]
    return 2 if failure.code in _USAGE else _FAMILIES[failure.code.family]


def failure_json(failure: Failure, screen: int, shown: Shown) -> dict[str, Any]:
    """One failure with its texts and its incident code."""
    text = shown.catalogue.failure(failure)
    return {
        "code": failure.code.value,
        "title": text.title,
        "body": text.body,
        "todo": text.todo,
        "incident": incident_code(failure, screen),
        "params": dict(failure.params),
    }


def incident_code(failure: Failure, screen: int) -> str:
    """What the helpdesk can be told on the phone."""
    from kamusm_esign.domain.incident import incident_of

    return incident_of(failure, screen, __version__)


def main_certificate(token: Token) -> CertificateInfo | None:
    """The certificate that says whose card it is: one to sign with, else any."""
    signing = [c for c in token.certificates if c.kind is not CertificateKind.ENCRYPTION]
    return next(iter([*signing, *token.certificates]), None)


def choices_of(tokens: tuple[Token, ...]) -> tuple[Choice, ...]:
    """Tokens to choose from."""
    return tuple(Choice(token, main_certificate(token)) for token in tokens)


def _token_json(token: Token, certificate: CertificateInfo | None, shown: Shown) -> dict[str, Any]:
    return {
        "serial": shown.serial(token.serial),
        "holder": shown.name(certificate.holder) if certificate else None,
        "kind": certificate.kind.value if certificate else None,
    }


def _choice_json(choice: Choice, shown: Shown) -> dict[str, Any]:
    sha256 = choice.certificate.sha256 if choice.certificate else None
    return {**_token_json(choice.token, choice.certificate, shown), "sha256": sha256}


_LISTS = {"tokens": "readers", "doctor": "checks", "pending": "pending", "settings": "settings"}
"""What these commands answer; empty where they could not even begin."""


def result_json(result: CommandResult, shown: Shown) -> dict[str, Any]:
    """The envelope of docs/cli.md."""
    failure = result.failure
    made: dict[str, Any] = {
        "command": result.command,
        "outcome": result.outcome.value,
        "reported": result.reported,
        "failure": None if failure is None else failure_json(failure, result.screen, shown),
        "token": None,
        "receipts": [shown.receipt(receipt) for receipt in result.receipts],
    }
    if result.token is not None:
        certificate = result.certificate or main_certificate(result.token)
        made["token"] = _token_json(result.token, certificate, shown)
    if result.command in _LISTS:
        made[_LISTS[result.command]] = []
    if result.choices:
        made["choices"] = [_choice_json(choice, shown) for choice in result.choices]
    return made


def print_result(result: CommandResult, shown: Shown, *, as_json: bool) -> int:
    """Print how it ended and return the exit status."""
    if as_json:
        print_json(result_json(result, shown))
    else:
        _print_text(result, shown)
    return exit_status(result.outcome, result.failure, reported=result.reported)


def print_json(made: dict[str, Any]) -> None:
    """The one object on standard output, in UTF-8 whatever the terminal says."""
    text = json.dumps(made, ensure_ascii=False)
    # Half a character, from an argument that was no UTF-8, becomes an escape that JSON knows.
    show_bytes(text.encode("utf-8", "backslashreplace") + b"\n")


_HEADLINES = {
    "set-pin": {
        Outcome.SUCCEEDED: "pin-set",
        Outcome.FAILED: "pin-not-set",
        Outcome.CANCELLED: "pin-not-set",
        Outcome.UNKNOWN: "pin-set-unknown",
    },
    "verify-pin": {
        Outcome.SUCCEEDED: "pin-right",
        Outcome.FAILED: "pin-not-right",
        Outcome.CANCELLED: "pin-not-right",
        Outcome.UNKNOWN: "pin-right-unknown",
    },
}
_HEADLINES["sign"] = {
    Outcome.SUCCEEDED: "signed",
    Outcome.FAILED: "not-signed",
    Outcome.CANCELLED: "not-signed",
}
_HEADLINES["change-pin"] = _HEADLINES["set-pin"]


def _print_text(result: CommandResult, shown: Shown) -> None:
    text = shown.catalogue.text
    headlines = _HEADLINES.get(result.command)
    if headlines is not None:
        show(text(f"result.{headlines[result.outcome]}"))
    for receipt in result.receipts:
        show(text("result.receipt", receipt_no=receipt.receipt_no, title=receipt.title))
    if not result.reported:
        signs = result.command == "sign" and result.outcome is Outcome.SUCCEEDED
        show(text("result.not-delivered" if signs else "result.not-reported"))
        show(text("cli.hand-in-later" if result.kept else "cli.no-hand-in"))
    if result.failure is not None:
        _print_failure(result, result.failure, shown)


def _print_failure(result: CommandResult, failure: Failure, shown: Shown) -> None:
    text, said = shown.catalogue.text, shown.catalogue.failure(failure)
    show(text("cli.failure", code=failure.code.value, title=said.title))
    show(said.body)
    for choice in result.choices:
        show(_choice_text(choice, shown))
    show(text("cli.todo", todo=said.todo))
    if failure.code is FailureCode.CLIENT_TOO_OLD and result.command != "update":
        show(text("cli.update-with"))
    show(text("result.incident", incident=incident_code(failure, result.screen)))


def _choice_text(choice: Choice, shown: Shown) -> str:
    certificate, serial = choice.certificate, shown.serial(choice.token.serial)
    if certificate is None:
        return f"  {serial}"
    kind = shown.catalogue.text(f"kind.{certificate.kind.value}")
    return f"  {serial}: {shown.name(certificate.holder)}, {kind}, {certificate.sha256}"
