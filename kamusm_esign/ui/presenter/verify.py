"""Screen 14: a verified file in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.masking import mask_id, mask_name, mask_serial
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.tokens import CertificateInfo
from kamusm_esign.domain.verification import (
    Checked,
    FileKind,
    Finding,
    Reason,
    Verdict,
    VerifiedFile,
    VerifiedSignature,
)
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Chip, Fact, Frame
from kamusm_esign.ui.presenter.verify_models import (
    CheckGroup,
    FilePlace,
    VerifiedRow,
    VerifyPage,
)
from kamusm_esign.ui.presenter.words import Words, local_time

_LOOKS = {
    Verdict.TRUSTED: ("succeeded", "ok", "check-circle"),
    Verdict.INTACT: ("unknown", "warn", "question"),
    Verdict.BROKEN: ("failed", "bad", "x-circle"),
    Verdict.UNDECIDED: ("unknown", "warn", "question"),
}
"""Verdict → (look of the panel, kind and icon of the chip)."""
_STATES = {Finding.GOOD: "ok", Finding.BAD: "bad", Finding.NOT_CHECKED: "skipped"}


@dataclass(frozen=True, slots=True)
class Verifying:
    """How far it is."""

    file: str = ""
    """Path; empty: none was chosen yet."""
    document: str | None = None
    """Path of the document beside it."""
    found: VerifiedFile | None = None
    failure: Failure | None = None
    """Why the file is not to be relied on, or why nothing could be said."""
    busy: bool = False
    unmasked: bool = False

    @property
    def wants_document(self) -> bool:
        """Whether the file is about a document that it does not hold."""
        needed = self.failure is not None and self.failure.code is FailureCode.DOCUMENT_NEEDED
        is_receipt = self.found is not None and self.found.kind is FileKind.RECEIPT
        return needed or is_receipt or self.document is not None


def present_verify(state: Verifying, words: Words) -> VerifyPage:
    """The page."""
    found = state.found
    verdict, headline, sentence = _verdict(state, words)
    # Where there is a verdict, it says what went wrong; a document that is asked for is no trouble.
    silent = found is not None or _asks_only(state.failure)
    return VerifyPage(
        frame=Frame(
            screen=14,
            title=words("verify_page.title"),
            secondary=Button(words("button.home"), intents.GoHome(), "home"),
        ),
        lead="" if state.file else words("verify_page.lead"),
        file=_file(state, words),
        document=_document(state, words) if state.wants_document else None,
        document_lead=_document_lead(state, words),
        verdict=verdict,
        headline=headline,
        sentence=sentence,
        rows=_rows(found, words, unmasked=state.unmasked) if found is not None else (),
        unmask=words("verify_page.unmask") if found is not None else "",
        unmasked=state.unmasked,
        notice=None if silent else words.notice(state.failure),
        busy=state.busy,
        busy_text=words("verify_page.busy"),
    )


def _asks_only(failure: Failure | None) -> bool:
    return failure is not None and failure.code is FailureCode.DOCUMENT_NEEDED


def _about(found: VerifiedFile | None) -> str:
    return "receipt" if found is not None and found.kind is FileKind.RECEIPT else "signature"


# ---------------------------------------------------------------------------- files
def _file(state: Verifying, words: Words) -> FilePlace:
    if not state.file:
        return FilePlace(words("verify_page.drop"), words("verify_page.choose"))
    lead = words("verify_page.drop") if state.found is None else _holds(state.found, words)
    return FilePlace(lead, words("verify_page.again"), PurePath(state.file).name)


def _holds(found: VerifiedFile, words: Words) -> str:
    kind, count = words(f"verify_kind.{found.kind.value}"), len(found.signatures)
    if count == 0:
        return kind
    key = "verify_page.holds-one" if count == 1 else "verify_page.holds-many"
    return words(key, kind=kind, count=count)


def _document(state: Verifying, words: Words) -> FilePlace:
    if state.document is None:
        return FilePlace(words("verify_page.drop-document"), words("verify_page.choose-document"))
    name = PurePath(state.document).name
    return FilePlace(words("verify_page.compared"), words("verify_page.again-document"), name)


def _document_lead(state: Verifying, words: Words) -> str:
    if state.document is not None or not state.wants_document:
        return ""
    return words(f"verify_page.document-{_about(state.found)}")


# ---------------------------------------------------------------------------- verdict
def _verdict(state: Verifying, words: Words) -> tuple[str, str, str]:
    """Look, headline, sentence."""
    if state.found is None:
        return "", "", ""
    verdict = state.found.verdict
    key = f"{_about(state.found)}-{verdict.value}"
    sentence = words(f"verify_page.{key}-text")
    if verdict is Verdict.BROKEN and state.failure is not None:
        sentence = f"{sentence} {state.failure.code.value}"
    return _LOOKS[verdict][0], words(f"verify_page.{key}"), sentence


# ---------------------------------------------------------------------------- what it holds
def _rows(found: VerifiedFile, words: Words, *, unmasked: bool) -> tuple[VerifiedRow, ...]:
    if found.receipt is not None:
        facts = _receipt_facts(found.receipt, words, unmasked=unmasked)
        chip = _chip("receipt", found.verdict, words)
        return (_row(words("verify_kind.receipt"), chip, facts, found.checks, words),)
    many = len(found.signatures) > 1
    rows = []
    for number, signature in enumerate(found.signatures, 1):
        key = "verify_page.signature-of" if many else "verify_page.signature"
        title = words(key, number=number) if many else words(key)
        facts = _signature_facts(signature, words, unmasked=unmasked)
        chip = _chip("signature", signature.verdict, words)
        rows.append(_row(title, chip, facts, signature.checks, words))
    return tuple(rows)


def _chip(about: str, verdict: Verdict, words: Words) -> Chip:
    _, kind, icon = _LOOKS[verdict]
    return Chip(kind, words(f"verify_page.chip-{about}-{verdict.value}"), icon)


def _row(
    title: str, chip: Chip, facts: tuple[Fact, ...], checks: Sequence[Checked], words: Words
) -> VerifiedRow:
    done = tuple(_check(c, words) for c in checks if c.finding is not Finding.NOT_CHECKED)
    open_ = tuple(_check(c, words) for c in checks if c.finding is Finding.NOT_CHECKED)
    return VerifiedRow(
        *(title, chip, facts),
        checked=CheckGroup(words("verify_page.checked"), done),
        unchecked=CheckGroup(words("verify_page.unchecked"), open_),
    )


def _check(check: Checked, words: Words) -> CheckRow:
    said = words(f"verify_{check.finding.value}.{check.point.value}")
    if check.reason is Reason.NO_TRUST_FOLDER:
        # Nobody gives a folder here: it is the program's own that is missing.
        said = words("verify.because", what=said, why=words("verify_page.no-roots"))
    elif check.reason is not Reason.NONE:
        why = words(f"verify_reason.{check.reason.value}")
        said = words("verify.because", what=said, why=why)
    name = words(f"verify_page.point-{check.point.value}")
    return CheckRow(name, _STATES[check.finding], said)


def _signature_facts(
    signature: VerifiedSignature, words: Words, *, unmasked: bool
) -> tuple[Fact, ...]:
    facts = [] if signature.signer is None else _signer_facts(signature.signer, words, unmasked)
    for key, moment in (("stamped-at", signature.stamped_at), ("signed-at", signature.signed_at)):
        if moment is not None:
            facts.append(Fact(words(f"verify_page.{key}"), local_time(moment)))
    return tuple(facts)


def _signer_facts(signer: CertificateInfo, words: Words, unmasked: bool) -> list[Fact]:
    holder, number = signer.holder, signer.holder_id
    if not unmasked:
        holder, number = mask_name(holder), mask_id(number)
    return [
        Fact(words("verify_page.signer"), f"{holder} ({number})" if number else holder),
        Fact(words("verify_page.certificate"), words(f"kind.{signer.kind.value}")),
    ]


def _receipt_facts(receipt: SignatureReceipt, words: Words, *, unmasked: bool) -> tuple[Fact, ...]:
    holder, serial = receipt.holder, receipt.certificate_serial
    if not unmasked:
        holder, serial = mask_name(holder), mask_serial(serial)
    return (
        Fact(words("verify_page.receipt-no"), receipt.receipt_no),
        Fact(words("verify_page.receipt-document"), receipt.title),
        Fact(words("verify_page.signer"), f"{holder} ({serial})"),
        Fact(words("verify_page.signed-at"), local_time(receipt.signed_at)),
        Fact(words("verify_page.received-at"), local_time(receipt.received_at)),
    )
