"""Screen 10, first version: the card, its certificates, and "try my PIN"."""

from datetime import datetime

from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.secret import PIN_CAPACITY
from kamusm_esign.domain.tokens import (
    CardOverview,
    CertificateInfo,
    CertificateKind,
    Token,
    UnusableReason,
)
from kamusm_esign.flows.change_or_verify_pin import AskPin, FindingToken, Start
from kamusm_esign.flows.protocol import State
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.presenter.pieces import Button, CertificateRow, Chip, Fact, Frame
from kamusm_esign.ui.presenter.pin_use import (
    attempts_sentence,
    card_rows,
    last_try_texts,
    notice_of,
    pad_notice,
    present_after,
    shortest_present,
    tries_left,
)
from kamusm_esign.ui.presenter.set_pin import keypad_texts
from kamusm_esign.ui.presenter.words import KIND_ICONS, Words, local_time, main_certificate

_RENEWAL_MONTHS = 2
"""A certificate can be renewed in its last months (the portal's rule)."""


def present_try(
    state: State,
    overview: CardOverview | None,
    words: Words,
    now: datetime,
    *,
    hides: bool,
    ending: Ending | None = None,
) -> object:
    """The page for a state of "my card" with "try my PIN".

    Args:
        state: of `flows.change_or_verify_pin`.
        overview: the last look at the cards; None before the first.
        words: the texts.
        now: UTC, for what the certificates are worth.
        hides: whether the window is really kept out of screen captures.
        ending: what the job remembers, for screen 6.
    """
    if isinstance(state, (Start, FindingToken, AskPin)):
        return _my_card(state, overview, words, now, hides)
    return present_after(state, words, "verify-pin", 10, ending)


def _my_card(
    state: Start | FindingToken | AskPin,
    overview: CardOverview | None,
    words: Words,
    now: datetime,
    hides: bool,
) -> TryPinPage:
    token = state.token if isinstance(state, AskPin) else None
    incomplete = words("my_card.incomplete" if token else "new_pin.choose-first")
    if token is None and not (overview and overview.tokens):
        incomplete = words("new_pin.waiting-title")
    certificate = main_certificate(token) if token else None
    return TryPinPage(
        frame=Frame(
            screen=10,
            title=words("my_card.title"),
            primary=Button(words("button.try-pin"), None, "pin", enabled=False, reason=incomplete),
            secondary=Button(words("button.home"), intents.GoHome(), "home"),
        ),
        choose=words("new_pin.choose"),
        cards=card_rows(overview, token, words),
        kind=words(f"kind.{certificate.kind.value}") if certificate else "",
        facts=_facts(token, overview, words) if token else (),
        certificates_title=words("my_card.certificates"),
        certificates=tuple(_certificate(c, words, now) for c in _certificates(token)),
        read_again=words("button.read-again"),
        try_title=words("my_card.try-title"),
        try_lead=words("my_card.try-lead") if token else words("my_card.no-card"),
        pin_name=words("my_card.pin-field"),
        pin_minimum=shortest_present(token),
        pin_hint=words("my_card.pin-hint", minimum=shortest_present(token), maximum=PIN_CAPACITY),
        attempts_hint=words("my_card.attempts-hint"),
        incomplete=incomplete,
        confirm_first=words("my_card.confirm-first"),
        keypad=keypad_texts(words, hides=hides, pad=pad_notice(token, words)),
        attempts_name=words("my_card.attempts-name"),
        attempts=attempts_sentence(token, words),
        attempts_left=tries_left(token),
        last_try=last_try_texts(token, words),
        notice=notice_of(state, words),
        can_try=token is not None,
    )


def _facts(token: Token, overview: CardOverview | None, words: Words) -> tuple[Fact, ...]:
    certificate = main_certificate(token)
    readers = overview.readers if overview else ()
    reader = next((r for r in readers if any(t.serial == token.serial for t in r.tokens)), None)
    return (
        Fact(words("my_card.holder"), mask_name(certificate.holder) if certificate else "–"),
        Fact(words("my_card.serial"), mask_serial(token.serial)),
        Fact(words("my_card.type"), (reader.card_type if reader else None) or "–"),
        Fact(words("my_card.reader"), reader.name if reader else "–"),
        Fact(words("my_card.pin"), words(f"pin_state.{token.pin.value}")),
        Fact(words("my_card.puk"), words(f"puk_state.{token.puk.value}")),
    )


# ---------------------------------------------------------------------------- certificates
def _certificates(token: Token | None) -> tuple[CertificateInfo, ...]:
    return token.certificates if token else ()


def _certificate(certificate: CertificateInfo, words: Words, now: datetime) -> CertificateRow:
    reason = certificate.unusable(now)
    facts: tuple[Fact, ...] = ()
    used, renewal = None, 1.0
    if certificate.readable:
        facts = _dates(certificate, words, now)
        whole = (certificate.not_after - certificate.not_before).total_seconds()
        if certificate.not_before <= now <= certificate.not_after and whole > 0:
            used = (now - certificate.not_before).total_seconds() / whole
            begins = _renewable_from(certificate.not_after) - certificate.not_before
            renewal = max(begins.total_seconds() / whole, 0.0)
    begun = reason is not UnusableReason.NOT_YET_VALID
    return CertificateRow(
        sha256=certificate.sha256,
        title=words(f"kind.{certificate.kind.value}"),
        icon=_icon(certificate.kind),
        chips=_chips(certificate, reason, words, now),
        facts=facts,
        note="" if begun else words("my_card.not-begun-note"),
        used=used,
        renewal=renewal,
    )


def _icon(kind: CertificateKind) -> str:
    if kind is CertificateKind.ENCRYPTION:
        return "lock"
    return KIND_ICONS.get(kind, "user" if kind is CertificateKind.NES else "document")


def _dates(certificate: CertificateInfo, words: Words, now: datetime) -> tuple[Fact, ...]:
    start, end = certificate.not_before, certificate.not_after
    facts = [
        Fact(words("my_card.start"), local_time(start), strong=now < start),
        Fact(words("my_card.end"), local_time(end), strong=now >= start),
    ]
    if now < start:
        facts.append(Fact(words("my_card.until"), _days(now, start, words)))
    elif now <= end:
        facts.append(Fact(words("my_card.left"), _days(now, end, words)))
    return tuple(facts)


def _days(now: datetime, then: datetime, words: Words) -> str:
    days = (then - now).days
    if days < 1:
        return words("my_card.less-than-a-day")
    return words("my_card.day") if days == 1 else words("my_card.days", count=days)


def _chips(
    certificate: CertificateInfo, reason: UnusableReason | None, words: Words, now: datetime
) -> tuple[Chip, ...]:
    if reason is UnusableReason.NOT_YET_VALID:
        return (Chip("info", words("my_card.not-begun"), "clock"),)
    if reason is UnusableReason.EXPIRED:
        return (Chip("bad", words("unusable.expired"), "x"),)
    if reason is not None:
        return (Chip("mute", words(f"unusable.{reason.value}"), "info"),)
    valid = Chip("ok", words("my_card.valid"), "check")
    if now >= _renewable_from(certificate.not_after):
        return valid, Chip("warn", words("my_card.renewal"), "calendar")
    return (valid,)


def _renewable_from(end: datetime) -> datetime:
    """The same day of the month and second, two months before the end."""
    months = end.year * 12 + end.month - 1 - _RENEWAL_MONTHS
    year, month = divmod(months, 12)
    for day in (end.day, 30, 29, 28):
        try:
            return end.replace(year=year, month=month + 1, day=min(day, end.day))
        except ValueError:
            continue
    return end
