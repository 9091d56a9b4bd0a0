"""From the states of `flows.change_or_verify_pin` to screens 9, 10 and 6."""

from datetime import datetime

from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.pin_policy import effective_limits
from kamusm_esign.domain.tokens import CardOverview, CertificateInfo, PinState, Token
from kamusm_esign.flows.change_or_verify_pin import AskPin, FindingToken, Start, UsingCard
from kamusm_esign.flows.protocol import State
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import NewPinPage, TryPinPage, WorkingPage
from kamusm_esign.ui.presenter.pieces import Button, CardRow, CheckRow, Chip, Frame, Notice, Step
from kamusm_esign.ui.presenter.pin_rules import judge_with
from kamusm_esign.ui.presenter.result import present_end
from kamusm_esign.ui.presenter.set_pin import keypad_texts
from kamusm_esign.ui.presenter.words import Words, main_certificate


def present_change(
    state: State, overview: CardOverview | None, words: Words, *, hides: bool
) -> object:
    """The page for a state of "change the PIN"."""
    if isinstance(state, (Start, FindingToken, AskPin)):
        return _change(state, overview, words, hides)
    return _after(state, words, "change-pin", 9)


def present_try(
    state: State, overview: CardOverview | None, words: Words, now: datetime, *, hides: bool
) -> object:
    """The page for a state of "my card" with "try my PIN"."""
    if isinstance(state, (Start, FindingToken, AskPin)):
        return _my_card(state, overview, words, now, hides)
    return _after(state, words, "verify-pin", 10)


def _after(state: State, words: Words, job: str, screen: int) -> object:
    if isinstance(state, UsingCard):
        doing = words("working.changing" if job == "change-pin" else "working.trying")
        return WorkingPage(
            frame=Frame(5, words("working.title"), steps=words.rail("pins", "working", now=1)),
            headline=words("working.headline"),
            lines=(CheckRow(doing, "running", ""),),
            slow=words("working.slow"),
        )
    return present_end(state, words, job, ("pins", "working", "result"), screen)


def attempts_sentence(token: Token | None, words: Words) -> str:
    """What is left, before a secret is asked for."""
    if token is None:
        return ""
    left = token.pin.attempts_left
    if left is not None:
        return words("my_card.attempts", count=left)
    key = "my_card.attempts-ok" if token.pin is PinState.OK else f"pin_state.{token.pin.value}"
    return words(key)


# ---------------------------------------------------------------------------- screen 9
def _change(
    state: Start | FindingToken | AskPin, overview: CardOverview | None, words: Words, hides: bool
) -> NewPinPage:
    token = state.token if isinstance(state, AskPin) else None
    limits = effective_limits(token.pin_limits if token else None, None)
    reason = words("new_pin.current-first" if token else "new_pin.choose-first")
    frame = Frame(
        screen=9,
        title=words("change_pin.title"),
        steps=words.rail("pins", "working", "result", now=0),
        primary=Button(words("button.set-pin"), None, "pin-change", enabled=False, reason=reason),
        secondary=Button(words("button.cancel"), intents.Cancel(), "x"),
    )
    last_try = token is not None and token.pin is PinState.FINAL_TRY
    return NewPinPage(
        frame=frame,
        info_title=words("new_pin.info-change"),
        info_steps=_change_steps(words, token is not None),
        choose=words("new_pin.choose"),
        cards=_cards(overview, token, words),
        new_name=words("new_pin.new"),
        repeat_name=words("new_pin.repeat"),
        judge=judge_with(words, limits, token, None),
        keypad=keypad_texts(words, hides=hides),
        current_name=words("new_pin.current"),
        attempts=attempts_sentence(token, words),
        attempts_left=token.pin.attempts_left if token else None,
        last_try=words("my_card.last-try") if last_try else "",
        notice=_notice(state, words),
        waiting=token is None,
    )


def _change_steps(words: Words, inserted: bool) -> tuple[Step, ...]:
    done = "done" if inserted else "now"
    return (
        Step(words("new_pin.step-insert"), done),
        Step(words("new_pin.step-choose"), done if inserted else "next"),
        Step(words("new_pin.step-current"), "now" if inserted else "next"),
    )


def _cards(
    overview: CardOverview | None, chosen: Token | None, words: Words
) -> tuple[CardRow, ...]:
    tokens = overview.tokens if overview else ()
    serial = chosen.serial if chosen else None
    return tuple(words.card_row(t, chosen=t.serial == serial) for t in tokens)


def _notice(state: Start | FindingToken | AskPin, words: Words) -> Notice | None:
    if isinstance(state, AskPin):
        return words.notice(state.refused)
    if isinstance(state, FindingToken) and state.refused is not None:
        return words.notice(state.refused)
    if isinstance(state, FindingToken) and state.looked and not state.candidates:
        return words.notice(state.failure)
    return None


# ---------------------------------------------------------------------------- screen 10
def _my_card(
    state: Start | FindingToken | AskPin,
    overview: CardOverview | None,
    words: Words,
    now: datetime,
    hides: bool,
) -> TryPinPage:
    token = state.token if isinstance(state, AskPin) else None
    last_try = token is not None and token.pin is PinState.FINAL_TRY
    frame = Frame(
        screen=10,
        title=words("my_card.title"),
        primary=Button(words("button.try-pin"), None, "pin", enabled=False),
        secondary=Button(words("button.home"), intents.GoHome(), "home"),
    )
    return TryPinPage(
        frame=frame,
        cards=_cards(overview, token, words),
        facts=_facts(token, overview, words) if token else (),
        certificates=tuple(_certificate(c, words, now) for c in _certificates(token)),
        try_title=words("my_card.try-title"),
        try_lead=words("my_card.try-lead") if token else words("my_card.no-card"),
        pin_name=words("my_card.pin-field"),
        keypad=keypad_texts(words, hides=hides),
        attempts=attempts_sentence(token, words),
        attempts_left=token.pin.attempts_left if token else None,
        last_try=words("my_card.last-try") if last_try else "",
        notice=_notice(state, words),
        can_try=token is not None,
    )


def _certificates(token: Token | None) -> tuple[CertificateInfo, ...]:
    return token.certificates if token else ()


def _facts(
    token: Token, overview: CardOverview | None, words: Words
) -> tuple[tuple[str, str], ...]:
    certificate = main_certificate(token)
    readers = overview.readers if overview else ()
    reader = next((r for r in readers if token in r.tokens), None)
    return (
        (words("my_card.holder"), mask_name(certificate.holder) if certificate else "–"),
        (words("my_card.serial"), mask_serial(token.serial)),
        (words("my_card.type"), (reader.card_type if reader else None) or "–"),
        (words("my_card.reader"), reader.name if reader else "–"),
        (words("my_card.pin"), words(f"pin_state.{token.pin.value}")),
        (words("my_card.puk"), words(f"puk_state.{token.puk.value}")),
    )


def _certificate(certificate: CertificateInfo, words: Words, now: datetime) -> CardRow:
    reason = certificate.unusable(now)
    start, end = local_time(certificate.not_before), local_time(certificate.not_after)
    chip = Chip("ok", words("my_card.valid"), "check")
    if reason is not None:
        chip = Chip("warn", words(f"unusable.{reason.value}"), "info")
    dates = words("my_card.validity", start=start, end=end) if certificate.readable else ""
    return CardRow(
        serial=certificate.sha256,
        holder=words(f"kind.{certificate.kind.value}"),
        line=dates,
        icon="calendar",
        chips=(chip,),
    )


def local_time(moment: datetime) -> str:
    """In the computer's time zone, to the second: a renewed certificate begins to the second."""
    return moment.astimezone().strftime("%d.%m.%Y %H:%M:%S")
