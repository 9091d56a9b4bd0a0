"""A situation as a world: cards and readers without hardware, the reference portal, one folder.

`prepare` makes the cards and the portal know each other, once; `SituationWorld` is the program's
world with these cards, for its window and its commands alike: what is practice stands behind the
same ports, and the program has no special case for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kamusm_esign.card.drivers import SearchPlace
from kamusm_esign.card.machine import Machine
from kamusm_esign.card.phase import Phase
from kamusm_esign.cli.world import World
from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.ports import CardGateway, SecretStore, TokenWatcher
from kamusm_esign.sandbox.ca import IssuedCertificate, SandboxCa
from kamusm_esign.sandbox.folder_secrets import FolderSecretStore
from kamusm_esign.sandbox.personas import READER, make_world
from kamusm_esign.sandbox.situations import PRACTICE_PIN, Situation, Staged
from kamusm_esign.sandbox.virtual_card import VirtualCard
from kamusm_esign.sandbox.virtual_readers import VirtualReaders, VirtualWatcher
from kamusm_esign.sandbox.virtual_token import Fault, VirtualToken
from kamusm_esign.support.paths import Folders, folders_below
from kamusm_esign.support.settings import EffectiveSettings

if TYPE_CHECKING:
    from kamusm_esign.sandbox.demo_portal import PortalHand

KEY = "p384"
"""Keys of the practice cards: made in no time."""
OTHER_CARD = "two-cards"
"""The persona whose second card is the one that a code for another card is for."""
SECOND = "card-2.json"


def prepare(folder: Path, situation: Situation, hand: PortalHand, puk: str) -> None:
    """Make a situation's cards and have the portal know them.

    Args:
        folder: the situation's own, empty.
        situation: which one.
        hand: on the portal's database.
        puk: of every card.
    """
    authority = SandboxCa()
    cards = folder / "cards"
    cards.mkdir(parents=True)
    named = [situation.persona, *([OTHER_CARD] if situation.staged is Staged.OTHER_CARD else [])]
    for persona in named:
        make_world(persona, cards, authority, pin=PRACTICE_PIN, puk=puk, key=KEY)
    if not list(cards.glob("card-*.json")):  # a card that nobody can read has its code all the same
        make_world("fine", cards, authority, pin=PRACTICE_PIN, puk=puk, key=KEY)
    for file in sorted(cards.glob("card-*.json")):
        card = VirtualCard(file)
        certificate, key = card.pairs()[0]
        hand.enrol(card.serial, IssuedCertificate(certificate, key), bytearray(puk.encode()))
    trust = folders_of(folder).trust
    trust.mkdir(parents=True)
    for name, der in zip(("issuer", "root"), authority.chain_der, strict=True):
        (trust / f"{name}.der").write_bytes(der)


def folders_of(folder: Path) -> Folders:
    """Where the program keeps its files in a situation's folder."""
    return folders_below(folder / "program")


def new_code(folder: Path, situation: Situation, hand: PortalHand) -> str:
    """A code as this situation has them."""
    file = SECOND if situation.staged is Staged.OTHER_CARD else "card-1.json"
    serial = VirtualCard(folder / "cards" / file).serial
    code = hand.new_code(situation.job.value, serial)
    if situation.staged is Staged.CODE_EXPIRED:
        hand.let_run_out(code)
    return code


@dataclass(frozen=True, slots=True)
class Stage:
    """The cards and readers of a situation that is being played, shared by whoever looks."""

    folder: Path
    readers: VirtualReaders
    token: VirtualToken
    driver_installed: bool

    @classmethod
    def open(cls, folder: Path, situation: Situation, *, after: bool = False) -> Stage:
        """Take up what `prepare` has made.

        Args:
            folder: the situation's.
            situation: which one.
            after: with the card pulled out already.
        """
        # Cards that are there are taken as they are: the authority issues nothing.
        make: Callable[..., VirtualReaders] = partial(make_world, pin=PRACTICE_PIN, puk="", key=KEY)
        readers = make(situation.persona, folder / "cards", SandboxCa())
        token = VirtualToken(readers)
        if situation.staged is Staged.CARD_PULLED:
            if after:
                readers.remove(READER)
            token.plan(Fault(Phase.CHECKING, FailureCode.CARD_REMOVED))
        return cls(folder, readers, token, situation.ends_on is not FailureCode.DRIVER_MISSING)

    def world(
        self,
        settings: EffectiveSettings,
        folders: Folders,
        card_timeouts: tuple[float, float] = (15.0, 60.0),
    ) -> World:
        """The program's world with these cards; `cli.main` and `app` want it made so."""
        return SituationWorld(settings, folders, card_timeouts, stage=self)


@dataclass(frozen=True, slots=True)
class SituationWorld(World):
    """The program's world, with the cards of a stage and its own computer around the reader."""

    stage: Stage | None = None

    @property
    def _stage(self) -> Stage:
        if self.stage is None:
            raise ValueError("a world without a stage")
        return self.stage

    @property
    def practice(self) -> bool:
        """It is."""
        return True

    def cards(self) -> tuple[CardGateway, TokenWatcher]:
        """The virtual ones."""
        return self._stage.token, VirtualWatcher(self._stage.readers)

    def own_trust(self) -> Path:
        """The practice authority's: an administrator's folder knows nothing of it."""
        return self.folders.trust

    def secrets(self) -> SecretStore:
        """In the practice folder: nothing of practice goes into the person's own key store."""
        return FolderSecretStore(self._stage.folder / "key-store")

    def surroundings(self) -> tuple[Machine, SearchPlace]:
        """A computer of its own: the real one's readers and drivers are not looked at."""
        computer = self._stage.folder / "computer"
        computer.mkdir(exist_ok=True)
        if self._stage.driver_installed:
            _install_driver(computer)
        return Machine("linux", {}, computer), SearchPlace("linux", {}, "practice", computer)


def _install_driver(computer: Path) -> None:
    """Put a library where a driver is looked for: with no card in the reader the doctor reads the
    file's header, and one that this computer could load is there."""
    from cryptography.hazmat.bindings import _rust

    driver = computer / "usr" / "lib" / "libakisp11.so"
    if not driver.exists():
        driver.parent.mkdir(parents=True)
        driver.symlink_to(str(_rust.__file__))
