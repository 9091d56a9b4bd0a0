"""From the states of `flows.change_or_verify_pin` to screens 9, 5 and 6."""

from kamusm_esign.domain.pin_policy import PRODUCT_LIMITS, effective_limits
from kamusm_esign.domain.tokens import CardOverview, PinState, Token
from kamusm_esign.flows.change_or_verify_pin import AskPin, FindingToken, Start, UsingCard
from kamusm_esign.flows.protocol import State
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.models import LastTryTexts, NewPinPage, WorkingPage
from kamusm_esign.ui.presenter.pieces import Button, CardRow, Frame, Notice, Step
from kamusm_esign.ui.presenter.pin_rules import judge_with
from kamusm_esign.ui.presenter.result import present_end
from kamusm_esign.ui.presenter.set_pin import keypad_texts
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.presenter.working import working_line


def present_change(
    state: State,
    overview: CardOverview | None,
    words: Words,
    *,
    hides: bool,
    ending: Ending | None = None,
) -> object:
    """The page for a state of "change the PIN"."""
    if isinstance(state, (Start, FindingToken, AskPin)):
        return _change(state, overview, words, hides)
    return present_after(state, words, "change-pin", 9, ending)


def present_after(
    state: State, words: Words, job: str, screen: int, ending: Ending | None
) -> object:
    """Screens 5 and 6 of either job.

    Args:
        state: from the use of the card on.
        words: the texts.
        job: `change-pin` or `verify-pin`.
        screen: where the PIN was asked for.
        ending: what the job remembers.
    """
    rail = ("pins" if job == "change-pin" else "pin", "working", "result")
    if not isinstance(state, UsingCard):
        return present_end(state, words, job, rail, screen, ending)
    doing = "changing" if job == "change-pin" else "trying"
    on_reader = state.token.pin_pad
    return WorkingPage(
        frame=Frame(5, words("working.title"), steps=words.rail(*rail, now=1)),
        headline=words("pin_pad.title" if on_reader else "working.headline"),
        lines=(working_line(doing, "running", words),),
        slow="" if on_reader else words("working.slow"),
    )


def attempts_sentence(token: Token | None, words: Words) -> str:
    """What is left, before a secret is asked for."""
    if token is None:
        return ""
    left = token.pin.attempts_left
    if left is not None:
        return words("my_card.attempts", count=left)
    key = "my_card.attempts-ok" if token.pin is PinState.OK else f"pin_state.{token.pin.value}"
    return words(key)


def tries_left(token: Token | None) -> int | None:
    """Tries left out of the three that a card gives; None where it does not say.

    The flags tell "none was used" and "the last one"; in between lie two.
    """
    known = {PinState.OK: 3, PinState.LOW: 2, PinState.FINAL_TRY: 1, PinState.BLOCKED: 0}
    return known.get(token.pin) if token else None


def shortest_present(token: Token | None) -> int:
    """Fewest digits that may be a PIN: an old card may hold a shorter one than would be set."""
    limits = token.pin_limits if token else None
    if limits is None or not 0 < limits.minimum <= limits.maximum:
        return PRODUCT_LIMITS.minimum
    return min(limits.minimum, PRODUCT_LIMITS.minimum)


def pad_notice(token: Token | None, words: Words, text: str = "pin_pad.text") -> Notice | None:
    """What stands in the place of fields and keys, where the reader asks for PINs by itself.

    Args:
        token: the chosen one.
        words: the texts.
        text: key of the sentence.
    """
    if token is None or not token.pin_pad:
        return None
    limits = effective_limits(token.pin_limits, None)
    said = words(text, minimum=limits.minimum, maximum=limits.maximum)
    return Notice("info", words("pin_pad.title"), said)


def last_try_texts(token: Token | None, words: Words) -> LastTryTexts | None:
    """The confirmation, where one wrong PIN would block the card."""
    if token is None or token.pin is not PinState.FINAL_TRY:
        return None
    return LastTryTexts(
        title=words("my_card.last-title"),
        text=words("my_card.last-try"),
        name=words("my_card.confirm"),
        word=words("my_card.last-word"),
    )


# ---------------------------------------------------------------------------- screen 9
def _change(
    state: Start | FindingToken | AskPin, overview: CardOverview | None, words: Words, hides: bool
) -> NewPinPage:
    token = state.token if isinstance(state, AskPin) else None
    limits = effective_limits(token.pin_limits if token else None, None)
    missing = "choose-first" if overview and overview.tokens else "waiting-title"
    reason = words("new_pin.current-first" if token else f"new_pin.{missing}")
    frame = Frame(
        screen=9,
        title=words("change_pin.title"),
        steps=words.rail("pins", "working", "result", now=0),
        primary=Button(words("button.set-pin"), None, "pin-change", enabled=False, reason=reason),
        secondary=Button(words("button.cancel"), intents.Cancel(), "x"),
    )
    return NewPinPage(
        frame=frame,
        info_title=words("new_pin.info-change"),
        info_steps=_change_steps(words, token is not None),
        choose=words("new_pin.choose"),
        cards=card_rows(overview, token, words),
        new_name=words("new_pin.new"),
        repeat_name=words("new_pin.repeat"),
        judge=judge_with(words, limits, token, None),
        keypad=keypad_texts(
            words, hides=hides, pad=pad_notice(token, words, "pin_pad.change-text")
        ),
        minimum=limits.minimum,
        maximum=limits.maximum,
        incomplete=words("new_pin.incomplete"),
        current_name=words("new_pin.current"),
        current_minimum=shortest_present(token),
        attempts_name=words("my_card.attempts-name"),
        attempts=attempts_sentence(token, words),
        attempts_left=tries_left(token),
        last_try=last_try_texts(token, words),
        confirm_first=words("my_card.confirm-first"),
        notice=notice_of(state, words),
        waiting=token is None,
    )


def _change_steps(words: Words, inserted: bool) -> tuple[Step, ...]:
    done = "done" if inserted else "now"
    return (
        Step(words("new_pin.step-insert"), done),
        Step(words("new_pin.step-choose"), done if inserted else "next"),
        Step(words("new_pin.step-current"), "now" if inserted else "next"),
    )


def card_rows(
    overview: CardOverview | None, chosen: Token | None, words: Words
) -> tuple[CardRow, ...]:
    """The cards that are plugged in."""
    tokens = overview.tokens if overview else ()
    serial = chosen.serial if chosen else None
    return tuple(words.card_row(t, chosen=t.serial == serial) for t in tokens)


def notice_of(state: Start | FindingToken | AskPin, words: Words) -> Notice | None:
    """What became of the last try, or why there is no card to use."""
    if isinstance(state, AskPin):
        return words.notice(state.refused)
    if isinstance(state, FindingToken) and state.refused is not None:
        return words.notice(state.refused)
    if isinstance(state, FindingToken) and state.looked and not state.candidates:
        return words.notice(state.failure)
    return None
