"""The second part of `sign_documents`: with which certificate, and the PIN."""

from dataclasses import replace

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.signing_choice import CertificateChoice, judge_certificates
from kamusm_esign.domain.tokens import (
    CardOverview,
    PinState,
    Token,
    TokenTarget,
    UnusableReason,
)
from kamusm_esign.flows.protocol import (
    DropSecret,
    EffectFailed,
    Step,
    TokensSeen,
    WatchTokens,
    stay,
)
from kamusm_esign.flows.session_model import InSession
from kamusm_esign.flows.sign_documents_effects import (
    OpenCard,
)
from kamusm_esign.flows.sign_documents_model import (
    AskPin,
    AwaitingToken,
    CertificateChosen,
    ChooseCertificate,
    PinUnusable,
    Reviewed,
    Signing,
    SigningPhase,
    SigningPinEntered,
    WithCertificate,
)
from kamusm_esign.flows.token_choice import choose_token

_WHY_NOT = {
    UnusableReason.EXPIRED: FailureCode.CERTIFICATE_EXPIRED,
    UnusableReason.NOT_YET_VALID: FailureCode.CERTIFICATE_NOT_YET_VALID,
    UnusableReason.NO_PRIVATE_KEY: FailureCode.CERTIFICATE_NOT_FOUND,
    UnusableReason.NOT_ELIGIBLE: FailureCode.CERTIFICATE_NOT_ELIGIBLE,
}
"""Most telling first: an expired certificate is the right one, another card's is not."""
_PIN_UNUSABLE = {
    PinState.BLOCKED: FailureCode.PIN_BLOCKED,
    PinState.UNSET: FailureCode.PIN_UNSET,
}


# ---------------------------------------------------------------------------- the certificate
def tokens_seen(state: AwaitingToken, event: TokensSeen) -> Step:
    """Transition: what is plugged in now."""
    if state.refused is not None and event.ticket != state.ticket and not state.looked:
        # After a try that was refused only a look that began after it tells what is left.
        return stay(state)
    return choose(state, event)


def choose(state: Reviewed, event: TokensSeen) -> Step:
    """Judge everything that is plugged in, and go on where exactly one certificate may sign."""
    choices = _judged(state, event)
    usable = [
        choice
        for choice in choices
        if choice.unusable is None and choice.is_one(state.wanted, state.kept.certificate)
    ]
    if len(usable) == 1:
        return _ask(state, usable[0], choices)
    known = (state.ticket, state.session, state.key_store, state.wanted)
    if usable:
        return ChooseCertificate(*known, kept=state.kept, choices=choices), ()
    failure = _why_none(state, event.overview, choices)
    refused = state.refused if isinstance(state, AwaitingToken) else None
    waiting = AwaitingToken(
        *known, kept=state.kept, choices=choices, failure=failure, refused=refused, looked=True
    )
    return waiting, ()


def _judged(state: InSession, event: TokensSeen) -> tuple[CertificateChoice, ...]:
    session = state.session
    now = session.server_now(session.asked_at if event.at is None else event.at)
    return judge_certificates(session, event.overview, now)


def _why_none(
    state: Reviewed, overview: CardOverview, choices: tuple[CertificateChoice, ...]
) -> Failure:
    here = [choice for choice in choices if choice.is_one(state.wanted, None)]
    named = [choice for choice in here if choice.is_one(None, state.kept.certificate)]
    if here and not named:
        return Failure.of(FailureCode.CERTIFICATE_NOT_FOUND)
    reasons = {choice.unusable for choice in named}
    if reasons <= {UnusableReason.NOT_ELIGIBLE, UnusableReason.NOT_READABLE, None} and not (
        state.kept.certificate
    ):
        return _no_card_for_it(overview, state.wanted)
    for reason, code in _WHY_NOT.items():
        if reason in reasons:
            return Failure.of(code)
    return Failure.of(FailureCode.CERTIFICATE_NOT_FOUND)


def _no_card_for_it(overview: CardOverview, wanted: str | None) -> Failure:
    """No card, or only cards for something else."""
    choice = choose_token(overview, lambda token: False, wanted)
    return choice.failure or Failure.of(FailureCode.NO_CARD)


def cannot_look(state: AwaitingToken, event: EffectFailed) -> Step:
    """Transition: nothing could be read."""
    return replace(state, failure=event.failure, looked=True), ()


def certificate_chosen(
    state: AwaitingToken | ChooseCertificate | WithCertificate, event: CertificateChosen
) -> Step:
    """Transition: the person chose a certificate; only one that may sign is taken."""
    for choice in state.choices:
        if choice.is_one(event.token_serial, event.sha256) and choice.unusable is None:
            return _ask(state, choice, state.choices)
    return stay(state)


def _ask(
    state: Reviewed, choice: CertificateChoice, choices: tuple[CertificateChoice, ...]
) -> Step:
    token, certificate = choice.token, choice.certificate
    known = (state.ticket, state.session, state.key_store, state.wanted)
    refusal = _PIN_UNUSABLE.get(token.pin)
    if refusal is not None:
        failure = Failure.of(refusal)
        return PinUnusable(
            *known,
            kept=state.kept,
            token=token,
            certificate=certificate,
            choices=choices,
            failure=failure,
        ), ()
    return AskPin(
        *known,
        kept=state.kept,
        token=token,
        certificate=certificate,
        choices=choices,
        refused=_refused(state, token),
    ), ()


def _refused(state: Reviewed, token: Token) -> Failure | None:
    """What became of the last try, where it was made with this token."""
    if isinstance(state, AskPin):
        return state.refused if state.token.serial == token.serial else None
    return state.refused if isinstance(state, AwaitingToken) else None


# ---------------------------------------------------------------------------- the PIN
def look_after_refusal(state: WithCertificate, refused: Failure) -> Step:
    """A try was refused: what is left of the PIN is read before another one is typed."""
    ticket = state.ticket + 1
    known = (ticket, state.session, state.key_store, state.wanted)
    asking = AskPin(
        *known,
        kept=state.kept,
        token=state.token,
        certificate=state.certificate,
        choices=state.choices,
        refused=refused,
        looking=True,
    )
    return asking, (WatchTokens(ticket),)


def token_looked_at(state: AskPin | PinUnusable, event: TokensSeen) -> Step:
    """Transition: the cards were looked at while the PIN is asked for."""
    if isinstance(state, AskPin) and state.looking and event.ticket != state.ticket:
        return stay(state)
    choices = _judged(state, event)
    for choice in choices:
        same = choice.is_one(state.token.serial, state.certificate.sha256)
        if same and choice.unusable is None:
            return _ask(state, choice, choices)
    return choose(state, event)


def cannot_look_again(state: AskPin, event: EffectFailed) -> Step:
    """Transition: after a refused try the card could not be read."""
    if not state.looking:
        return stay(state)
    known = (state.ticket, state.session, state.key_store, state.wanted)
    waiting = AwaitingToken(
        *known, kept=state.kept, failure=event.failure, refused=state.refused, looked=True
    )
    return waiting, ()


def pin_entered(state: AskPin, event: SigningPinEntered) -> Step:
    """Transition: the PIN was typed. The one place from which a try can be spent."""
    dropped = (DropSecret(state.ticket, event.handle),)
    if state.looking:
        return state, dropped
    if state.token.pin is PinState.FINAL_TRY and not event.last_try:
        return replace(state, refused=Failure.of(FailureCode.PIN_LAST_TRY)), dropped
    ticket = state.ticket + 1
    signing = Signing(
        *(ticket, state.session, state.key_store, state.wanted),
        kept=state.kept,
        token=state.token,
        certificate=state.certificate,
        choices=state.choices,
        phase=SigningPhase.LOGGING_IN,
    )
    target = TokenTarget(state.token.serial, state.certificate.sha256)
    opening = OpenCard(
        ticket,
        state.session,
        target,
        state.certificate,
        event.handle,
        state.token,
        event.last_try,
    )
    return signing, (opening,)
