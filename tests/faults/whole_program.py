"""A run of the whole program as a process of its own, judged from outside.

`kamusm-esign` as a person starts it: its card host on SoftHSM2 behind the shim, a portal on a
loopback port, a key store or none, and the surroundings of `surroundings.c`. The rules are those of
`matrix`; here a person's other means are in play too: `pending` and `pending --hand-in`.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.equipment.portal_double import PortalDouble
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN, PUK
from tests.equipment.surroundings import Surroundings
from tests.faults.bad_day import DOCUMENTS, OTHER_PIN, WRITING, WRONG_PIN, BadDay

_SECONDS = 60
_codes = count(731_804_962_517_350)


def next_code() -> str:
    """A verification code that nobody had."""
    return str(next(_codes))


@dataclass
class Said:
    """A program that ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output; nothing where it was killed."""
        found = json.loads(self.out or "{}")
        assert isinstance(found, dict)
        return found

    @property
    def code(self) -> str | None:
        failure = self.json.get("failure")
        return None if failure is None else str(failure["code"])

    @property
    def outcome(self) -> str:
        return str(self.json.get("outcome", "killed"))


@dataclass
class Computer:
    """Where the programs of one run live: a home, a card, a portal, and what is around them."""

    home: Path
    card: ShimmedToken
    portal: PortalDouble
    around: Surroundings
    key_store: Mapping[str, str]
    """Environment that leads to one."""
    processes: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def start(
        self, *words: str, key_store: bool = True, impatient: bool = False
    ) -> "subprocess.Popen[str]":
        """Start a command in a process group of its own."""
        program = "tests.equipment.impatient_cli" if impatient else "kamusm_esign"
        shared = ["--portal", self.portal.url, "--module", str(self.card.module)]
        process = subprocess.Popen(
            [sys.executable, "-m", program, *shared, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(key_store=key_store),
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def environment(self, *, key_store: bool) -> dict[str, str]:
        """What every program on it finds."""
        mine = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("XDG_", "DBUS_", "LC_", "LANG", "KAMUSM"))
        }
        mine |= {"HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        mine |= self.card.environment | self.around.environment
        return mine | (dict(self.key_store) if key_store else {})

    def run(self, *words: str, stdin: str = "") -> Said:
        """Run a command to its end."""
        return ended(self.start(*words), stdin)

    def files(self) -> list[Path]:
        """Everything in the home."""
        return [path for path in self.home.rglob("*") if path.is_file()]


def ended(process: "subprocess.Popen[str]", stdin: str | None = None) -> Said:
    """Wait for its end."""
    out, err = process.communicate(stdin, timeout=_SECONDS)
    return Said(process.returncode, out, err)


GIVEN_UP = 1.0
"""Seconds after SIGCONT in which a program gives its card host up, if it does."""


class ProgramRun:
    """One case."""

    def __init__(self, case: BadDay, computer: Computer) -> None:
        self.case = case
        self.computer = computer
        self.code, self.other_code = next_code(), next_code()
        self.violations: list[str] = []
        self.other: Said | None = None
        self.next: Said | None = None
        """A job with the same card after the one that was killed."""
        desk = computer.portal.desk
        serial = computer.card.token.serial
        desk.puks[serial] = case.puk.encode()
        if case.with_portal:
            desk.jobs[self.code] = desk.jobs[self.other_code] = case.job(serial)
        self._before = (0 if case.blocked else 3, 3)
        computer.card.set_tries(*self._before)

    def play(self) -> str:
        """Do it and judge it; gives what the program said of its outcome."""
        case, computer = self.case, self.computer
        if case.kind in ("killed", "stopped", "clock", "disk full", "read-only", "two at once"):
            computer.card.fault(case.pause)
        if case.kind == "portal":
            operation, faults = case.portal_faults
            computer.portal.script(operation, *faults)
        said = self._journey()
        self._over(said.code)
        computer.card.fault()
        computer.around.mend(clock=case.number % 3 > 0)
        computer.portal.script_over()
        self._judge_words(said)
        self._judge_tries(said)
        self._judge_card(said)
        if case.kind == "killed" and case.journey == "set-pin":
            self._use_the_card()
        if case.with_portal:
            self._judge_pending()
            self._judge_portal(said)
        self._judge_rest()
        return said.outcome

    def _expect(self, holds: object, what: str) -> None:
        if not holds:
            self.violations.append(what)

    def _over(self, said_code: str | None) -> None:
        """The journey is over; whatever was wrong is still so."""

    # ------------------------------------------------------------------------ the journey
    def _journey(self) -> Said:
        case, computer = self.case, self.computer
        impatient = case.kind == "stopped" and case.number % 2 == 0
        if case.number % 4 == 0:  # from the beginning
            self._strike_disk()
        key_store = case.kind != "no key store"
        words = self._words(self.code)
        process = computer.start(*words, key_store=key_store, impatient=impatient)
        second = self._second() if case.kind == "two at once" else None
        self._type(process, case.pins)
        if self._reached(process):
            self._strike(process)
            computer.card.go_on()
        said = ended(process)
        if second is not None:
            self.other = ended(second)
        return said

    def _words(self, code: str) -> list[str]:
        words = [self.case.journey, "--secrets-stdin", "--json"]
        words += ["--code", code] if self.case.with_portal else []
        if self.case.journey == "sign":
            words += ["--accept", "e-onay-grant", "--match", "42"]
        return words

    def _second(self) -> "subprocess.Popen[str]":
        """Somebody does the same with the same card, and wants another PIN."""
        second = self.computer.start(*self._words(self.other_code))
        self._type(second, [OTHER_PIN if pin == NEW_PIN else pin for pin in self.case.pins])
        return second

    def _type(self, process: "subprocess.Popen[str]", lines: list[str]) -> None:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write("".join(f"{line}\n" for line in lines))
            process.stdin.flush()

    def _reached(self, process: "subprocess.Popen[str]") -> bool:
        """Wait for the moment; False where the program ends without coming to it."""
        end = time.monotonic() + _SECONDS
        while process.poll() is None and time.monotonic() < end:
            if self.computer.card.waits:
                return True
            time.sleep(0.005)
        return False

    def _strike(self, process: "subprocess.Popen[str]") -> None:
        case = self.case
        if case.kind == "killed":
            os.killpg(process.pid, signal.SIGKILL)
        elif case.kind == "clock":
            self.computer.around.clock(case.clock)
            if case.number < 8:  # and in the wrong time it is what `pending` has to deal with
                os.killpg(process.pid, signal.SIGKILL)
        elif case.kind == "stopped":
            os.killpg(process.pid, signal.SIGSTOP)
            self._outlast()
            os.killpg(process.pid, signal.SIGCONT)
            time.sleep(GIVEN_UP)
        self._strike_disk()

    def _outlast(self) -> None:
        """Until the session is over; without one, for longer than an impatient program waits."""
        sessions = [s for s in self._sessions() if s.job.lifetime < 10]
        end = time.monotonic() + (10 if sessions else 1.5)
        while time.monotonic() < end and not (sessions and sessions[-1].over):
            time.sleep(0.05)

    def _strike_disk(self) -> None:
        if self.case.kind == "disk full":
            self.computer.around.disk_full(self.case.number // 4)
        elif self.case.kind == "read-only":
            self.computer.around.disk_readonly()

    def _sessions(self) -> list[Any]:
        return list(self.computer.portal.desk.sessions.values())

    # ------------------------------------------------------------------------ the judgement
    def _judge_words(self, said: Said) -> None:
        """It speaks, and it knows what it speaks of."""
        for one in (said, self.other):
            if one is None:
                continue
            killed = one.status == -signal.SIGKILL
            self._expect(bool(one.out) or killed, f"(b) nothing said, status {one.status}")
            self._expect("Traceback" not in one.err, f"(b) {one.err[-300:]}")
            self._expect(one.code not in ("SYS-901", "SYS-902"), f"(b) {one.out}")

    def _judge_tries(self, said: Said) -> None:
        case = self.case
        pin, puk = self.computer.card.tries()
        wrong = not case.right
        typed_wrong = [s for s in (said, self.other) if s is not None and s.code == "KRT-121"]
        spent = len(typed_wrong) if case.kind == "two at once" else wrong
        uses_pin = case.journey != "set-pin"
        self._expect(pin >= self._before[0] - (spent if uses_pin else 0), f"(a) PIN tries {pin}")
        self._expect(puk >= 3 - (wrong and not uses_pin), f"(a) PUK tries {puk}")
        spending = self.computer.card.spending_calls()
        most = 2 if case.kind == "two at once" else 1
        for name in set(spending):
            self._expect(spending.count(name) <= most, f"(a) {name} was repeated")

    def _judge_card(self, said: Said) -> None:
        token, both = self.computer.card.token, [s for s in (said, self.other) if s is not None]
        new = [p for p in (NEW_PIN, OTHER_PIN)[: len(both)] if token.takes_pin(p)]
        self.changed = bool(new)
        self._expect(self.changed or token.takes_pin(PIN), "(b) no PIN is right")
        if self.case.journey not in WRITING:
            self._expect(not self.changed, "(b) a PIN was changed that was only used")
            wrong = said.outcome == "succeeded" and not self.case.right
            self._expect(not wrong, "(b) a wrong PIN was called right")
            return
        outcomes = [s.outcome for s in both]
        wanted = [p for p, o in zip((NEW_PIN, OTHER_PIN), outcomes, strict=False) if _may(o)]
        if "succeeded" in outcomes:
            self._expect(bool(set(new) & set(wanted)), f"(b) {outcomes}, and it is not changed")
        elif not wanted:
            self._expect(not self.changed, f"(b) {outcomes}, and it is changed")
        written = {"C_InitPIN", "C_SetPIN", "C_Login(SO)"} & set(self.computer.card.calls())
        self._expect("unknown" not in outcomes or bool(written), "(b) unknown, nothing written")

    def _use_the_card(self) -> None:
        """Before anybody hands in; afterwards the card says nothing of the job that was killed."""
        used = self.case.number % 3
        if used == 1:
            self.next = self.computer.run(*self._words(self.other_code), stdin=f"{OTHER_PIN}\n")
            set_now = self.computer.card.token.takes_pin(OTHER_PIN)
            said_so = self.next.outcome == "succeeded"
            self._expect(set_now is said_so is self.case.right, f"(b) next: {self.next.out}")
        elif used == 2 and self.case.blocked:
            for _ in range(3):
                words = ("verify-pin", "--secrets-stdin", "--last-try", "--json")
                self.computer.run(*words, stdin=f"{WRONG_PIN}\n")

    def _judge_pending(self) -> None:
        """What the program says of it on the next day."""
        said = self.computer.run("pending", "--json")
        for job in said.json["pending"]:
            if job["kind"] != "pin" or self.other is not None:
                continue
            lies = {"succeeded": not self.changed, "failed": self.changed}
            self._expect(not lies.get(job["outcome"], False), f"(b) pending: {job['outcome']}")
        handed = self.computer.run("pending", "--hand-in", "--json")
        self._expect("Traceback" not in handed.err, f"(c) {handed.err[-300:]}")
        if self.case.journey == "set-pin" and handed.status == 3 and self.other is None:
            self._settle()

    def _settle(self) -> None:
        """Nobody but the person knows: a PIN that works tells it."""
        tried, pin = ("new", NEW_PIN) if self.changed else ("old", PIN)
        if self.computer.card.tries()[0] > 1:
            words = ("verify-pin", "--secrets-stdin", "--tried", tried, "--json")
            self.computer.run(*words, stdin=f"{pin}\n")
            self.computer.run("pending", "--hand-in", "--json")

    def _judge_portal(self, said: Said) -> None:
        later = self.computer.portal.desk.session_of(self.other_code)
        for session in self._sessions():
            told = session.outcome and session.outcome["result"]
            if session is later and self.next is not None:
                self._expect(told == self.next.outcome, f"(c) next: {told} was told")
                continue
            took = self.case.journey == "set-pin" and session.grants
            signed = len(session.signatures) == len(DOCUMENTS)
            if self.case.journey == "sign":
                self._expect(told != "succeeded" or signed, "(c) succeeded was told")
                self._expect(told != "failed" or not signed, "(c) failed was told")
            elif self.other is None:
                lies = {"succeeded": not self.changed, "failed": self.changed}
                self._expect(not lies.get(str(told), False), f"(c) {told} was told")
            lost = said.outcome == "killed" and self.case.kind == "no key store"
            must = took and not lost and self.case.kind != "no key store"
            self._expect(told or session.cancelled or not must, "(c) nothing was told")
            blocked = self.case.blocked and self.other is None
            self._expect(told != "unknown" or not blocked, "(c) unknown was told in the end")
        left = self.computer.run("pending", "--json").json["pending"]
        self._expect(not left or self.case.kind == "no key store", f"(c) left: {left}")

    def _judge_rest(self) -> None:
        for process in self.computer.processes:
            self._expect(_gone(process.pid), "(d) a process is left")
        secrets = [NEW_PIN, OTHER_PIN, PUK, PIN, self.code]
        secrets += [session.token for session in self._sessions()]
        for path in self.computer.files():
            content = path.read_bytes()
            found = [s for s in secrets if s.encode() in content]
            self._expect(not found, f"(d) a secret is left in {path.name}")
            self._expect(path.suffix not in (".new", ".tmp"), f"(d) {path.name} is left")
            if path.suffix == ".lock":
                self._expect(_free(path), f"(d) {path.name} is held")


def _may(outcome: str) -> bool:
    """Whether a PIN may be the new one after this was said, or nothing could be said any more."""
    return outcome in ("succeeded", "unknown", "killed")


def _gone(group: int) -> bool:
    """Whether soon nobody of a process group runs any more; the dead, buried or not, do not."""
    end = time.monotonic() + 10
    while any(_runs(entry, group) for entry in Path("/proc").glob("[0-9]*")):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _runs(entry: Path, group: int) -> bool:
    try:
        state, _parent, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return False
    return int(its_group) == group and state != "Z"


def _free(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
