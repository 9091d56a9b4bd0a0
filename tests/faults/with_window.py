"""Runs with the window: the rules of the matrix, and that it answers all along, whatever happens.

One window does many journeys, as somebody would who leaves it open. Where a job was left unfinished
it is closed, and the next run has a new one.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.equipment.accessibility import accessible_session
from tests.equipment.display import Display, x_server
from tests.equipment.portal_double import PortalDouble
from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import NEW_PIN, PIN, make_token
from tests.equipment.surroundings import Surroundings, compile_surroundings
from tests.equipment.window import Window, open_window
from tests.faults.bad_day import DOCUMENTS, WRITING, BadDay
from tests.faults.whole_program import Computer, next_code
from tests.faults.window_day import Holder, window_day

ANSWERS_WITHIN = 0.2
"""Seconds for the window's thread to answer, less those for which it had no processor."""
QUESTIONS = 3
"""How many are asked at least in every run."""
PROGRAM = "tests.equipment.impatient_window"


class WindowDesk:
    """A computer with a window that stays open from run to run."""

    def __init__(self, computer: Computer, display: Display, session: dict[str, str]) -> None:
        self.computer = computer
        self.slowest = 0.0
        """The longest answer of all runs, in seconds."""
        self.answers = 0
        self._display, self._session = display, session
        self._open: ExitStack | None = None
        self._window: Window | None = None
        self.violations: list[str] = []

    def play(self, seed: int) -> tuple[BadDay, str]:
        """One run; gives the case, and what was said of the outcome."""
        self.violations = []
        case, line = self._day(seed)
        code = self._prepare(case)
        window, address = self._opened(), self._session["DBUS_SESSION_BUS_ADDRESS"]
        if line:
            self.computer.card.fault(line)
        if case.kind == "portal":
            operation, faults = case.portal_faults
            self.computer.portal.script(operation, *faults)
        if case.number % 2:
            self._strike(case)
        holder = Holder(window, case, code, lambda: self._strike(case))
        with window.pulse(address) as answers:
            try:
                said = holder.do_it()
                self._mend()
                said = holder.go_home() or said
            except (AssertionError, OSError, LookupError, subprocess.SubprocessError) as error:
                said = "stuck"
                self.violations.append(f"(e) {type(error).__name__} {error}")
                self._mend()
        self._judge_answers(sorted(answer.own for answer in answers))
        self._judge(case, said)
        if self.violations or said == "stuck" or self._journal():
            self.close()
        return case, said

    def _day(self, seed: int) -> tuple[BadDay, str]:
        return window_day(seed)

    def _judge_answers(self, taken: list[float]) -> None:
        """From the quickest to the slowest, in seconds."""
        self.answers += len(taken)
        slowest = taken[-1] if taken else 0.0
        self.slowest = max(self.slowest, slowest)
        self._expect(len(taken) >= QUESTIONS, f"(e) {len(taken)} answers")
        self._expect(slowest < ANSWERS_WITHIN, f"(e) {slowest * 1000:.0f} ms")

    @property
    def only_slow(self) -> bool:
        """Whether nothing is wrong with the last run but the time of an answer."""
        return bool(self.violations) and all(said.endswith(" ms") for said in self.violations)

    def close(self) -> None:
        """Close the window, if it is open."""
        opened, self._open = self._open, None
        self._window = None
        if opened is not None:
            try:
                opened.close()
            except AssertionError as error:
                self.violations.append(f"(e) the window says {error}")

    # ------------------------------------------------------------------------ before
    def _prepare(self, case: BadDay) -> str:
        computer, code = self.computer, next_code()
        card, desk = computer.card, computer.portal.desk
        self._mend()
        card.set_tries(3, 3)
        if not card.token.takes_pin(PIN):
            card.token.give_pin(PIN)
        card.set_tries(0 if case.blocked else 3, 3)
        (card.folder / "log").unlink(missing_ok=True)
        desk.sessions.clear()
        desk.puks[card.token.serial] = case.puk.encode()
        if case.with_portal:
            desk.jobs[code] = case.job(card.token.serial)
        return code

    def _opened(self) -> Window:
        if self._window is None:
            self._open = ExitStack()
            computer = self.computer
            environment = computer.environment(key_store=False) | self._display.environment
            shared = ["--portal", computer.portal.url, "--module", str(computer.card.module)]
            arguments = [sys.executable, "-m", PROGRAM, *shared, "gui"]
            address = self._session["DBUS_SESSION_BUS_ADDRESS"]
            self._window = self._open.enter_context(
                open_window(arguments, environment | self._session, self._display, address)
            )
            # What is loaded after the first paint belongs to no journey.
            self._window.wait_named("status.portal", "ulaşılıyor")
            self._window.wait_named("status.token", computer.card.token.serial[-4:])
        return self._window

    def _strike(self, case: BadDay) -> None:
        around = self.computer.around
        if case.kind == "disk full":
            around.disk_full(case.number // 4)
        elif case.kind == "read-only":
            around.disk_readonly()
        elif case.kind == "clock":
            around.clock(case.clock)

    def _mend(self) -> None:
        self.computer.card.fault()
        self.computer.around.mend()
        self.computer.portal.script_over()

    # ------------------------------------------------------------------------ after
    def _expect(self, holds: object, what: str) -> None:
        if not holds:
            self.violations.append(what)

    def _journal(self) -> list[Path]:
        return list(self.computer.home.rglob("journal/*"))

    def _judge(self, case: BadDay, said: str) -> None:
        card = self.computer.card
        pin, puk = card.tries()
        wrong, uses_pin = not case.right, case.journey != "set-pin"
        before = 0 if case.blocked else 3
        self._expect(pin >= before - (wrong and uses_pin), f"(a) PIN tries {pin}")
        self._expect(puk >= 3 - (wrong and not uses_pin), f"(a) PUK tries {puk}")
        spending = card.spending_calls()
        for name in set(spending):
            self._expect(spending.count(name) == 1, f"(a) {name} was repeated")
        card.set_tries(3, 3)
        changed = card.token.takes_pin(NEW_PIN)
        self._expect(changed or card.token.takes_pin(PIN), "(b) neither PIN is right")
        if case.journey in WRITING:
            self._expect(said != "succeeded" or changed, "(b) succeeded, and it is not changed")
            self._expect(said not in ("failed", "given up") or not changed, f"(b) {said}: changed")
        else:
            self._expect(not changed, "(b) a PIN was changed that was only used")
            self._expect(said != "succeeded" or case.right, "(b) a wrong PIN was called right")
        if case.with_portal:
            self._judge_portal(case, said, changed)

    def _judge_portal(self, case: BadDay, said: str, changed: bool) -> None:
        if self._journal():
            self.close()  # the window holds what it has to tell
            handed = self.computer.run("pending", "--hand-in", "--json")
            if handed.status == 3 and case.journey == "set-pin":
                tried, pin = ("new", NEW_PIN) if changed else ("old", PIN)
                words = ("verify-pin", "--secrets-stdin", "--tried", tried, "--json")
                self.computer.run(*words, stdin=f"{pin}\n")
                handed = self.computer.run("pending", "--hand-in", "--json")
            self._expect(handed.status == 0, f"(c) not handed in: {handed.out}")
        for session in self.computer.portal.desk.sessions.values():
            told = session.outcome and session.outcome["result"]
            signed = len(session.signatures) == len(DOCUMENTS)
            truth = changed if case.journey == "set-pin" else signed
            lies = {"succeeded": not truth, "failed": truth}
            self._expect(not lies.get(str(told), False), f"(c) {told} was told")
            must = said in ("succeeded", "failed", "unknown")
            self._expect(told or session.cancelled or not must, "(c) nothing was told")


@contextmanager
def window_desk(folder: Path, sort: "type[WindowDesk]" = WindowDesk) -> Iterator[WindowDesk]:
    """A screen, a session, a portal, a card; everything ends with the block."""
    for part in ("home", "shim", "around", "libraries"):
        (folder / part).mkdir()
    with (
        PortalDouble() as portal,
        x_server() as display,
        accessible_session(folder / "session", display.environment) as session,
    ):
        token = make_token(folder / "hsm")
        shim = compile_shim(folder / "libraries")
        around = compile_surroundings(folder / "libraries")
        computer = Computer(
            folder / "home",
            ShimmedToken(token, shim, folder / "shim"),
            portal,
            Surroundings(around, folder / "around", folder / "home"),
            session,
        )
        desk = sort(computer, display, session)
        try:
            yield desk
        finally:
            desk.close()
