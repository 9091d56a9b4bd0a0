"""Cards on the real stack: virtual cards in processes of their own, pcscd, OpenSC's PKCS#11.

Everything is as with a card of plastic, but for the plastic: pcscd and vpcd in a world of the
test's own (`pcsc_world`), Debian's OpenSC as the driver, the product's card host above it.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.card.pcsc import PcscContext, PcscError, take_snapshot
from kamusm_esign.card.watcher import PcscWatcher
from kamusm_esign.domain.tokens import TokenTarget
from kamusm_esign.sandbox.chip.chip import ATR
from kamusm_esign.sandbox.virtual_card import CardContents, VirtualCard
from tests.equipment.pcsc_world import READER, PcscWorld, wait_until
from tests.equipment.softhsm import PIN, PUK
from tests.equipment.test_ca import IssuedCertificate, TestCa

_PLACES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
_CONFIGURATION = """
app default {
    framework pkcs15 { use_file_caching = no; use_pin_caching = false; }
}
app opensc-pkcs11 {
    pkcs11 { user_pin_unblock_style = init_pin_in_so_session; }
}
"""
_CARD_TYPE = """
[[card_type]]
name = "MyEID"
atr = ["{atr}"]
libraries.linux = ["{library}"]
reveals_tries = true
{methods}
"""
ADMIN_KEY = bytes(range(32))
_issued: dict[tuple[str, str], IssuedCertificate] = {}


def opensc() -> Path | None:
    """OpenSC's PKCS#11 library, or None where it is not installed."""
    found = (Path(place) / "opensc-pkcs11.so" for place in _PLACES)
    return next((path for path in found if path.exists()), None)


@dataclass
class RealCard:
    """One card, in a reader or not."""

    path: Path
    world: PcscWorld
    issued: IssuedCertificate
    reader: str = READER
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def chip(self) -> VirtualCard:
        """What the card remembers, read anew."""
        return VirtualCard(self.path)

    @property
    def serial(self) -> str:
        return self.chip.serial

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.issued.certificate_der).hexdigest()

    @property
    def target(self) -> TokenTarget:
        return TokenTarget(self.serial, self.sha256)

    @property
    def tries(self) -> tuple[int, int, int]:
        """Left for PIN, PUK and admin key, asked of the card itself."""
        chip = self.chip
        return chip.pin_tries, chip.puk_tries, chip.admin_tries

    def takes(self, pin: str) -> bool:
        """Whether the PIN is this one, judged outside of every program, at no try's cost."""
        chip = self.chip
        return chip.has_pin and chip.is_pin(memoryview(pin.encode()))

    @property
    def log(self) -> list[str]:
        """Headers and status words of all commands so far."""
        path = self.path.with_suffix(".log")
        return path.read_text().splitlines() if path.exists() else []

    def sent(self, instruction: str) -> list[str]:
        """Those of one instruction, by its two hex digits."""
        return [line for line in self.log if line[3:5] == instruction]

    def trouble(self, *lines: str) -> None:
        """From now on: see `sandbox.chip.troubles`."""
        draft = self.path.with_suffix(".draft")
        draft.write_text("".join(f"{line}\n" for line in lines))
        draft.replace(self.path.with_suffix(".troubles"))

    def insert(self) -> None:
        """Put it into its reader, and wait until the service knows."""
        assert self.process is None, "it is in a reader"
        self.plug()
        wait_until(lambda: card_in(self.reader), 30)

    def plug(self) -> None:
        """Put it in without looking whether anybody notices."""
        words = ["--vpcd", self.world.address(self.reader), "--file", str(self.path), "--log"]
        words += ["--troubles", str(self.path.with_suffix(".troubles"))]
        with self.path.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kamusm_esign.sandbox", "card", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                start_new_session=True,
            )

    def pull(self) -> None:
        """Take it out, and wait until the service knows."""
        self.drop()
        wait_until(lambda: not card_in(self.reader), 30)

    def drop(self) -> None:
        """Take it out without looking whether anybody notices."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait(10)


def card_in(reader: str) -> bool:
    """Whether the PC/SC service sees a card in a reader."""
    with suppress(PcscError), PcscContext() as context:
        snapshot = take_snapshot(context)[0]
        return any(r.name == reader and r.atr == ATR.hex().upper() for r in snapshot.readers)
    return False


@dataclass
class RealDesk:
    """A folder with everything that the product needs for such cards."""

    folder: Path
    world: PcscWorld
    library: Path
    methods: Sequence[str] = ("so-pin",)
    cards: list[RealCard] = field(default_factory=list)
    gateways: list[PluggedCards] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs so that OpenSC behaves."""
        path = self.folder / "opensc.conf"
        path.write_text(_CONFIGURATION)
        return {"OPENSC_CONF": str(path), "PCSCLITE_CSOCK_NAME": os.environ["PCSCLITE_CSOCK_NAME"]}

    @property
    def card_types(self) -> Path:
        """The user's own card-type table with a row for these cards."""
        path = self.folder / "card-types.toml"
        methods = ", ".join(f'"{m}"' for m in self.methods)
        row = f"unblock_methods = [{methods}]"
        if "challenge-response" in self.methods:
            row += "\n" + CHALLENGE_RESPONSE
        path.write_text(_CARD_TYPE.format(atr=ATR.hex().upper(), library=self.library, methods=row))
        return path

    def card(
        self,
        *,
        kind: str = "nes",
        key: str = "rsa2048",
        pin: str | None = PIN,
        pin_tries: int = 3,
        puk_tries: int = 3,
        admin_tries: int = 3,
        admin_key: bytes | None = ADMIN_KEY,
        reader: str = READER,
    ) -> RealCard:
        """A card that is not in a reader yet."""
        number = len(self.cards) + 1
        issued = _issued.setdefault((kind, key), TestCa().issue(kind, key))
        contents = CardContents(
            serial=f"{number:04}{os.urandom(6).hex()}",
            label="SIGN0",
            puk=PUK,
            pin=pin,
            certificates=(issued,),
            pin_tries=pin_tries,
            puk_tries=puk_tries,
            admin_key=admin_key,
            admin_tries=admin_tries,
        )
        path = self.folder / f"card-{number}.json"
        VirtualCard.make(path, contents)
        self.cards.append(RealCard(path, self.world, issued, reader))
        return self.cards[-1]

    def gateway(self, **timeouts: float) -> PluggedCards:
        """The product's cards: its watcher, its detection of drivers, its card host."""
        host = CardHostClient(self.folder / "locks", **timeouts)  # type: ignore[arg-type]
        table = self.card_types
        self.gateways.append(PluggedCards(PcscWatcher(), lambda: load_card_types(table), host))
        return self.gateways[-1]

    def close(self) -> None:
        """Everything out, every process ended."""
        for gateway in self.gateways:
            gateway.close()
        for card in self.cards:
            card.drop()


CHALLENGE_RESPONSE = """
[card_type.challenge_response]
application = "A000000063504B43532D3135"
admin_key = 0x81
pin = 0x01
pin_length = 8
pin_padding = 0xFF
"""
