"""Screen 5 of a journey with a code: the card is written to, and the portal is told."""

from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.flows.set_pin_model import CheckingOutcome, Reporting, Unblocking
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import WorkingPage
from kamusm_esign.ui.presenter.pieces import Button, CheckRow, Frame
from kamusm_esign.ui.presenter.words import Words


def present_working(state: Unblocking | CheckingOutcome | Reporting, words: Words) -> WorkingPage:
    """The page for a state without return."""
    missing = isinstance(state, CheckingOutcome) and state.missing
    primary = None
    if missing:
        primary = Button(words("button.stop-waiting"), intents.StopLooking())
    frame = Frame(
        screen=5,
        title=words("working.title"),
        steps=words.rail("code", "card", "working", "result", now=2),
        primary=primary,
        holder_line=words.holder_line(state.session),
    )
    slow = words("working.slow-portal" if isinstance(state, Reporting) else "working.slow")
    headline = "working.headline"
    if missing:
        headline, slow = "working.insert-again", ""
    elif isinstance(state, Reporting):
        headline = "working.card-done"
    return WorkingPage(frame=frame, headline=words(headline), lines=_lines(state, words), slow=slow)


def _lines(state: Unblocking | CheckingOutcome | Reporting, words: Words) -> tuple[CheckRow, ...]:
    checking, telling = isinstance(state, CheckingOutcome), isinstance(state, Reporting)
    writing = "running" if isinstance(state, Unblocking) else "ok"
    if checking or (isinstance(state, Reporting) and state.outcome is not Outcome.SUCCEEDED):
        writing = "warn"
    lines = [("permission", "ok"), ("writing", writing)]
    if checking:
        lines.append(("checking", "running"))
    lines.append(("telling", "running" if telling else "skipped"))
    return tuple(working_line(name, how, words) for name, how in lines)


def working_line(name: str, state: str, words: Words) -> CheckRow:
    """One thing that is done; its sentence says the state to whoever cannot see the mark."""
    return CheckRow(words(f"working.{name}"), state, words(f"working.state-{state}"))
