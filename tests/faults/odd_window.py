"""Runs with the window while something happens to the process, or beside it.

`stopped`: SIGSTOP to the window and its card host while the card is at work, SIGCONT when the
session is over. `two at once`: somebody does the same with the same card in a terminal meanwhile.
"""

import os
import random
import signal
import subprocess
import threading
import time
from dataclasses import replace

from tests.equipment.softhsm import NEW_PIN, PIN
from tests.faults.bad_day import CALLS, OTHER_PIN, WRITING, BadDay
from tests.faults.whole_program import GIVEN_UP, Said, ended, next_code
from tests.faults.with_window import ANSWERS_WITHIN, WindowDesk

JOURNEYS = ("set-pin", "set-pin", "change-pin", "verify-pin", "sign")
KINDS = ("stopped", "two at once")
_PATIENCE, _LIFETIME = 20.0, 12.0


def odd_day(seed: int) -> BadDay:
    """The same for the same seed, for ever."""
    chance = random.Random(f"odd window {seed}")
    journey, kind = chance.choice(JOURNEYS), chance.choice(KINDS)
    call, late = chance.choice(CALLS[journey][1:]), chance.random() < 0.5
    right = kind == "two at once" or chance.random() < 0.85
    blocked = journey == "set-pin" and chance.random() < 0.6
    return BadDay(seed, journey, kind, call, late, right, blocked, chance.randrange(24))


class OddWindowDesk(WindowDesk):
    """As `WindowDesk`, with other days."""

    _case: BadDay
    _second: "subprocess.Popen[str] | None" = None
    _other: Said | None = None
    _stopper: threading.Thread | None = None

    def _day(self, seed: int) -> tuple[BadDay, str]:
        self._case = odd_day(seed)
        self._second = self._other = self._stopper = None
        return self._case, self._case.pause

    def _prepare(self, case: BadDay) -> str:
        """A session that is long enough for a person, and short enough to be waited for."""
        code = super()._prepare(case)
        jobs = self.computer.portal.desk.jobs
        if case.kind == "stopped" and code in jobs:
            jobs[code] = replace(jobs[code], lifetime=_LIFETIME)
        return code

    # ------------------------------------------------------------------------ what happens
    def _strike(self, case: BadDay) -> None:
        """When the last key is pressed; or before anything is, and then it is waited for."""
        if self._second is not None or self._stopper is not None:
            return
        if case.kind == "two at once":
            self._second = self._begin_second(case)
        elif self._window is not None:
            pid = self._window.pid
            self._stopper = threading.Thread(target=self._stop, args=(pid,), daemon=True)
            self._stopper.start()

    def _begin_second(self, case: BadDay) -> "subprocess.Popen[str]":
        code = next_code()
        words = [case.journey, "--secrets-stdin", "--json"]
        if case.with_portal:
            self.computer.portal.desk.jobs[code] = case.job(self.computer.card.token.serial)
            words += ["--code", code]
        if case.journey == "sign":
            words += ["--accept", "e-onay-grant", "--match", "42"]
        second = self.computer.start(*words, key_store=False)
        assert second.stdin is not None
        pins = [OTHER_PIN if pin == NEW_PIN else pin for pin in case.pins]
        second.stdin.write("".join(f"{pin}\n" for pin in pins))
        second.stdin.flush()
        return second

    def _stop(self, pid: int) -> None:
        end = time.monotonic() + _PATIENCE
        while not self.computer.card.waits:
            if time.monotonic() > end:
                return  # it never came to that
            time.sleep(0.005)
        os.killpg(pid, signal.SIGSTOP)
        try:
            sessions = [s for s in self.computer.portal.desk.sessions.values() if not s.over]
            end = time.monotonic() + (_LIFETIME if sessions else 1.5)
            while time.monotonic() < end and not (sessions and sessions[-1].over):
                time.sleep(0.05)
        finally:
            os.killpg(pid, signal.SIGCONT)
            time.sleep(GIVEN_UP)
            self.computer.card.go_on()

    def _mend(self) -> None:
        if self._stopper is not None:
            self._stopper.join(2 * _PATIENCE)
        if self._second is not None and self._other is None:
            self._other = ended(self._second)
        super()._mend()

    # ------------------------------------------------------------------------ the judgement
    def _judge_answers(self, taken: list[float]) -> None:
        """The one question that was open while it was stopped had to wait."""
        stopped = self._stopper is not None and bool(taken) and taken[-1] >= ANSWERS_WITHIN
        super()._judge_answers(taken[:-1] if stopped else taken)

    def _judge(self, case: BadDay, said: str) -> None:
        if self._other is None:
            super()._judge(case, said)
            return
        card, other = self.computer.card, self._other
        self._expect("Traceback" not in other.err, f"(b) {other.err[-300:]}")
        pin, puk = card.tries()
        # Who comes second with a PIN that the first has just changed was wrong, and is told so.
        wrong = other.code == "KRT-121" or said in ("failed", "given up")
        before = 0 if case.blocked else 3
        uses_pin = case.journey != "set-pin"
        self._expect(pin >= before - (wrong and uses_pin), f"(a) PIN tries {pin}")
        self._expect(puk == 3, f"(a) PUK tries {puk}")
        spending = card.spending_calls()
        for name in set(spending):
            self._expect(spending.count(name) <= 2, f"(a) {name} was repeated")
        card.set_tries(3, 3)
        self._judge_two(case, {NEW_PIN: said, OTHER_PIN: other.outcome})
        if self._journal():
            self.close()
            self.computer.run("pending", "--hand-in", "--json")

    def _judge_two(self, case: BadDay, outcomes: dict[str, str]) -> None:
        """The card has the PIN of somebody who did not say that it failed."""
        token = self.computer.card.token
        now = [pin for pin in (NEW_PIN, OTHER_PIN) if token.takes_pin(pin)]
        self._expect(now or token.takes_pin(PIN), "(b) no PIN is right")
        if case.journey not in WRITING:
            self._expect(not now, "(b) a PIN was changed that was only used")
            return
        told = list(outcomes.values())
        for pin in now:
            self._expect(outcomes[pin] not in ("failed", "cancelled", "given up"), f"(b) {told}")
        self._expect("succeeded" not in told or now, f"(b) {told}, and it is not changed")
