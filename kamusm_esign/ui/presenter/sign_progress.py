"""Screen 5 of a signing journey, and 7 while the documents arrive."""

from kamusm_esign.domain.failures import Failure
from kamusm_esign.flows.sign_documents_model import (
    FetchingDocuments,
    ReportingSignatures,
    Signing,
    SigningPhase,
    Stamping,
    Submitting,
)
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Frame, Notice
from kamusm_esign.ui.presenter.sign import rail, session_frame
from kamusm_esign.ui.presenter.sign_models import Progress, ProgressPage
from kamusm_esign.ui.presenter.words import Words

Delivering = Stamping | Submitting | ReportingSignatures


def _line(key: str, state: str, words: Words) -> CheckRow:
    return CheckRow(words(key), state, words(f"working.state-{state}"))


# ---------------------------------------------------------------------------- fetching
def present_fetching(state: FetchingDocuments, words: Words) -> ProgressPage:
    """Documents arrive."""
    total, failed = len(state.session.documents), state.failure is not None
    retry = Button(words("button.again"), intents.Retry(), "refresh") if failed else None
    cancel = Button(words("button.cancel"), intents.Cancel(), "x")
    title = words("fetching.title")
    running = "warn" if failed else "running"
    return ProgressPage(
        frame=session_frame(state, words, 7, title, now=1, primary=retry, secondary=cancel),
        headline=words("fetching.failed" if failed else "fetching.headline"),
        lines=(
            _line("fetching.fetching", running, words),
            _line("fetching.checking", running, words),
        ),
        slow="" if failed else words("fetching.slow"),
        progress=Progress(
            state.fetched, total, words("fetching.progress", done=state.fetched, total=total)
        ),
        notice=words.notice(state.failure),
        drawing="code-on-portal",
    )


# ---------------------------------------------------------------------------- signing
def present_signing(state: Signing, words: Words) -> ProgressPage:
    """The card signs; Cancel works between two documents."""
    total = len(state.session.documents)
    may_stop = state.phase in (SigningPhase.LOGGING_IN, SigningPhase.SIGNING)
    cancel = None
    if may_stop and not state.stopping:
        cancel = Button(words("button.cancel"), intents.Cancel(), "x")
    login = "running" if state.phase is SigningPhase.LOGGING_IN else "ok"
    keeping = state.phase is SigningPhase.KEEPING
    documents = "ok" if keeping else "skipped" if login == "running" else "running"
    stopping = Notice("info", words("signing.stopping")) if state.stopping else None
    on_reader = state.token.pin_pad and state.phase is SigningPhase.LOGGING_IN
    return ProgressPage(
        frame=_frame(state, words, None, cancel),
        headline=words("pin_pad.title" if on_reader else "signing.headline"),
        lines=(
            _line("signing.login", login, words),
            _line("signing.documents", documents, words),
            _line("signing.finishing", "running" if keeping else "skipped", words),
            _line("signing.submitting", "skipped", words),
        ),
        slow="" if on_reader else words("signing.slow"),
        progress=Progress(
            state.signed, total, words("signing.progress", done=state.signed, total=total)
        ),
        notice=stopping,
    )


def present_delivering(state: Delivering, words: Words) -> ProgressPage:
    """The card is done; what exists is handed in."""
    failure = state.failure if isinstance(state, (Stamping, Submitting)) else None
    stopped = failure is not None and not isinstance(state, ReportingSignatures)
    retry = Button(words("signing.retry"), intents.Retry(), "send") if stopped else None
    later = Button(words("signing.later"), intents.Later(), "clock") if stopped else None
    total = len(state.session.documents)
    taken = () if isinstance(state, Stamping) else state.receipts
    progress = Progress(len(taken), total, words("signing.submitted", done=len(taken), total=total))
    return ProgressPage(
        frame=_frame(state, words, retry, None),
        headline=words("signing.not-lost" if stopped else "signing.card-done"),
        lines=_delivery_lines(state, words, "warn" if stopped else "running"),
        slow="" if stopped else words("signing.slow-portal"),
        progress=None if isinstance(state, Stamping) else progress,
        notice=_stopped(failure, words) if stopped else None,
        later=later,
        drawing="code-on-portal",
    )


def _frame(
    state: Signing | Delivering, words: Words, primary: Button | None, secondary: Button | None
) -> Frame:
    return Frame(
        screen=5,
        title=words("signing.title"),
        steps=rail(words, now=2),
        primary=primary,
        secondary=secondary,
        holder_line=words.holder_line(state.session),
    )


def _delivery_lines(state: Delivering, words: Words, running: str) -> tuple[CheckRow, ...]:
    lines = [_line("signing.documents", "ok", words)]
    if any(document.format.needs_time_stamp for document in state.session.documents):
        stamping = running if isinstance(state, Stamping) else "ok"
        lines.append(_line("signing.stamping", stamping, words))
    submitting = {Stamping: "skipped", Submitting: running}.get(type(state), "ok")
    telling = running if isinstance(state, ReportingSignatures) else "skipped"
    lines.append(_line("signing.submitting", submitting, words))
    lines.append(_line("signing.telling", telling, words))
    return tuple(lines)


def _stopped(failure: Failure | None, words: Words) -> Notice | None:
    return words.notice(failure)
