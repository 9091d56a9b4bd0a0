"""From the states of `flows.set_pin` to screens 2 to 6."""

from dataclasses import dataclass, replace

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.pin_policy import effective_limits
from kamusm_esign.domain.portal_session import Purpose, Session, SessionKind
from kamusm_esign.domain.tokens import CardOverview, PinLimits, Token
from kamusm_esign.domain.verification_code import LENGTH, CodeProblem, VerificationCode
from kamusm_esign.flows.protocol import State
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    Cancelling,
    InSession,
    OpeningSession,
)
from kamusm_esign.flows.set_pin_model import (
    AskNewPin,
    Authorizing,
    CheckingOutcome,
    Reporting,
    Unblocking,
    WaitingToken,
)
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.models import (
    CodePage,
    KeypadTexts,
    NewPinPage,
    StepUpPage,
)
from kamusm_esign.ui.presenter.pieces import Button, CardRow, CheckRow, Chip, Frame, Notice, Step
from kamusm_esign.ui.presenter.pin_rules import judge_with
from kamusm_esign.ui.presenter.result import present_end
from kamusm_esign.ui.presenter.sign import rail as sign_rail
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.presenter.working import present_working

_READINESS = {
    "ready": ("ok", "check"),
    "running": ("info", "hourglass"),
    "not-ready": ("warn", "alert"),
}
"""What the pre-flight list comes to → kind and icon of its chip."""

REFUSALS = ("paste-refused", "not-digit", "full", "code-typed", "timed-out")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the pages of a journey show besides the flow's state."""

    checks: tuple[CheckRow, ...] = ()
    """The pre-flight list of screen 2."""
    overview: CardOverview | None = None
    """The last look at the cards."""
    code: VerificationCode | None = None
    """What was typed on screen 2."""
    portal_url: str = ""
    filled: str = ""
    """Digits from a link, to be put into the code field once."""
    hides: bool = False
    """Whether the window is really kept out of screen captures."""
    ending: Ending | None = None
    """What the job remembers, for screen 6."""


def present(state: State, around: Surroundings, words: Words) -> object:
    """The page for a state; a model of `models`."""
    if isinstance(state, (AskCode, OpeningSession, Cancelling)):
        return _code(state, around, words)
    if isinstance(state, AskStepUp):
        return _step_up(state, words)
    if isinstance(state, (WaitingToken, AskNewPin, Authorizing)):
        return _new_pin(state, around, words)
    if isinstance(state, (Unblocking, CheckingOutcome, Reporting)):
        return present_working(state, words)
    rail = ("code", "card", "working", "result")
    return present_end(state, words, "set-pin", rail, ending=around.ending)


# ---------------------------------------------------------------------------- screens 2 and 3
def _code(
    state: AskCode | OpeningSession | Cancelling, around: Surroundings, words: Words
) -> CodePage:
    busy = not isinstance(state, AskCode)
    notice: Notice | None = None
    if isinstance(state, AskCode):
        notice = _code_notice(state, words)
    ready = _readiness(around.checks)
    kind, icon = _READINESS[ready]
    frame = Frame(
        screen=2,
        title=words("code.title"),
        steps=words.rail("code", "job", "result", now=0),
        primary=Button(
            words("button.next"),
            None,
            enabled=False,
            reason=words("code.busy" if busy else "code.incomplete"),
        ),
        secondary=Button(words("button.home"), intents.GoHome(), "home"),
    )
    return CodePage(
        frame=frame,
        checks_title=words("code.checks"),
        checks=around.checks,
        ready=Chip(kind, words(f"code.{ready}"), icon),
        ready_line=words(f"code.{ready}-line"),
        enter_title=words("code.enter"),
        lead=words("code.lead"),
        reassurance_title=words("code.reassurance-title"),
        reassurance=words("code.reassurance"),
        no_code_title=words("code.no-code-title"),
        no_code=words("code.no-code"),
        portal_link=words("code.portal"),
        portal_url=around.portal_url,
        paste=words("code.paste"),
        field_name=words("code.field"),
        progress=lambda count: _progress(count, words),
        replaces=words("code.replaces"),
        problems={p.value: words(f"code_problem.{p.value}") for p in CodeProblem},
        notice=notice,
        busy=busy,
        filled=around.filled,
    )


def _code_notice(state: AskCode, words: Words) -> Notice | None:
    notice, failure = words.notice(state.failure), state.failure
    if notice is None or failure is None or failure.code is not FailureCode.CLIENT_TOO_OLD:
        return notice
    return replace(notice, way=Button(words("button.update"), intents.OpenJob("about")))


def _readiness(checks: tuple[CheckRow, ...]) -> str:
    """What the pre-flight list comes to: `ready`, `running` or `not-ready`."""
    states = {row.state for row in checks}
    if "running" in states or not checks:
        return "running"
    # What was skipped waits for a line that says itself what is missing.
    return "not-ready" if states & {"warn", "bad"} else "ready"


def _progress(count: int, words: Words) -> str:
    if not count:
        return words("code.empty")
    return words("code.complete" if count == LENGTH else "code.progress", count=count)


def _step_up(state: AskStepUp, words: Words) -> StepUpPage:
    busy = state.checking
    primary = Button(
        words("button.confirm"),
        None,
        enabled=False,
        reason=words("step_up.busy" if busy else "step_up.incomplete"),
    )
    return StepUpPage(
        frame=_frame(state, words, 3, words("step_up.title"), 0, primary),
        lead=words("step_up.lead", phone=state.session.masked_phone or ""),
        field_name=words("step_up.field"),
        resend=words("step_up.resend"),
        keypad=(words("new_pin.keypad"), words("new_pin.clear"), words("new_pin.back")),
        notice=words.notice(state.failure),
        busy=busy,
    )


def _frame(
    state: InSession, words: Words, screen: int, title: str, now: int, primary: Button
) -> Frame:
    return Frame(
        screen=screen,
        title=title,
        steps=_rail(state.session, words, now),
        primary=primary,
        secondary=Button(words("button.cancel"), intents.Cancel(), "x"),
        holder_line=words.holder_line(state.session),
        new_code=words("button.new-code-link"),
        ends_at=state.session.deadline,
    )


def _rail(session: Session, words: Words, now: int) -> tuple[Step, ...]:
    """The SMS code is asked for on both journeys."""
    if session.kind is SessionKind.SIGN:
        return sign_rail(words, now=now)
    return words.rail("code", "card", "working", "result", now=now)


# ---------------------------------------------------------------------------- screen 4
def _new_pin(
    state: WaitingToken | AskNewPin | Authorizing, around: Surroundings, words: Words
) -> NewPinPage:
    session = state.session
    token = None if isinstance(state, WaitingToken) else state.token
    limits = effective_limits(token.pin_limits if token else None, session.pin_policy)
    busy = isinstance(state, Authorizing)
    reason = words("new_pin.incomplete")
    if token is None:
        several = isinstance(state, WaitingToken) and state.candidates
        reason = words("new_pin.choose-first" if several else "new_pin.waiting-title")
    elif busy:
        reason = words("new_pin.authorizing")
    primary = Button(words("button.set-pin"), None, "lock-open", enabled=False, reason=reason)
    creates = session.purpose is Purpose.PIN_CREATE
    return NewPinPage(
        frame=_frame(state, words, 4, words("new_pin.title"), 1, primary),
        info_title=words("new_pin.info-create" if creates else "new_pin.info-unblock"),
        info_steps=info_steps(words, limits, token is not None),
        choose=words("new_pin.choose"),
        cards=_cards(session, around.overview, token, words),
        new_name=words("new_pin.new"),
        repeat_name=words("new_pin.repeat"),
        judge=judge_with(words, limits, token, around.code),
        keypad=keypad_texts(
            words,
            hides=around.hides,
            code_way=Button(words("button.new-code-link"), intents.NewCode()),
        ),
        minimum=limits.minimum,
        maximum=limits.maximum,
        note=words("new_pin.note"),
        incomplete=words("new_pin.incomplete"),
        notice=_new_pin_notice(state, words),
        waiting=token is None or busy,
    )


def info_steps(words: Words, limits: PinLimits, inserted: bool) -> tuple[Step, ...]:
    """The three-step panel of the old program."""
    how = words("new_pin.step-type", minimum=limits.minimum, maximum=limits.maximum)
    done = "done" if inserted else "now"
    return (
        Step(words("new_pin.step-insert"), done),
        Step(words("new_pin.step-choose"), done if inserted else "next"),
        Step(how, "now" if inserted else "next"),
    )


def keypad_texts(
    words: Words, *, hides: bool, code_way: Button | None = None, pad: Notice | None = None
) -> KeypadTexts:
    """Texts of every page with PIN fields and a keypad.

    Args:
        words: the texts.
        hides: whether the window is really kept out of screen captures.
        code_way: where a verification code is entered; None: from the beginning.
        pad: where the reader asks for PINs by itself: that it does.
    """

    def typed(count: int) -> str:
        return words("new_pin.typed", count=count) if count else words("new_pin.empty")

    return KeypadTexts(
        hint=words("new_pin.keypad"),
        clear=words("new_pin.clear"),
        back=words("new_pin.back"),
        shuffle=words("new_pin.shuffle"),
        capture_note=words("new_pin.capture" if hides else "new_pin.no-capture"),
        typed=typed,
        refusals={name: words(f"refusal.{name}") for name in REFUSALS},
        code_way=code_way or Button(words("button.have-code"), intents.OpenJob("code")),
        pad=pad,
    )


def _cards(
    session: Session, overview: CardOverview | None, chosen: Token | None, words: Words
) -> tuple[CardRow, ...]:
    tokens = overview.tokens if overview else ()
    rows = []
    for token in tokens:
        may = session.may_unblock(token)
        rows.append(
            words.card_row(
                token,
                reason="" if may else words("new_pin.other-kind"),
                chosen=chosen is not None and token.serial == chosen.serial,
                eligible=may,
            )
        )
    return tuple(rows)


def _new_pin_notice(state: WaitingToken | AskNewPin | Authorizing, words: Words) -> Notice | None:
    if isinstance(state, WaitingToken) and state.looked and state.failure is not None:
        return words.notice(state.failure)
    if not state.key_store:
        return Notice("info", words("new_pin.no-key-store"))
    return None
