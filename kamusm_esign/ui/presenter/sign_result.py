"""Screen 6 of a signing journey: what was signed, what the portal has, what to do next."""

from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.portal_session import Document, Outcome, Purpose, Session
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.flows.protocol import Done
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.pieces import Button, Chip, Fact, Frame, NextStep
from kamusm_esign.ui.presenter.result import NOTHING_SPENT, support_of
from kamusm_esign.ui.presenter.sign import SHORT, Reading, rail, saving_notice
from kamusm_esign.ui.presenter.sign_models import ReceiptRow, Receipts, SignedPage
from kamusm_esign.ui.presenter.words import Words, local_time

SCREEN = 8
"""Where the job is done, for the incident code."""
_ICONS = {"succeeded": "document-check", "failed": "x-circle", "unknown": "hourglass"}


def present_signed(state: Done, ending: Ending, reading: Reading, words: Words) -> SignedPage:
    """The page that says how it ended."""
    session, verdict = ending.session, _verdict(state, ending)
    done = state.outcome is Outcome.SUCCEEDED
    rows = _rows(state, ending, reading, words) if done or state.receipts else ()
    return SignedPage(
        frame=_frame(state, words),
        verdict=verdict,
        headline=_headline(state, ending, words),
        sentence=_sentence(state, ending, words),
        chips=_chips(state, ending, words),
        next_title=words("result_page.next" if done else "result_page.todo"),
        next_steps=_next_steps(state, ending, words),
        close=words("button.close") if _failed(state) else "",
        support=support_of(state.failure, SCREEN, words) if state.failure else None,
        icon=_ICONS[verdict],
        receipts=_receipts(state, rows, reading, words) if session and rows else None,
        saved=saving_notice(reading, "signed.saved", words),
    )


def delivered(state: Done, session: Session | None) -> bool:
    """Whether the portal has every signature."""
    count = len(session.documents) if session is not None else 0
    return state.outcome is Outcome.SUCCEEDED and len(state.receipts) >= count


def _verdict(state: Done, ending: Ending) -> str:
    if state.outcome is Outcome.SUCCEEDED:
        return "succeeded" if delivered(state, ending.session) else "unknown"
    return "unknown" if state.outcome is Outcome.UNKNOWN else "failed"


def _failed(state: Done) -> bool:
    return state.outcome in (Outcome.FAILED, Outcome.CANCELLED)


def _frame(state: Done, words: Words) -> Frame:
    failed = _failed(state)
    primary = Button(words("button.close"), intents.CloseProgram(), "x")
    if failed:
        primary = Button(words("signed.try-again"), intents.OpenJob("code"))
    return Frame(
        screen=6,
        title=words("signed.title"),
        headed=False,
        steps=rail(words, now=3, failed=2 if failed else None),
        primary=primary,
        secondary=Button(words("button.home"), intents.GoHome(), "home"),
    )


# ---------------------------------------------------------------------------- the verdict
def _headline(state: Done, ending: Ending, words: Words) -> str:
    session = ending.session
    if state.outcome is Outcome.UNKNOWN:
        return words("signed.unknown")
    if state.outcome is not Outcome.SUCCEEDED or session is None:
        return words("signed.failed" if ending.signed else "signed.not-signed")
    if delivered(state, session):
        return words(f"signed.done-{SHORT[session.purpose]}")
    return words("signed.later-one" if len(session.documents) == 1 else "signed.later-many")


def _sentence(state: Done, ending: Ending, words: Words) -> str:
    if state.failure is not None:
        text = words.catalogue.failure(state.failure)
        said = f"{text.title}. {text.body}"
        if state.receipts:
            none = words("signed.none-in-effect", count=len(state.receipts))
            return f"{said} {none}"
        return said
    if not delivered(state, ending.session):
        return words("signed.later-text")
    count = len(state.receipts)
    return words("signed.done-one") if count == 1 else words("signed.done-many", count=count)


def _chips(state: Done, ending: Ending, words: Words) -> tuple[Chip, ...]:
    chips = [Chip("ok", words("signed.pin-unchanged"), "pin")]
    if state.failure is not None:
        code = state.failure.code
        if code in NOTHING_SPENT or (code.family != "KRT" and not ending.signed):
            chips.append(Chip("ok", words("signed.no-try-spent"), "check"))
    elif delivered(state, ending.session):
        chips.append(Chip("ok", words("signed.delivered"), "check-circle"))
    else:
        chips.append(Chip("warn", words("signed.waiting"), "hourglass"))
    return tuple(chips)


def _next_steps(state: Done, ending: Ending, words: Words) -> tuple[NextStep, ...]:
    if state.failure is not None:
        return _after_failure(state.failure, words)
    if not delivered(state, ending.session):
        return (_waiting_step(ending, words),)
    page, text = words("signed.next-page"), words("signed.next-page-text")
    if ending.session is not None and ending.session.purpose is Purpose.LOGIN:
        page, text = words("signed.next-page-login"), words("signed.next-page-login-text")
    keep = NextStep(words("signed.keep"), words("signed.keep-text"), "save")
    return (NextStep(page, text, "portal"), keep)


def _waiting_step(ending: Ending, words: Words) -> NextStep:
    if ending.key_store:
        return NextStep(words("signed.send-later"), words("signed.send-later-text"), "send")
    return NextStep(words("signed.send-now-only"), words("signed.send-now-only-text"), "send")


def _after_failure(failure: Failure, words: Words) -> tuple[NextStep, ...]:
    return (NextStep(words.catalogue.failure(failure).todo),)


# ---------------------------------------------------------------------------- receipts
def _receipts(
    state: Done, rows: tuple[ReceiptRow, ...], reading: Reading, words: Words
) -> Receipts:
    first = state.receipts[0].receipt_no if state.receipts else ""
    number = "".join(c if c.isalnum() or c in "-_" else "_" for c in first)
    count = len(rows)
    return Receipts(
        title=words("signed.receipts")
        if count == 1
        else words("signed.receipts-many", count=count),
        rows=rows,
        unmasked=reading.unmasked,
        unmask=words("signed.unmask"),
        save_pdf=words("signed.save-pdf"),
        save_json=words("signed.save-json"),
        file_name=words.file_name(words("signed.file", number=number)),
        can_save=bool(state.receipts) and state.outcome is Outcome.SUCCEEDED,
    )


def _rows(state: Done, ending: Ending, reading: Reading, words: Words) -> tuple[ReceiptRow, ...]:
    given = {receipt.document_id: receipt for receipt in state.receipts}
    in_effect = state.outcome is Outcome.SUCCEEDED
    rows = []
    for document in ending.session.documents if ending.session else ():
        receipt = given.get(document.id)
        if receipt is not None:
            rows.append(_row(receipt, reading, words, in_effect=in_effect))
        elif in_effect:
            rows.append(_waiting_row(document, words))
    return tuple(rows)


def _row(
    receipt: SignatureReceipt, reading: Reading, words: Words, *, in_effect: bool
) -> ReceiptRow:
    chip = Chip("ok", words("signed.delivered"), "check-circle")
    if not in_effect:
        chip = Chip("warn", words("signed.not-in-effect"), "alert")
    holder, serial = receipt.holder, receipt.certificate_serial
    if not reading.unmasked:
        holder, serial = mask_name(holder), mask_serial(serial)
    return ReceiptRow(
        receipt.title,
        chip,
        (
            Fact(words("signed.receipt-no"), receipt.receipt_no),
            Fact(words("signed.signed-at"), local_time(receipt.signed_at)),
            Fact(words("signed.holder"), holder),
            Fact(words("signed.serial"), serial),
            _digest(receipt.document_sha256, words),
        ),
    )


def _waiting_row(document: Document, words: Words) -> ReceiptRow:
    chip = Chip("warn", words("signed.waiting"), "hourglass")
    return ReceiptRow(document.title, chip, (_digest(document.sha256, words),))


def _digest(sha256: str, words: Words) -> Fact:
    """On two lines: half of it is as long as a line may be."""
    half = len(sha256) // 2
    return Fact(words("signed.digest"), f"{sha256[:half]}\n{sha256[half:]}")
