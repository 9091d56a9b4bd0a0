"""Words that several pages share, made of domain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.portal_session import Session
from kamusm_esign.domain.tokens import (
    CertificateInfo,
    CertificateKind,
    PinState,
    Token,
)
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.ui.presenter.pieces import CardRow, Chip, Marked, Notice, Step

KIND_ICONS = {CertificateKind.MALI_MUHUR: "seal", CertificateKind.E_MUHUR: "seal"}
_PIN_CHIPS = {
    PinState.BLOCKED: ("warn", "lock"),
    PinState.UNSET: ("warn", "pin"),
    PinState.FINAL_TRY: ("warn", "alert"),
    PinState.LOW: ("info", "info"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue, and how things are called with it."""

    catalogue: Catalogue
    practice: bool = False
    """Whether what the person does and saves is practice."""

    def __call__(self, key: str, **params: str | int) -> str:
        """One text."""
        return self.catalogue.text(key, **params)

    def file_name(self, name: str) -> str:
        """The name suggested for a file; one from practice says that it is."""
        return self("practice.file", name=name) if self.practice else name

    def exported(self, text: str) -> str:
        """A text that leaves the program in a file; one from practice says that it is."""
        return self("practice.text", text=text) if self.practice else text

    def marked(self, key: str, **params: str | int) -> Marked:
        """One text of which the words between two asterisks stand out."""
        pieces = self(key, **params).split("*")
        return tuple((piece, bool(place % 2)) for place, piece in enumerate(pieces) if piece)

    def notice(self, failure: Failure | None, title: str = "") -> Notice | None:
        """A banner that says what went wrong and what to do."""
        if failure is None:
            return None
        text = self.catalogue.failure(failure)
        said = f"{text.body} {text.todo}"
        if title:
            return Notice("warn", title, f"{text.title}. {said}", failure.code.value)
        return Notice("warn", text.title, said, failure.code.value)

    def holder_line(self, session: Session) -> str:
        """Who and what for, as the title row has it."""
        job = self(f"purpose.{session.purpose.value}")
        return f"{session.holder.masked_name} · {job}" if session.holder else job

    def rail(self, *names: str, now: int, failed: int | None = None) -> tuple[Step, ...]:
        """The step rail; `now` counts from 0, what is before it is done but for `failed`."""
        return steps_of([self(f"rail.{name}") for name in names], now=now, failed=failed)

    def card_row(
        self, token: Token, *, reason: str = "", chosen: bool = False, eligible: bool = False
    ) -> CardRow:
        """One card, masked."""
        certificate = main_certificate(token)
        kind = certificate.kind if certificate else CertificateKind.OTHER
        serial = mask_serial(token.serial)
        return CardRow(
            serial=token.serial,
            holder=mask_name(certificate.holder) if certificate else self("new_pin.no-holder"),
            line=self("new_pin.card-line", kind=self(f"kind.{kind.value}"), serial=serial),
            icon=KIND_ICONS.get(kind, "card"),
            chips=(*self.pin_chips(token), *(self._eligible_chip() if eligible else ())),
            reason=reason,
            chosen=chosen,
        )

    def pin_chips(self, token: Token) -> tuple[Chip, ...]:
        """The PIN's state, where it is worth a word."""
        if token.pin not in _PIN_CHIPS:
            return ()
        kind, icon = _PIN_CHIPS[token.pin]
        return (Chip(kind, self(f"pin_state.{token.pin.value}"), icon),)

    def _eligible_chip(self) -> tuple[Chip, ...]:
        return (Chip("ok", self("new_pin.eligible"), "check"),)


def steps_of(names: Sequence[str], *, now: int, failed: int | None = None) -> tuple[Step, ...]:
    """The steps of a rail; `now` counts from 0, what is before it is done but for `failed`."""
    steps = []
    for place, name in enumerate(names):
        state = "done" if place < now else "next"
        if place == now:
            state = "now"
        elif place == failed:
            state = "failed"
        steps.append(Step(name, state))
    return tuple(steps)


def local_time(moment: datetime) -> str:
    """In the computer's time zone, to the second: a renewed certificate begins to the second."""
    return moment.astimezone().strftime("%d.%m.%Y %H:%M:%S")


def main_certificate(token: Token) -> CertificateInfo | None:
    """The certificate that says whose card it is: one to sign with, else any."""
    signing = [c for c in token.certificates if c.kind is not CertificateKind.ENCRYPTION]
    return next(iter([*signing, *token.certificates]), None)
