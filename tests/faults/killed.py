"""SIGKILL of the whole program at a random moment of set-pin, on the real stack.

The card is in a process of its own (pcscd, vpcd), so it does what it was told whoever dies. What
the program says on the next day, and what the portal knows in the end, has to be what the card
says.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.equipment.pcsc_world import PcscWorld
from tests.equipment.portal_answers import Job
from tests.equipment.portal_double import PortalDouble
from tests.equipment.real_card import ADMIN_KEY, RealCard, RealDesk
from tests.equipment.softhsm import NEW_PIN, PIN, PUK
from tests.faults.whole_program import Said, ended, next_code

_SECONDS = 60
_AFTERWARDS = 0.12
"""Seconds in which a program that has written to the card tells the portal and ends."""
_WRITES = ("24", "2c")
"""Instructions that change a PIN: CHANGE REFERENCE DATA and RESET RETRY COUNTER (ISO 7816-4)."""


@dataclass(frozen=True)
class Kill:
    """What a seed means."""

    seed: int
    blocked: bool
    """Whether the PIN is blocked before."""
    by_command: bool
    """The moment is told by the card's commands, not by the clock."""
    part: float
    """How far the journey has come, from 0 to 1."""
    method: str
    """How the PIN is set: `so-pin`, or `challenge-response`, which needs no PUK."""

    @classmethod
    def of(cls, seed: int) -> "Kill":
        """The same for the same seed, for ever."""
        chance = random.Random(f"kill {seed}")
        blocked, by_command = chance.random() < 0.6, chance.random() < 0.7
        part = chance.random()
        method = "challenge-response" if chance.random() < 0.4 else "so-pin"
        return cls(seed, blocked, by_command, part, method)


@dataclass
class Length:
    """What a journey that nobody disturbs takes; measured by the first one of each method."""

    seconds: float = 0.0
    commands: int = 0


class KilledRun:
    """One case."""

    def __init__(
        self,
        case: Kill,
        desk: RealDesk,
        portal: PortalDouble,
        key_store: Mapping[str, str],
        lengths: dict[str, Length],
        *,
        late: bool = False,
    ) -> None:
        self.case, self._late = case, late
        self.violations: list[str] = []
        self._portal, self._length = portal, lengths.setdefault(case.method, Length())
        desk.methods = ("challenge-response", "so-pin")
        self._card: RealCard = desk.card(pin_tries=0 if case.blocked else 3)
        self._code = next_code()
        portal.desk.sessions.clear()
        portal.desk.puks[self._card.serial] = PUK.encode()
        portal.desk.admin_key = ADMIN_KEY
        portal.desk.jobs[self._code] = Job(serials=(self._card.serial,), methods=(case.method,))
        home = desk.folder / "home"
        settings = home / ".config" / "kamusm-esign" / "settings.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f'card_types = "{desk.card_types}"\n')
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("XDG_", "DBUS_", "LC_"))}
        self._environment = kept | {"HOME": str(home)} | desk.environment | dict(key_store)
        self._before = self._card.tries

    def play(self) -> str:
        """Do it and judge it; gives what the card and the program's last words come to."""
        self._card.insert()
        process = self._start("set-pin", "--code", self._code, "--secrets-stdin", "--json")
        begun = time.monotonic()
        assert process.stdin is not None
        process.stdin.write(f"{NEW_PIN}\n")
        process.stdin.flush()
        if self._length.seconds:
            self._wait(process, begun)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        said = ended(process)
        if not self._length.seconds:
            self._length.seconds = time.monotonic() - begun
            self._length.commands = len(self._card.log)
        self._settled()
        self._judge(said)
        self._card.pull()
        return f"{'changed' if self._changed else 'as before'}, {said.outcome}"

    def _start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "kamusm_esign", "--portal", self._portal.url, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
            start_new_session=True,
        )

    def _run(self, *words: str, stdin: str = "") -> Said:
        return ended(self._start(*words), stdin)

    def _wait(self, process: "subprocess.Popen[str]", begun: float) -> None:
        """Until the moment, or the end."""
        if self._late:
            self._wait_for_the_write(process)
            return
        case, length = self.case, self._length
        commands = int(case.part * (length.commands + 1))
        moment = begun + (case.part * length.seconds if not case.by_command else _SECONDS)
        while process.poll() is None and time.monotonic() < moment:
            if case.by_command and len(self._card.log) >= commands:
                return
            time.sleep(0.001)

    def _wait_for_the_write(self, process: "subprocess.Popen[str]") -> None:
        """Until the card has got the new PIN, and a part of what comes after that."""
        while process.poll() is None and not any(map(self._card.sent, _WRITES)):
            time.sleep(0.001)
        time.sleep(self.case.part * _AFTERWARDS)

    def _settled(self) -> None:
        """The card ends what it was at."""
        said = -1
        while said != len(self._card.log):
            said = len(self._card.log)
            time.sleep(0.3)

    # ------------------------------------------------------------------------ the judgement
    def _expect(self, holds: object, what: str) -> None:
        if not holds:
            self.violations.append(what)

    @property
    def _changed(self) -> bool:
        return self._card.takes(NEW_PIN)

    @property
    def _session(self) -> Any:
        return next(iter(self._portal.desk.sessions.values()), None)

    def _judge(self, said: Said) -> None:
        changed = self._changed
        told = self._told()
        self._expect(changed or self._card.takes(PIN), "neither PIN is right")
        lies = {"succeeded": not changed, "failed": changed}
        pending = self._run("pending", "--json").json["pending"]
        for job in pending:
            self._expect(not lies.get(job["outcome"], False), f"pending: {job['outcome']}")
        self._expect(pending or told or not changed, "changed, and nothing is pending")
        handed = self._run("pending", "--hand-in", "--json")
        if handed.status == 3:
            tried, pin = ("new", NEW_PIN) if changed else ("old", PIN)
            words = ("verify-pin", "--secrets-stdin", "--tried", tried, "--json")
            self._expect(self._run(*words, stdin=f"{pin}\n").status == 0, "the PIN is not tried")
            handed = self._run("pending", "--hand-in", "--json")
        self._expect(handed.status == 0, f"not handed in: {handed.out}")
        told = self._told()
        granted = self._session is not None and self._session.grants
        self._expect(told or not granted, "nothing was told")
        self._expect(told in (None, "succeeded" if changed else "failed"), f"{told} was told")
        left, puk, admin = self._card.tries
        kept = left >= self._before[0] and (puk, admin) == (3, 3)
        self._expect(kept, f"tries {self._card.tries}")
        for instruction in _WRITES:
            self._expect(len(self._card.sent(instruction)) <= 1, f"{instruction} was repeated")

    def _told(self) -> str | None:
        session = self._session
        return None if session is None or session.outcome is None else session.outcome["result"]


@contextmanager
def killed_run(
    seed: int,
    folder: Path,
    world: PcscWorld,
    library: Path,
    portal: PortalDouble,
    key_store: Mapping[str, str],
    lengths: dict[str, Length],
    *,
    late: bool = False,
) -> Iterator[KilledRun]:
    """A run with its card; the card is out of its reader afterwards.

    Args:
        late: the moment is one after the card was written to, in place of any.
    """
    desk = RealDesk(folder, world, library)
    try:
        yield KilledRun(Kill.of(seed), desk, portal, key_store, lengths, late=late)
    finally:
        desk.close()
