"""Plays a range of seeds, prints faults × outcomes: `python -m tests.faults [real] FIRST COUNT`."""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.equipment.pcsc_world import pcsc_world
from tests.equipment.real_card import RealDesk, opensc
from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import make_token
from tests.faults.matrix import Case, Run
from tests.faults.real import RealCase, RealRun

Table = Counter[tuple[str, str, str]]


def on_softhsm(home: Path, first: int, count: int, table: Table) -> list[str]:
    """SoftHSM2 behind the shim."""
    found = []
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
        found += [f"{ended.case}: {violation}" for violation in ended.violations]
    return found


def on_the_real_stack(home: Path, first: int, count: int, table: Table) -> list[str]:
    """pcscd, vpcd, OpenSC."""
    found, library = [], opensc()
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
                    found.append(f"{case}: {error}")
                finally:
                    desk.close()
            table[case.journey, case.kind, outcome] += 1
            found += [f"{case}: {violation}" for violation in run.violations]
    return found


def main(words: list[str]) -> int:
    """The number of violations."""
    play = on_the_real_stack if words[0] == "real" else on_softhsm
    first, count = (int(word) for word in words[-2:])
    table: Table = Counter()
    with tempfile.TemporaryDirectory(prefix="kamusm-esign-faults-") as home:
        violations = play(Path(home), first, count, table)
    print("\n".join(violations))
    for (journey, kind, outcome), times in sorted(table.items()):
        print(f"{journey:20}{kind:14}{outcome:12}{times:6}")
    print(f"{count} runs, {len(violations)} violations")
    return len(violations)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
