"""The real window in a practice world without a process or a network, visited at random.

Told on its command line: a folder, how many visits, a seed. Says on standard output, as JSON, what
it saw: screens, memory on the way, and whatever Qt or Python complained about.
"""

import hashlib
import json
import logging
import random
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from kamusm_esign import app
from kamusm_esign.card.certificates import parse_certificate
from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.portal_session import (
    Document,
    FetchedDocument,
    SessionAccess,
    SignatureFormat,
    UnblockGrant,
    UnblockRequest,
)
from kamusm_esign.ports import Ports
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.personas import READER, make_world
from kamusm_esign.sandbox.robot import Condition, Hands, Robot, Script
from kamusm_esign.sandbox.virtual_card import VirtualCard
from kamusm_esign.sandbox.virtual_readers import VirtualReaders, VirtualWatcher
from kamusm_esign.sandbox.virtual_token import VirtualToken
from kamusm_esign.signing.verifier import FileVerifier
from kamusm_esign.support.paths import Folders, folders_below
from kamusm_esign.support.settings import EffectiveSettings
from kamusm_esign.ui.presenter.intents import OpenJob
from kamusm_esign.ui.program import OpenedWorld
from tests.equipment.puk_seal import grant_for
from tests.equipment.recording_ports import RecordingPortal, RecordingWorld
from tests.equipment.values import signing_session
from tests.ui.equipment import HARMLESS

PIN, PUK = "482915", "70416538"
_CONTENT = b"what is signed"
_DOCUMENT = Document(
    *("doc-1", "Belge", "text/plain", len(_CONTENT), hashlib.sha256(_CONTENT).hexdigest()),
    SignatureFormat.CADES_BES_DETACHED,
)
SCREENS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14)
MEASURE_EVERY = 100
"""Visits."""


class SealingPortal(RecordingPortal):
    """Hands out real grants for the virtual card."""

    def authorize_unblock(
        self, access: SessionAccess, request: UnblockRequest, idempotency_key: str
    ) -> UnblockGrant:
        assert request.seal_key is not None
        return grant_for(request.seal_key, PUK, access.session_id, request.token_serial)


@dataclass
class AlwaysFine:
    """A check of the doctor."""

    id: str
    group: str = "program"
    limit: float = 5.0

    def run(self) -> CheckResult:
        """Find nothing."""
        return CheckResult(CheckStatus.OK, None)


class SoakWorld:
    """Card, portal and memory of one run."""

    def __init__(self, folder: Path) -> None:
        self.recording = RecordingWorld()
        self.portal = SealingPortal(self.recording.record)
        phone = "05** *** 12 34"
        self._sessions = {
            "pin": replace(self.portal.session, masked_phone=phone),
            "sign": signing_session(documents=(_DOCUMENT,), masked_phone=phone),
        }
        self.portal.documents = {_DOCUMENT.id: FetchedDocument("text/plain", _CONTENT)}
        self.readers: VirtualReaders = make_world("fine", folder, SandboxCa(), pin=PIN, puk=PUK)
        self._away: VirtualCard | None = None

    def next_session(self, kind: str) -> None:
        """What the next code stands for: `pin` or `sign`."""
        self.portal.session = self._sessions[kind]

    def plug(self) -> None:
        """Put the card in, or pull it out."""
        if self._away is None:
            self._away = self.readers.remove(READER)
        else:
            self.readers.insert(READER, self._away)
            self._away = None

    def open_ports(self, _settings: EffectiveSettings, _folders: Folders) -> OpenedWorld:
        """All of it, as the program takes it."""
        ports: Ports = replace(
            self.recording.ports(),
            card=VirtualToken(self.readers),
            watcher=VirtualWatcher(self.readers),
            portal=self.portal,
            banner="Soak",
        )
        checks = [AlwaysFine("portal"), AlwaysFine("journal")]
        return OpenedWorld(
            *(
                "tr",
                ports,
                lambda _url: self.portal,
                lambda _look: checks,
                lambda *_receipt: b"%PDF",
            ),
            verifier=lambda: FileVerifier(None, partial(parse_certificate, has_private_key=False)),
        )


class Soak:
    """Visits screens at random, and cards come and go."""

    def __init__(self, world: SoakWorld, hands: Hands, visits: int, seed: int) -> None:
        self._world, self._hands, self._visits = world, hands, visits
        self._random = random.Random(seed)
        self.seen: dict[int, int] = {}
        self.memory: dict[int, int] = {}

    def run(self) -> Script:
        """All visits."""
        yield self._hands.ready("home.code")
        walks: tuple[Callable[[], Script], ...] = (
            *(self._set_pin, self._sign, self._change_pin, self._try_pin),
            *(self._doctor, self._unfinished, self._verify),
        )
        for number in range(1, self._visits + 1):
            yield from self._random.choice((*walks[:2], *walks))()
            yield from self._go_home()
            self._world.recording.record.calls.clear()
            self._world.portal.reports.clear()
            self._world.portal.signatures.clear()
            if number % MEASURE_EVERY == 0:
                self.memory[number] = _resident()

    # ------------------------------------------------------------------ walks
    def _set_pin(self) -> Script:
        if (yield from self._open_session("pin")):
            yield from self._arrive("pin.new")
            yield from self._new_pins(("pin.new", "pin.repeat"))

    def _sign(self) -> Script:
        if not (yield from self._open_session("sign")):
            return
        yield from self._arrive("document.accept")
        if self._hands.ready("document.accept")():
            self._hands.press("document.accept")
        yield self._patiently(self._hands.ready("button.primary"))
        if self._forward():
            yield from self._arrive("pin.current")
            yield from self._new_pins(("pin.current",))

    def _open_session(self, kind: str) -> Generator[Condition, None, bool]:
        """From home past the SMS code; False: turned back on the way."""
        self._world.next_session(kind)
        self._hands.press("home.code")
        for name, digits in (("code.field", "123456789012345"), ("session.otp", "314159")):
            yield from self._arrive(name)
            self._type(name, digits)
            yield self._patiently(self._hands.ready("button.primary"))
            if self._random.random() < 0.2 or not self._forward():
                return False
        return True

    def _verify(self) -> Script:
        self._hands.press("home.verify")
        yield from self._arrive("verify.file")

    def _change_pin(self) -> Script:
        self._hands.press("home.changePin")
        yield from self._arrive("pin.current")
        yield from self._new_pins(("pin.current", "pin.new", "pin.repeat"))

    def _try_pin(self) -> Script:
        self._hands.press("home.tokens")
        yield from self._arrive("button.primary")
        if self._forward():
            yield from self._arrive("pin.current")
        yield from self._new_pins(("pin.current",))

    def _doctor(self) -> Script:
        self._hands.press("home.doctor")
        yield from self._arrive("doctor.list")
        self._forward()

    def _unfinished(self) -> Script:
        self._hands.window.intent.emit(OpenJob("unfinished"))
        yield from self._arrive("pending.list")
        self._forward()

    def _new_pins(self, names: tuple[str, ...]) -> Script:
        pin = self._random.choice((PIN, PIN, "590271"))
        for name in names:
            self._type(name, pin if name == "pin.current" else PIN if pin != PIN else "590271")
        yield self._patiently(self._hands.ready("button.primary"))
        if self._forward():
            yield from self._arrive("")

    # ------------------------------------------------------------------ steps
    def _arrive(self, name: str) -> Script:
        """Wait a little for a widget; note the screen; now and then something else happens."""
        yield self._patiently(self._hands.ready(name) if name else _at_once)
        number = self._hands.window.screen_number
        self.seen[number] = self.seen.get(number, 0) + 1
        what = self._random.random()
        if what < 0.15:
            self._world.plug()
        elif what < 0.25:
            self._hands.press("top.language")
        yield _at_once

    def _patiently(self, wanted: Condition) -> Condition:
        """Wait for something that may not come."""
        looks = iter(range(40))
        return lambda: wanted() or next(looks, None) is None

    def _type(self, name: str, digits: str) -> None:
        if self._hands.ready(name)():
            self._hands.type(name, digits)

    def _forward(self) -> bool:
        if self._hands.ready("button.primary")() and self._hands.window.screen_number != 6:
            self._hands.press("button.primary")
            return True
        return False

    def _go_home(self) -> Script:
        hands = self._hands
        while hands.window.screen_number != 1:
            number = hands.window.screen_number
            self.seen[number] = self.seen.get(number, 0) + (number in (5, 6))
            if number == 5:
                self._forward()
            for name in ("button.back", "button.cancel"):
                if hands.ready(name)():
                    hands.press(name)
            yield _at_once
        self.seen[1] = self.seen.get(1, 0) + 1


def _at_once() -> bool:
    return True


def _resident() -> int:
    """Bytes of memory that are this process's own."""
    import gc
    import resource

    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main() -> int:
    """Run it."""
    folder, visits, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    said: list[str] = []

    def heard(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if not text.startswith(HARMLESS):
            said.append(f"Qt: {text}")

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(f"log: {record.getMessage()}")

    qInstallMessageHandler(heard)
    logging.getLogger().addHandler(Ear(logging.WARNING))
    world = SoakWorld(folder)
    soaks: list[Soak] = []

    def script(hands: Hands) -> Script:
        soaks.append(Soak(world, hands, visits, seed))
        return soaks[0].run()

    def ended(stuck_at: str) -> None:
        if stuck_at:
            said.append(f"stuck: {stuck_at}")

    robot = Robot(script, folder, ended, look_ms=0)

    def open_ports(settings: EffectiveSettings, folders: Folders) -> OpenedWorld:
        robot.go()
        return world.open_ports(settings, folders)

    status = app.main([], open_ports, folders=folders_below(folder))
    found = {"seen": soaks[0].seen, "memory": soaks[0].memory, "said": said}
    print(json.dumps(found))
    return status


if __name__ == "__main__":
    sys.exit(main())
