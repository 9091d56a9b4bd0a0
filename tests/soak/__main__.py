"""Cards come and go, jobs are done, all in one process: `python -m tests.soak CYCLES JOURNEYS`.

The product's own parts on the real things, as the window keeps them for a whole day: its watcher
and its look at cards on a private pcscd; its flow, effects, lanes, journal and portal client, and
its card host on SoftHSM2. Threads, descriptors and memory are taken after a tenth of it and at the
end.
"""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from queue import SimpleQueue

from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.card.watcher import PcscWatcher
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import ReadersSnapshot
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.flows.session_model import CodeEntered
from kamusm_esign.flows.set_pin import initial_state, step
from kamusm_esign.flows.set_pin_model import AskNewPin, NewPinEntered
from kamusm_esign.portal_client.client import PortalClient
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.set_pin_effects import SetPinEffects
from kamusm_esign.sandbox.virtual_readers import VirtualReaders, VirtualWatcher
from kamusm_esign.support.clock import steady
from kamusm_esign.support.journal import FileJournal
from tests.equipment.pcsc_world import READER, pcsc_world
from tests.equipment.portal_answers import Job
from tests.equipment.portal_double import PortalDouble
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import NEW_PIN, PIN, PUK, make_token

_SECONDS = 60


@dataclass(frozen=True)
class Footprint:
    """What a process holds."""

    threads: int
    descriptors: int
    memory: int
    """Bytes, resident."""

    @classmethod
    def now(cls) -> "Footprint":
        """Of this process."""
        resident = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            len(os.listdir("/proc/self/task")),
            len(os.listdir("/proc/self/fd")),
            resident * os.sysconf("SC_PAGE_SIZE"),
        )


@dataclass(frozen=True)
class Soaked:
    """What a part was at its warm beginning and at its end."""

    done: int
    warm: Footprint
    end: Footprint


def cycles(times: int) -> Soaked:
    """Put a card in and take it out; each time the watcher tells, and the cards are looked at."""
    told = threading.Event()
    state: list[ReadersSnapshot] = []

    def changed(snapshot: ReadersSnapshot) -> None:
        state[:] = [snapshot]
        told.set()

    def wait(card: bool) -> None:
        end = steady() + _SECONDS
        while not (state and any(r.card_present for r in state[0].readers) is card):
            told.clear()
            assert steady() < end, f"{READER}: nobody tells"
            told.wait(0.5)

    def once() -> None:
        world.insert()
        wait(True)
        cards.overview()
        world.remove()
        wait(False)
        cards.overview()

    with tempfile.TemporaryDirectory() as folder, pcsc_world() as world:
        world.start_service()
        watcher = PcscWatcher()
        host = CardHostClient(Path(folder) / "locks")
        cards = PluggedCards(watcher, load_card_types, host)
        watcher.start(changed)
        try:
            return _soaked(times, once)
        finally:
            watcher.stop()
            cards.close()


class Journeys:
    """Somebody who sets a PIN again and again."""

    def __init__(self, folder: Path, portal: PortalDouble) -> None:
        for name in ("shim", "library"):
            (folder / name).mkdir()
        token = make_token(folder / "hsm")
        self._card = ShimmedToken(token, compile_shim(folder / "library"), folder / "shim")
        os.environ.update(self._card.environment)
        self._portal = portal
        portal.desk.puks[token.serial] = PUK.encode()
        host = CardHostClient(folder / "locks")
        watcher = VirtualWatcher(VirtualReaders())
        self.cards = PluggedCards(watcher, load_card_types, host, module=self._card.module)
        self._ports: Ports = replace(
            RecordingWorld().ports(),
            card=self.cards,
            portal=PortalClient(
                portal.url, version="2.0.0", platform="linux", language="tr", clock=steady
            ),
            portal_url=portal.url,
            journal=FileJournal(folder / "journal"),
            steady=steady,
        )
        self._lanes = (Lane("card"), Lane("portal"))
        self._codes = count(100_000_000_000_000)

    def once(self) -> None:
        """A PIN is set, then tried, then changed back."""
        code = str(next(self._codes))
        desk = self._portal.desk
        desk.jobs[code] = Job(serials=(self._card.token.serial,))
        assert self._set_pin(code) is Outcome.SUCCEEDED
        target = self._card.token.target
        assert self.cards.verify_pin(target, _secret(NEW_PIN), last_try=False).failure is None
        new, old = _secret(NEW_PIN), _secret(PIN)
        assert self.cards.change_pin(target, new, old, last_try=False).failure is None
        desk.forget(code)  # the portal of this test would grow
        with self._portal.lock:
            self._portal.requests.clear()
        (self._card.folder / "log").unlink(missing_ok=True)

    def _set_pin(self, code: str) -> Outcome:
        box, calls = SecretBox(), SimpleQueue[Callable[[], None]]()

        def react(state: State) -> None:
            if isinstance(state, AskNewPin):
                driver.post(NewPinEntered(box.put(_secret(NEW_PIN)), ()))

        handlers = SetPinEffects(self._ports, box).handlers(*self._lanes)
        driver = FlowDriver(step, initial_state(), handlers, box, calls.put, react)
        driver.dispatch(CodeEntered(VerificationCode(code)))
        while all(lane.wait_idle(_SECONDS) for lane in self._lanes) and not calls.empty():
            calls.get()()
        state = driver.state
        assert isinstance(state, Done), state
        return state.outcome


def journeys(times: int) -> Soaked:
    """Jobs with a portal and a card, one after the other."""
    with tempfile.TemporaryDirectory() as folder, PortalDouble() as portal:
        person = Journeys(Path(folder), portal)
        try:
            return _soaked(times, person.once)
        finally:
            person.cards.close()


def _secret(digits: str) -> Secret:
    return Secret.taking(bytearray(digits.encode()))


def _soaked(times: int, once: Callable[[], None]) -> Soaked:
    warm_after, warm = max(times // 10, 3), Footprint.now()
    for number in range(times):
        once()
        if number + 1 == warm_after:
            warm = Footprint.now()
    return Soaked(times, warm, Footprint.now())


def main(words: list[str]) -> None:
    """Do both, and print what was held."""
    found = {"cycles": cycles(int(words[0])), "journeys": journeys(int(words[1]))}
    print(json.dumps({name: asdict(soaked) for name, soaked in found.items()}, indent=1))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(sys.argv[1:])
