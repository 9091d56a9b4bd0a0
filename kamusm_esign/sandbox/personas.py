"""Ready-made practice worlds: one name, and the readers and cards of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate, SandboxCa
from kamusm_esign.sandbox.virtual_card import TRIES, CardContents, VirtualCard
from kamusm_esign.sandbox.virtual_readers import VirtualReader, VirtualReaders

READER = "Sanal Okuyucu 1"
SECOND_READER = "Sanal Okuyucu 2"

PersonaMaker = Callable[["_Materials"], VirtualReaders]


@dataclass(frozen=True, slots=True)
class _Materials:
    folder: Path
    ca: SandboxCa
    key: str
    pin: str
    puk: str

    def card(
        self,
        number: int = 1,
        kind: CertificateKind = CertificateKind.NES,
        *,
        pin_set: bool = True,
        pin_tries: int = TRIES,
        puk_tries: int = TRIES,
        valid_from: timedelta = timedelta(days=-30),
        valid_for: timedelta = timedelta(days=3 * 365),
    ) -> VirtualCard:
        """A card whose certificate is valid from `valid_from` after now, for `valid_for`."""
        path = self.folder / f"card-{number}.json"
        if path.exists():
            return VirtualCard(path)
        contents = CardContents(
            serial=f"5A4E41560000000{number}",
            label="SIGN0",
            puk=self.puk,
            pin=self.pin if pin_set else None,
            certificates=(self._issue(kind, valid_from, valid_for),),
            pin_tries=pin_tries,
            puk_tries=puk_tries,
        )
        return VirtualCard.make(path, contents)

    def _issue(
        self, kind: CertificateKind, valid_from: timedelta, valid_for: timedelta
    ) -> IssuedCertificate:
        start = datetime.now(UTC).replace(microsecond=0) + valid_from
        return self.ca.issue(kind, self.key, not_before=start, not_after=start + valid_for)

    def one(self, card: VirtualCard) -> VirtualReaders:
        return VirtualReaders(VirtualReader(READER, card))

    def trouble(self, trouble: FailureCode) -> VirtualReaders:
        return VirtualReaders(VirtualReader(READER, trouble=trouble))


PERSONAS: dict[str, PersonaMaker] = {
    "fine": lambda m: m.one(m.card()),
    "new": lambda m: m.one(m.card(pin_set=False)),
    "one-wrong": lambda m: m.one(m.card(pin_tries=2)),
    "last-try": lambda m: m.one(m.card(pin_tries=1)),
    "blocked": lambda m: m.one(m.card(pin_tries=0)),
    "puk-low": lambda m: m.one(m.card(puk_tries=1)),
    "puk-last-try": lambda m: m.one(m.card(pin_tries=0, puk_tries=1)),
    "puk-gone": lambda m: m.one(m.card(pin_tries=0, puk_tries=0)),
    "not-yet-valid": lambda m: m.one(m.card(valid_from=timedelta(days=7))),
    "expired": lambda m: m.one(m.card(valid_from=timedelta(days=-9), valid_for=timedelta(days=5))),
    "mali-muhur": lambda m: m.one(m.card(kind=CertificateKind.MALI_MUHUR)),
    "two-cards": lambda m: VirtualReaders(
        VirtualReader(READER, m.card(1)),
        VirtualReader(SECOND_READER, m.card(2, CertificateKind.MALI_MUHUR)),
    ),
    "no-reader": lambda _m: VirtualReaders(),
    "no-card": lambda _m: VirtualReaders(VirtualReader(READER)),
    "foreign-card": lambda m: m.trouble(FailureCode.FOREIGN_CARD),
    "mute-card": lambda m: m.trouble(FailureCode.MUTE_CARD),
    "no-driver": lambda m: m.trouble(FailureCode.DRIVER_MISSING),
    "wrong-driver": lambda m: m.trouble(FailureCode.DRIVER_WRONG_ARCHITECTURE),
    "driver-dead": lambda m: m.trouble(FailureCode.DRIVER_CRASHED),
}
"""Cards differ in what is on them; a card that is suspended differs in the portal only."""


def make_world(
    persona: str, folder: Path, ca: SandboxCa, *, pin: str, puk: str, key: str = "rsa2048"
) -> VirtualReaders:
    """The readers of a persona; cards that are in the folder already are taken as they are.

    Args:
        persona: a name in `PERSONAS`.
        folder: where the cards' files are.
        ca: issues the certificates.
        pin: of every card that has one.
        puk: of every card.
        key: `rsa2048`, `p256` or `p384`.

    Raises:
        KeyError: no such persona.
    """
    return PERSONAS[persona](_Materials(folder, ca, key, pin, puk))
