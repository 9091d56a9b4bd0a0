"""Screen 10: the card, its certificates, and "try my PIN"."""

import re
from dataclasses import replace
from datetime import datetime

from kamusm_esign.domain.masking import mask_id, mask_name, mask_serial
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
from kamusm_esign.ui.presenter import intents, my_card_intents
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.presenter.pieces import Button, CertificateRow, Chip, Fact, Frame, Notice
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
    asking: bool = True,
    revealed: bool = False,
    saved: Notice | None = None,
) -> object:
    """The page for a state of "my card" with "try my PIN".

    Args:
        state: of `flows.change_or_verify_pin`.
        overview: the last look at the cards; None before the first.
        words: the texts.
        now: UTC, for what the certificates are worth.
        hides: whether the window is really kept out of screen captures.
        ending: what the job remembers, for screen 6.
        asking: whether the PIN is asked for yet.
        revealed: whether the card's number is shown whole.
        saved: what became of the last file.
    """
    if isinstance(state, (Start, FindingToken, AskPin)):
        page = _my_card(state, overview, words, now, hides)
        if page.can_try and not asking:
            page = _only_shown(page, words)
        return _with_serial(page, state, words, revealed=revealed, saved=saved)
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
        certificates=tuple(_certificate(c, token, words, now) for c in _certificates(token)),
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


def _only_shown(page: TryPinPage, words: Words) -> TryPinPage:
    """The card without the question for its PIN, which is one press away."""
    ask = Button(words("button.try-pin"), my_card_intents.AskForPin(), "pin")
    return replace(page, asking=False, frame=replace(page.frame, primary=ask))


def saved_notice(name: str, words: Words) -> Notice:
    """A file was saved."""
    return Notice("ok", words("my_card.saved", name=name))


def calendar_texts(certificate: CertificateInfo, words: Words) -> tuple[str, str, str]:
    """Title, text and reminder of a certificate's end; nothing personal."""
    kind = words(f"kind.{certificate.kind.value}")
    return (
        words.exported(words("my_card.calendar-title", kind=kind)),
        words.exported(words("my_card.calendar-text")),
        words.exported(words("my_card.calendar-reminder", kind=kind)),
    )


def _with_serial(
    page: TryPinPage,
    state: Start | FindingToken | AskPin,
    words: Words,
    *,
    revealed: bool,
    saved: Notice | None,
) -> TryPinPage:
    if not isinstance(state, AskPin):
        return page
    holder, _masked, *others = page.facts
    serial = state.token.serial if revealed else mask_serial(state.token.serial)
    return replace(
        page,
        facts=(holder, Fact(words("my_card.serial"), serial), *others),
        reveal=words("my_card.hide" if revealed else "my_card.reveal"),
        revealed=revealed,
        saved=saved,
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


def _certificate(
    certificate: CertificateInfo, token: Token | None, words: Words, now: datetime
) -> CertificateRow:
    reason = certificate.unusable(now)
    facts: tuple[Fact, ...] = ()
    used, renewal = None, 1.0
    if certificate.readable:
        facts = _dates(certificate, words, now)
        whole = (certificate.not_after - certificate.not_before).total_seconds()
        if certificate.not_before <= now <= certificate.not_after and whole > 0:
            used = (now - certificate.not_before).total_seconds() / whole
            begins = renewable_from(certificate.not_after) - certificate.not_before
            renewal = max(begins.total_seconds() / whole, 0.0)
    begun = reason is not UnusableReason.NOT_YET_VALID
    return CertificateRow(
        sha256=certificate.sha256,
        title=words(f"kind.{certificate.kind.value}"),
        icon=_icon(certificate.kind),
        chips=_chips(certificate, reason, words, now),
        facts=facts,
        note=_note(certificate, token, words, now) if begun else words("my_card.not-begun-note"),
        used=used,
        renewal=renewal,
        details=words("my_card.details"),
        more=_more(certificate, words),
        export=words("my_card.export") if certificate.der else "",
        calendar=words("my_card.to-calendar") if certificate.readable else "",
        file_stem=words.file_name(f"{certificate.kind.value}-{certificate.sha256[:8]}"),
    )


def _note(certificate: CertificateInfo, token: Token | None, words: Words, now: datetime) -> str:
    """What comes after this certificate, where that is near."""
    if not certificate.readable or now > certificate.not_after:
        return ""
    followers = [
        c
        for c in _certificates(token)
        if c.readable and c.kind is certificate.kind and c.not_before > now
    ]
    if followers:
        begins = local_time(min(c.not_before for c in followers))
        return words("my_card.successor", begins=begins)
    if now >= renewable_from(certificate.not_after):
        return words("my_card.renew-now")
    return ""


def _more(certificate: CertificateInfo, words: Words) -> tuple[Fact, ...]:
    """Details; the holder's number is masked."""
    sha256 = certificate.sha256
    facts = [Fact(words("my_card.fingerprint"), " ".join(re.findall("....", sha256)))]
    if certificate.readable:
        facts = [
            Fact(words("my_card.holder-id"), mask_id(certificate.holder_id) or "–"),
            Fact(words("my_card.issuer"), certificate.issuer or "–"),
            Fact(words("my_card.certificate-serial"), certificate.serial_number or "–"),
            Fact(words("my_card.key"), certificate.key or "–"),
            *facts,
        ]
    return tuple(facts)


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
    if now >= renewable_from(certificate.not_after):
        return valid, Chip("warn", words("my_card.renewal"), "calendar")
    return (valid,)


def renewable_from(end: datetime) -> datetime:
    """The same day of the month and second, two months before the end."""
    months = end.year * 12 + end.month - 1 - _RENEWAL_MONTHS
    year, month = divmod(months, 12)
    for day in (end.day, 30, 29, 28):
        try:
            return end.replace(year=year, month=month + 1, day=min(day, end.day))
        except ValueError:
            continue
    return end
