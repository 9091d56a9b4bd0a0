"""Screen 8: with which certificate, and the PIN."""

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.masking import mask_name
from kamusm_esign.domain.portal_session import Purpose, Session
from kamusm_esign.domain.secret import PIN_CAPACITY
from kamusm_esign.domain.signing_choice import CertificateChoice as Choice
from kamusm_esign.domain.tokens import PinState, Token, UnusableReason
from kamusm_esign.flows.sign_documents_model import (
    AskPin,
    AwaitingToken,
    ChooseCertificate,
    PinUnusable,
    WithCertificate,
)
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.pieces import Button, Chip, Fact, Frame, Notice
from kamusm_esign.ui.presenter.pin_use import (
    attempts_sentence,
    last_try_texts,
    pad_notice,
    shortest_present,
    tries_left,
)
from kamusm_esign.ui.presenter.set_pin import keypad_texts
from kamusm_esign.ui.presenter.sign import SHORT, Reading, length_of, session_frame
from kamusm_esign.ui.presenter.sign_models import SignerRow, SignPinPage
from kamusm_esign.ui.presenter.words import KIND_ICONS, Words, local_time

Asking = AwaitingToken | ChooseCertificate | AskPin | PinUnusable
_E_ONAY = (Purpose.E_ONAY_GRANT, Purpose.E_ONAY_REVOKE)


def present_pin(state: Asking, reading: Reading, words: Words, *, hides: bool) -> SignPinPage:
    """The page, with or without a certificate to type the PIN for."""
    token = state.token if isinstance(state, AskPin) else None
    can_type = isinstance(state, AskPin) and not state.looking
    many = len(state.session.documents) > 1
    minimum = shortest_present(token)
    wrong = _wrong_pin(state)
    low = token is not None and token.pin is PinState.LOW
    return SignPinPage(
        frame=_frame(state, words),
        about_title=words("sign_pin.about-many", count=len(state.session.documents))
        if many
        else words("sign_pin.about"),
        about=_about(state.session, reading, words),
        show_documents=words("sign_pin.show-many" if many else "sign_pin.show"),
        cancel=words("button.cancel"),
        choose=words("sign_pin.choose"),
        certificates=_rows(state, words),
        pin_name=words("sign_pin.pin"),
        pin_minimum=minimum,
        pin_hint=words("sign_pin.pin-hint", minimum=minimum, maximum=PIN_CAPACITY),
        attempts_name=words("sign_pin.attempts-name"),
        attempts=_attempts(token, wrong, words),
        attempts_left=_left(token, wrong),
        attempts_hint=words("sign_pin.hint-low" if low else "sign_pin.hint"),
        incomplete=words("sign_pin.incomplete"),
        confirm_first=words("my_card.confirm-first"),
        keypad=keypad_texts(words, hides=hides, pad=pad_notice(token, words)),
        note=words("sign_pin.note"),
        advice=_advice(words) if wrong is not None else None,
        pin_problem=_problem(wrong, words),
        last_try=last_try_texts(token, words),
        notice=_notice(state, words),
        can_type=can_type,
        unblock=_unblock(state, words),
    )


def _frame(state: Asking, words: Words) -> Frame:
    if isinstance(state, AwaitingToken):
        reason = words("sign_pin.waiting" if state.looked else "sign_pin.looking")
    elif isinstance(state, ChooseCertificate):
        reason = words("sign_pin.choose-first")
    elif isinstance(state, PinUnusable):
        reason = words("sign_pin.unusable-pin")
    elif state.looking:
        reason = words("sign_pin.looking")
    else:
        reason = words("sign_pin.incomplete")
    primary = Button(words("sign_pin.sign"), None, "sign", enabled=False, reason=reason)
    back = Button(words("sign_pin.back"), intents.LookBack(), "arrow-left")
    title = words("sign_pin.title")
    return session_frame(state, words, 8, title, now=2, primary=primary, secondary=back)


def _about(session: Session, reading: Reading, words: Words) -> tuple[Fact, ...]:
    first = session.documents[0]
    what = Fact(first.title, words("sign_pin.read-it", length=length_of(first, reading, words)))
    if len(session.documents) > 1:
        titles = ", ".join(document.title for document in session.documents[:3])
        what = Fact(words("sign_pin.all-read"), titles)
    does = words(f"sign_pin.what-{SHORT[session.purpose]}")
    return (
        what,
        Fact(words("sign_pin.what"), does),
        Fact(words("sign_pin.who"), session.requested_by),
    )


# ---------------------------------------------------------------------------- certificates
def _rows(state: Asking, words: Words) -> tuple[SignerRow, ...]:
    chosen = ""
    if isinstance(state, WithCertificate):
        chosen = state.certificate.sha256
    rows = [_row(choice, state.session, words, chosen) for choice in state.choices]
    return tuple(sorted(rows, key=lambda row: bool(row.reason)))


def _row(choice: Choice, session: Session, words: Words, chosen: str) -> SignerRow:
    certificate, reason = choice.certificate, choice.unusable
    kind = words(f"signer_kind.{certificate.kind.value}")
    line = words("sign_pin.until", kind=kind, end=local_time(certificate.not_after))
    if reason is UnusableReason.NOT_YET_VALID:
        line = words("sign_pin.from", kind=kind, start=local_time(certificate.not_before))
    elif reason is UnusableReason.NOT_READABLE:
        line = kind
    return SignerRow(
        serial=choice.token.serial,
        sha256=certificate.sha256,
        holder=mask_name(certificate.holder) or words("new_pin.no-holder"),
        line=line,
        icon=KIND_ICONS.get(certificate.kind, "user"),
        chips=(*words.pin_chips(choice.token), Chip("ok", words("sign_pin.valid"), "check")),
        reason=_reason(reason, session, words) if reason is not None else "",
        reason_icon="clock" if reason is UnusableReason.NOT_YET_VALID else "",
        chosen=reason is None and certificate.sha256 == chosen,
    )


def _reason(reason: UnusableReason, session: Session, words: Words) -> str:
    if reason is UnusableReason.NOT_ELIGIBLE and session.purpose in _E_ONAY:
        return words("not_usable.not-eligible-e-onay")
    return words(f"not_usable.{reason.value}")


# ---------------------------------------------------------------------------- the PIN
def _wrong_pin(state: Asking) -> Failure | None:
    refused = state.refused if isinstance(state, AskPin) else None
    return refused if refused is not None and refused.code is FailureCode.PIN_WRONG else None


def _told(wrong: Failure | None) -> int | None:
    """What the card itself said after a wrong PIN."""
    left = wrong.param("attempts_left") if wrong is not None else None
    return left if isinstance(left, int) else None


def _left(token: Token | None, wrong: Failure | None) -> int | None:
    left = tries_left(token)
    return left if left is not None else _told(wrong)


def _attempts(token: Token | None, wrong: Failure | None, words: Words) -> str:
    left = _told(wrong)
    if left is not None and tries_left(token) is None:
        return words("my_card.attempts", count=left)
    return attempts_sentence(token, words)


def _problem(wrong: Failure | None, words: Words) -> str:
    if wrong is None:
        return ""
    return f"{words.catalogue.failure(wrong).title} ({wrong.code.value})"


def _advice(words: Words) -> Notice:
    return Notice("warn", words("sign_pin.forgot-title"), words("sign_pin.forgot"))


def _notice(state: Asking, words: Words) -> Notice | None:
    if isinstance(state, PinUnusable):
        return words.notice(state.failure)
    if isinstance(state, AskPin):
        return None if _wrong_pin(state) else words.notice(state.refused)
    if isinstance(state, AwaitingToken):
        if state.refused is not None:
            return words.notice(state.refused, words("sign_pin.not-signed"))
        return words.notice(state.failure) if state.looked else None
    return None


def _unblock(state: Asking, words: Words) -> Button | None:
    if not isinstance(state, PinUnusable):
        return None
    return Button(words("sign_pin.unblock"), intents.OpenJob("code"), "key")
