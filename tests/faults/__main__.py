"""Plays a range of seeds, prints faults × outcomes: `python -m tests.faults [BENCH] FIRST COUNT`.

BENCH: none for SoftHSM2 behind the shim, `real` for pcscd and OpenSC, `program` for the whole
program as a process, `tls` for that and a portal whose certificate is wrong, `kill` for SIGKILL at
a random moment of set-pin on the real stack, `kill-late` for one after the card was written to,
`window` for the window, `odd-window` for it stopped past its session's end or with somebody else at
the same card.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.equipment.key_store import secret_service
from tests.equipment.pcsc_world import pcsc_world
from tests.equipment.portal_double import PortalDouble
from tests.equipment.real_card import RealDesk, opensc
from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import make_token
from tests.faults.bad_day import BadDay
from tests.faults.days import bad_days
from tests.faults.killed import Length, killed_run
from tests.faults.matrix import Case, Run
from tests.faults.odd_window import OddWindowDesk
from tests.faults.real import RealCase, RealRun
from tests.faults.tls_day import TlsDay, TlsRun, tls_days
from tests.faults.whole_program import ProgramRun
from tests.faults.with_window import WindowDesk, window_desk

Table = Counter[tuple[str, str, str]]


class Found(list[str]):
    """Violations, each printed as soon as it is there: a long row may be ended."""

    def note(self, case: object, violations: Iterable[object]) -> None:
        for violation in violations:
            self.append(f"{case}: {violation}")
            print(self[-1], flush=True)


def on_softhsm(home: Path, first: int, count: int, table: Table) -> list[str]:
    """SoftHSM2 behind the shim."""
    found = Found()
    (home / "library").mkdir()
    library, template = compile_shim(home / "library"), make_token(home / "template")
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory(dir=home) as run:
            folder = Path(run)
            (folder / "shim").mkdir()
            card = ShimmedToken(template.copy_to(folder / "hsm"), library, folder / "shim")
            os.environ.update(card.environment)
            ended = Run(Case.of(seed), card, folder).play()
        table[ended.case.journey, ended.case.kind, ended.outcome.value] += 1
        found.note(ended.case, ended.violations)
    return found


def on_the_real_stack(home: Path, first: int, count: int, table: Table) -> list[str]:
    """pcscd, vpcd, OpenSC."""
    found, library = Found(), opensc()
    assert library is not None, "install opensc-pkcs11"
    with pcsc_world() as world:
        world.start_service()
        for seed in range(first, first + count):
            case = RealCase.of(seed)
            with tempfile.TemporaryDirectory(dir=home) as folder:
                desk = RealDesk(Path(folder), world, library)
                os.environ.update(desk.environment)
                run = RealRun(case, desk)
                try:
                    outcome = run.play().value
                except AssertionError as error:
                    outcome = "stuck"
                    found.note(case, [f"{error}"])
                finally:
                    desk.close()
            table[case.journey, case.kind, outcome] += 1
            found.note(case, run.violations)
    return found


def on_a_bad_day(home: Path, first: int, count: int, table: Table) -> list[str]:
    """The whole program, and what may happen around it."""
    found = Found()
    with bad_days(home) as days:
        for seed in range(first, first + count):
            case = BadDay.of(seed)
            with days.computer(case) as computer:
                run = ProgramRun(case, computer)
                try:
                    outcome = run.play()
                except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
                    outcome = "stuck"
                    found.note(case, [f"{type(error).__name__} {error}"])
            table[case.journey, case.kind, outcome] += 1
            found.note(case, run.violations)
    return found


def on_a_tls_day(home: Path, first: int, count: int, table: Table) -> list[str]:
    """The whole program, and a portal whose certificate is wrong."""
    found = Found()
    with tls_days(home) as (days, wrong):
        for seed in range(first, first + count):
            case = TlsDay.of(seed)
            with days.computer(case.day) as computer:
                run = TlsRun(case, computer, wrong)
                try:
                    outcome = run.play()
                except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
                    outcome = "stuck"
                    found.note(case, [f"{type(error).__name__} {error}"])
            table[case.day.journey, case.certificate, outcome] += 1
            found.note(case, run.violations)
    return found


def killed_late(home: Path, first: int, count: int, table: Table) -> list[str]:
    """SIGKILL at random moments after the card was written to."""
    return killed(home, first, count, table, late=True)


def killed(home: Path, first: int, count: int, table: Table, *, late: bool = False) -> list[str]:
    """SIGKILL at random moments of set-pin."""
    found, library, lengths = Found(), opensc(), dict[str, Length]()
    assert library is not None, "install opensc-pkcs11"
    with pcsc_world() as world, PortalDouble() as portal, secret_service(home / "keys") as keys:
        world.start_service()
        for seed in range(first, first + count):
            folder = home / str(seed)
            folder.mkdir()
            with killed_run(seed, folder, world, library, portal, keys, lengths, late=late) as run:
                table[run.case.method, "kill", run.play()] += 1
            found.note(run.case, run.violations)
            shutil.rmtree(folder)
    return found


def with_odd_window(home: Path, first: int, count: int, table: Table) -> list[str]:
    """The window, stopped past its session's end, or with somebody else at the same card."""
    return with_window(home, first, count, table, OddWindowDesk)


def with_window(
    home: Path, first: int, count: int, table: Table, sort: type[WindowDesk] = WindowDesk
) -> list[str]:
    """The whole program with its window, which answers all along."""
    found = Found()
    with window_desk(home, sort) as desk:
        os.environ.update(desk.computer.card.environment)
        for seed in range(first, first + count):
            case, outcome = desk.play(seed)
            table[case.journey, case.kind, outcome] += 1
            found.note(case, desk.violations)
    print(f"{desk.answers} answers of the window, the slowest {desk.slowest * 1000:.0f} ms")
    return found


BENCHES = {
    "kill": killed,
    "kill-late": killed_late,
    "window": with_window,
    "odd-window": with_odd_window,
    "real": on_the_real_stack,
    "program": on_a_bad_day,
    "tls": on_a_tls_day,
}


def main(words: list[str]) -> int:
    """The number of violations."""
    play = BENCHES.get(words[0], on_softhsm)
    first, count = (int(word) for word in words[-2:])
    table: Table = Counter()
    with tempfile.TemporaryDirectory(prefix="kamusm-esign-faults-") as home:
        violations = play(Path(home), first, count, table)
    for (journey, kind, outcome), times in sorted(table.items()):
        print(f"{journey:20}{kind:14}{outcome:22}{times:6}")
    print(f"{count} runs, {len(violations)} violations")
    return len(violations)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
