"""`kamusm-esign verify`: what a file holds, whether it stands, what was checked and what not."""

import argparse
from datetime import datetime
from typing import Any

from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import (
    CommandResult,
    Shown,
    exit_status,
    print_json,
    print_result,
    result_json,
)
from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.verification import (
    Checked,
    Finding,
    Reason,
    VerifiedFile,
    VerifiedSignature,
)
from kamusm_esign.ports import SignatureVerifier
from kamusm_esign.runtime.verifying import verify_file, what_speaks_against

SCREEN = 14
_SIGNS = {Finding.GOOD: "+", Finding.BAD: "!", Finding.NOT_CHECKED: "?"}


def run(arguments: argparse.Namespace, verifier: SignatureVerifier, shown: Shown) -> int:
    """Verify, print, and return the exit status: 0 where nothing speaks against the file."""
    found = None
    try:
        found = verify_file(verifier, arguments.file, arguments.document)
        failure = what_speaks_against(found)
    except FailedError as error:
        failure = error.failure
    outcome = Outcome.SUCCEEDED if failure is None else Outcome.FAILED
    result = CommandResult("verify", outcome, failure, screen=SCREEN)
    if arguments.json:
        made = result_json(result, shown)
        print_json(made | {"file": None if found is None else file_json(found, shown)})
        return exit_status(outcome, failure)
    if found is not None:
        _print_file(found, shown)
    return print_result(result, shown, as_json=False)


# ---------------------------------------------------------------------------- JSON
def file_json(found: VerifiedFile, shown: Shown) -> dict[str, Any]:
    """The member `file`; enumerations by their values, so that a script can rely on them."""
    return {
        "kind": found.kind.value,
        "sha256": found.sha256,
        "verdict": found.verdict.value,
        "signatures": [_signature_json(signature, shown) for signature in found.signatures],
        "receipt": None if found.receipt is None else shown.receipt(found.receipt),
        "checks": [_check_json(check, shown) for check in found.checks],
    }


def _signature_json(signature: VerifiedSignature, shown: Shown) -> dict[str, Any]:
    signer = signature.signer
    return {
        "verdict": signature.verdict.value,
        "holder": None if signer is None else shown.name(signer.holder),
        "holder_id": None if signer is None else shown.holder_id(signer.holder_id),
        "kind": None if signer is None else signer.kind.value,
        "certificate_sha256": None if signer is None else signer.sha256,
        "signed_at": _rfc3339(signature.signed_at),
        "stamped_at": _rfc3339(signature.stamped_at),
        "checks": [_check_json(check, shown) for check in signature.checks],
    }


def _check_json(check: Checked, shown: Shown) -> dict[str, Any]:
    return {
        "id": check.point.value,
        "result": check.finding.value,
        "reason": None if check.reason is Reason.NONE else check.reason.value,
        "title": check_text(check, shown),
    }


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# ---------------------------------------------------------------------------- text
def check_text(check: Checked, shown: Shown) -> str:
    """One check as a sentence."""
    text = shown.catalogue.text
    said = text(f"verify_{check.finding.value}.{check.point.value}")
    if check.reason is Reason.NONE:
        return said
    return text("verify.because", what=said, why=text(f"verify_reason.{check.reason.value}"))


def _print_file(found: VerifiedFile, shown: Shown) -> None:
    text = shown.catalogue.text
    show(text(f"verify_kind.{found.kind.value}"))
    show(text("verify.sha256", sha256=found.sha256))
    for number, signature in enumerate(found.signatures, 1):
        show()
        show(text("verify.signature", number=number, total=len(found.signatures)))
        _print_signature(signature, shown)
    if found.receipt is not None:
        show(text("verify.receipt", no=found.receipt.receipt_no, title=found.receipt.title))
    _print_checks(found.checks, shown)
    show()
    show(text(f"verify_verdict.{found.verdict.value}"))


def _print_signature(signature: VerifiedSignature, shown: Shown) -> None:
    text, signer = shown.catalogue.text, signature.signer
    if signer is not None:
        kind = text(f"kind.{signer.kind.value}")
        holder, number = shown.name(signer.holder), shown.holder_id(signer.holder_id)
        show("  " + text("verify.signer", holder=holder, number=number, kind=kind))
    if signature.stamped_at is not None:
        show("  " + text("verify.stamped-at", moment=_local(signature.stamped_at)))
    if signature.signed_at is not None:
        show("  " + text("verify.signed-at", moment=_local(signature.signed_at)))
    _print_checks(signature.checks, shown)


def _print_checks(checks: tuple[Checked, ...], shown: Shown) -> None:
    for check in checks:
        show(f"  {_SIGNS[check.finding]} {check_text(check, shown)}")


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%d.%m.%Y %H:%M:%S")
